//! Imports of small files in a form of their own: what the store holds afterwards, and what is said.

mod plain;
mod properties;

use std::fs;

use super::*;
use crate::quality::{Check, Done};
use crate::store::stored::StoredRows;
use plain::Plain;

/// A folder with files and a store.
pub(super) struct Desk {
    folder: tempfile::TempDir,
    pub(super) options: ImportOptions,
    pub(super) buffer_bytes: usize,
}

impl Desk {
    pub(super) fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap(), options: ImportOptions::default(), buffer_bytes: BUFFER_BYTES }
    }

    pub(super) fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(super) fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join("files").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn import(&self, files: &[(&str, &str)]) -> Result<Import, MarketError> {
        let paths: Vec<PathBuf> = files.iter().map(|(name, text)| self.put(name, text)).collect();
        self.import_paths(&paths)
    }

    pub(super) fn import_paths(&self, paths: &[PathBuf]) -> Result<Import, MarketError> {
        let progress = ImportProgress::default();
        import_by(&[&Plain], self.buffer_bytes, paths, &self.store(), &self.options, &progress)
    }

    /// What a file of the store holds, line by line: known time (and period) in seconds, then the values.
    pub(super) fn rows(&self, file: &str) -> Option<String> {
        let mut rows = StoredRows::open(&self.store().join(file)).unwrap()?;
        let mut text = rows.names().join(" ");
        while let Some((known, period)) = rows.head() {
            let values = (0..rows.names().len()).map(|column| rows.value(column).to_string());
            let period = if period == 0 { String::new() } else { format!("@{}", period / Time::SECOND) };
            text += &format!("|{}{period} {}", known / Time::SECOND, values.collect::<Vec<_>>().join(" "));
            rows.advance().unwrap();
        }
        Some(text)
    }

    /// Every file below the store, without reports and the lock.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, files: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), files);
                } else {
                    files.push(entry.path().display().to_string());
                }
            }
        }
        let mut files = Vec::new();
        walk(&self.store(), &mut files);
        let store = self.store().display().to_string() + "/";
        let mut files: Vec<String> = files.iter().map(|file| file.replace(&store, "")).collect();
        files.retain(|file| !file.starts_with("imports/") && file != ".lock");
        files.sort();
        files
    }
}

/// Findings, one a line: check, done, file, line and what was said up to its first line.
fn said(findings: &[Finding]) -> Vec<String> {
    let name = |file: &str| file.rsplit('/').next().unwrap().to_owned();
    let line = |finding: &Finding| {
        let said = finding.said.lines().next().unwrap_or_default();
        let said = said.split(' ').map(|word| if word.starts_with('/') { name(word) } else { word.to_owned() });
        let said = said.collect::<Vec<_>>().join(" ");
        format!("{:?} {:?} {}:{} {said}", finding.check, finding.done, name(&finding.file), finding.line)
    };
    findings.iter().map(line).collect()
}

fn refused(result: Result<Import, MarketError>) -> Vec<String> {
    match result.unwrap_err() {
        MarketError::Refused { findings, .. } => said(&findings),
        other => panic!("{other}"),
    }
}

const HOURLY: &str = "t,close\n3600,1\n7200,2\n10800,3\n14400,4\n";

#[test]
fn rows_become_a_table_and_the_same_rows_again_are_known() {
    let desk = Desk::new();
    let import = desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    assert_eq!(desk.rows("bars/1h/AAA.parquet").unwrap(), "close|3600 1|7200 2|10800 3|14400 4");
    let series = &import.series[0];
    assert_eq!((series.table.as_str(), series.rows_new, series.rows_same), ("bars/1h", 4, 0));
    assert_eq!((series.first, series.last), (Time(3600 * Time::SECOND), Time(14_400 * Time::SECOND)));
    assert_eq!((import.files[0].rows, import.files[0].bytes, import.files[0].format.as_str()), (4, 38, "plain"));
    assert_eq!(import.findings, []);
    let store = Store::open(&desk.store()).unwrap().unwrap();
    assert_eq!(store.last_import().unwrap().unwrap(), import);
    let table = desk.store().join("bars/1h/AAA.parquet");
    let written = fs::metadata(&table).unwrap().modified().unwrap();
    let again = desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    assert_eq!((again.series[0].rows_new, again.series[0].rows_same), (0, 4));
    assert_eq!((again.findings.as_slice(), fs::metadata(&table).unwrap().modified().unwrap()), (&[][..], written));
    assert!(again.report.unwrap().ends_with("imports/000002.json"));
    // a later row goes on with the only bars that there are
    let later = desk.import(&[("AAA.csv", "t,close\n14400,4\n"), ("AAA-2.csv", "t,close\n18000,5\n")]).unwrap();
    assert_eq!((later.series[0].rows_new, later.series[0].rows_same), (1, 1));
    assert_eq!(desk.import(&[("AAA.csv", "t,close\n21600,6\n")]).unwrap().series[0].table, "bars/1h");
    assert_eq!(desk.files(), ["bars/1h/AAA.parquet", "tapewright.json"]);
}

