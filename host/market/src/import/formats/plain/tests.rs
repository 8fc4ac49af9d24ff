//! What the plain form promises, row by row.

use tapewright_model::{Frame, Symbol, Time};

use super::Plain;
use crate::import::format::Hints;
use crate::import::frames::Frames;
use crate::import::source::Source;

fn read_file(name: &str, bytes: &[u8]) -> Result<Vec<(Symbol, Frame)>, String> {
    let mut frames = Frames::new(false);
    let read = frames.read(&Plain, &Source::of_bytes(name, bytes), &Hints::default());
    read.and_then(|()| frames.finish()).map_err(|error| error.to_string())
}

fn pack(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn read(text: &str) -> Result<Vec<(Symbol, Frame)>, String> {
    read_file("bars.csv", text.as_bytes())
}

#[test]
fn the_plain_form_reads() {
    let frames = read("\u{feff}Date,Close,Volume\n1970-01-01,1.5,\n1970-01-02, 2 ,7\n").unwrap();
    let (symbol, frame) = &frames[0];
    assert_eq!(symbol.as_str(), "BARS");
    assert_eq!(frame.times(), [Time::DAY, 2 * Time::DAY]);
    assert_eq!(frame.names(), ["close", "volume"]);
    assert!(frame.column(1)[0].is_nan());
    assert_eq!(frame.column(0), [1.5, 2.]);
    let frames = read("time,symbol,close\n1700000000,B,1\n1700000000000,A,2\n1700000001,B,3\n").unwrap();
    let shown: Vec<_> = frames.iter().map(|(symbol, frame)| (symbol.as_str(), frame.column(0))).collect();
    assert_eq!(shown, [("A", &[2.][..]), ("B", &[1., 3.])]);
    assert_eq!(frames[0].1.times()[0], frames[1].1.times()[0]);
}

#[test]
fn a_packed_file_reads_as_the_text_in_it() {
    let text = "Date,Time,o,h,l,c\n2024-01-03,14:31,1,2,0.5,1.5\n2024-01-03,14:32,1,2,0.5,1.6\n";
    let packed = pack(text);
    for (name, want) in [("sp500.csv.gz", "SP500"), ("sp500.GZ", "SP500"), ("brk.b.csv", "BRK.B")] {
        let frames = read_file(name, &packed).unwrap();
        let (symbol, frame) = &frames[0];
        assert_eq!(symbol.as_str(), want);
        assert_eq!(frame.names(), ["open", "high", "low", "close"]);
        assert_eq!(frame.times()[1], "2024-01-03T14:32:00Z".parse::<Time>().unwrap().0);
    }
    assert_eq!(
        read_file("sp500.csv.gz", &packed[..packed.len() - 9]).unwrap_err(),
        "sp500.csv.gz: the gzip stream ends too early: the file is truncated\nhint: fetch or pack it again"
    );
}

#[test]
fn dates_are_read_one_way_in_the_whole_file() {
    let doubt = |why: &str| {
        Err(format!(
            "bars.csv: no date says whether the day or the month stands first, and its rows ascend {why}\n\
             hint: write dates as 2024-01-03"
        ))
    };
    let line = |text: &str| Err(format!("bars.csv:{text}"));
    for (dates, want) in [
        // a number above 12 says it, for the rows before it too
        (&["1/4/1999", "1/5/1999", "1/13/1999"][..], Ok("1999-01-05 1999-01-06 1999-01-14")),
        (&["4/1/1999", "5/1/1999", "13/1/1999"], Ok("1999-01-05 1999-01-06 1999-01-14")),
        (&["4.1.1999", "13.1.1999", "1.2.1999"], Ok("1999-01-05 1999-01-14 1999-02-02")),
        // the order of the rows says it
        (&["1/11/1999", "1/12/1999", "2/1/1999"], Ok("1999-01-12 1999-01-13 1999-02-02")),
        (&["11/1/1999", "12/1/1999", "1/2/1999"], Ok("1999-01-12 1999-01-13 1999-02-02")),
        (&["5/5/1999"], Ok("1999-05-06")),
        (&["1/4/1999", "1/5/1999"], doubt("either way")),
        (&["1/4/1999"], doubt("either way")),
        (&["2/3/1999", "1/2/1999"], doubt("neither way")),
        // what says one thing and then another
        (&["1/13/1999", "13/2/1999"], line("3: `13/2/1999` is not a date: line 2 says that the month stands first")),
        (&["13/1/1999", "2/13/1999"], line("3: `2/13/1999` is not a date: line 2 says that the day stands first")),
        (&["1/13/1999", "1999-01-14"], line("3: `1999-01-14` is not written as the dates before it")),
        (&["1999-01-14", "1/15/1999"], line("3: `1/15/1999` is not written as the dates before it")),
        (
            &["1/5/1999", "1/4/1999", "1/13/1999"],
            line("3: the row is known at 1999-01-05T00:00:00Z, not after the one before it (1999-01-06T00:00:00Z)"),
        ),
        (
            &["1/13/1999", "1/12/1999"],
            line("3: the row is known at 1999-01-13T00:00:00Z, not after the one before it (1999-01-14T00:00:00Z)"),
        ),
    ] {
        let rows: String = dates.iter().map(|date| format!("{date},1\n")).collect();
        let read = read(&format!("date,close\n{rows}")).map(|frames| {
            let times = frames[0].1.times().iter().map(|time| Time(*time).to_string()[..10].to_owned());
            times.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(read, want.map(str::to_owned), "{dates:?}");
    }
    let two = "date,symbol,close\n1/2/1999,A,1\n1/2/1999,B,1\n3/1/1999,B,1\n2/3/1999,A,1\n1/4/1999,B,1\n";
    assert_eq!(
        read(two).map(|_| ""),
        doubt("neither way"),
        "A ascends both ways, B neither with the day nor with the month first"
    );
}

#[test]
fn rows_that_are_all_stamped_with_a_midnight_are_days() {
    let known = |text: &str| read(text).unwrap()[0].1.times().to_vec();
    let days = [Time::DAY, 2 * Time::DAY];
    assert_eq!(known("time,close\n1970-01-01 00:00:00,1\n1970-01-02T00:00:00Z,2\n"), days);
    assert_eq!(known("known_time,close\n1970-01-02 00:00:00,1\n1970-01-03 00:00:00,2\n"), days);
    assert_eq!(known("time,close\n1970-01-02 00:00:00,1\n1970-01-03 00:00:01,2\n")[0], Time::DAY);
}

#[test]
fn rubbish_is_named_with_its_line() {
    for (text, want) in [
        ("", "bars.csv: it is empty"),
        ("time,close\n", "bars.csv: it holds no row"),
        ("time,symbol,close\n", "bars.csv: it holds no row"),
        (
            "time,symbol,close\n2024-01-03,A/B,1\n",
            "bars.csv:2: `A/B` is not a symbol (1 to 64 letters, digits or . _ - ^ = $ +)",
        ),
        (
            "time,close\n2024-01-03,1\n2024-01-03,2\n",
            "bars.csv:3: the row is known at 2024-01-04T00:00:00Z, not after the one before it (2024-01-04T00:00:00Z)",
        ),
        ("time,close\n2024-01-03,1\n2024-01-04,x\n", "bars.csv:3: `x` in column `close` is not a number"),
        ("time,close\n2024-01-03,inf\n", "bars.csv:2: `inf` in column `close` is not a number"),
        ("time,close\n2024-01-03\n", "bars.csv:2: 1 cells, the header has 2"),
        ("time,close\n12,1\n", "bars.csv:2: `12` is not a time; as a number it has 9 to 19 digits, since 1970"),
        (
            "time,close\n2024-01-03,\"1,234.5\"\n",
            "bars.csv:2: `1,234.5` in column `close` is not a number (it has a mark between digits)\nhint: write 1234.5",
        ),
        (
            "time,close\n2024-01-03,1 234\n",
            "bars.csv:2: `1 234` in column `close` is not a number (it has a mark between digits)\nhint: write 1234.5",
        ),
        (
            "time,close\n2024-01-03,\"$1,234\"\n",
            "bars.csv:2: `$1,234` in column `close` is not a number (it has a currency sign)\nhint: write 1234.5",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), want, "{text:?}");
    }
}
