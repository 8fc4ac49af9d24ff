//! Made markets: instruments that look like real ones and whose secret is known.
//!
//! Promises the same bits for the same options on every machine, and that instrument k is the same however many
//! there are. Volatility comes in clusters, tails are fat, trends and ranges take turns, prices gap, volume follows
//! the move.
//!
//! The `gex.*` columns are stand-ins: no option was priced. They are made from the hidden state that moves the
//! price and are those of the *previous* close, so known before the row's own move. Where `gex.total` is negative
//! the days are wilder and moves go on; where it is positive ranges are smaller and walls hold more often.
//!
//! A *null* market looks alike bar by bar and has nothing to find: prices are a martingale (the mean of the next
//! close is this one, whatever is known) and no return depends on anything before it. What wins there is luck.
//! Refuses to know: any real market. A plugin that earns here has found our formula.

mod bar;
mod levels;
mod random;
mod state;

use tapewright_model::{Frame, Symbol, Time};

use self::bar::Bar;
use self::levels::Levels;
use self::random::Random;
use self::state::{MINUTES, State};
use crate::MarketError;

/// Days of one instrument at most: past them its times leave 64 bits of nanoseconds (the year 2262).
const DAYS_MAX: usize = 64_000;
/// 2015-01-05, a Monday, in days since 1970.
const FIRST_DAY: i64 = 16_440;
/// The first minute of a session is known at 14:31 UTC.
const FIRST_MINUTE: i64 = 14 * 60 + 31;

const NAMES: [&str; 10] = [
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
];

/// Which market to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthOptions {
    /// Another one, another market.
    pub seed: u64,
    /// How many instruments: `SYN01`, `SYN02` …
    pub symbols: usize,
    /// Trading days, which are weekdays from 2015-01-05 on; at most 64,000.
    pub days: usize,
    /// 390 one-minute bars a day, known at 14:31 to 21:00 UTC, instead of one bar known at the end of the UTC day.
    pub minutes: bool,
    /// Nothing to find.
    pub null: bool,
}

/// Makes a market, one instrument at a time, each when it is asked for. Columns: `open high low close` in dollars
/// and whole cents, `volume` in whole shares, `gex.total` in dollars for a move of 1 %, `gex.flip`, `gex.call_wall`
/// and `gex.put_support` in dollars, `gex.flip_distance` as a ratio, (close − flip) ÷ close.
///
/// # Errors
/// [`MarketError::File`] for too many days.
pub fn synth(options: &SynthOptions) -> impl Iterator<Item = Result<(Symbol, Frame), MarketError>> + use<> {
    let options = options.clone();
    (0..options.symbols).map(move |index| instrument(&options, index))
}