#[test]
fn what_is_refused_leaves_nothing_and_what_is_repaired_is_said() {
    let check = |files: &[(&str, &str)], refusal: &[&str], repair: &[&str], rows: &str| {
        let mut desk = Desk::new();
        assert_eq!(refused(desk.import(files)), refusal);
        assert!(!desk.store().exists(), "{files:?}");
        desk.options.repair = true;
        let import = desk.import(files).unwrap();
        assert_eq!(
            (said(&import.findings), desk.rows("bars/1h/AAA.parquet").unwrap().as_str()),
            (repair.iter().map(|said| (*said).to_owned()).collect(), rows)
        );
    };
    check(
        &[("AAA.csv", "t,close\n3600,1\n10800,3\n7200,2\n14400,4\n")],
        &[
            "Order Refused AAA.csv:4 the row of 1970-01-01T02:00:00Z is not after the one before it (1970-01-01T03:00:00Z)",
        ],
        &[
            "Order Sorted AAA.csv:4 the row of 1970-01-01T02:00:00Z is not after the one before it (1970-01-01T03:00:00Z)",
        ],
        "close|3600 1|7200 2|10800 3|14400 4",
    );
    check(
        &[("AAA.csv", "t,close\n14400,4\n10800,3\n10900,3\n10901,3\n7200,2\n3600,1\n0,1\n")],
        &[
            "Order Refused AAA.csv:4 the row of 1970-01-01T03:01:40Z is not before the one before it (1970-01-01T03:00:00Z); so are 1 more rows",
        ],
        &[
            "Order Sorted AAA.csv:4 the row of 1970-01-01T03:01:40Z is not before the one before it (1970-01-01T03:00:00Z); so are 1 more rows",
        ],
        "close|0 1|3600 1|7200 2|10800 3|10900 3|10901 3|14400 4",
    );
    check(
        &[("AAA.csv", "t,close\n3600,1\n7200,2\n7200,5\n10800,3\n14400,4\n")],
        &["Duplicate Refused AAA.csv:4 the row known at 1970-01-01T02:00:00Z has `close` 5, in AAA.csv:3 it has 2"],
        &[
            "Duplicate LeftOut AAA.csv:4 the row known at 1970-01-01T02:00:00Z has `close` 5, in AAA.csv:3 it has 2; the later one is taken",
        ],
        "close|3600 1|7200 5|10800 3|14400 4",
    );
    check(
        &[("AAA.csv", HOURLY), ("AAA-2.csv", "t,close\n7200,9\n")],
        &["Duplicate Refused AAA-2.csv:2 the row known at 1970-01-01T02:00:00Z has `close` 9, in AAA.csv:3 it has 2"],
        &[
            "Duplicate LeftOut AAA-2.csv:2 the row known at 1970-01-01T02:00:00Z has `close` 9, in AAA.csv:3 it has 2; the later one is taken",
        ],
        "close|3600 1|7200 9|10800 3|14400 4",
    );
    check(
        &[("AAA.csv", "t,close\n3600,1\n7200,x\n10800,3\n14400,4")],
        &["Unreadable Refused AAA.csv:3 `x` in column `close` is not a number"],
        &["Unreadable LeftOut AAA.csv:3 `x` in column `close` is not a number"],
        "close|3600 1|10800 3|14400 4",
    );
    check(
        &[("AAA.csv", "t,close\n3600,1\n7200,2\n10800,3\n144")],
        &[
            "Unreadable Refused AAA.csv:5 it has 1 cells, the first line has 2 (it is the last line: the file may be cut)",
        ],
        &[
            "Unreadable LeftOut AAA.csv:5 it has 1 cells, the first line has 2 (it is the last line: the file may be cut)",
        ],
        "close|3600 1|7200 2|10800 3",
    );
    check(
        &[(
            "AAA.csv",
            "t,open,high,low,close,volume\n3600,1,2,1,2,0\n7200,1,2,3,2,0\n10800,1,2,1,2,0\n14400,1,2,1,2,-1\n18000,1,2,1,2,1\n",
        )],
        &[
            "Range Refused AAA.csv:3 the bar of 1970-01-01T02:00:00Z has high 2 below low 3",
            "Price Refused AAA.csv:5 the bar of 1970-01-01T04:00:00Z has a volume of -1",
        ],
        &[
            "Range LeftOut AAA.csv:3 the bar of 1970-01-01T02:00:00Z has high 2 below low 3",
            "Price LeftOut AAA.csv:5 the bar of 1970-01-01T04:00:00Z has a volume of -1",
        ],
        "open high low close volume|3600 1 2 1 2 0|10800 1 2 1 2 0|18000 1 2 1 2 1",
    );
}

