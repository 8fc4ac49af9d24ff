//! Plants what detectors look for: bars and phases of volume price analysis and trend lines, each with what follows.
//!
//! One at a time: first its bars, then its effect, then some rows of nothing. A pattern is planted where the rows
//! before allow it (a selling climax needs a fall) and counts only when the bar, in whole cents, is what the
//! reference plugin with its own settings calls by that name. What follows is a drift of stated size; nothing is
//! planted that has no effect, and chance makes bars of the same look that have none.

mod line;
mod range;
mod shape;

use self::line::Line;
use self::range::Range;
use self::shape::Shape;
#[cfg(test)]
pub(super) use self::shape::is_climax as is_selling_climax;
use super::bar::Bar;
use super::random::Random;
use super::state::Spread;
use super::tape::Tape;
use super::truth::{Effect, EffectSize, Mark};

/// How often something begins on a row on which something could: in a trend, and without one.
const BEGINS_IN_TREND: f64 = 0.5;
const BEGINS: f64 = 0.1;
/// A climax is for a price that is so near to the extreme of the trend, in average ranges.
const NEAR: f64 = 1.8;
/// Rows of rest after an effect at least.
const REST: u32 = 8;
/// What is planted in a session of minutes must end in it: the longest, a line with its break, has so many rows.
const ROWS_MAX: usize = 110;

/// One instrument's.
pub(super) struct Planter {
    random: Random,
    tape: Tape,
    doing: Doing,
    /// Of the bar that comes, before it is led anywhere.
    volatility: f64,
    row: usize,
    marks: Vec<Mark>,
}

enum Doing {
    Rest(u32),
    Shape(Shape),
    Range(Range),
    Line(Line),
    Drift { mean: f64, left: u32 },
}

/// What is to follow a pattern: rows, and drift a row in units of a bar's volatility.
#[derive(Clone, Copy)]
struct Sequel {
    rows: u32,
    drift: f64,
}

const AFTER_CLIMAX: Sequel = Sequel { rows: 10, drift: 0.4 };
const AFTER_TEST: Sequel = Sequel { rows: 8, drift: 0.2 };
const AFTER_EFFORT: Sequel = Sequel { rows: 8, drift: 0.2 };
const AFTER_RANGE: Sequel = Sequel { rows: 20, drift: 0.25 };
const AFTER_LINE: Sequel = Sequel { rows: 8, drift: 0.25 };

/// What became of a bar that was to be part of something.
enum Step {
    Goes(Doing),
    /// It cannot be, and left nothing.
    Drops,
    /// It ends, and nothing follows.
    Ends(Mark),
    Done(Mark, Sequel),
}

impl Planter {
    pub(super) fn new(random: Random) -> Planter {
        Planter { random, tape: Tape::new(), doing: Doing::Rest(REST), volatility: 0.0, row: 0, marks: Vec::new() }
    }

    /// Before a bar is drawn: may begin something, and leads the bar where it has to go. `left` are the rows of the
    /// session with this one; `None` where sessions are rows.
    pub(super) fn lead(&mut self, spread: &mut Spread, before: f64, left: Option<usize>) {
        self.volatility = spread.volatility();
        if let Doing::Rest(0) = self.doing
            && self.tape.is_full()
            && left.is_none_or(|left| left > ROWS_MAX)
            && self.random.happens(if self.tape.direction() == 0 { BEGINS } else { BEGINS_IN_TREND })
        {
            self.begin(before);
        }
        match &self.doing {
            Doing::Rest(_) => {}
            Doing::Shape(shape) => shape.lead(spread),
            Doing::Range(range) => range.lead(spread, before),
            Doing::Line(line) => line.lead(spread, before),
            Doing::Drift { mean, .. } => spread.mean = *mean,
        }
    }

    /// After a bar is drawn: makes it what it has to be.
    pub(super) fn shape(&mut self, drawn: Bar) -> Bar {
        let mut bar = drawn;
        let doing = std::mem::replace(&mut self.doing, Doing::Rest(0));
        let step = match doing {
            Doing::Rest(left) => Step::Goes(Doing::Rest(left.saturating_sub(1))),
            Doing::Drift { left: ..=1, .. } => Step::Goes(Doing::Rest(REST)),
            Doing::Drift { mean, left } => Step::Goes(Doing::Drift { mean, left: left - 1 }),
            Doing::Range(range) => range.step(&mut bar, &self.tape, self.row),
            Doing::Line(line) => line.step(&mut self.random, &mut bar, self.row),
            Doing::Shape(shape) => match self.tape.read(&bar) {
                Some(reading) => shape.step(&mut self.random, &mut bar, &reading, self.row),
                None => Step::Drops,
            },
        };
        self.doing = match step {
            Step::Goes(doing) => doing,
            Step::Drops => Doing::Rest(0),
            Step::Ends(mark) => {
                self.marks.push(mark);
                Doing::Rest(REST)
            }
            Step::Done(mark, sequel) => self.follow(mark, sequel),
        };
        self.tape.push(bar);
        self.row += 1;
        bar
    }

