//! Made markets: instruments that look like real ones and whose secret is known.
//!
//! Promises the same bits for the same options on every machine, and that instrument k is the same however many
//! there are. Trends and ranges, calm and volatile weeks take turns; volatility comes in clusters, tails are fat,
//! prices gap, volume follows the move.
//!
//! Each instrument has an option book, and the `gex.*` columns are computed from it as from a real chain. They are
//! those of the *previous* close, so known before the row's own move. Dealers hedge: where they are long gamma they
//! take a part of each move away and draw it back, where they are short they add to it and carry it on.
//! Bars of volume price analysis and trend lines are planted, each with an effect of stated size, and everything that
//! is planted is listed: see [`Planted`].
//!
//! A *null* market looks alike bar by bar and has nothing to find: prices are a martingale (the mean of the next
//! close is this one, whatever is known) and no return depends on anything before it; there is a book, but nobody
//! hedges. What wins there is luck.
//! Refuses to know: any real market. A plugin that earns here has found our formula.

mod bar;
mod book;
mod expiries;
mod hedging;
mod instrument;
mod planter;
mod quoting;
mod random;
mod state;
pub(crate) mod stored;
mod tape;
mod truth;
mod watch;

#[cfg(test)]
mod looks;

use tapewright_model::{Frame, Symbol, Time};

pub use self::truth::{Effect, EffectSize, Planted, SynthTruth};
use crate::MarketError;
use crate::chain::Chain;

/// Days of one instrument at most: past them its times leave 64 bits of nanoseconds (the year 2262).
const DAYS_MAX: usize = 64_000;
/// A session ends at 21:00 UTC: when its chain is made.
const CLOSES: i64 = 21 * 3600 * Time::SECOND;

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
    /// Gives each close's option chain, too: some 300 quotes, 25 KiB a day and instrument.
    pub chains: bool,
}

/// One made instrument.
#[derive(Clone, Debug)]
pub struct SynthInstrument {
    /// `SYN01` …
    pub symbol: Symbol,
    /// `open high low close` in dollars and whole cents, `volume` in whole shares; `gex.total`, `gex.call` and
    /// `gex.put` in dollars for a move of 1 %, `gex.flip`, `gex.call_wall` and `gex.put_support` in dollars,
    /// `gex.flip_distance` as a ratio, (close − flip) ÷ close, `gex.regime` the sign of the total. What the book does
    /// not have is NaN: a flip farther than 15 % away, a wall where no strike is positive.
    pub frame: Frame,
    /// What is planted in it, by the first row of each effect; nothing in a null market.
    pub planted: Vec<Planted>,
    /// The chain of each day, made and known at 21:00 UTC; empty unless asked for. What is computed from the chain of
    /// one day stands in the frame's row of the next.
    pub chains: Vec<Chain>,
}

/// Makes a market, one instrument at a time, each when it is asked for.
///
/// # Errors
/// [`MarketError::File`] for too many days.
pub fn synth(options: &SynthOptions) -> impl Iterator<Item = Result<SynthInstrument, MarketError>> + use<> {
    let options = options.clone();
    (0..options.symbols).map(move |index| {
        let fail = |reason: String| MarketError::File { path: "synthetic market".to_owned(), reason };
        if options.days > DAYS_MAX {
            return Err(fail(format!("{} days, {DAYS_MAX} at most", options.days)));
        }
        let symbol = Symbol::new(&format!("SYN{:02}", index + 1)).map_err(|error| fail(error.to_string()))?;
        instrument::instrument(&options, index, symbol)
    })
}

#[cfg(test)]
mod tests {
    use super::looks::{MADE, NULL, column};
    use super::*;
    use crate::gex::{GexOptions, OptionColumns};
    use tapewright_model::DigestWriter;

    fn options(seed: u64, symbols: usize, days: usize) -> SynthOptions {
        SynthOptions { seed, symbols, days, minutes: false, null: false, chains: false }
    }

    fn made(options: &SynthOptions) -> Vec<SynthInstrument> {
        synth(options).map(Result::unwrap).collect()
    }

    /// Of everything that was made.
    fn digest(made: &SynthInstrument) -> String {
        let mut writer = DigestWriter::new("synth");
        made.frame.times().iter().for_each(|time| _ = writer.number(time.cast_unsigned()));
        for index in 0..made.frame.names().len() {
            made.frame.column(index).iter().for_each(|value| _ = writer.number(value.to_bits()));
        }
        for quote in made.chains.iter().flat_map(|chain| &chain.quotes) {
            for value in [quote.strike, quote.bid, quote.ask, quote.open_interest, quote.iv, quote.delta, quote.gamma] {
                writer.number(value.to_bits());
            }
        }
        writer.text(&serde_json::to_string(&made.planted).unwrap());
        writer.finish().short()
    }

    #[test]
    fn a_seed_gives_the_same_bits_everywhere() {
        let digests = [(false, false), (false, true), (true, false), (true, true)].map(|(minutes, null)| {
            let days = if minutes { 3 } else { 400 };
            digest(&made(&SynthOptions { minutes, null, chains: true, ..options(1, 1, days) })[0])
        });
        assert_eq!(digests, ["581bc0983d64", "47b548d80785", "482bfb61f6c1", "89a0f9e70932"]);
        assert_ne!(digest(&made(&options(1, 1, 9))[0]), digest(&made(&options(2, 1, 9))[0]));
    }