#[test]
fn a_refusal_counts_what_it_does_not_show() {
    let rows: String = (0..1500).map(|row| format!("{},0\n", row * 60)).collect();
    let error = Desk::new().import(&[("AAA.csv", &format!("t,close\n{rows}"))]).unwrap_err().to_string();
    let first = error.lines().next().unwrap();
    assert_eq!(first, "nothing was imported, for what is wrong with the data (1000 price)");
    assert!(
        error.contains("AAA.csv:2: AAA: the bar of 1970-01-01T00:00:00Z has close 0, which is no price"),
        "{error}"
    );
    assert!(error.contains("\n  … and 1490 more\nhint: --repair mends what is safe"), "{error}");
}

#[test]
fn files_of_one_instrument_become_one_series_with_all_their_columns() {
    let desk = Desk::new();
    let files = [
        ("AAA-1.csv", "t,close\n60,1\n120,2\n"),
        ("AAA-2.csv", "t,volume,close\n180,30,3\n240,40,4\n"),
        ("AAA-3.csv", "t,close\n300,5\n"),
        // the same moments, other columns
        ("AAA-4.csv", "t,trend\n60,7\n300,8\n"),
    ];
    let import = desk.import(&files).unwrap();
    let all = "close volume trend|60 1 NaN 7|120 2 NaN NaN|180 3 30 NaN|240 4 40 NaN|300 5 NaN 8";
    assert_eq!((desk.rows("bars/1m/AAA.parquet").unwrap().as_str(), said(&import.findings)), (all, vec![]));
    let one_by_one = Desk::new();
    let timeframe = Some("1m".parse().unwrap());
    let one_by_one = Desk { options: ImportOptions { timeframe, ..ImportOptions::default() }, ..one_by_one };
    for file in files {
        one_by_one.import(&[file]).unwrap();
    }
    assert_eq!(one_by_one.rows("bars/1m/AAA.parquet").unwrap(), all);
}

#[test]
fn what_differs_from_the_store_is_a_conflict() {
    let mut desk = Desk::new();
    desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    let other = [("AAA.csv", "t,close\n7200,2.5\n10800,3\n18000,5\n21600,6\n")];
    let conflict = "AAA.csv:2 the row known at 1970-01-01T02:00:00Z has `close` 2.5, stored is 2";
    assert_eq!(refused(desk.import(&other)), [format!("Conflict Refused {conflict}")]);
    assert_eq!(desk.rows("bars/1h/AAA.parquet").unwrap(), "close|3600 1|7200 2|10800 3|14400 4");
    desk.options.repair = true;
    let import = desk.import(&other).unwrap();
    assert_eq!(said(&import.findings), [format!("Conflict Replaced {conflict}")]);
    assert_eq!((import.series[0].rows_new, import.series[0].rows_same), (3, 1));
    assert_eq!(desk.rows("bars/1h/AAA.parquet").unwrap(), "close|3600 1|7200 2.5|10800 3|14400 4|18000 5|21600 6");
}

