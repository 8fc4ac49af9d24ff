//! The rules of action, numbered: on each row the first that fits decides.
//!
//! The table is data: text, condition, action and conviction stand side by side, the README shows what
//! [`table`] renders, and the output column `rule` names the number. Rules come in mirrored pairs.

use std::fmt::Write;

use crate::candle::CandleClass;
use crate::patterns::{Kind, Seen, TOUCH};
use crate::reading::Reading;
use crate::volume::VolumeClass;

/// What a rule advises. The number is what the output column carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Action {
    /// Be short, or out.
    Sell = -1,
    /// Change nothing.
    Hold = 0,
    /// Be long.
    Buy = 1,
}

/// How sure the method is of it. The number is what the output column carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Conviction {
    /// One sign alone.
    Weak = 1,
    /// A sign in its place.
    Moderate = 2,
    /// Several signs agree.
    Strong = 3,
}

/// One rule.
pub struct Rule {
    /// When it fits, in words.
    pub when: &'static str,
    /// When it fits.
    pub fits: fn(&Reading, &Seen) -> bool,
    /// What it advises.
    pub action: Action,
    /// How sure.
    pub conviction: Conviction,
}

use Action::{Buy, Hold, Sell};
use Conviction::{Moderate, Strong, Weak};

/// The rules in the order in which they are asked; rule n is at n − 1. The last fits always.
pub const RULES: [Rule; 22] = [
    rule("a selling climax", Buy, Moderate, |_, seen| seen.has(Kind::SellingClimax)),
    rule("a buying climax", Sell, Moderate, |_, seen| seen.has(Kind::BuyingClimax)),
    rule("an accumulation is complete", Buy, Strong, |_, seen| seen.has(Kind::Accumulation)),
    rule("a distribution is complete", Sell, Strong, |_, seen| seen.has(Kind::Distribution)),
    rule("a test of supply at support, or in an up trend that volume confirms", Buy, Strong, |reading, seen| {
        seen.has(Kind::TestOfSupply) && (at_support(reading) || confirmed(reading, 1.0))
    }),
    rule("a test of demand at resistance, or in a down trend that volume confirms", Sell, Strong, |reading, seen| {
        seen.has(Kind::TestOfDemand) && (at_resistance(reading) || confirmed(reading, -1.0))
    }),
    rule("a rising bar on high volume closes above resistance, in its upper third", Buy, Strong, |reading, _| {
        broke_resistance(reading) && high_volume(reading) && rising(reading) && position(reading) >= 2.0 / 3.0
    }),
    rule("a falling bar on high volume closes below support, in its lower third", Sell, Strong, |reading, _| {
        broke_support(reading) && high_volume(reading) && falling(reading) && position(reading) <= 1.0 / 3.0
    }),
    rule("a close above resistance on low volume: a trap", Hold, Moderate, |reading, _| {
        broke_resistance(reading) && low_volume(reading)
    }),
    rule("a close below support on low volume: a trap", Hold, Moderate, |reading, _| {
        broke_support(reading) && low_volume(reading)
    }),
    rule("effort without result on a falling bar, in a down trend or at support", Buy, Moderate, |reading, seen| {
        seen.has(Kind::EffortWithoutResult) && falling(reading) && (trends(reading, -1.0) || at_support(reading))
    }),
    rule("effort without result on a rising bar, in an up trend or at resistance", Sell, Moderate, |reading, seen| {
        seen.has(Kind::EffortWithoutResult) && rising(reading) && (trends(reading, 1.0) || at_resistance(reading))
    }),
    rule("support holds without high volume and the close is in the upper half", Buy, Moderate, |reading, _| {
        at_support(reading) && !high_volume(reading) && position(reading) > 0.5
    }),
    rule("resistance holds without high volume and the close is in the lower half", Sell, Moderate, |reading, _| {
        at_resistance(reading) && !high_volume(reading) && position(reading) < 0.5
    }),
    rule("an up trend that volume confirms pulls back on low volume", Buy, Moderate, |reading, _| {
        confirmed(reading, 1.0) && falling(reading) && low_volume(reading)
    }),
    rule("a down trend that volume confirms rallies on low volume", Sell, Moderate, |reading, _| {
        confirmed(reading, -1.0) && rising(reading) && low_volume(reading)
    }),
    rule("volume contradicts the trend: stand aside", Hold, Moderate, |reading, _| reading.trend.validated < 0.0),
    rule("a hammer, or a test of supply, without any of the above", Buy, Weak, |reading, seen| {
        seen.has(Kind::TestOfSupply) || shape(reading, CandleClass::Hammer)
    }),
    rule("a shooting star, or a test of demand, without any of the above", Sell, Weak, |reading, seen| {
        seen.has(Kind::TestOfDemand) || shape(reading, CandleClass::ShootingStar)
    }),
    rule("an up trend goes on: a rising bar closes in its upper half, volume not low", Buy, Weak, |reading, _| {
        trends(reading, 1.0) && rising(reading) && position(reading) > 0.5 && !low_volume(reading)
    }),
    rule("a down trend goes on: a falling bar closes in its lower half, volume not low", Sell, Weak, |reading, _| {
        trends(reading, -1.0) && falling(reading) && position(reading) < 0.5 && !low_volume(reading)
    }),
    rule("nothing of this", Hold, Weak, |_, _| true),
];

