//! One bar and its anatomy: body, wicks, where it closed, and its class.
//!
//! Knows one bar and what a usual range is. It refuses to know volume, trend and levels.

/// A complete bar: all five numbers are there, none of them makes no sense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// What was traded, in the unit of the data.
    pub volume: f64,
}

/// A bar with a body of at most this share of its range is a doji.
const DOJI_BODY: f64 = 0.1;
/// The long wick of a hammer or a shooting star is at least this share of the range …
const LONG_WICK: f64 = 0.6;
/// … and at least so many bodies …
const LONG_WICK_BODIES: f64 = 2.0;
/// … and the wick at the other end at most this share of the range.
const SHORT_WICK: f64 = 0.15;

/// Where narrow ends and wide begins, as ratios of a bar's range to the average range.
#[derive(Clone, Copy, Debug)]
pub struct SpreadCuts {
    /// At most this is narrow.
    pub narrow: f64,
    /// At least this is wide.
    pub wide: f64,
}

/// What a bar looks like. The number is what the output column carries: its sign is the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum CandleClass {
    /// Long upper wick, small body at the bottom, not narrow.
    ShootingStar = -4,
    /// Closed below its open over a wide range.
    WideDown = -3,
    /// Closed below its open over a usual range.
    AverageDown = -2,
    /// Closed below its open over a narrow range.
    NarrowDown = -1,
    /// Closed about where it opened, or has no range.
    Doji = 0,
    /// Closed above its open over a narrow range.
    NarrowUp = 1,
    /// Closed above its open over a usual range.
    AverageUp = 2,
    /// Closed above its open over a wide range.
    WideUp = 3,
    /// Long lower wick, small body at the top, not narrow.
    Hammer = 4,
}

/// The anatomy of a bar. The three shares of the range sum to 1 unless it has no range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candle {
    /// Range ÷ average range.
    pub spread_ratio: f64,
    /// |close − open| ÷ range.
    pub body_ratio: f64,
    /// (high − the higher of open and close) ÷ range.
    pub upper_wick_ratio: f64,
    /// (the lower of open and close − low) ÷ range.
    pub lower_wick_ratio: f64,
    /// (close − low) ÷ range: 0 at the low, 1 at the high, 0.5 without a range.
    pub close_position: f64,
    /// Sign of close − open.
    pub direction: f64,
    /// What it looks like.
    pub class: CandleClass,
}

impl Bar {
    /// None when a number is missing, the volume is negative, or open or close lie outside the range:
    /// what is measured on such a bar would be wrong without a sign of it.
    #[inline]
    pub fn new(open: f64, high: f64, low: f64, close: f64, volume: f64) -> Option<Bar> {
        let (top, bottom) = (open.max(close), open.min(close));
        // written so that a NaN fails; max and min would pass one over
        let sound = open.is_finite() && close.is_finite() && high.is_finite() && low.is_finite();
        let sound = sound && volume.is_finite() && volume >= 0.0 && high >= top && low <= bottom;
        sound.then_some(Bar { open, high, low, close, volume })
    }

    /// High − low, in price.
    #[inline]
    pub fn range(&self) -> f64 {
        self.high - self.low
    }
}

impl Candle {
    /// The anatomy of a bar, given the average range of the rows before it (above 0).
    #[inline]
    pub fn new(bar: &Bar, average_range: f64, cuts: SpreadCuts) -> Candle {
        let range = bar.range();
        let (top, bottom) = (bar.open.max(bar.close), bar.open.min(bar.close));
        let share = |part: f64| if range > 0.0 { part / range } else { 0.0 };
        let mut candle = Candle {
            spread_ratio: range / average_range,
            body_ratio: share(top - bottom),
            upper_wick_ratio: share(bar.high - top),
            lower_wick_ratio: share(bottom - bar.low),
            close_position: if range > 0.0 { (bar.close - bar.low) / range } else { 0.5 },
            direction: f64::from(i8::from(bar.close > bar.open) - i8::from(bar.close < bar.open)),
            class: CandleClass::Doji,
        };
        candle.class = candle.classify(cuts);
        candle
    }