#[test]
fn days_are_known_when_their_session_closes() {
    let days = "date,close\n2024-07-02,1\n2024-07-03,2\n2024-07-05,3\n";
    let known = |calendar: Option<Calendar>| {
        let mut desk = Desk::new();
        desk.options.calendar = calendar;
        desk.import(&[("AAA.csv", days)]).unwrap();
        let mut rows = StoredRows::open(&desk.store().join("bars/1d/AAA.parquet")).unwrap().unwrap();
        let mut known = Vec::new();
        while let Some((time, _)) = rows.head() {
            known.push(Time(time).to_string());
            rows.advance().unwrap();
        }
        (known, desk)
    };
    assert_eq!(known(None).0, ["2024-07-03T00:00:00Z", "2024-07-04T00:00:00Z", "2024-07-06T00:00:00Z"]);
    let (times, mut desk) = known(Some(Calendar::UsEquity));
    assert_eq!(times, ["2024-07-02T20:00:00Z", "2024-07-03T17:00:00Z", "2024-07-05T20:00:00Z"]);
    // the calendar is remembered
    desk.options.calendar = None;
    assert_eq!(desk.import(&[("AAA.csv", days)]).unwrap().series[0].rows_same, 3);
    assert_eq!(
        fs::read_to_string(desk.store().join("instruments.json")).unwrap(),
        "{\n  \"AAA\": {\n    \"calendar\": \"us-equity\"\n  }\n}\n"
    );
    // days of another calendar would be other rows
    desk.options.calendar = Some(Calendar::Always);
    let error = desk.import(&[("AAA.csv", days)]).unwrap_err().to_string();
    assert!(
        error.contains(
            "known when a session of us-equity closes, and these would be known when a session of always closes"
        ),
        "{error}"
    );
    // nor may minutes change the calendar under them
    let error = desk.import(&[("AAA.csv", HOURLY)]).unwrap_err().to_string();
    assert!(error.contains("bars/1d/AAA.parquet: it holds days of AAA"), "{error}");
    // a day without a session is known at its end, and said
    desk.options.calendar = None;
    let import = desk.import(&[("AAA.csv", "date,close\n2024-07-04,2\n2024-07-08,2\n")]).unwrap();
    assert_eq!(
        said(&import.findings),
        ["Zone Told AAA.csv:2 rows on 1 days without a session of us-equity: 2024-07-04"]
    );
}

#[test]
fn releases_prints_and_quotes_go_to_files_of_their_own() {
    let desk = Desk::new();
    let files = [
        ("CPI.csv", "released,known,value\n1,100,5\n2,200,6\n1,200,5.5\n3,300,7\n"),
        ("SPY.csv", "print,price\n1,10\n1,10\n1,11\n2,12\n"),
        ("QQQ.csv", "quote,bid\n1,10\n1,10.5\n2,11\n"),
    ];
    let import = desk.import(&files).unwrap();
    assert_eq!(said(&import.findings), [""; 0]);
    let cpi = "value|100@1 5|200@1 5.5|200@2 6|300@3 7";
    assert_eq!(desk.rows("releases/CPI.parquet").unwrap(), cpi);
    assert_eq!(desk.rows("prints/SPY.parquet").unwrap(), "price|1 10|1 10|1 11|2 12");
    assert_eq!(desk.rows("quotes/QQQ.parquet").unwrap(), "bid|1 10.5|2 11");
    let again = desk.import(&files).unwrap();
    let rows = |import: &Import| {
        import.series.iter().map(|one| (one.table.clone(), one.rows_new, one.rows_same)).collect::<Vec<_>>()
    };
    assert_eq!(rows(&again), [("releases".into(), 0, 4), ("quotes".into(), 0, 1 + 1), ("prints".into(), 0, 4)]);
    assert_eq!(desk.rows("releases/CPI.parquet").unwrap(), cpi);
    // a trade that was in both files is one, another of the same moment is another
    let more = desk.import(&[("SPY.csv", "print,price\n1,10\n1,12\n3,10\n")]).unwrap();
    assert_eq!(rows(&more), [("prints".into(), 2, 1)]);
    assert_eq!(desk.rows("prints/SPY.parquet").unwrap(), "price|1 10|1 10|1 11|1 12|2 12|3 10");
}

