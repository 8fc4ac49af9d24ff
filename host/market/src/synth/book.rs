//! The option book of an instrument: what is open in each strike and expiry at each close.
//!
//! Calls are opened above the price and puts below it, round strikes more than others; what is open is closed little
//! by little and ends at its expiry. After a fall puts are sought, after a rise calls. Volatility is a smile around
//! the state's. Promises a chain as a file would hold it: sorted, whole contracts, nothing expired.
//! Refuses to know: what the book does to the price.

use tapewright_model::{Symbol, Time};

use super::expiries::{self, Expiry};
use super::quoting;
use super::random::Random;
use crate::chain::{Chain, OptionQuote, Right};

/// A day's new options are worth, by what they are written on, such a part of what is traded in shares.
const OPENED: f64 = 0.30;
/// Part of what is open that is closed each day.
const CLOSED: f64 = 0.05;
/// Days that a book is filled before it is seen: what is open then is mostly closed by the third month.
const FILLED_DAYS: i32 = 45;
/// Strikes lie around the price at least so far, and of one expiry there are so many at most: three times what
/// the narrowest steps need, for prices that run away.
const REACH: f64 = 0.12;
const STRIKES_MAX: usize = 96;
/// Steps between strikes; so many of them at least make the price.
const STEPS: [f64; 14] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
const STEPS_TO_PRICE: f64 = 120.0;
/// How much of the wish for calls over puts is left after a day, and what it does to the calls' share.
const WISH_KEPT: f64 = 0.95;
const WISH_SHARE: f64 = 0.17;
const CALLS_SHARE: f64 = 0.54;

/// What is open, as it stands after a close.
pub(super) struct Book {
    random: Random,
    /// Dollars traded a day in the underlying.
    dollars: f64,
    /// Standard normal in the long run: above 0 calls are wanted.
    wish: f64,
    listings: Vec<Listing>,
    chain: Chain,
}

/// All strikes of one expiry.
struct Listing {
    expiry: Expiry,
    step: f64,
    /// Number of the first strike, in steps.
    first: u32,
    strikes: Vec<Strike>,
}

#[derive(Clone, Copy, Default)]
struct Strike {
    /// Open; calls, then puts.
    open: [f64; 2],
    /// Opened on the last day.
    opened: [f64; 2],
}

/// What a day was like: all that moves a book.
#[derive(Clone, Copy)]
pub(super) struct Close {
    /// Days since 1970.
    pub(super) day: i32,
    pub(super) price: f64,
    /// Volatility a year.
    pub(super) volatility: f64,
    /// In the long run.
    pub(super) volatility_typical: f64,
    /// The day's return in units of what was usual.
    pub(super) surprise: f64,
}

impl Book {
    /// A book that has been open for a while at one price.
    pub(super) fn new(mut random: Random, symbol: Symbol, dollars: f64, close: &Close) -> Book {
        let wish = random.normal();
        let chain = Chain { symbol, event_time: Time(0), known_time: Time(0), spot: close.price, quotes: Vec::new() };
        let mut book = Book { random, dollars, wish, listings: Vec::new(), chain };
        for day in close.day - FILLED_DAYS..=close.day {
            // weekends pass without trade
            if (day + 3).rem_euclid(7) < 5 {
                book.trade(&Close { day, ..*close });
            }
        }
        book.quote(close);
        book
    }

    /// Goes on to the close of the next day.
    pub(super) fn next_day(&mut self, close: &Close) {
        self.trade(close);
        self.quote(close);
    }

    /// What is open, with volatilities and without prices.
    pub(super) fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The same with prices, delta and gamma.
    pub(super) fn priced(&self) -> Chain {
        let mut chain = self.chain.clone();
        quoting::price(&mut chain);
        chain
    }