/// The number of the first rule that fits.
#[inline]
pub fn decide(reading: &Reading, seen: &Seen) -> usize {
    // the last rule fits always, so the fallback is the same answer
    RULES.iter().position(|rule| (rule.fits)(reading, seen)).map_or(RULES.len(), |at| at + 1)
}

/// The rules as the table that stands in the README.
pub fn table() -> String {
    let mut text = String::from("| rule | when | action | conviction |\n|---|---|---|---|\n");
    for (at, rule) in RULES.iter().enumerate() {
        let action = match rule.action {
            Sell => "SELL",
            Hold => "HOLD",
            Buy => "BUY",
        };
        let conviction = match rule.conviction {
            Weak => "WEAK",
            Moderate => "MODERATE",
            Strong => "STRONG",
        };
        // writing to a string does not fail
        let _ = writeln!(text, "| {} | {} | {action} | {conviction} |", at + 1, rule.when);
    }
    text
}

const fn rule(when: &'static str, action: Action, conviction: Conviction, fits: fn(&Reading, &Seen) -> bool) -> Rule {
    Rule { when, fits, action, conviction }
}

fn position(reading: &Reading) -> f64 {
    reading.candle.close_position
}

fn rising(reading: &Reading) -> bool {
    reading.candle.direction > 0.0
}

fn falling(reading: &Reading) -> bool {
    reading.candle.direction < 0.0
}

fn high_volume(reading: &Reading) -> bool {
    reading.volume.class >= VolumeClass::High
}

fn low_volume(reading: &Reading) -> bool {
    reading.volume.class <= VolumeClass::Low
}

fn trends(reading: &Reading, direction: f64) -> bool {
    reading.trend.direction == direction
}

fn confirmed(reading: &Reading, direction: f64) -> bool {
    trends(reading, direction) && reading.trend.validated > 0.0
}

fn shape(reading: &Reading, class: CandleClass) -> bool {
    reading.candle.class == class
}

fn at_support(reading: &Reading) -> bool {
    reading.levels.tested_support(reading.bar.low, reading.bar.close, TOUCH * reading.average_range)
}

fn at_resistance(reading: &Reading) -> bool {
    reading.levels.tested_resistance(reading.bar.high, reading.bar.close, TOUCH * reading.average_range)
}

fn broke_support(reading: &Reading) -> bool {
    reading.levels.broke_support(reading.bar.close)
}

