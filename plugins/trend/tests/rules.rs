//! What holds on any market: the shared fixture of pivots, symmetry, ranges, and an independent count of what came
//! true.

use plugin_trend::Trend;
use tapewright_sdk::Direction;
use tapewright_sdk::harness::{self, Heard, Table};

const ROWS: usize = 3000;

/// Numbers from 0 below `bound` (splitmix64).
fn dice(seed: &mut u64, bound: u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % bound
}

/// High, low and close of a random walk in quarters, so that sums and differences are exact; one row in fifty
/// lacks a value.
fn walk(mut seed: u64) -> [Vec<f64>; 3] {
    let [mut highs, mut lows, mut closes] = [const { Vec::new() }; 3];
    let mut close = 500.0;
    for _ in 0..ROWS {
        let open = close;
        close += dice(&mut seed, 17) as f64 / 4.0 - 2.0;
        highs.push(open.max(close) + dice(&mut seed, 5) as f64 / 4.0);
        lows.push(open.min(close) - dice(&mut seed, 5) as f64 / 4.0);
        closes.push(close);
        if dice(&mut seed, 50) == 0 {
            let missing = dice(&mut seed, 3) as usize;
            *[&mut highs, &mut lows, &mut closes][missing].last_mut().unwrap() = f64::NAN;
        }
    }
    [highs, lows, closes]
}

fn hear([highs, lows, closes]: [&[f64]; 3], say_level: i32) -> Heard {
    let table = Table::daily(highs.len()).column("high", highs).column("low", lows).column("close", closes);
    harness::detector::<Trend>().param("say_level", say_level).open().unwrap().run(&table)
}

fn fixture(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/../../tests/fixtures/pivots/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn pivots_are_those_of_the_shared_fixture() {
    let rows = fixture("rows.csv");
    let [highs, lows] = [0, 1].map(|at| rows.iter().map(|row| row[at].parse().unwrap()).collect::<Vec<f64>>());
    let heard = hear([&highs, &lows, &lows], 1);
    let said: Vec<_> = heard
        .detections
        .iter()
        .filter(|said| said.pattern != "trend_prediction")
        .map(|said| {
            (said.pattern.clone(), said.evidence("price"), said.row as f64 - said.evidence("rows_ago"), said.row as u64)
        })
        .collect();
    let expected: Vec<_> = fixture("expected.csv")
        .iter()
        .filter(|row| row[0].as_str() <= "3")
        .map(|row| {
            let pattern = format!("l{}{}", row[0], &row[1][..1]);
            (pattern, row[2].parse().unwrap(), row[3].parse().unwrap(), row[4].parse().unwrap())
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn a_mirrored_market_is_said_mirrored() {
    let [highs, lows, closes] = walk(1);
    let mirror = |prices: &[f64]| prices.iter().map(|price| 1000.0 - price).collect::<Vec<_>>();
    let heard = hear([&highs, &lows, &closes], 2);
    let mirrored = hear([&mirror(&lows), &mirror(&highs), &mirror(&closes)], 2);
    let sorted = |heard: &Heard, turned: bool| {
        let mut said: Vec<_> = heard
            .detections
            .iter()
            .filter(|said| said.pattern != "trend_prediction")
            .map(|said| {
                let high = said.pattern.ends_with('h') != turned;
                let price = said.evidence("price");
                let price = if turned { 1000.0 - price } else { price };
                (said.row as u64, said.pattern[..2].to_owned(), high, price.to_bits(), said.strength.to_bits())
            })
            .collect();
        said.sort();
        said
    };
    assert!(heard.detections.len() > 200, "{}", heard.detections.len());
    assert_eq!(sorted(&heard, false), sorted(&mirrored, true));
    for (output, other, sign) in
        [("high_slope", "low_slope", -1.0), ("touches_high", "touches_low", 1.0), ("trend", "trend", -1.0)]
    {
        for (row, (value, other)) in heard.output(output).iter().zip(mirrored.output(other)).enumerate() {
            assert!(*value == sign * other || value.is_nan() && other.is_nan(), "{output} on row {row}");
        }
    }
}

#[test]
fn what_is_said_of_a_random_walk_is_in_range() {
    for seed in 2..6 {
        let [highs, lows, closes] = walk(seed);
        let heard = hear([&highs, &lows, &closes], 1);
        for said in &heard.detections {
            assert!((0.0..=1.0).contains(&said.strength) && said.probability.is_nan(), "row {}", said.row);
            if said.pattern == "trend_prediction" {
                assert!(said.evidence("touches") >= 2.0 && said.evidence("start") > said.evidence("end"));
                assert_eq!(said.evidence("slope") > 0.0, said.direction == Direction::Up);
                continue;
            }
            let happened = said.row - said.evidence("rows_ago") as usize;
            let prices = if said.direction == Direction::Down { &highs } else { &lows };
            assert!(said.evidence("rows_ago") >= 1.0);
            assert_eq!(prices[happened], said.evidence("price"));
        }
        let [total, validated, correct, pending] =
            ["total_predictions", "validated_predictions", "correct_predictions", "pending_validations"]
                .map(|name| heard.output(name));
        for row in 0..ROWS {
            assert_eq!(total[row], validated[row] + pending[row], "row {row}");
            assert!(correct[row] <= validated[row] && pending[row] <= 4.0, "row {row}");
        }
        assert!(validated[ROWS - 1] > 100.0, "{}", validated[ROWS - 1]);
        assert!(heard.output("trend").iter().all(|trend| [-1.0, 0.0, 1.0].contains(trend)));
    }
}

#[test]
fn the_own_count_is_what_a_look_back_finds() {
    for seed in 6..10 {
        let [highs, lows, closes] = walk(seed);
        let heard = hear([&highs, &lows, &closes], 2);
        let [mut total, mut validated, mut correct] = [0.0; 3];
        for prediction in heard.detections.iter().filter(|said| said.pattern == "trend_prediction") {
            total += 1.0;
            // of either kind the second level-2 pivot that happened after the row: when it was known, where it went
            let second = |pattern: &str| {
                let mut later = heard.detections.iter().filter(|said| {
                    said.pattern == pattern && said.row as f64 - said.evidence("rows_ago") > prediction.row as f64
                });
                let (first, second) = (later.next()?, later.next()?);
                Some((second.row, second.evidence("price") - first.evidence("price")))
            };
            let (high, low) = (second("l2h"), second("l2l"));
            let decides = match (high, low) {
                (Some(high), Some(low)) => Some(if low.0 < high.0 { low } else { high }),
                (high, low) => high.or(low),
            };
            if let Some((known, change)) = decides {
                // the default horizon is long enough for a random walk
                assert!(known - prediction.row <= 100, "row {}", prediction.row);
                validated += 1.0;
                let came_true = if prediction.direction == Direction::Up { change > 0.0 } else { change < 0.0 };
                correct += f64::from(u8::from(came_true));
            }
        }
        for (name, expected) in
            [("total_predictions", total), ("validated_predictions", validated), ("correct_predictions", correct)]
        {
            assert_eq!(heard.output(name)[ROWS - 1], expected, "{name}, seed {seed}");
        }
        assert_eq!(heard.output("accuracy")[ROWS - 1], correct / validated);
    }
}