#[test]
fn folders_are_walked_and_what_is_no_data_is_passed_over() {
    let desk = Desk::new();
    desk.put("data/b/AAA.csv", HOURLY);
    desk.put("data/a/BBB.csv", HOURLY);
    desk.put("data/README", "hello\n");
    desk.put("data/c/CCC.csv", "t,close\n");
    desk.put("data/.hidden", "t,close\nx");
    let import = desk.import_paths(&[desk.folder.path().join("files/data")]).unwrap();
    assert_eq!(
        import.files.iter().map(|file| file.file.rsplit('/').next().unwrap()).collect::<Vec<_>>(),
        ["BBB.csv", "AAA.csv", "CCC.csv"]
    );
    let passed_over = [
        "Unreadable Told README:0 its form is not known; it begins with `hello`",
        "Unreadable Told CCC.csv:0 it holds no row",
    ];
    assert_eq!(said(&import.findings), passed_over);
    let readme = desk.import_paths(&[desk.folder.path().join("files/data/README")]).unwrap_err().to_string();
    assert!(readme.contains("README: its form is not known"), "{readme}");
    let none = desk.import_paths(&[desk.folder.path().join("files/none.csv")]).unwrap_err().to_string();
    assert!(none.contains("none.csv: No such file"), "{none}");
}

#[test]
fn a_table_that_somebody_else_wrote_is_looked_through() {
    let desk = Desk::new();
    desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    let store = Store::open(&desk.store()).unwrap().unwrap();
    let table = crate::Table::Bars(Some("1d".parse().unwrap()));
    let symbol = Symbol::new("BBB").unwrap();
    let days: Vec<i64> = [1, 2, 3, 600, 601].iter().map(|day| day * Time::DAY).collect();
    let frame = tapewright_model::Frame::new(days, vec![("close".into(), vec![10.0, -1.0, 10.0, 10.0, 2.0])]).unwrap();
    crate::write_store(store.table_path(&table, &symbol).parent().unwrap(), &symbol, &frame).unwrap();
    let (findings, more) = crate::check_table(&store, &symbol, &table).unwrap();
    let want = [
        "Price Told BBB.parquet:2 the bar of 1970-01-03T00:00:00Z has close -1, which is no price",
        "Reuse Told BBB.parquet:4 no row for 597 days between 1970-01-03 and 1971-08-23: perhaps BBB was another company before",
        "Jump Told BBB.parquet:5 from 10 to 2 between 1971-08-23 and 1971-08-24: it looks like a 5-for-1 split without a factor",
    ];
    assert_eq!((said(&findings), more), (want.map(str::to_owned).to_vec(), 0));
}

#[test]
fn rows_of_many_columns_are_written_and_read_back() {
    let names: Vec<String> = (0..6000).map(|column| format!("c{column}")).collect();
    let cells: Vec<String> = (0..6000).map(|column| column.to_string()).collect();
    let rows: String = (0..200).map(|row| format!("{},{}\n", row * 60, cells.join(","))).collect();
    let desk = Desk { buffer_bytes: 1 << 20, ..Desk::new() };
    let import = desk.import(&[("AAA.csv", &format!("t,{}\n{rows}", names.join(",")))]).unwrap();
    assert_eq!(import.series[0].rows_new, 200);
    let text = desk.rows("bars/1m/AAA.parquet").unwrap();
    assert!(text.split('|').skip(1).all(|row| row.ends_with(" 5998 5999")));
    let calendar = Some(Calendar::UsEquity);
    // minutes that begin with a midnight are no days: a calendar may be named later
    let desk = Desk { options: ImportOptions { calendar, ..ImportOptions::default() }, ..desk };
    desk.import(&[("AAA.csv", "t,c0\n0,0\n60,0\n")]).unwrap();
}

#[test]
fn a_dry_run_writes_nothing_and_says_the_same() {
    let mut desk = Desk::new();
    desk.options.dry_run = true;
    let dry = desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    assert!(!desk.store().exists() && dry.report.is_none());
    desk.options.dry_run = false;
    let real = desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    assert_eq!(Import { report: dry.report.clone(), ..real }, dry);
}