fn broke_resistance(reading: &Reading) -> bool {
    reading.levels.broke_resistance(reading.bar.close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candle::{Bar, Candle, SpreadCuts};
    use crate::levels::{Level, LevelReading};
    use crate::trend::TrendReading;
    use crate::volume::Volume;

    /// A row of which nothing is to be said: range 10 as usual, usual volume, no trend, no level near.
    fn reading(open: f64, close: f64) -> Reading {
        let bar = Bar::new(open, 110.0, 100.0, close, 100.0).unwrap();
        let level = |price| Level { price, row: 0 };
        Reading {
            bar,
            before: [bar; 2],
            candle: Candle::new(&bar, 10.0, SpreadCuts { narrow: 0.7, wide: 1.3 }),
            volume: Volume { ratio: 1.0, class: VolumeClass::Average },
            effort_result: 0.0,
            trend: TrendReading { direction: 0.0, strength: 0.1, validated: 0.0, balance: 0.0, before: 0.0 },
            levels: LevelReading {
                row: 9,
                support: level(50.0),
                resistance: level(150.0),
                support_before: level(50.0),
                resistance_before: level(150.0),
            },
            average_range: 10.0,
            highest_before: 110.0,
            lowest_before: 100.0,
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        type Change = fn(&mut Reading);
        /// Open and close, what is seen, what is changed, and the rule.
        type Case<'a> = ((f64, f64), &'a [Kind], Change, usize);
        let near: Change = |reading| reading.levels.support_before.price = 99.0;
        let near_above: Change = |reading| reading.levels.resistance_before.price = 111.0;
        let confirmed: Change = |reading| (reading.trend.direction, reading.trend.validated) = (1.0, 1.0);
        let confirmed_down: Change = |reading| (reading.trend.direction, reading.trend.validated) = (-1.0, 1.0);
        let low = |reading: &mut Reading| reading.volume.class = VolumeClass::Low;
        let (up, down, star, hammer) = ((103.0, 108.0), (108.0, 103.0), (103.5, 101.5), (106.5, 109.0));
        let test = [Kind::TestOfSupply];
        let test_of_demand = [Kind::TestOfDemand];
        let effort = [Kind::EffortWithoutResult];
        let cases: &[Case<'_>] = &[
            (up, &[Kind::SellingClimax, Kind::Accumulation], |_| (), 1),
            (up, &[Kind::BuyingClimax, Kind::Distribution], |_| (), 2),
            (up, &[Kind::Accumulation, Kind::SupportTest], |_| (), 3),
            (up, &[Kind::Distribution], |_| (), 4),
            (up, &test, near, 5),
            (up, &test, confirmed, 5),
            (up, &test, confirmed_down, 18),
            (down, &test_of_demand, near_above, 6),
            (down, &test_of_demand, confirmed_down, 6),
            (
                up,
                &[],
                |reading| {
                    reading.levels.resistance_before.price = 107.0;
                    reading.volume.class = VolumeClass::High;
                },
                7,
            ),
            (
                down,
                &[],
                |reading| {
                    reading.levels.support_before.price = 104.0;
                    reading.volume.class = VolumeClass::VeryHigh;
                },
                8,
            ),
            (
                up,
                &[],
                |reading| {
                    reading.levels.resistance_before.price = 107.0;
                    reading.volume.class = VolumeClass::Low;
                },
                9,
            ),
            (up, &[], |reading| reading.levels.resistance_before.price = 107.0, 22),
            (
                down,
                &[],
                |reading| {
                    reading.levels.support_before.price = 104.0;
                    reading.volume.class = VolumeClass::VeryLow;
                },
                10,
            ),
            (down, &effort, confirmed_down, 11),
            (down, &effort, near, 11),
            (down, &effort, |_| (), 22),
            (up, &effort, confirmed, 12),
            (up, &effort, near_above, 12),
            (up, &[], near, 13),
            (down, &[], near, 22),
            (down, &[], near_above, 14),
            (
                up,
                &[],
                |reading| {
                    reading.levels.support_before.price = 99.0;
                    reading.volume.class = VolumeClass::High;
                },
                22,
            ),
            (
                down,
                &[],
                |reading| {
                    (reading.trend.direction, reading.trend.validated) = (1.0, 1.0);
                    reading.volume.class = VolumeClass::Low;
                },
                15,
            ),
            (
                up,
                &[],
                |reading| {
                    (reading.trend.direction, reading.trend.validated) = (-1.0, 1.0);
                    reading.volume.class = VolumeClass::Low;
                },
                16,
            ),
            (up, &[], |reading| (reading.trend.direction, reading.trend.validated) = (1.0, -1.0), 17),
            (up, &test, |_| (), 18),
            (hammer, &[], |_| (), 18),
            (down, &test_of_demand, |_| (), 19),
            (star, &[], |_| (), 19),
            (up, &[], |reading| reading.trend.direction = 1.0, 20),
            (down, &[], |reading| reading.trend.direction = 1.0, 22),
            (down, &[], |reading| reading.trend.direction = -1.0, 21),
            (up, &[], |_| (), 22),
            (up, &[], low, 22),
        ];
        for (at, ((open, close), kinds, change, expected)) in cases.iter().enumerate() {
            let mut reading = reading(*open, *close);
            change(&mut reading);
            assert_eq!(decide(&reading, &Seen::of(kinds)), *expected, "case {at}");
        }
    }

    #[test]
    fn the_readme_shows_the_table() {
        assert!(include_str!("../README.md").contains(&table()), "the README should show:\n{}", table());
    }
}
