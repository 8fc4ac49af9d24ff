//! Spread instruments: the price of a position in two options that is held, marked on every chain, and rolled.
//!
//! A rule says which two options to hold. They are held, not chosen anew on each chain, so decay and the move of the
//! underlying come into the price as they come into a trader's account. When the nearer expiry is close they are
//! closed and the rule's options of that chain are opened, at the same chain: the index takes the held options' change and
//! nothing for the change from one pair to the other.
//!
//! Promises that a row never changes when later chains are cut off, and that an option without a price is no price:
//! the row is NaN and the change comes when both are quoted again.
//! Refuses to know: margin, assignment before expiry, and what an order would move.

mod held;
mod rule;
pub(crate) mod stored;

use tapewright_model::{Frame, Symbol, Time};

use crate::chain::{Chain, OptionQuote, Right};
use crate::error::MarketError;
use crate::gex::{Moment, follows};
use crate::meaning::ColumnMeaning;

use self::held::{Held, Mark};

/// The columns of a spread instrument, in their order.
pub const SPREAD_COLUMNS: &[ColumnMeaning] = &[
    column("close", "the base and every change of the held options since, less what rolls cost", "dollars a share"),
    column("spread.value", "what the held options are worth: long less short, at the middle", "dollars a share"),
    column("spread.bid", "what selling them brings: long at the bid, short at the ask", "dollars a share"),
    column("spread.ask", "what buying them takes: long at the ask, short at the bid", "dollars a share"),
    column("spread.days_near", "days to the nearer expiry", "days"),
    column("spread.strike", "strike of the short option", "dollars"),
    column("spread.rolled", "1 on a chain on which other options were opened", "1 or 0"),
];

const fn column(name: &'static str, meaning: &'static str, unit: &'static str) -> ColumnMeaning {
    ColumnMeaning { name, meaning, unit }
}

/// Which options to hold. Days are of the calendar, from the chain's day in New York.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpreadRule {
    /// Short the nearer and long the farther expiry, at one strike. It earns when time passes and the spot stays.
    Calendar {
        /// Call or put.
        right: Right,
        /// The short option expires as nearly as can be in so many days.
        near_days: u32,
        /// The long one in so many, after it.
        far_days: u32,
        /// The strike is the one nearest to so many times the spot: 1 is at the money.
        moneyness: f64,
    },
    /// Short one strike and long another of the same expiry.
    Vertical {
        /// Call or put.
        right: Right,
        /// It expires as nearly as can be in so many days.
        days: u32,
        /// Absolute delta of the short option: 0.3.
        short_delta: f64,
        /// The long strike lies so many dollars farther out of the money (a credit spread); a negative number, farther
        /// in the money (a debit spread).
        width: f64,
    },
}

/// At which prices options are closed and opened when the position is rolled. It is marked at the middle in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkPolicy {
    /// In the middle of bid and ask: a roll costs nothing. An option without bid and ask trades at its last price.
    #[default]
    Mid,
    /// Bought at the ask and sold at the bid. An option without both is not opened, and not rolled
    /// until it has both.
    CrossSpread,
}

/// Where the index begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IndexBase {
    /// At what the first options are worth: a position that is paid for, such as a calendar or a debit spread. Returns of
    /// the index are then those on the premium, and it can be used up.
    FirstValue,
    /// At so many dollars a share beside the position: returns are those on that amount. A credit spread needs it, whose
    /// value is below zero.
    Notional(f64),
}

/// How to make a spread instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadOptions {
    /// What to hold.
    pub rule: SpreadRule,
    /// Rolled when the nearer expiry is at most so many days away.
    pub roll_days: u32,
    /// Prices of a roll.
    pub mark: MarkPolicy,
    /// Where the index begins.
    pub base: IndexBase,
}

impl SpreadOptions {
    /// Rolled three days before expiry, at the middle, on a notional of 100 dollars a share.
    #[must_use]
    pub fn new(rule: SpreadRule) -> SpreadOptions {
        SpreadOptions { rule, roll_days: 3, mark: MarkPolicy::Mid, base: IndexBase::Notional(100.0) }
    }
}

/// Why a position was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollReason {
    /// There was none: the first, or the first after a time without.
    Opened,
    /// The nearer expiry was close.
    Due,
    /// An option expired between two chains. What had expired was settled at what exercise is worth at this chain's spot;
    /// without a spot, or a price of the other option, both were closed at the last chain that quoted both.
    Expired,
    /// An option is no longer listed. Both were closed at the last chain that quoted both: what happened since is lost.
    Unlisted,
}

