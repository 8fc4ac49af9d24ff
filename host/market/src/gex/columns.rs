//! One row a chain: what detectors read of options.

use tapewright_model::{Frame, Symbol, Time};

use super::exposure::exposure;
use super::maturity::volatilities;
use super::moment::Moment;
use super::profile::{GexOptions, GexProfile};
use crate::chain::Chain;
use crate::error::MarketError;
use crate::meaning::ColumnMeaning;

/// The columns of options, in their order. NaN where the chain does not say it: without open interest no `gex.*`, without
/// volume none of it, without quotes or volatilities no `iv.*`.
pub const OPTION_COLUMNS: &[ColumnMeaning] = &[
    column(
        "gex.total",
        "gamma exposure of dealers, expired options left out: what they must trade when the underlying moves by 1 %; positive: against the move",
        "dollars for 1 %",
    ),
    column("gex.flip", "nearest price, within -15 % and +15 %, at which gamma exposure changes its sign", "dollars"),
    column("gex.flip_distance", "(spot - flip) / spot", "ratio"),
    column("gex.call_wall", "strike with the most positive net gamma exposure", "dollars"),
    column("gex.put_support", "strike with the most negative net gamma exposure", "dollars"),
    column("gex.regime", "sign of gex.total", "1, 0 or -1"),
    column("gex.call", "the calls' part of gex.total", "dollars for 1 %"),
    column("gex.put", "the puts' part of gex.total, with its sign", "dollars for 1 %"),
    column("gex.delta", "dealers' options as an amount of the underlying", "dollars"),
    column(
        "gex.concentration",
        "Herfindahl index of absolute net exposure over strikes; 1: one strike has all",
        "ratio",
    ),
    column("gex.days_to_expiry", "mean days to expiry, weighed by absolute exposure", "days"),
    column("gex.zero_dte", "part of the absolute exposure that expires on the day", "ratio"),
    column("options.put_call_ratio", "open interest of puts / of calls", "ratio"),
    column("options.put_call_volume", "contracts traded in the session, puts / calls", "ratio"),
    column(
        "options.unusual_volume",
        "part of the contracts traded on options with at least 100 and more than twice their open interest",
        "ratio",
    ),
    column("iv.atm30", "implied volatility at the money in 30 days", "a year, as a ratio"),
    column("iv.skew30", "implied volatility in 30 days of the 25-delta put less that of the 25-delta call", "ratio"),
    column("iv.term", "implied volatility at the money in 90 days less that in 30 days", "ratio"),
    column("gex.time", "when the chain could be known", "seconds since 1970, UTC"),
];

const fn column(name: &'static str, meaning: &'static str, unit: &'static str) -> ColumnMeaning {
    ColumnMeaning { name, meaning, unit }
}

/// The columns of one instrument's chains, gathered one chain at a time in the order in which they were known.
#[derive(Clone, Debug)]
pub struct OptionColumns {
    options: GexOptions,
    symbol: Option<Symbol>,
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
}

impl OptionColumns {
    /// None yet. A spot in the options holds for every chain, so it is for a single one.
    #[must_use]
    pub fn new(options: GexOptions) -> OptionColumns {
        OptionColumns { options, symbol: None, times: Vec::new(), columns: vec![Vec::new(); OPTION_COLUMNS.len()] }
    }