    /// What was planted, by the row on which it begins.
    pub(super) fn marks(mut self) -> Vec<Mark> {
        self.marks.sort_by_key(|mark| mark.first);
        self.marks
    }

    fn follow(&mut self, mut mark: Mark, sequel: Sequel) -> Doing {
        let mean = sequel.drift * self.volatility;
        let last = self.row + sequel.rows as usize;
        if mark.effect == Effect::TrendLine {
            // the line's own direction ends with it, and the other one begins
            let direction = -mark.direction;
            let size = EffectSize::drift(mean * f64::from(direction), sequel.rows);
            let (first, complete, pivots) = (self.row, self.row, Vec::new());
            let after = Mark { effect: Effect::LineBreak, direction, first, complete, last, size, pivots };
            self.marks.extend([mark, after]);
            return Doing::Drift { mean: mean * f64::from(direction), left: sequel.rows };
        }
        let mean = mean * f64::from(mark.direction);
        (mark.size, mark.last) = (EffectSize::drift(mean, sequel.rows), last);
        self.marks.push(mark);
        Doing::Drift { mean, left: sequel.rows }
    }

    /// Chooses by what the rows before allow.
    fn begin(&mut self, before: f64) {
        let (drawn, up) = (self.random.even(), self.random.happens(0.5));
        let (direction, usual) = (self.tape.direction(), self.tape.average_range());
        // what ends the trend that there is
        let turns_up = direction < 0;
        let near = self.tape.extreme(turns_up).is_some_and(|extreme| (before - extreme).abs() < NEAR * usual);
        self.doing = match (direction, drawn) {
            (0, ..0.45) => Doing::Shape(Shape::test(up)),
            (0, ..0.92) => Doing::Shape(Shape::effort(up)),
            (0, _) => Doing::Line(Line::new(&mut self.random, up, before, usual, self.row)),
            (_, ..0.15) => Doing::Range(Range::new(turns_up, before, usual, self.row)),
            (_, ..0.85) if near => Doing::Shape(Shape::climax(turns_up)),
            (_, 0.85..) => Doing::Shape(Shape::test(!turns_up)),
            _ => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::looks::{MADE, column};
    use super::super::{SynthInstrument, SynthOptions, synth};
    use super::*;
    use tapewright_model::Time;

    #[test]
    fn a_line_holds_at_its_pivots_and_breaks_at_its_end() {
        let mut lines = [0, 0];
        for SynthInstrument { frame, planted, .. } in MADE.iter() {
            let row = |time: Time| frame.times().binary_search(&time.0).unwrap();
            for planted in planted.iter().filter(|planted| planted.effect == Effect::TrendLine) {
                let sign = f64::from(planted.direction);
                let near = column(frame, if sign > 0.0 { "low" } else { "high" });
                let pivots: Vec<usize> = planted.pivots.iter().map(|time| row(*time)).collect();
                assert!(pivots.len() >= 4 && planted.size.bounce_share >= Some(2.0 / 3.0));
                let (first, end) = (pivots[0], pivots[pivots.len() - 1]);
                let slope = (near[end] - near[first]) / (end - first) as f64;
                assert!((slope / near[first] / planted.size.drift.unwrap() - 1.0).abs() < 0.02);
                for row in first..row(planted.last) {
                    // in whole cents at both ends
                    let off = (near[row] - near[first] - slope * (row - first) as f64) * sign;
                    if pivots.contains(&row) {
                        assert!(off.abs() < 0.021, "{off}");
                    } else {
                        assert!(off > 0.0, "{off}");
                    }
                }
                let breaks = row(planted.last);
                let line = near[first] + slope * (breaks - first) as f64;
                assert!((column(frame, "close")[breaks] - line) * sign < 0.0);
                lines[usize::from(sign > 0.0)] += 1;
            }
        }
        assert!(lines.iter().all(|count| *count > 3), "{lines:?}");
    }

    #[test]
    fn effects_follow_each_other_and_end_with_their_session() {
        let options = SynthOptions { seed: 5, symbols: 1, days: 25, minutes: true, null: false, chains: false };
        let minutes: Vec<SynthInstrument> = synth(&options).map(Result::unwrap).collect();
        for (made, sessions) in MADE.iter().map(|made| (made, false)).chain(minutes.iter().map(|made| (made, true))) {
            let planted = made.planted.iter().filter(|planted| {
                planted.size.drift.is_some() && planted.effect != Effect::Trend && planted.effect != Effect::TrendLine
            });
            let mut free = Time::MIN;
            let mut count = 0;
            for planted in planted {
                assert!(planted.first > free && planted.first <= planted.complete && planted.complete <= planted.last);
                free = planted.last;
                count += 1;
                if sessions {
                    assert_eq!(planted.first.0 / Time::DAY, planted.last.0 / Time::DAY);
                }
            }
            assert!(count > 30, "{count}");
        }
    }
}
