//! Where prices go, how straight, and whether volume goes with them.
//!
//! All is measured over the last `rows` rows and summed afresh on each, so it forgets. It refuses to
//! know single bars and levels.
//!
//! Strength is the efficiency ratio, |net change| ÷ Σ|change| of the close (Kaufman, Trading Systems
//! and Methods, chapter on adaptive techniques): 1 for a straight line, about 0.8 ÷ √rows for a coin.

use tapewright_sdk::indicators::Window;

/// Volume confirms when a row with the trend trades so many times what a row against it trades, and
/// contradicts at the inverse. Between them nothing is claimed.
const CONFIRMS: f64 = 1.2;

/// The trend on a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendReading {
    /// −1 down, 0 none, 1 up.
    pub direction: f64,
    /// Efficiency ratio, 0 to 1.
    pub strength: f64,
    /// 1 volume confirms, −1 it contradicts, 0 unclear or no trend.
    pub validated: f64,
    /// (volume of rising rows − volume of falling rows) ÷ their sum, −1 to 1; 0 when nothing traded.
    pub balance: f64,
    /// The direction as it was before the rows that are measured here; NaN when not known yet.
    pub before: f64,
}

/// The last rows.
pub struct Trend {
    strength_min: f64,
    close: f64,
    /// Closes before the rows that are measured, one a row.
    befores: Window,
    changes: Window,
    volumes: Window,
    directions: Window,
}

impl Trend {
    /// A trend over so many rows, which is one from this strength on.
    pub fn new(rows: usize, strength_min: f64) -> Trend {
        let [befores, changes, volumes, directions] = [(); 4].map(|()| Window::new(rows));
        Trend { strength_min, close: f64::NAN, befores, changes, volumes, directions }
    }

    /// The next row. None until there are enough.
    #[inline]
    pub fn update(&mut self, close: f64, volume: f64) -> Option<TrendReading> {
        let before = std::mem::replace(&mut self.close, close);
        let change = close - before;
        if change.is_nan() {
            return None;
        }
        self.befores.push(before);
        self.changes.push(change);
        self.volumes.push(volume);
        if !self.changes.is_full() {
            return None;
        }
        let mut reading = self.measure();
        if self.directions.is_full() {
            reading.before = self.directions.oldest();
        }
        self.directions.push(reading.direction);
        Some(reading)
    }

    fn measure(&self) -> TrendReading {
        let net = self.close - self.befores.oldest();
        let Moves { path, rows, volumes } = Moves::of(self.changes.values(), self.volumes.values());
        // rounding may carry a straight line a hair beyond 1
        let strength = if path > 0.0 { (net.abs() / path).min(1.0) } else { 0.0 };
        let direction = if path > 0.0 && strength >= self.strength_min { net.signum() } else { 0.0 };
        let total = volumes[0] + volumes[1];
        let balance = if total > 0.0 { (volumes[1] - volumes[0]) / total } else { 0.0 };
        TrendReading { direction, strength, validated: validated(direction, rows, volumes), balance, before: f64::NAN }
    }
}

/// All changes of the rows that are measured.
struct Moves {
    /// Σ|change|.
    path: f64,
    /// Rows that fell, and that rose.
    rows: [f64; 2],
    /// What was traded on them.
    volumes: [f64; 2],
}

/// Sums are taken in so many lanes, by places in the window: an addition waits for the one before it.
const LANES: usize = 4;

impl Moves {
    fn of(changes: &[f64], volumes: &[f64]) -> Moves {
        let (mut path, mut fell, mut rose, mut rows) = ([0.0; LANES], [0.0; LANES], [0.0; LANES], [0_u32; 2]);
        for (changes, volumes) in changes.chunks(LANES).zip(volumes.chunks(LANES)) {
            for (lane, (change, volume)) in changes.iter().zip(volumes).enumerate() {
                path[lane] += change.abs();
                fell[lane] += if *change < 0.0 { *volume } else { 0.0 };
                rose[lane] += if *change > 0.0 { *volume } else { 0.0 };
                rows[0] += u32::from(*change < 0.0);
                rows[1] += u32::from(*change > 0.0);
            }
        }
        let sum = |lanes: [f64; LANES]| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        Moves { path: sum(path), rows: rows.map(f64::from), volumes: [sum(fell), sum(rose)] }
    }
}