    #[test]
    fn an_instrument_does_not_know_the_others_nor_the_days_to_come() {
        let (three, five) = (made(&options(4, 3, 50)), made(&options(4, 5, 50)));
        let digests: Vec<String> = five.iter().map(digest).collect();
        assert_eq!(three.iter().map(digest).collect::<Vec<_>>(), digests[..3]);
        assert!((1..5).all(|index| !digests[..index].contains(&digests[index])));
        let names: Vec<String> = made(&options(4, 100, 0)).iter().map(|made| made.symbol.to_string()).collect();
        assert_eq!([&names[0], &names[7], &names[99]], ["SYN01", "SYN08", "SYN100"]);
        let short = &made(&options(7, 1, 300))[0];
        let long = &MADE[0].frame;
        for name in short.frame.names() {
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(column(&short.frame, name)), bits(&column(long, name)[..300]), "{name}");
        }
    }

    #[test]
    fn rows_are_known_when_a_session_says_so() {
        let shown = |minutes, rows: &[usize]| {
            let made = made(&SynthOptions { minutes, ..options(1, 1, 7) });
            let times = made[0].frame.times();
            (times.len(), rows.iter().map(|row| Time(times[*row]).to_string()).collect::<Vec<_>>().join(" "))
        };
        // Monday 5 January; Friday 9; Monday 12
        let days = "2015-01-06T00:00:00Z 2015-01-10T00:00:00Z 2015-01-13T00:00:00Z";
        assert_eq!(shown(false, &[0, 4, 5]), (7, days.to_owned()));
        let minutes = "2015-01-05T14:31:00Z 2015-01-05T21:00:00Z 2015-01-06T14:31:00Z 2015-01-12T14:31:00Z";
        assert_eq!(shown(true, &[0, 389, 390, 5 * 390]), (7 * 390, minutes.to_owned()));
        let last = instrument::known_time(instrument::day_number(DAYS_MAX - 1), None);
        assert_eq!(Time(last).to_string(), "2260-04-28T00:00:00Z");
        let error = synth(&options(1, 1, DAYS_MAX + 1)).next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "synthetic market: 64001 days, 64000 at most");
    }

    #[test]
    fn a_bar_holds_its_prices() {
        let minutes = [false, true].map(|null| made(&SynthOptions { minutes: true, null, ..options(3, 2, 12) }));
        for made in MADE.iter().chain(NULL.iter()).chain(minutes.iter().flatten()) {
            let names = ["open", "high", "low", "close", "volume", "gex.total", "gex.call", "gex.put", "gex.regime"];
            let columns = names.map(|name| column(&made.frame, name));
            for row in 0..made.frame.rows() {
                let [open, high, low, close, volume, total, call, put, regime] = columns.map(|column| column[row]);
                assert!(0.01 <= low && low <= open.min(close) && open.max(close) <= high, "{row}");
                for price in [open, high, low, close] {
                    assert_eq!((price * 100.0).round() / 100.0, price, "{row}");
                }
                assert!(volume >= 1.0 && volume.fract() == 0.0, "{row}");
                assert!(total == call + put && total * regime >= 0.0, "{row}");
            }
        }
    }

    #[test]
    fn the_columns_of_a_row_are_those_of_the_chain_before_it() {
        for null in [false, true] {
            let made = &made(&SynthOptions { null, chains: true, ..options(2, 1, 40) })[0];
            assert_eq!(made.chains.len(), 40);
            for (row, chain) in made.chains.iter().enumerate() {
                assert_eq!(chain.spot, column(&made.frame, "close")[row]);
                let time = made.frame.times()[row];
                assert_eq!(chain.known_time.0, time - 3 * 3600 * Time::SECOND);
                // as of a chain that somebody imports, prices and all
                let mut known = OptionColumns::new(GexOptions::default());
                known.push(chain).unwrap();
                let known = known.finish().unwrap();
                let names = made.frame.names().iter().filter(|name| name.starts_with("gex."));
                // its distance is that of the row's own close
                for name in names.filter(|name| *name != "gex.flip_distance") {
                    if let Some(next) = column(&made.frame, name).get(row + 1) {
                        let value = column(&known, name)[0];
                        assert_eq!(value.to_bits(), next.to_bits(), "{name} {row}: {value} {next}");
                    }
                }
                assert!(chain.quotes.len() > 150 && chain.quotes.len() < crate::chain::QUOTES_MAX);
                for quote in &chain.quotes {
                    assert!(0.0 <= quote.bid && quote.bid <= quote.last && quote.last <= quote.ask, "{quote:?}");
                    assert!(quote.gamma > 0.0 || quote.gamma == 0.0 && quote.delta.abs() != 0.5, "{quote:?}");
                }
            }
        }
    }

    #[test]
    fn the_truth_is_read_as_it_was_written() {
        let options = options(7, 16, 1700);
        let mut truth = SynthTruth::new(&options);
        truth.planted.extend(MADE.iter().flat_map(|made| made.planted.clone()));
        let text = serde_json::to_string(&truth).unwrap();
        assert_eq!(serde_json::from_str::<SynthTruth>(&text).unwrap(), truth);
        let effects: std::collections::BTreeSet<Effect> = truth.planted.iter().map(|planted| planted.effect).collect();
        assert_eq!(effects.len(), 15, "{effects:?}");
        let first = serde_json::to_string(truth.planted.iter().find(|of| of.effect == Effect::SellingClimax).unwrap());
        assert!(first.unwrap().contains(r#""effect":"selling-climax","pattern":"vpa/selling_climax","direction":1,"#));
    }
}
