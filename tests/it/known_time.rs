//! Nothing is seen before it was known: what is cut off the inputs after a moment changes no row that was known by then.

use std::fmt::Write;
use std::path::Path;

use tapewright_market::{Adjust, ImportOptions, ImportProgress, Market, OpenOptions, import};
use tapewright_model::{Symbol, Time};
use tapewright_replay::RunOptions;
use tapewright_tests::markets::Random;
use tapewright_tests::{guests, runs};

/// Days of a scenario.
const DAYS: i64 = 60;
/// 2024-01-02, a Tuesday.
const FIRST: i64 = 19_724;
const HOUR: i64 = 3600 * Time::SECOND;

fn below(random: &mut Random, bound: u64) -> u64 {
    random.draw() % bound
}

fn price(random: &mut Random) -> f64 {
    50.0 + below(random, 4000) as f64 / 100.0
}

/// One thing that became known: when, in which file, and its line.
struct Known {
    time: i64,
    file: &'static str,
    line: String,
}

/// When it was known, its day, the split and the dividend as ratios.
type Factor = (i64, i64, f64, f64);
type World = (Vec<Known>, Vec<Factor>);

/// What the world knew, in the order of known time.
fn world(random: &mut Random) -> World {
    let mut all = Vec::new();
    let text = |time: i64| Time(time).to_string();
    let mut factors = Vec::new();
    for day in FIRST..FIRST + DAYS {
        // Saturdays and Sundays have no session
        if [2, 3].contains(&(day % 7)) {
            continue;
        }
        let midnight = day * Time::DAY;
        for (file, chance) in [("AAA.csv", 10), ("BBB.csv", 6)] {
            for hour in 15..=21 {
                if below(random, 10) < chance {
                    let time = midnight + hour * HOUR;
                    let (low, high) = (price(random), price(random));
                    let (low, high) = (low.min(high), low.max(high));
                    let line = format!("{},{low},{high},{low},{high},{}", text(time), below(random, 1000));
                    all.push(Known { time, file, line });
                }
            }
        }
        if below(random, 3) == 0 {
            let period = day - 30 - below(random, 40) as i64;
            let line = format!("{},{},{}", &text(period * Time::DAY)[..10], text(midnight + 13 * HOUR), price(random));
            all.push(Known { time: midnight + 13 * HOUR, file: "CPI.csv", line });
        }
        if below(random, 4) == 0 {
            let due = midnight + (1 + below(random, 20) as i64) * Time::DAY;
            let line = format!("{},{},earnings,AAA,due", text(midnight + 12 * HOUR), text(due));
            all.push(Known { time: midnight + 12 * HOUR, file: "events.csv", line });
        }
        if below(random, 2) == 0 {
            let time = midnight + 16 * HOUR + 17 * Time::SECOND;
            let (bid, size) = (price(random), below(random, 50) + 1);
            all.push(Known {
                time,
                file: "quotes.csv",
                line: format!("{},AAA,{bid},{},{size},7", text(time), bid + 0.05),
            });
        }
        if below(random, 8) == 0 {
            // known when the session has ended
            let split = [1.0, 2.0, 4.0][below(random, 3) as usize];
            let dividend = [1.0, 2.0][below(random, 2) as usize];
            factors.push((midnight + 21 * HOUR, day, split, dividend));
        }
    }
    all.sort_by_key(|known| known.time);
    (all, factors)
}

/// A factor file as it stood: its numbers are those of the last line, which is 1, so that every new one changes all.
fn factor_file(factors: &[Factor]) -> String {
    let mut lines = vec![String::from("20501231,1,1,0")];
    let (mut price, mut split) = (1.0, 1.0);
    for (_, day, by_split, by_dividend) in factors.iter().rev() {
        (price, split) = (price / by_dividend, split / by_split);
        let date = Time(day * Time::DAY).to_string()[..10].replace('-', "");
        lines.push(format!("{date},{price},{split},100"));
    }
    lines.push(format!("20000103,{price},{split},1"));
    lines.reverse();
    lines.join("\n")
}

