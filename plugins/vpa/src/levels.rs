//! Support and resistance: the pivots that no close has broken yet.
//!
//! A level is known when its pivot is, and is dropped for good by the first close beyond it. Of each
//! side the newest few are kept. It refuses to know volume.

use tapewright_sdk::indicators::{PivotKind, Pivots};

/// So many levels a side: a bound for state and time; those that drop out are the oldest, and of a
/// long trend the farthest.
const LEVELS: usize = 16;

/// A price at which the market turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The pivot's price; NaN when there is none.
    pub price: f64,
    /// The row of the pivot.
    pub row: u64,
}

/// What a row did to the levels that stood before it, and those that stand after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelReading {
    /// This row, 0 the first; rows that are skipped count.
    pub row: u64,
    /// The highest level at or below the close, of pivot lows.
    pub support: Level,
    /// The lowest level at or above the close, of pivot highs.
    pub resistance: Level,
    /// The support before this row.
    pub support_before: Level,
    /// The resistance before this row.
    pub resistance_before: Level,
}

impl Level {
    /// No level.
    pub const NONE: Level = Level { price: f64::NAN, row: 0 };

    /// Whether there is one.
    pub fn stands(&self) -> bool {
        !self.price.is_nan()
    }
}

impl LevelReading {
    /// Closed below the support that stood before. A gap through it counts.
    pub fn broke_support(&self, close: f64) -> bool {
        close < self.support_before.price
    }

    /// Closed above the resistance that stood before.
    pub fn broke_resistance(&self, close: f64) -> bool {
        close > self.resistance_before.price
    }

    /// Came within `reach` of the support that stood before, or through it, and closed at or above it.
    pub fn tested_support(&self, low: f64, close: f64, reach: f64) -> bool {
        low <= self.support_before.price + reach && close >= self.support_before.price
    }

    /// Came within `reach` of the resistance that stood before, or through it, and closed at or below it.
    pub fn tested_resistance(&self, high: f64, close: f64, reach: f64) -> bool {
        high >= self.resistance_before.price - reach && close <= self.resistance_before.price
    }
}

/// One side's levels, oldest first.
struct Side {
    levels: Vec<Level>,
}

impl Side {
    fn new() -> Side {
        Side { levels: Vec::with_capacity(LEVELS) }
    }

    fn add(&mut self, level: Level) {
        if self.levels.len() == LEVELS {
            self.levels.remove(0);
        }
        self.levels.push(level);
    }

    fn nearest(&self, nearer: impl Fn(f64, f64) -> bool) -> Level {
        let first = |best: Level, level: &Level| {
            if !best.stands() || nearer(level.price, best.price) { *level } else { best }
        };
        self.levels.iter().fold(Level::NONE, first)
    }
}

/// The levels that stand.
pub struct Levels {
    level: u8,
    row: u64,
    pivots: Pivots,
    supports: Side,
    resistances: Side,
    support: Level,
    resistance: Level,
}

impl Levels {
    /// Levels are pivots of this level, 1 or more.
    pub fn new(level: u8) -> Levels {
        Levels {
            level,
            row: 0,
            pivots: Pivots::new(usize::from(level)),
            supports: Side::new(),
            resistances: Side::new(),
            support: Level::NONE,
            resistance: Level::NONE,
        }
    }

    /// A row without a price: it changes nothing, but counts when somebody asks how long ago a pivot was.
    pub fn skip(&mut self) {
        self.pivots.update(f64::NAN, f64::NAN);
        self.row += 1;
    }