    /// The next chain.
    ///
    /// # Errors
    /// [`MarketError::File`] when it is of another instrument, or not known after the one before.
    pub fn push(&mut self, chain: &Chain) -> Result<(), MarketError> {
        let last = self.times.last().map(|time| Time(*time));
        follows(chain, self.symbol.as_ref(), last)?;
        let (_, row) = levels(chain, &self.options);
        self.columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        self.times.push(chain.known_time.0);
        self.symbol = Some(chain.symbol.clone());
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// Known time and [`OPTION_COLUMNS`], a row for each chain.
    ///
    /// # Errors
    /// None that `push` has not found.
    pub fn finish(self) -> Result<Frame, MarketError> {
        let names = OPTION_COLUMNS.iter().map(|column| column.name.to_owned());
        let frame = Frame::new(self.times, names.zip(self.columns).collect());
        frame.map_err(|error| MarketError::File { path: "option chains".to_owned(), reason: error.to_string() })
    }
}

/// Whether a chain comes after those before it.
pub(crate) fn follows(chain: &Chain, symbol: Option<&Symbol>, last: Option<Time>) -> Result<(), MarketError> {
    let fail = |reason: String| Err(MarketError::File { path: format!("option chains of {}", chain.symbol), reason });
    if let Some(symbol) = symbol.filter(|symbol| **symbol != chain.symbol) {
        return fail(format!(
            "the chain of {} follows one of {symbol}\nhint: give the chains of one instrument at a time",
            chain.known_time
        ));
    }
    match last {
        Some(last) if chain.known_time <= last => fail(format!(
            "the chain known at {} follows one known at {last}\nhint: sort them, and keep one of each moment",
            chain.known_time
        )),
        _ => Ok(()),
    }
}

/// Of one chain, in the order of [`OPTION_COLUMNS`]; and the profile that most of them are of.
pub(crate) fn levels(chain: &Chain, options: &GexOptions) -> (GexProfile, [f64; OPTION_COLUMNS.len()]) {
    let moment = Moment::of(chain, options.spot, options.rate, options.dividend_yield);
    let gex = exposure(chain, &moment, options);
    let iv = volatilities(&moment);
    // whole seconds of 64 bits of ns are exact in a double
    let seconds = chain.known_time.0 as f64 / Time::SECOND as f64;
    let row = [
        gex.total,
        gex.flip,
        gex.flip_distance,
        gex.call_wall,
        gex.put_support,
        gex.regime,
        gex.call,
        gex.put,
        gex.delta,
        gex.concentration,
        gex.days_to_expiry,
        gex.zero_dte,
        gex.put_call_ratio_oi,
        gex.put_call_ratio_volume,
        gex.unusual_volume,
        iv.atm30,
        iv.skew30,
        iv.term,
        seconds,
    ];
    (gex, row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::day;
    use crate::gex::made::{chain_of, priced};

    fn chain(time: &str) -> Chain {
        let strikes: Vec<f64> = (0..41).map(|at| 80.0 + f64::from(at)).collect();
        let today = day(2025, 3, 3).unwrap();
        let mut chain =
            priced(time.parse().unwrap(), 100.0, 0.25, 0.02, &[today + 20, today + 50, today + 100], &strikes);
        for quote in &mut chain.quotes {
            quote.open_interest =
                if (quote.right == crate::chain::Right::Call) == (quote.strike > 100.0) { 50.0 } else { 1.0 };
            quote.volume = 5.0;
        }
        chain
    }

    fn made(chains: &[Chain]) -> Result<Frame, MarketError> {
        let mut columns = OptionColumns::new(GexOptions::default());
        chains.iter().try_for_each(|chain| columns.push(chain))?;
        columns.finish()
    }

    fn value(frame: &Frame, name: &str, row: usize) -> f64 {
        frame.column(frame.names().iter().position(|own| own == name).unwrap())[row]
    }

    #[test]
    fn a_chain_is_a_row_known_when_it_was() {
        let mut chains = [chain("2025-03-03T15:00:00Z"), chain("2025-03-04T15:00:00Z")];
        chains[1].known_time = "2025-03-04T21:00:00Z".parse().unwrap();
        let frame = made(&chains).unwrap();
        assert_eq!(frame.times(), [chains[0].known_time.0, chains[1].known_time.0]);
        assert_eq!(value(&frame, "gex.time", 1), 1_741_122_000.0);
        for row in 0..2 {
            // one volatility everywhere
            assert!((value(&frame, "iv.atm30", row) - 0.25).abs() < 1e-6);
            assert!(value(&frame, "iv.skew30", row).abs() < 1e-3 && value(&frame, "iv.term", row).abs() < 1e-6);
            assert!(value(&frame, "gex.call_wall", row) > 100.0 && value(&frame, "gex.put_support", row) <= 100.0);
            assert!((value(&frame, "gex.flip", row) / 100.0 - 1.0).abs() < 0.02);
            assert_eq!(value(&frame, "options.put_call_volume", row), 1.0);
        }
    }

    #[test]
    fn what_a_chain_does_not_say_is_nan_in_its_row_alone() {
        let mut chains = [chain("2025-03-03T15:00:00Z"), chain("2025-03-04T15:00:00Z"), chain("2025-03-05T15:00:00Z")];
        chains[1].quotes.iter_mut().for_each(|quote| quote.open_interest = f64::NAN);
        chains[2] = chain_of(chains[2].known_time, 100.0, Vec::new());
        let frame = made(&chains).unwrap();
        for (at, name) in frame.names().iter().enumerate() {
            let [first, second, third] = frame.column(at) else { panic!() };
            let needs_open_interest =
                !(name.starts_with("iv.") || name.ends_with(".time") || name.ends_with("call_volume"));
            assert!(!first.is_nan(), "{name}");
            assert_eq!(second.is_nan(), needs_open_interest, "{name} {second}");
            assert_eq!(third.is_nan(), name != "gex.time", "{name} {third}");
        }
    }

    #[test]
    fn chains_of_two_instruments_or_out_of_order_are_refused() {
        let (first, second) = (chain("2025-03-03T15:00:00Z"), chain("2025-03-04T15:00:00Z"));
        let mut other = second.clone();
        other.symbol = Symbol::new("BBB").unwrap();
        for (chains, wanted) in [
            (
                [second.clone(), first.clone()],
                "option chains of AAA: the chain known at 2025-03-03T15:00:00Z follows one known at 2025-03-04T15:00:00Z\n\
                 hint: sort them, and keep one of each moment",
            ),
            ([first.clone(), first.clone()], "hint: sort them"),
            ([first.clone(), other], "option chains of BBB: the chain of 2025-03-04T15:00:00Z follows one of AAA"),
        ] {
            let error = made(&chains).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn every_column_has_one_meaning() {
        for (at, column) in OPTION_COLUMNS.iter().enumerate() {
            assert!(OPTION_COLUMNS[..at].iter().all(|other| other.name != column.name), "{}", column.name);
            assert!(!column.meaning.is_empty() && !column.unit.is_empty());
            assert_eq!(
                column.unit == "dollars" && column.name != "gex.delta",
                crate::is_price(column.name),
                "{}",
                column.name
            );
        }
    }
}
