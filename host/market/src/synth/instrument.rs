//! One instrument, day by day: the book at the last close, its hedging, the bars, what is planted in them.

use tapewright_model::{Frame, Symbol, Time};

use super::bar::{Bar, Day};
use super::book::{Book, Close};
use super::hedging::{Hedging, LATE, LATE_DAY};
use super::planter::Planter;
use super::random::Random;
use super::state::{MINUTES, State};
use super::truth::{Mark, Planted};
use super::watch::Watch;
use super::{SynthInstrument, SynthOptions};
use crate::MarketError;
use crate::gex::{GexOptions, gex_profile};

/// 2015-01-05, a Monday, in days since 1970.
const FIRST_DAY: i32 = 16_440;
/// The first minute of a session is known at 14:31 UTC.
const FIRST_MINUTE: i64 = 14 * 60 + 31;
/// Steps of the path of a bar of a day.
const DAY_STEPS: u32 = 6;
/// Dollars that an instrument trades a day, at least and at most: those of the largest funds. An extreme of gamma in
/// the reference plugin's own settings, −2 billion, is rare and not unheard of at this size.
const DOLLARS: [f64; 2] = [1.6e10, 3.2e10];

const NAMES: [&str; 13] = [
    "open",
    "high",
    "low",
    "close",
    "volume",
    "gex.total",
    "gex.flip",
    "gex.flip_distance",
    "gex.call_wall",
    "gex.put_support",
    "gex.call",
    "gex.put",
    "gex.regime",
];

/// The day of trading day so many, in days since 1970: weekdays.
pub(super) fn day_number(day: usize) -> i32 {
    // at most `DAYS_MAX` days: far within 32 bits
    FIRST_DAY + (day / 5 * 7 + day % 5) as i32
}

/// When a bar is known. `minute` is its number in the session.
pub(super) fn known_time(day: i32, minute: Option<usize>) -> i64 {
    let midnight = i64::from(day) * Time::DAY;
    match minute {
        Some(minute) => midnight + (FIRST_MINUTE + minute as i64) * 60 * Time::SECOND,
        None => midnight + Time::DAY,
    }
}

/// Instrument `index` of a market.
pub(super) fn instrument(options: &SynthOptions, index: usize, symbol: Symbol) -> Result<SynthInstrument, MarketError> {
    let bars = if options.minutes { MINUTES } else { 1 };
    let mut times = Vec::with_capacity(options.days * bars);
    let mut columns: Vec<Vec<f64>> = NAMES.iter().map(|_| Vec::with_capacity(options.days * bars)).collect();
    let mut chains = Vec::new();

    // streams of their own, so that what one part draws never changes another's
    let [mut random, mut hidden, opened, planted] =
        [0, 1, 2, 3].map(|stream| Random::new(options.seed, 4 * index as u64 + stream));
    let start = 60.0 * libm::exp(2.0 * random.even());
    let mut close = random.cents(start);
    let dollars = DOLLARS[0] + (DOLLARS[1] - DOLLARS[0]) * random.even();
    let mut state = State::new(&mut hidden, options.null, close);
    let typical = state.volatility_typical(bars);
    let mut planter = (!options.null).then(|| Planter::new(planted));
    let mut watch = Watch::new(bars);
    let mut book = Book::new(opened, symbol.clone(), dollars, &at_close(&state, FIRST_DAY - 3, close));
    // what hedging of the last day leaves to the next
    let mut owed_day = 0.0;

    for day in 0..options.days {
        let (date, before_day) = (day_number(day), close);
        let known = gex_profile(book.chain(), &GexOptions::default());
        let hedging = match options.null {
            true => Hedging::none(),
            false => Hedging::at_close(&known.curve, close, dollars),
        };
        let response = hedging.response(close);
        watch.day(times.len(), state.regime(), known.total, response);
        let volume = dollars / close * state.busy() / bars as f64;
        let steps = if options.minutes { 1 } else { DAY_STEPS };
        let shared = Day { hedging: &hedging, steps, typical, volume };
        let mut owed = 0.0;
        for bar in 0..bars {
            let minute = options.minutes.then_some(bar);
            let mut spread = state.spread(&mut random, minute, close);
            if let Some(planter) = &mut planter {
                planter.lead(&mut spread, close, minute.map(|minute| MINUTES - minute));
            }
            watch.drift(spread.mean);
            spread.mean += owed_day / bars as f64;
            let mut made = Bar::next(&mut random, close, &spread, owed, &shared);
            if let Some(planter) = &mut planter {
                made = planter.shape(made);
            }
            watch.bar(times.len(), close, &made, &known, &hedging);
            owed = LATE * hedging.response(made.open) * (made.close / made.open - 1.0);
            close = made.close;
            times.push(known_time(date, minute));
            let row = [
                made.open,
                made.high,
                made.low,
                close,
                made.volume,
                known.total,
                known.flip,
                (close - known.flip) / close,
                known.call_wall,
                known.put_support,
                known.call,
                known.put,
                known.regime,
            ];
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        let day_return = close / before_day - 1.0;
        owed_day = LATE_DAY * response * day_return;
        state.next_day(&mut hidden, close, day_return);
        book.next_day(&at_close(&state, date, close));
        if options.chains {
            chains.push(book.priced());
        }
    }
    let planted = planter.map(|planter| listed(planter, watch, &symbol, &times)).unwrap_or_default();
    let named = NAMES.iter().map(|name| (*name).to_owned()).zip(columns).collect();
    let frame = Frame::new(times, named).map_err(|error| MarketError::Frame { symbol: symbol.clone(), error })?;
    Ok(SynthInstrument { symbol, frame, planted, chains })
}

/// What a book sees of a day.
fn at_close(state: &State, day: i32, price: f64) -> Close {
    let [volatility, volatility_typical] = state.volatility_year();
    Close { day, price, volatility, volatility_typical, surprise: state.surprise() }
}

/// All effects by their first row.
fn listed(planter: Planter, watch: Watch, symbol: &Symbol, times: &[i64]) -> Vec<Planted> {
    let mut marks: Vec<Mark> = planter.marks();
    marks.extend(watch.marks(times.len()));
    marks.sort_by_key(|mark| (mark.first, mark.effect));
    marks.into_iter().filter_map(|mark| mark.planted(symbol, times)).collect()
}