fn instrument(options: &SynthOptions, index: usize) -> Result<(Symbol, Frame), MarketError> {
    let fail = |reason: String| MarketError::File { path: "synthetic market".to_owned(), reason };
    if options.days > DAYS_MAX {
        return Err(fail(format!("{} days, {DAYS_MAX} at most", options.days)));
    }
    let symbol = Symbol::new(&format!("SYN{:02}", index + 1)).map_err(|error| fail(error.to_string()))?;
    let bars = if options.minutes { MINUTES } else { 1 };
    let mut times = Vec::with_capacity(options.days * bars);
    let mut columns: Vec<Vec<f64>> = NAMES.iter().map(|_| Vec::with_capacity(options.days * bars)).collect();

    // two streams, so that what the levels draw never moves a price
    let mut hidden = Random::new(options.seed, 2 * index as u64);
    let mut random = Random::new(options.seed, 2 * index as u64 + 1);
    let start = 20.0 * libm::exp(3.0 * random.even());
    let mut close = random.cents(start);
    let volume = 1e5 * libm::exp(4.6 * random.even()) / bars as f64;
    let mut state = State::new(&mut hidden, options.null, close);
    let typical_day = state.volatility_typical(1);
    let typical_bar = state.volatility_typical(bars);
    let mut levels = Levels::new(&mut hidden, close, state.gamma_total(), typical_day);
    let mut last_return = 0.0;

    for day in 0..options.days {
        let midnight = (FIRST_DAY + (day / 5 * 7 + day % 5) as i64) * Time::DAY;
        let day_before = close;
        for bar in 0..bars {
            let minute = options.minutes.then_some(bar);
            let spread = state.spread(&mut random, minute, close, last_return);
            let walls = Some(&levels).filter(|_| state.walls_hold());
            let made = Bar::next(&mut random, close, &spread, walls, typical_bar, volume);
            last_return = made.close / close - 1.0;
            close = made.close;
            times.push(match options.minutes {
                true => midnight + (FIRST_MINUTE + bar as i64) * 60 * Time::SECOND,
                false => midnight + Time::DAY,
            });
            let row = [
                made.open,
                made.high,
                made.low,
                close,
                made.volume,
                state.gamma_total(),
                levels.flip,
                (close - levels.flip) / close,
                levels.call_wall,
                levels.put_support,
            ];
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        state.next_day(&mut hidden, close, close / day_before - 1.0);
        levels.next_day(&mut hidden, close, state.gamma_total(), typical_day, day % 5 == 4);
    }
    let named = NAMES.iter().map(|name| (*name).to_owned()).zip(columns).collect();
    let frame = Frame::new(times, named).map_err(|error| MarketError::Frame { symbol: symbol.clone(), error })?;
    Ok((symbol, frame))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tapewright_model::DigestWriter;

    fn options(seed: u64, symbols: usize, days: usize) -> SynthOptions {
        SynthOptions { seed, symbols, days, minutes: false, null: false }
    }

    fn frames(options: &SynthOptions) -> Vec<Frame> {
        synth(options).map(|made| made.unwrap().1).collect()
    }

    fn column<'a>(frame: &'a Frame, name: &str) -> &'a [f64] {
        frame.column(frame.index(name).unwrap())
    }

    /// Returns of the close; the first is that of the second row.
    fn returns(frame: &Frame) -> Vec<f64> {
        column(frame, "close").windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
    }

    fn digest(frame: &Frame) -> String {
        let mut writer = DigestWriter::new("synth");
        frame.times().iter().for_each(|time| _ = writer.number(time.cast_unsigned()));
        for index in 0..frame.names().len() {
            frame.column(index).iter().for_each(|value| _ = writer.number(value.to_bits()));
        }
        writer.finish().short()
    }

    fn correlation(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (x, y) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
        let product = mean(&|pair| (pair.0 - x) * (pair.1 - y));
        product / (mean(&|pair| (pair.0 - x) * (pair.0 - x)) * mean(&|pair| (pair.1 - y) * (pair.1 - y))).sqrt()
    }

    #[test]
    fn a_seed_gives_the_same_bits_everywhere() {
        for (minutes, null, want) in [
            (false, false, "0c28d081ea49"),
            (false, true, "4d217da0d9fd"),
            (true, false, "29077db86aca"),
            (true, true, "0989ef9f2b76"),
        ] {
            let days = if minutes { 3 } else { 1000 };
            let made = frames(&SynthOptions { minutes, null, ..options(1, 1, days) });
            assert_eq!(digest(&made[0]), want, "{minutes} {null}");
        }
        assert_ne!(digest(&frames(&options(1, 1, 9))[0]), digest(&frames(&options(2, 1, 9))[0]));
    }

    #[test]
    fn an_instrument_does_not_know_the_others() {
        let (three, five) = (frames(&options(4, 3, 50)), frames(&options(4, 5, 50)));
        let digests: Vec<String> = five.iter().map(digest).collect();
        assert_eq!(three.iter().map(digest).collect::<Vec<_>>(), digests[..3]);
        assert!((1..5).all(|index| !digests[..index].contains(&digests[index])));
        let names: Vec<String> = synth(&options(4, 100, 0)).map(|made| made.unwrap().0.to_string()).collect();
        assert_eq!([&names[0], &names[7], &names[99]], ["SYN01", "SYN08", "SYN100"]);
    }

    #[test]
    fn rows_are_known_when_a_session_says_so() {
        let shown = |minutes, rows: &[usize]| {
            let made = frames(&SynthOptions { minutes, ..options(1, 1, 7) });
            let times = made[0].times();
            (times.len(), rows.iter().map(|row| Time(times[*row]).to_string()).collect::<Vec<_>>().join(" "))
        };
        // Monday 5 January; Friday 9; Monday 12
        let days = "2015-01-06T00:00:00Z 2015-01-10T00:00:00Z 2015-01-13T00:00:00Z";
        assert_eq!(shown(false, &[0, 4, 5]), (7, days.to_owned()));
        let minutes = "2015-01-05T14:31:00Z 2015-01-05T21:00:00Z 2015-01-06T14:31:00Z 2015-01-12T14:31:00Z";
        assert_eq!(shown(true, &[0, 389, 390, 5 * 390]), (7 * 390, minutes.to_owned()));
        let last = frames(&options(1, 1, DAYS_MAX))[0].times().last().map(|time| Time(*time).to_string());
        assert_eq!(last.as_deref(), Some("2260-04-28T00:00:00Z"));
        let error = synth(&options(1, 1, DAYS_MAX + 1)).next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "synthetic market: 64001 days, 64000 at most");
    }

    #[test]
    fn a_bar_holds_its_prices_and_a_day_its_levels() {
        for (minutes, null) in [(false, false), (false, true), (true, false), (true, true)] {
            let days = if minutes { 20 } else { 2000 };
            for frame in frames(&SynthOptions { minutes, null, ..options(3, 3, days) }) {
                let at = |name: &str, row: usize| column(&frame, name)[row];
                for row in 0..frame.rows() {
                    let (open, high, low, close) = (at("open", row), at("high", row), at("low", row), at("close", row));
                    assert!(0.01 <= low && low <= open.min(close) && open.max(close) <= high, "{row}");
                    for price in [open, high, low, close] {
                        assert_eq!((price * 100.0).round() / 100.0, price, "{row}");
                    }
                    assert!(at("volume", row) >= 1.0 && at("volume", row).fract() == 0.0, "{row}");
                    let flip = at("gex.flip", row);
                    assert_eq!(at("gex.flip_distance", row), (close - flip) / close);
                    let before = row.checked_sub(1).map_or(open, |row| at("close", row));
                    if row > 0 && !minutes {
                        // as of the close before: that lies between the walls, and on gamma's side of the flip
                        assert!(at("gex.put_support", row) <= before && before <= at("gex.call_wall", row), "{row}");
                        assert!((before - flip) * at("gex.total", row) >= 0.0, "{row}");
                    }
                }
            }
        }
    }

    #[test]
    fn negative_gamma_comes_in_spells() {
        for null in [false, true] {
            let made = frames(&SynthOptions { null, ..options(7, 8, 1500) });
            let low: Vec<bool> =
                made.iter().flat_map(|frame| column(frame, "gex.total").iter().map(|total| *total <= -2e9)).collect();
            let share = low.iter().filter(|low| **low).count() as f64 / low.len() as f64;
            assert!((0.02..0.25).contains(&share), "{null} {share}");
            // a day after one in a spell is mostly in it
            let stays = low.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
            assert!(stays > 0.6 * low.iter().filter(|low| **low).count() as f64, "{null}");
        }
    }

    /// Of what is known at a row: gamma, the last return, its size; with the next return and its size.
    fn knowable(frames: &[Frame]) -> [(&'static str, Vec<(f64, f64)>); 6] {
        let mut pairs: [(&'static str, Vec<(f64, f64)>); 6] = [
            ("gamma, next size", vec![]),
            ("gamma, next", vec![]),
            ("size, next size", vec![]),
            ("last, next", vec![]),
            ("last × gamma below 0, next", vec![]),
            ("distance of the flip, next", vec![]),
        ];
        for frame in frames {
            let returns = returns(frame);
            for (row, pair) in returns.windows(2).enumerate() {
                let (last, next) = (pair[0], pair[1]);
                let (gamma, flip) = (column(frame, "gex.total")[row + 1], column(frame, "gex.flip_distance")[row + 1]);
                let under = if gamma < 0.0 { last } else { 0.0 };
                let known = [
                    (gamma, next.abs()),
                    (gamma, next),
                    (last.abs(), next.abs()),
                    (last, next),
                    (under, next),
                    (flip, next),
                ];
                pairs.iter_mut().zip(known).for_each(|((_, pairs), pair)| pairs.push(pair));
            }
        }
        pairs
    }

    #[test]
    fn nothing_foretells_a_null_market() {
        for (minutes, days) in [(false, 2500), (true, 60)] {
            let made = frames(&SynthOptions { minutes, null: true, ..options(7, 4, days) });
            for (name, pairs) in knowable(&made) {
                let (found, bound) = (correlation(&pairs), 4.0 / (pairs.len() as f64).sqrt());
                assert!(found.abs() < bound, "{name}: {found}, bound {bound}");
            }
            let all: Vec<f64> = made.iter().flat_map(returns).collect();
            let n = all.len() as f64;
            let (mean, square) = (all.iter().sum::<f64>() / n, all.iter().map(|next| next * next).sum::<f64>() / n);
            assert!(mean.abs() < 4.0 * (square / n).sqrt(), "{mean}");
        }
    }

    #[test]
    fn gamma_foretells_the_next_move() {
        for (minutes, days) in [(false, 2500), (true, 60)] {
            let made = frames(&SynthOptions { minutes, ..options(7, 4, days) });
            let pairs = knowable(&made);
            // twice what chance may do
            let bound = 8.0 / (pairs[0].1.len() as f64).sqrt();
            let [gamma_size, _, size_size, _, last_next, _] = pairs.map(|(_, pairs)| correlation(&pairs));
            assert!(gamma_size < -bound, "gamma calms: {gamma_size}");
            assert!(size_size > bound, "volatility comes in clusters: {size_size}");
            assert!(last_next > bound, "moves go on under negative gamma: {last_next}");
        }
    }

    #[test]
    fn walls_hold_where_gamma_is_positive() {
        let held = |null| {
            let (mut held, mut reached) = (0.0, 0.0);
            for frame in frames(&SynthOptions { null, ..options(7, 8, 2500) }) {
                for row in 0..frame.rows() {
                    let at = |name: &str| column(&frame, name)[row];
                    if at("gex.total") > 0.0 && at("open") < at("gex.call_wall") && at("high") >= at("gex.call_wall") {
                        reached += 1.0;
                        held += if at("close") < at("gex.call_wall") { 1.0 } else { 0.0 };
                    }
                }
            }
            held / reached
        };
        let (made, null) = (held(false), held(true));
        assert!(made > null + 0.1, "{made} {null}");
    }
}