    /// The next row.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> LevelReading {
        let (support_before, resistance_before) = (self.support, self.resistance);
        let mut changed = false;
        for pivot in self.pivots.update(high, low) {
            if pivot.level == self.level {
                let level = Level { price: pivot.price, row: pivot.row };
                match pivot.kind {
                    PivotKind::Low => self.supports.add(level),
                    PivotKind::High => self.resistances.add(level),
                }
                changed = true;
            }
        }
        // between changes the nearest level stands: a close moves away from it or breaks it
        if changed || close < self.support.price || close > self.resistance.price {
            self.supports.levels.retain(|level| level.price <= close);
            self.resistances.levels.retain(|level| level.price >= close);
            self.support = self.supports.nearest(|price, best| price > best);
            self.resistance = self.resistances.nearest(|price, best| price < best);
        }
        let row = self.row;
        self.row += 1;
        let (support, resistance) = (self.support, self.resistance);
        LevelReading { row, support, resistance, support_before, resistance_before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of high, low, close through level-1 pivots; gives support and resistance after each.
    fn run(rows: &[[f64; 3]]) -> Vec<LevelReading> {
        let mut levels = Levels::new(1);
        rows.iter().map(|[high, low, close]| levels.update(*high, *low, *close)).collect()
    }

    #[test]
    fn a_level_stands_from_the_row_on_which_its_pivot_is_known_until_a_close_breaks_it() {
        let read = run(&[
            [12.0, 10.0, 11.0],
            [11.0, 8.0, 9.0],  // the low
            [12.0, 9.0, 11.0], // it is known; 12 is a high above both
            [11.0, 8.5, 8.0],  // closes on the support; the high is known
            [11.0, 7.0, 7.9],  // closes below it
            [13.0, 8.0, 12.5], // closes above the resistance
        ]);
        let prices = |read: &LevelReading| (read.support.price, read.resistance.price);
        let text: Vec<String> = read.iter().map(|read| format!("{:?}", prices(read))).collect();
        assert_eq!(text, ["(NaN, NaN)", "(NaN, NaN)", "(8.0, NaN)", "(8.0, 12.0)", "(NaN, 12.0)", "(7.0, NaN)"]);
        assert_eq!((read[3].support.row, read[3].resistance.row), (1, 2));
        assert!(read[4].broke_support(7.9) && !read[3].broke_support(8.0));
        assert!(read[5].broke_resistance(12.5) && !read[4].broke_resistance(7.9));
    }

    #[test]
    fn the_nearest_level_counts_and_the_next_one_when_it_broke() {
        let read = run(&[
            [21.0, 20.0, 20.5],
            [19.0, 10.0, 15.0], // a low at 10
            [21.0, 15.0, 20.0],
            [20.0, 14.0, 18.0], // a low at 14
            [22.0, 16.0, 20.0],
            [19.0, 12.0, 13.0], // breaks 14, not 10
        ]);
        assert_eq!(read[4].support.price, 14.0);
        assert_eq!((read[5].support_before.price, read[5].support.price), (14.0, 10.0));
    }

    #[test]
    fn a_test_reaches_the_level_and_does_not_close_beyond_it() {
        let level = Level { price: 100.0, row: 0 };
        let read =
            LevelReading { row: 9, support: level, resistance: level, support_before: level, resistance_before: level };
        for (probe, close, tested) in
            [(101.0, 103.0, true), (101.1, 103.0, false), (97.0, 100.0, true), (97.0, 99.9, false)]
        {
            assert_eq!(read.tested_support(probe, close, 1.0), tested, "{probe} {close}");
            assert_eq!(read.tested_resistance(200.0 - probe, 200.0 - close, 1.0), tested, "{probe} {close} mirrored");
        }
        let none = LevelReading { support_before: Level::NONE, resistance_before: Level::NONE, ..read };
        assert!(!none.tested_support(1.0, 1.0, 1.0) && !none.tested_resistance(1.0, 1.0, 1.0));
        assert!(!none.broke_support(1.0) && !none.broke_resistance(1.0));
    }

    #[test]
    fn a_skipped_row_counts_in_how_long_ago_a_pivot_was() {
        let mut levels = Levels::new(1);
        levels.update(12.0, 10.0, 11.0);
        levels.skip();
        levels.update(11.0, 8.0, 9.0);
        levels.skip();
        let read = levels.update(12.0, 9.0, 11.0);
        assert_eq!((read.row, read.support), (4, Level { price: 8.0, row: 2 }));
    }

    #[test]
    fn of_many_levels_the_oldest_are_forgotten() {
        let mut levels = Levels::new(1);
        let mut first = f64::NAN;
        // a staircase: each step leaves a low
        for step in 0..2 * LEVELS {
            let base = 100.0 + 10.0 * step as f64;
            levels.update(base + 5.0, base, base + 4.0);
            first = levels.update(base + 20.0, base + 12.0, base + 19.0).support.price.min(first);
        }
        assert_eq!(levels.supports.levels.len(), LEVELS);
        assert_eq!(first, 110.0); // 100 has nothing before it and is no pivot
        assert_eq!(levels.supports.levels[0].price, 100.0 + 10.0 * LEVELS as f64);
    }
}