    fn classify(&self, cuts: SpreadCuts) -> CandleClass {
        let long = |wick: f64, other: f64| {
            wick >= LONG_WICK && wick >= LONG_WICK_BODIES * self.body_ratio && other <= SHORT_WICK
        };
        let narrow = self.spread_ratio <= cuts.narrow;
        // the shape comes first: a hammer's body is often that of a doji
        if !narrow && long(self.lower_wick_ratio, self.upper_wick_ratio) {
            return CandleClass::Hammer;
        }
        if !narrow && long(self.upper_wick_ratio, self.lower_wick_ratio) {
            return CandleClass::ShootingStar;
        }
        if self.body_ratio <= DOJI_BODY {
            return CandleClass::Doji;
        }
        let up = self.direction > 0.0;
        match (narrow, self.spread_ratio >= cuts.wide) {
            (true, _) if up => CandleClass::NarrowUp,
            (true, _) => CandleClass::NarrowDown,
            (_, true) if up => CandleClass::WideUp,
            (_, true) => CandleClass::WideDown,
            _ if up => CandleClass::AverageUp,
            _ => CandleClass::AverageDown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: SpreadCuts = SpreadCuts { narrow: 0.7, wide: 1.3 };

    #[test]
    fn every_class_has_its_bar() {
        use CandleClass::{AverageDown, AverageUp, Doji, Hammer, NarrowDown, NarrowUp, ShootingStar, WideDown, WideUp};
        // open, high, low, close against an average range of 10
        for (open, high, low, close, expected) in [
            (101.0, 107.0, 100.0, 106.0, NarrowUp), // exactly 0.7
            (106.0, 107.0, 100.0, 101.0, NarrowDown),
            (101.0, 110.0, 100.0, 109.0, AverageUp),
            (109.0, 110.0, 100.0, 101.0, AverageDown),
            (101.0, 113.0, 100.0, 112.0, WideUp), // exactly 1.3
            (112.0, 113.0, 100.0, 101.0, WideDown),
            (104.5, 110.0, 100.0, 105.5, Doji), // exactly a tenth
            (100.0, 100.0, 100.0, 100.0, Doji),
            (107.0, 110.0, 100.0, 109.0, Hammer),
            (109.0, 110.0, 100.0, 107.0, Hammer),
            (110.0, 110.0, 100.0, 110.0, Hammer), // no body at all: the shape comes before the doji
            (103.0, 110.0, 100.0, 101.0, ShootingStar),
            (104.0, 106.0, 100.0, 105.0, NarrowUp), // a hammer's shape is nothing over a narrow range
            (108.0, 110.0, 100.0, 104.0, AverageDown), // both wicks short of 0.6
        ] {
            let bar = Bar::new(open, high, low, close, 1.0).unwrap();
            assert_eq!(Candle::new(&bar, 10.0, CUTS).class, expected, "{bar:?}");
        }
    }

    #[test]
    fn a_bar_is_taken_apart() {
        let bar = Bar::new(102.0, 110.0, 100.0, 107.0, 5.0).unwrap();
        let candle = Candle::new(&bar, 8.0, CUTS);
        let read = [candle.spread_ratio, candle.body_ratio, candle.upper_wick_ratio, candle.lower_wick_ratio];
        assert_eq!(read, [1.25, 0.5, 0.3, 0.2]);
        assert_eq!((candle.close_position, candle.direction), (0.7, 1.0));
    }

    #[test]
    fn a_bar_without_range_closes_in_the_middle_of_nothing() {
        let candle = Candle::new(&Bar::new(7.0, 7.0, 7.0, 7.0, 0.0).unwrap(), 2.0, CUTS);
        let read = [candle.spread_ratio, candle.body_ratio, candle.upper_wick_ratio, candle.lower_wick_ratio];
        assert_eq!(read, [0.0; 4]);
        assert_eq!((candle.close_position, candle.direction), (0.5, 0.0));
    }

    #[test]
    fn a_bar_that_makes_no_sense_is_none() {
        let sound = [10.0, 12.0, 9.0, 11.0, 0.0];
        let bar = |[open, high, low, close, volume]: [f64; 5]| Bar::new(open, high, low, close, volume);
        assert!(bar(sound).is_some());
        for missing in 0..5 {
            let mut values = sound;
            values[missing] = f64::NAN;
            assert_eq!(bar(values), None, "value {missing}");
        }
        for values in [[10.0, 12.0, 9.0, 11.0, -1.0], [10.0, 9.0, 12.0, 11.0, 1.0], [13.0, 12.0, 9.0, 11.0, 1.0]] {
            assert_eq!(bar(values), None, "{values:?}");
        }
    }
}
