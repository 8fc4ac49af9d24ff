//! What holds on any market: ranges, levels on their side, and a pause between two detections of a kind.

use plugin_gex::Gex;
use tapewright_sdk::Direction;
use tapewright_sdk::harness::{self, Table};

const ROWS: usize = 4000;

/// Numbers from 0 below 1 (splitmix64).
fn dice(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
}

#[test]
fn what_is_said_of_a_random_walk_is_in_range() {
    let mut counts = [0; 4];
    for mut seed in 1..5 {
        let names =
            ["close", "high", "low", "gex.total", "gex.flip", "gex.flip_distance", "gex.call_wall", "gex.put_support"];
        let mut columns: [Vec<f64>; 8] = Default::default();
        let (mut close, mut total) = (1000.0, 0.0);
        for _ in 0..ROWS {
            let open = close;
            close *= 1.0 + 0.02 * (dice(&mut seed) - 0.5) - 0.05 * (close / 1000.0 - 1.0);
            total = 0.9 * total + 4e9 * (dice(&mut seed) - 0.5);
            let [up, down] = [1.0, -1.0].map(|sign| sign * 0.005 * dice(&mut seed));
            let row = [
                close,
                open.max(close) * (1.0 + up),
                open.min(close) * (1.0 + down),
                total,
                1000.0,
                (close - 1000.0) / close,
                1020.0,
                980.0,
            ];
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(if dice(&mut seed) < 0.02 { f64::NAN } else { value });
            }
        }
        let table =
            names.iter().zip(&columns).fold(Table::daily(ROWS), |table, (name, column)| table.column(name, column));
        let heard = harness::detector::<Gex>().open().unwrap().run(&table);
        let mut last = [None; 4];
        for said in &heard.detections {
            assert!((0.0..=1.0).contains(&said.strength) && said.probability.is_nan(), "row {}", said.row);
            let (row, close) = (said.row, columns[0][said.row]);
            let at = match said.pattern.as_str() {
                "negative_gamma_extreme" => {
                    assert!(columns[3][row] <= -2e9 && said.entry.is_nan() && said.strength >= 0.5);
                    0
                }
                "flip_approach" => {
                    assert!((said.entry - 1000.0).abs() < 1e-9 && (close / 1000.0 - 1.0).abs() < 0.0102);
                    assert_eq!(said.direction == Direction::Down, close > 1000.0);
                    assert!(said.evidence("rows_to_flip") > 0.0);
                    1
                }
                "call_wall_test" => {
                    assert!(said.entry == 1020.0 && close < 1020.0 && columns[1][row] >= 1020.0 * 0.997 - 1e-9);
                    2
                }
                _ => {
                    assert_eq!((said.pattern.as_str(), said.entry), ("put_support_test", 980.0));
                    assert!(close > 980.0 && columns[2][row] <= 980.0 * 1.003 + 1e-9);
                    3
                }
            };
            counts[at] += 1;
            // a detection and the row that arms the next one are two rows
            assert!(last[at].replace(row).is_none_or(|last: usize| row > last + 1), "row {row}");
        }
        for (output, range) in [("regime", -1.0..=1.0), ("distance", -0.2..=0.2), ("velocity", -0.1..=0.1)] {
            let values = heard.output(output);
            assert!(values.iter().all(|value| value.is_nan() || range.contains(value)), "{output}");
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}