/// One option held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Days since 1970.
    pub expiry: i32,
    /// Dollars.
    pub strike: f64,
    /// Call or put.
    pub right: Right,
    /// 1 long, −1 short.
    pub side: f64,
}

/// One change of the options held.
#[derive(Clone, Debug, PartialEq)]
pub struct Roll {
    /// When it could be known.
    pub known_time: Time,
    /// Why.
    pub reason: RollReason,
    /// What was closed; empty when there was nothing.
    pub closed: Vec<Leg>,
    /// What was opened; empty when the chain had nothing that fits, and the index stands still until one has.
    pub opened: Vec<Leg>,
    /// What crossing the spread took, dollars a share.
    pub cost: f64,
}

/// Bars of a spread instrument, gathered one chain at a time in the order in which they were known.
#[derive(Clone, Debug)]
pub struct SpreadBars {
    options: SpreadOptions,
    symbol: Option<Symbol>,
    last_time: Option<Time>,
    index: f64,
    held: Option<Held>,
    times: Vec<i64>,
    columns: [Vec<f64>; SPREAD_COLUMNS.len()],
    rolls: Vec<Roll>,
}

impl SpreadBars {
    /// None yet.
    ///
    /// # Errors
    /// [`MarketError::File`] when the options contradict themselves.
    pub fn new(options: SpreadOptions) -> Result<SpreadBars, MarketError> {
        options.check()?;
        Ok(SpreadBars {
            options,
            symbol: None,
            last_time: None,
            index: f64::NAN,
            held: None,
            times: Vec::new(),
            columns: Default::default(),
            rolls: Vec::new(),
        })
    }

    /// The next chain. It gives a row from the first on that has options which the rule wants.
    ///
    /// # Errors
    /// [`MarketError::File`] when it is of another instrument, or not known after the one before, or when the index has
    /// come to zero or below, where it is no price.
    pub fn push(&mut self, chain: &Chain) -> Result<(), MarketError> {
        follows(chain, self.symbol.as_ref(), self.last_time)?;
        let moment = Moment::of(chain, None, 0.0, 0.0);
        let rolls = self.rolls.len();
        let now = self.step(chain, &moment);
        self.symbol = Some(chain.symbol.clone());
        self.last_time = Some(chain.known_time);
        if self.index.is_nan() {
            return Ok(());
        }
        if self.index <= 0.0 {
            let reason = format!(
                "the spread's index is {:.4} at {}: the position has lost more than its base\n\
                 hint: take a notional base, or a larger one",
                self.index, chain.known_time
            );
            return Err(MarketError::File { path: format!("option chains of {}", chain.symbol), reason });
        }
        let rolled = self.rolls.get(rolls..).is_some_and(|new| new.iter().any(|roll| !roll.opened.is_empty()));
        let (days_near, strike) = self.held.as_ref().map_or((f64::NAN, f64::NAN), |held| held.shown(moment.day));
        let mark = now.unwrap_or(Mark::UNKNOWN);
        // a position that has no price now has no index now; without a position the index is what was made of it
        let close = if self.held.is_some() && now.is_none() { f64::NAN } else { self.index };
        let row = [close, mark.value, mark.bid, mark.ask, days_near, strike, f64::from(u8::from(rolled))];
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        self.times.push(chain.known_time.0);
        Ok(())
    }

    /// Every change of what was held, ascending.
    #[must_use]
    pub fn rolls(&self) -> &[Roll] {
        &self.rolls
    }

    /// Known time and [`SPREAD_COLUMNS`].
    ///
    /// # Errors
    /// None that `push` has not found.
    pub fn finish(self) -> Result<Frame, MarketError> {
        let names = SPREAD_COLUMNS.iter().map(|column| column.name.to_owned());
        let frame = Frame::new(self.times, names.zip(self.columns).collect());
        frame.map_err(|error| MarketError::File { path: "spread".to_owned(), reason: error.to_string() })
    }