    fn trade(&mut self, close: &Close) {
        let left = (1.0 - WISH_KEPT * WISH_KEPT).sqrt();
        let news = 0.8 * self.random.normal() + 0.6 * close.surprise;
        self.wish = (WISH_KEPT * self.wish + left * news).clamp(-3.0, 3.0);
        self.list(close);
        let calls = (CALLS_SHARE + WISH_SHARE * self.wish).clamp(0.1, 0.9);
        let contracts = self.dollars * OPENED / (100.0 * close.price);
        let weights: Vec<f64> = self.listings.iter().map(|listing| listing.weight(close.day)).collect();
        let all: f64 = weights.iter().sum();
        for (listing, weight) in self.listings.iter_mut().zip(weights) {
            let noise = libm::exp(0.4 * self.random.normal());
            let count = contracts * weight / all * noise;
            listing.open(close, [count * calls, count * (1.0 - calls)]);
        }
        self.block(close, contracts);
    }

    /// One trade that is larger than the others, in a strike near the price: what walls are made of.
    fn block(&mut self, close: &Close, contracts: f64) {
        let (which, put) = (self.random.even(), self.random.happens(0.5));
        let (size, off) = (0.15 * self.random.even(), 0.05 * (self.random.even() - 0.5));
        let count = self.listings.len();
        let listing = self.listings.get_mut(((count as f64 * which) as usize).min(count.saturating_sub(1)));
        let Some(listing) = listing else { return };
        let wanted = (close.price * (1.0 + off) / listing.step).round() - f64::from(listing.first);
        if let Some(strike) = listing.strikes.get_mut(wanted.max(0.0) as usize) {
            let side = usize::from(put);
            strike.open[side] += contracts * size;
            strike.opened[side] += contracts * size;
        }
    }

    /// Drops what has expired and lists what is new.
    fn list(&mut self, close: &Close) {
        let before = self.listings.len();
        self.listings.retain(|listing| listing.expiry.day > close.day);
        if before == 0 || self.listings.len() < before {
            for expiry in expiries::listed(close.day) {
                if self.listings.iter().all(|listing| listing.expiry != expiry) {
                    self.listings.push(Listing::new(expiry, close.price));
                }
            }
            self.listings.sort_by_key(|listing| listing.expiry.day);
        }
        for listing in &mut self.listings {
            listing.cover(close.price);
        }
    }

    fn quote(&mut self, close: &Close) {
        let time = Time(i64::from(close.day) * Time::DAY + super::CLOSES);
        (self.chain.event_time, self.chain.known_time, self.chain.spot) = (time, time, close.price);
        self.chain.quotes.clear();
        for listing in &self.listings {
            let years = f64::from(listing.expiry.day - close.day) / 365.0;
            let smile = quoting::Smile::new(close.volatility, close.volatility_typical, years, close.price);
            for (at, strike) in listing.strikes.iter().enumerate() {
                let price = listing.price(at);
                let iv = smile.volatility(price);
                for (side, right) in [Right::Call, Right::Put].into_iter().enumerate() {
                    let (open, opened) = (strike.open[side], strike.opened[side]);
                    self.chain.quotes.push(OptionQuote {
                        expiry: listing.expiry.day,
                        strike: price,
                        right,
                        bid: f64::NAN,
                        ask: f64::NAN,
                        last: f64::NAN,
                        // what was opened, and some that changed hands
                        volume: (1.3 * opened + 0.03 * open).floor(),
                        open_interest: open.floor(),
                        iv,
                        delta: f64::NAN,
                        gamma: f64::NAN,
                    });
                }
            }
        }
    }
}

impl Listing {
    fn new(expiry: Expiry, price: f64) -> Listing {
        let step = STEPS.iter().find(|step| **step * STEPS_TO_PRICE >= price);
        let step = step.copied().unwrap_or(STEPS[STEPS.len() - 1]);
        let first = (price / step).floor().clamp(1.0, 1e6) as u32;
        Listing { expiry, step, first, strikes: vec![Strike::default()] }
    }

    /// In whole cents.
    fn price(&self, at: usize) -> f64 {
        ((f64::from(self.first) + at as f64) * self.step * 100.0).round() / 100.0
    }

    /// Lists strikes until they lie around the price.
    fn cover(&mut self, price: f64) {
        while self.first > 1 && self.price(0) > price * (1.0 - REACH) && self.strikes.len() < STRIKES_MAX {
            self.first -= 1;
            self.strikes.insert(0, Strike::default());
        }
        while self.price(self.strikes.len() - 1) < price * (1.0 + REACH) && self.strikes.len() < STRIKES_MAX {
            self.strikes.push(Strike::default());
        }
    }