#[test]
fn chains_events_and_factors_are_kept_once() {
    let mut desk = Desk::new();
    let files =
        [("SPY.csv", "facts\nchain 10 1.5\nchain 20 2\nevent 5 hello\nevent 5 hello\nevent 3 early\nfactor 7 4\n")];
    let import = desk.import(&files).unwrap();
    let rows = |import: &Import| {
        import.series.iter().map(|one| (one.table.clone(), one.rows_new, one.rows_same)).collect::<Vec<_>>()
    };
    assert_eq!(rows(&import), [("chains".into(), 2, 0), ("events".into(), 2, 0), ("factors".into(), 1, 0)]);
    let all = [
        "chains/SPY/1970-01-01T000010Z.parquet",
        "chains/SPY/1970-01-01T000020Z.parquet",
        "columns/options/.SPY.json",
        "columns/options/SPY.parquet",
        "events/SPY.parquet",
        "factors/SPY.parquet",
        "strikes/SPY/1970-01-01T000010Z.parquet",
        "strikes/SPY/1970-01-01T000020Z.parquet",
        "tapewright.json",
    ];
    assert_eq!(desk.files(), all);
    let store = Store::open(&desk.store()).unwrap().unwrap();
    let spy = Symbol::new("SPY").unwrap();
    assert_eq!(store.factors(&spy).unwrap().factors[0].split, 4.0);
    assert_eq!(
        store.events(Some(&spy)).unwrap().iter().map(|event| event.title.as_str()).collect::<Vec<_>>(),
        ["early", "hello"]
    );
    let again = desk.import(&files).unwrap();
    assert_eq!(rows(&again), [("chains".into(), 0, 2), ("events".into(), 0, 2), ("factors".into(), 0, 1)]);
    let other = [("SPY.csv", "facts\nchain 10 1.5\nchain 10 9\nchain 20 3\nfactor 7 2\n")];
    let clashes = [
        "Duplicate Refused SPY.csv:0 the chain of 1970-01-01T00:00:10Z is not that in SPY.csv",
        "Conflict Refused SPY.csv:0 the chain of 1970-01-01T00:00:20Z is not the one that is stored",
        "Conflict Refused SPY.csv:0 at 1970-01-01T00:00:07Z a split of 2 and a dividend of 1, before 4 and 1",
    ];
    assert_eq!(refused(desk.import(&other)), clashes);
    desk.options.repair = true;
    let import = desk.import(&other).unwrap();
    assert_eq!(rows(&import), [("chains".into(), 2, 0), ("factors".into(), 1, 0)]);
    let spots: Vec<f64> = store.chains(&spy).unwrap().iter().map(|(_, path)| store.chain(path).unwrap().spot).collect();
    assert_eq!((spots, store.factors(&spy).unwrap().factors[0].split), (vec![9.0, 3.0], 2.0));
    assert_eq!(desk.files(), all);
}

#[test]
fn what_no_table_was_made_of_is_remembered() {
    let desk = Desk::new();
    desk.import(&[("SPY.csv", "facts\nchain 10 1.5\n")]).unwrap();
    let store = Store::open(&desk.store()).unwrap().unwrap();
    let changed = Changed { chains: ["SPY".to_owned()].into(), ..Changed::default() };
    store.set_pending(&changed).unwrap();
    assert_eq!(store.pending().unwrap(), changed);
    // the next import makes it good, whatever it brings
    desk.import(&[("AAA.csv", HOURLY)]).unwrap();
    assert_eq!(store.pending().unwrap(), Changed::default());
}

#[test]
fn words_that_mean_nothing_are_named() {
    let check = |options: ImportOptions, want: &str| {
        let desk = Desk { options, ..Desk::new() };
        let error = desk.import(&[("AAA.csv", HOURLY)]).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    };
    let none = ImportOptions::default;
    check(ImportOptions { timezone: Some("New York".into()), ..none() }, "--timezone: `New York` is not a zone");
    check(ImportOptions { format: Some("csv".into()), ..none() }, "`csv` is not a format\nhint: name one of plain");
    check(ImportOptions { factors: vec!["none.csv".into()], ..none() }, "none.csv: No such file");
    let desk = Desk::new();
    let column = desk.import(&[("AAA.csv", "t,known_time\n1,1\n")]).unwrap_err().to_string();
    assert!(column.contains("`known_time` cannot be the name of a column"), "{column}");
    let check = Check::Unreadable;
    assert_eq!((check.name(), Done::Told), ("unreadable", Done::Told));
}

#[test]
fn a_symbol_that_is_given_is_that_of_the_rows_and_never_of_two() {
    let mut desk = Desk::new();
    desk.options.symbol = Some(Symbol::new("MINE").unwrap());
    let done = desk.import(&[("theirs-1.csv", "t,close\n60,1\n"), ("theirs-2.csv", "t,close\n120,2\n")]).unwrap();
    assert_eq!((done.series.len(), done.series[0].symbol.as_str(), done.series[0].rows_new), (1, "MINE", 2));
    let refused = desk.import(&[("one.csv", "t,close\n180,1\n"), ("two.csv", "t,close\n240,2\n")]).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("two.csv: rows of one and of two cannot both be those of MINE"), "{said}");
}
