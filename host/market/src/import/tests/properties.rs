//! Whatever the order of rows, how they are split into files, and how little memory there is: the same table.

use super::*;

/// A small generator of numbers (Marsaglia, Xorshift RNGs, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// Rows at multiples of a minute, shuffled, some of them twice, cut into files with or without a second column.
fn files(random: &mut Random, rows: usize) -> Vec<(String, String)> {
    let mut all: Vec<usize> = (1..=rows).collect();
    for _ in 0..rows / 10 {
        all.push(1 + random.below(rows));
    }
    for at in (1..all.len()).rev() {
        all.swap(at, random.below(at + 1));
    }
    let mut files = Vec::new();
    while !all.is_empty() {
        let rest = all.split_off(random.below(all.len() + 1));
        let wide = random.below(2) == 0;
        // of narrow files the second column is missing, and comes from a wide one if that has the row as well
        let text: String = all
            .iter()
            .map(|row| {
                let more = if wide { format!(",{}", row * 10) } else { String::new() };
                format!("{},{row}{more}\n", row * 60)
            })
            .collect();
        files.push((
            format!("AAA-{}.csv", files.len()),
            format!("t,close{}\n{text}", if wide { ",volume" } else { "" }),
        ));
        all = rest;
    }
    files
}

#[test]
fn a_table_does_not_depend_on_order_files_memory_or_the_number_of_imports() {
    for seed in 1..=6 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let rows = 20 + random.below(300);
        let files = files(&mut random, rows);
        let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let desk = || {
            let timeframe = Some("1m".parse().unwrap());
            Desk { options: ImportOptions { repair: true, timeframe, ..ImportOptions::default() }, ..Desk::new() }
        };
        let sorted = |table: Option<String>| {
            // columns stand in the order in which they came
            let table = table.unwrap();
            let mut lines = table.split('|');
            let names: Vec<&str> = lines.next().unwrap().split(' ').collect();
            let close = names.iter().position(|name| *name == "close").unwrap();
            let volume = names.iter().position(|name| *name == "volume");
            let line = |line: &str| {
                let cells: Vec<&str> = line.split(' ').collect();
                format!("{} {} {}", cells[0], cells[1 + close], volume.map_or("NaN", |volume| cells[1 + volume]))
            };
            lines.map(line).collect::<Vec<_>>()
        };
        let whole = desk();
        let import = whole.import(&named).unwrap();
        let want = sorted(whole.rows("bars/1m/AAA.parquet"));
        assert_eq!((want.len(), import.series[0].rows_new), (rows, rows as u64), "{seed}");
        for buffer_bytes in [0, 100, 3000] {
            let little = Desk { buffer_bytes, ..desk() };
            let import_little = little.import(&named).unwrap();
            assert_eq!(little.rows("bars/1m/AAA.parquet"), whole.rows("bars/1m/AAA.parquet"), "{seed} {buffer_bytes}");
            assert_eq!(said(&import_little.findings), said(&import.findings), "{seed} {buffer_bytes}");
        }
        let mut order: Vec<usize> = (0..named.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        let one_by_one = desk();
        for file in order {
            one_by_one.import(&named[file..=file]).unwrap();
        }
        assert_eq!(sorted(one_by_one.rows("bars/1m/AAA.parquet")), want, "{seed}");
        // and all of it again is known
        let again = one_by_one.import(&named).unwrap();
        assert_eq!((again.series[0].rows_new, again.series[0].rows_same), (0, rows as u64), "{seed}");
    }
}

#[test]
fn the_timeframe_of_shuffled_rows_is_found() {
    let mut random = Random(7);
    for buffer_bytes in [0, 500, BUFFER_BYTES] {
        let mut rows: Vec<usize> = (1..=200).collect();
        for at in (1..rows.len()).rev() {
            rows.swap(at, random.below(at + 1));
        }
        let text: String = rows.iter().map(|row| format!("{},1\n", row * 900)).collect();
        let mut desk = Desk { buffer_bytes, ..Desk::new() };
        desk.options.repair = true;
        let import = desk.import(&[("AAA.csv", &format!("t,close\n{text}"))]).unwrap();
        assert_eq!(import.series[0].table, "bars/15m");
    }
    let check = |rows: &str, table: &str| {
        let import = Desk::new().import(&[("AAA.csv", &format!("t,close\n{rows}"))]).unwrap();
        assert_eq!(import.series[0].table, table, "{rows}");
    };
    check("60,1\n120,1\n180,1\n1000,1\n1060,1\n", "bars/1m");
    check("300,1\n240,1\n180,1\n", "bars/1m");
    check("60,1\n120,1\n1000,1\n5000,1\n", "bars/rows");
    check("86400,1\n172800,1\n432000,1\n518400,1\n", "bars/1d");
    check("60,1\n", "bars/rows");
}