    /// How much of a day's trade is in this expiry: the near ones and the monthly ones have most.
    fn weight(&self, day: i32) -> f64 {
        let weeks = f64::from(self.expiry.day - day) / 7.0;
        (if self.expiry.monthly { 2.5 } else { 1.0 }) / (1.0 + 0.35 * weeks)
    }

    /// Closes a part of what is open and opens so many calls and puts.
    fn open(&mut self, close: &Close, counts: [f64; 2]) {
        let years = f64::from(self.expiry.day - close.day) / 365.0;
        let width = (close.volatility_typical * years.sqrt()).max(0.02);
        // a bell with wide feet, without a transcendental function
        let bell = |x: f64| 1.0 / ((1.0 + x * x) * (1.0 + x * x));
        let (first, step) = (f64::from(self.first), self.step);
        let mut sums = [0.0; 2];
        for (at, strike) in self.strikes.iter_mut().enumerate() {
            let number = first + at as f64;
            let off = (number * step / close.price - 1.0) / width;
            let round = match number {
                number if number % 10.0 == 0.0 => 3.0,
                number if number % 5.0 == 0.0 => 1.8,
                _ => 1.0,
            };
            strike.opened = [round * bell((off - 0.6) / 0.9), round * bell((off + 0.7) / 0.9)];
            sums[0] += strike.opened[0];
            sums[1] += strike.opened[1];
        }
        for strike in &mut self.strikes {
            for side in [0, 1] {
                strike.opened[side] *= counts[side] / sums[side];
                strike.open[side] = strike.open[side] * (1.0 - CLOSED) + strike.opened[side];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(day: i32, price: f64) -> Book {
        let close = Close { day, price, volatility: 0.25, volatility_typical: 0.2, surprise: 0.0 };
        Book::new(Random::new(3, 0), Symbol::new("X").unwrap(), 2e10, &close)
    }

    #[test]
    fn a_chain_is_as_a_file_holds_it() {
        for price in [0.01, 0.37, 4.2, 99.99, 436.0, 31_234.0] {
            let mut book = book(16_439, price);
            let mut price = price;
            for day in 16_440..16_540 {
                price *= 1.004;
                if (day + 3) % 7 < 5 {
                    let close = Close { day, price, volatility: 0.3, volatility_typical: 0.2, surprise: 0.3 };
                    book.next_day(&close);
                    let quotes = &book.chain().quotes;
                    let key = |quote: &OptionQuote| (quote.expiry, (quote.strike * 100.0).round() as i64, quote.right);
                    assert!(quotes.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])), "{price}");
                    assert!(quotes.iter().all(|quote| quote.expiry > day && quote.strike > 0.0), "{price}");
                    let whole = |count: f64| count >= 0.0 && count.fract() == 0.0;
                    assert!(quotes.iter().all(|quote| whole(quote.open_interest) && whole(quote.volume)), "{price}");
                    assert!(quotes.iter().all(|quote| quote.iv > 0.05 && quote.iv < 1.0), "{price}");
                }
            }
        }
    }

    #[test]
    fn what_is_open_grows_and_ends_at_its_expiry() {
        let open = |book: &Book, expiry: i32| -> f64 {
            let of = book.chain().quotes.iter().filter(|quote| quote.expiry == expiry);
            of.map(|quote| quote.open_interest).sum()
        };
        let mut book = book(16_439, 100.0);
        // 2015-03-20 is listed on the first day, and the last of three months
        let expiry = 16_514;
        let mut before = open(&book, expiry);
        for day in 16_440..expiry {
            if (day + 3) % 7 < 5 {
                book.next_day(&Close { day, price: 100.0, volatility: 0.2, volatility_typical: 0.2, surprise: 0.0 });
                if day % 14 == 0 {
                    assert!(open(&book, expiry) > before, "{day}");
                    before = open(&book, expiry);
                }
            }
        }
        book.next_day(&Close { day: expiry, price: 100.0, volatility: 0.2, volatility_typical: 0.2, surprise: 0.0 });
        assert_eq!(open(&book, expiry), 0.0);
    }
}