/// Wyckoff's third law, effort against result, over a whole move: volume should rise with the trend and
/// fall against it. A move without a single row against it offers nothing to compare.
fn validated(direction: f64, rows: [f64; 2], volumes: [f64; 2]) -> f64 {
    if direction == 0.0 || rows[0] == 0.0 || rows[1] == 0.0 {
        return 0.0;
    }
    let mean = [volumes[0] / rows[0], volumes[1] / rows[1]];
    let (with, against) = if direction > 0.0 { (mean[1], mean[0]) } else { (mean[0], mean[1]) };
    if with == against {
        return 0.0; // nothing traded on either side, among others
    }
    f64::from(i8::from(with >= CONFIRMS * against) - i8::from(against >= CONFIRMS * with))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(strength_min: f64, closes: &[f64], volumes: &[f64]) -> TrendReading {
        let mut trend = Trend::new(closes.len() - 1, strength_min);
        closes.iter().zip(volumes).filter_map(|(close, volume)| trend.update(*close, *volume)).last().unwrap()
    }

    #[test]
    fn strength_is_net_change_by_path() {
        for (closes, direction, strength) in [
            ([10.0, 11.0, 12.0, 13.0, 14.0], 1.0, 1.0),
            ([14.0, 13.0, 12.0, 11.0, 10.0], -1.0, 1.0),
            ([10.0, 12.0, 11.0, 13.0, 12.0], 0.0, 2.0 / 6.0),
            ([10.0, 14.0, 13.0, 14.0, 12.0], 0.0, 2.0 / 8.0),
            ([10.0, 13.0, 12.0, 13.0, 13.0], 1.0, 3.0 / 5.0),
            ([10.0, 10.0, 10.0, 10.0, 10.0], 0.0, 0.0),
        ] {
            let read = last(0.5, &closes, &[1.0; 5]);
            assert_eq!((read.direction, read.strength), (direction, strength), "{closes:?}");
        }
    }

    #[test]
    fn volume_confirms_or_contradicts() {
        let (rise, fall) = ([10.0, 12.0, 11.0, 13.0, 14.0], [14.0, 12.0, 13.0, 11.0, 10.0]);
        // volume of the rows after the first; the third row goes against both trends
        for (volumes, validated, balance) in [
            ([1.0, 12.0, 10.0, 12.0, 12.0], 1.0, 26.0 / 46.0),
            ([1.0, 11.0, 10.0, 11.0, 11.0], 0.0, 23.0 / 43.0),
            ([1.0, 10.0, 12.0, 10.0, 10.0], -1.0, 18.0 / 42.0),
            ([1.0, 0.0, 0.0, 0.0, 0.0], 0.0, 0.0),
            ([1.0, 0.0, 3.0, 0.0, 0.0], -1.0, -1.0),
        ] {
            let up = last(0.5, &rise, &volumes);
            assert_eq!((up.direction, up.validated, up.balance), (1.0, validated, balance), "{volumes:?}");
            let down = last(0.5, &fall, &volumes);
            assert_eq!((down.direction, down.validated, down.balance), (-1.0, validated, -balance), "{volumes:?}");
        }
    }

    #[test]
    fn without_a_row_against_it_a_trend_is_unclear() {
        assert_eq!(last(0.5, &[1.0, 2.0, 3.0], &[1.0, 2.0, 9.0]).validated, 0.0);
    }

    #[test]
    fn it_knows_the_trend_before_the_one_that_it_measures() {
        let mut trend = Trend::new(2, 0.5);
        let closes = [3.0, 2.0, 1.0, 2.0, 1.5, 2.5, 3.5];
        let read: Vec<_> = closes.iter().filter_map(|close| trend.update(*close, 1.0)).collect();
        let directions: Vec<f64> = read.iter().map(|read| read.direction).collect();
        assert_eq!(directions, [-1.0, 0.0, 0.0, 0.0, 1.0]);
        assert!(read[0].before.is_nan() && read[1].before.is_nan());
        assert_eq!([read[2].before, read[3].before, read[4].before], [-1.0, 0.0, 0.0]);
    }
}