    /// Marks what is held, rolls it when it is time, and says what is held then is worth.
    fn step(&mut self, chain: &Chain, moment: &Moment<'_>) -> Option<Mark> {
        let Some(held) = &mut self.held else { return self.open(chain, moment, RollReason::Opened, Vec::new(), 0.0) };
        let now = held.mark(moment);
        if let Some(now) = now {
            self.index += now.value - held.last.value;
            held.last = now;
            if held.days_near(moment.day) > i64::from(self.options.roll_days) {
                return Some(now);
            }
            let legs = held.legs;
            // what fits must be there, and what is held must be quoted, before the old is given up
            return match (self.chosen(moment), self.options.mark.cost(now)) {
                (Some(next), Some(cost)) if next.legs != legs => {
                    self.replace(chain, next, RollReason::Due, legs.to_vec(), cost)
                }
                _ => Some(now),
            };
        }
        let (reason, cost) = if held.has_expired(moment) {
            if let Some(settled) = held.settled(moment) {
                self.index += settled - held.last.value;
            }
            (RollReason::Expired, 0.0)
        } else if held.is_unlisted(moment) {
            (RollReason::Unlisted, self.options.mark.cost(held.last).unwrap_or(0.0))
        } else {
            return None;
        };
        let closed = held.legs.to_vec();
        self.held = None;
        self.open(chain, moment, reason, closed, cost)
    }

    /// Opens what the rule wants; says what it is worth.
    fn open(
        &mut self,
        chain: &Chain,
        moment: &Moment<'_>,
        reason: RollReason,
        closed: Vec<Leg>,
        cost: f64,
    ) -> Option<Mark> {
        if let Some(next) = self.chosen(moment) {
            return self.replace(chain, next, reason, closed, cost);
        }
        if !closed.is_empty() {
            self.index -= cost;
            let known_time = chain.known_time;
            self.rolls.push(Roll { known_time, reason, closed, opened: Vec::new(), cost });
        }
        None
    }

    fn replace(
        &mut self,
        chain: &Chain,
        next: Held,
        reason: RollReason,
        closed: Vec<Leg>,
        close_cost: f64,
    ) -> Option<Mark> {
        let mark = next.last;
        let mut cost = close_cost;
        if self.index.is_nan() {
            // whoever buys the index pays the way in: `spread.ask`
            self.index = match self.options.base {
                IndexBase::FirstValue => mark.value,
                IndexBase::Notional(base) => base,
            };
        } else {
            cost += self.options.mark.cost(mark).unwrap_or(0.0);
            self.index -= cost;
        }
        let known_time = chain.known_time;
        self.rolls.push(Roll { known_time, reason, closed, opened: next.legs.to_vec(), cost });
        self.held = Some(next);
        Some(mark)
    }

    /// What the rule wants of this chain, when it can be opened.
    fn chosen(&self, moment: &Moment<'_>) -> Option<Held> {
        let tradable = |quote: &OptionQuote| self.options.mark.can_open(quote);
        let legs = rule::legs(&self.options, moment, &tradable)?;
        Held::open(legs, moment)
    }
}

impl SpreadOptions {
    fn check(&self) -> Result<(), MarketError> {
        let fail = |reason: String| Err(MarketError::File { path: "spread".to_owned(), reason });
        let near = match self.rule {
            SpreadRule::Calendar { near_days, far_days, moneyness, .. } => {
                if !(far_days > near_days && moneyness.is_finite() && moneyness > 0.0) {
                    return fail(format!(
                        "a calendar of {near_days} and {far_days} days at {moneyness} of the spot cannot be held\n\
                         hint: the far expiry comes after the near one, and moneyness is about 1"
                    ));
                }
                near_days
            }
            SpreadRule::Vertical { days, short_delta, width, .. } => {
                if !(short_delta > 0.0 && short_delta < 1.0 && width.is_finite() && width != 0.0) {
                    return fail(format!(
                        "a vertical of delta {short_delta} and width {width} cannot be held\n\
                         hint: delta lies between 0 and 1, and width is not 0"
                    ));
                }
                days
            }
        };
        if near <= self.roll_days {
            return fail(format!(
                "it would open options of {near} days and roll them at {} days\nhint: roll later, or open longer ones",
                self.roll_days
            ));
        }
        match self.base {
            IndexBase::Notional(base) if !(base.is_finite() && base > 0.0) => {
                fail(format!("an index cannot begin at {base}\nhint: take a notional above 0, such as 100"))
            }
            _ => Ok(()),
        }
    }
}

impl MarkPolicy {
    /// Of closing or of opening: half the distance from bid to ask; none when that is not known.
    fn cost(self, mark: Mark) -> Option<f64> {
        match self {
            MarkPolicy::Mid => Some(0.0),
            MarkPolicy::CrossSpread => Some(0.5 * (mark.ask - mark.bid)).filter(|cost| cost.is_finite()),
        }
    }

    fn can_open(self, quote: &OptionQuote) -> bool {
        match self {
            MarkPolicy::Mid => held::middle(quote).is_some(),
            MarkPolicy::CrossSpread => held::has_both(quote),
        }
    }
}

#[cfg(test)]
mod tests;