/// A store of what was known by then.
fn store(folder: &Path, (all, factors): &World, until: i64) {
    let inputs = folder.join("inputs");
    std::fs::create_dir(&inputs).unwrap();
    for (file, header) in [
        ("AAA.csv", "time,open,high,low,close,volume"),
        ("BBB.csv", "time,open,high,low,close,volume"),
        ("CPI.csv", "observation_date,released,value"),
        ("events.csv", "known_time,event_time,kind,symbol,title"),
        ("quotes.csv", "time,symbol,bid,ask,bid_size,ask_size"),
    ] {
        let mut text = format!("{header}\n");
        let known = all.iter().filter(|known| known.file == file && known.time <= until);
        known.for_each(|known| writeln!(text, "{}", known.line).unwrap());
        if text.lines().count() > 1 {
            std::fs::write(inputs.join(file), text).unwrap();
        }
    }
    let known: Vec<_> = factors.iter().filter(|factor| factor.0 <= until).copied().collect();
    let factor_path = folder.join("aaa.csv");
    std::fs::write(&factor_path, factor_file(&known)).unwrap();
    let options = ImportOptions { factors: vec![factor_path], ..ImportOptions::default() };
    import(&[inputs], &folder.join("store"), &options, &ImportProgress::default()).unwrap();
}

/// What a plugin on AAA is shown, by known time.
fn shown(folder: &Path, columns: &[&str; 6], adjust: Adjust) -> Vec<(i64, Vec<u64>)> {
    let options = OpenOptions { adjust, ..OpenOptions::default() };
    let market = Market::open(&[folder.join("store")], &options).unwrap();
    let kit = guests::load("kit");
    let params: Vec<(&str, &str)> = ["a", "b", "c", "d", "e", "f"].into_iter().zip(columns.iter().copied()).collect();
    let mut request = runs::request(market, vec![guests::bind(&kit, "mirror", &params)]);
    request.symbols = vec![Symbol::new("AAA").unwrap()];
    let ran = runs::keep(&request, &RunOptions::default());
    ran.outputs["mirror@AAA"].iter().map(|(_, time, values)| (*time, runs::bits(values))).collect()
}

#[test]
fn what_comes_later_changes_no_row() {
    let mut random = Random(11);
    let (mut rows, mut values) = (0, 0);
    for round in 0..6 {
        let world = world(&mut random);
        let columns = [
            ["close", "volume", "close:1d", "high:1w", "time:1d", "close@BBB"],
            ["open", "close@BBB:1d", "time@BBB", "value@CPI", "period@CPI", "calendar.earnings_in"],
            ["close", "quote.spread", "quote.mid", "event.earnings_age", "calendar.weekday", "low:4h"],
        ][round % 3];
        let adjust = [Adjust::None, Adjust::Splits, Adjust::All][(round + round / 3) % 3];
        let whole = tempfile::tempdir().unwrap();
        store(whole.path(), &world, i64::MAX);
        let later = shown(whole.path(), &columns, adjust);
        for _ in 0..3 {
            let cut = (FIRST + 12 + below(&mut random, DAYS as u64 - 12) as i64) * Time::DAY
                + below(&mut random, 24) as i64 * HOUR;
            let part = tempfile::tempdir().unwrap();
            store(part.path(), &world, cut);
            let then = shown(part.path(), &columns, adjust);
            let known = later.iter().filter(|(time, _)| *time <= cut).count();
            assert_eq!(then.len(), known, "{columns:?} until {}", Time(cut));
            for (row, (was, is)) in then.iter().zip(&later).enumerate() {
                assert_eq!(was, is, "{columns:?} {adjust:?} until {}: row {row} at {}", Time(cut), Time(is.0));
                rows += 1;
                values += was.1.iter().filter(|bits| !f64::from_bits(**bits).is_nan()).count();
            }
        }
    }
    assert!(rows > 2000 && values > rows * 4, "{rows} rows, {values} values");
}
