//! Rows to show, and their mirror image.

use tapewright_sdk::harness::Table;

/// Open, high, low, close, volume.
pub(crate) type Row = [f64; 5];

/// The same market upside down: every price p becomes `about` − p.
pub(crate) fn mirrored(rows: &[Row], about: f64) -> Vec<Row> {
    let mirror = |[open, high, low, close, volume]: &Row| {
        let upside_down = [*open, *low, *high, *close].map(|price| about - price);
        [upside_down[0], upside_down[1], upside_down[2], upside_down[3], *volume]
    };
    rows.iter().map(mirror).collect()
}

/// As the harness shows them.
pub(crate) fn table(rows: &[Row]) -> Table {
    ["open", "high", "low", "close", "volume"]
        .into_iter()
        .enumerate()
        .fold(Table::new(rows.len()), |table, (at, name)| {
            table.column(name, rows.iter().map(|row| row[at]).collect::<Vec<_>>())
        })
}

/// A bar of range 2 from one price to another that is one apart.
pub(crate) fn step(open: f64, close: f64, volume: f64) -> Row {
    [open, open.max(close) + 0.5, open.min(close) - 0.5, close, volume]
}

/// A random walk by seed, on a grid on which 4096 − p is exact: bursts of volume, rows without range or without
/// volume, and moods that last, so that there are trends and ranges.
pub(crate) fn walk(seed: u64, rows: usize) -> Vec<Row> {
    let mut random = Random(seed);
    let (mut close, mut drift, mut calm) = (2048.0, 0.0, 1.0);
    let row = |at: usize| {
        if at.is_multiple_of(60) {
            // back to the middle on the whole: prices stay far from 0 and from 4096
            drift = (random.share() - 0.5) * 2.0 + (2048.0 - close) / 1024.0;
            calm = 0.25 + random.share();
        }
        let grid = |price: f64| (price * 64.0).round() / 64.0;
        let open: f64 = close;
        if at % 1000 == 500 {
            return [open, open, open, open, 700.0];
        }
        close = grid(open + drift + calm * 8.0 * (random.share() + random.share() - 1.0));
        let high = grid(open.max(close) + calm * 3.0 * random.share());
        let low = grid(open.min(close) - calm * 3.0 * random.share());
        let burst = if random.share() < 0.05 { 3.0 } else { 1.0 };
        let volume = (1000.0 * burst * (0.2 + random.share() + (close - open).abs() / 8.0)).round();
        [open, high, low, close, if at % 1000 == 700 { 0.0 } else { volume }]
    };
    (0..rows).map(row).collect()
}

/// SplitMix64 (Steele, Lea, Flood 2014): good enough, and the same everywhere.
struct Random(u64);

impl Random {
    /// From 0 to 1, 1 not included.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
