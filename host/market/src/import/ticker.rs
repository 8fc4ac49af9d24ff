//! Whose rows a file holds when only its name says so.
//!
//! Promises that a symbol which the user gives wins, and that a name which is none is refused with a hint.
//! Refuses to know: whether such an instrument exists.

use tapewright_model::Symbol;

use super::format::Hints;
use super::source::Source;
use crate::error::MarketError;

/// The symbol of a file: the hint, or its stem in upper case (`sp500.csv.gz` is SP500).
pub(crate) fn of_file(source: &Source, hints: &Hints) -> Result<Symbol, MarketError> {
    of_text(source.stem(), source, hints)
}

/// The symbol of a file whose name begins with it: `BTCUSDT-1h-2024-01.csv` is BTCUSDT. A part belongs to the name when
/// it is a timeframe, a number or a word for how bars are cut; so `brk-b.csv` stays BRK-B.
pub(crate) fn of_file_start(source: &Source, hints: &Hints) -> Result<Symbol, MarketError> {
    let stem = source.stem();
    let cut = stem.char_indices().find(|(at, mark)| "-_".contains(*mark) && says_how(&stem[at + 1..]));
    of_text(cut.map_or(stem, |(at, _)| &stem[..at]), source, hints)
}

/// The symbol in a text of the file or its name, unless the user says which.
pub(crate) fn of_text(text: &str, source: &Source, hints: &Hints) -> Result<Symbol, MarketError> {
    if let Some(symbol) = &hints.symbol {
        return Ok(symbol.clone());
    }
    Symbol::new(&text.to_uppercase()).map_err(|error| {
        source.fail(format!("{error}\nhint: say whose rows these are: --as of import, --symbol of run"))
    })
}

/// Whether what follows a mark in a file's name is about its bars: `1h-2024-01`, `20240103`, `daily`.
fn says_how(rest: &str) -> bool {
    let part = rest.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let number = part.trim_end_matches(|mark: char| mark.is_ascii_alphabetic());
    let unit = &part[number.len()..];
    let timeframe = ["s", "m", "h", "d", "w", "min", "mo", "day", "hour", ""].contains(&unit);
    let counted = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && timeframe;
    counted || ["daily", "hourly", "minute", "hour", "day", "d", "trade", "quote", "klines"].contains(&part.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_instrument() {
        for (name, whole, start) in [
            ("sp500.csv.gz", "SP500", "SP500"),
            ("brk.b.csv", "BRK.B", "BRK.B"),
            ("^GSPC.csv", "^GSPC", "^GSPC"),
            ("BTCUSDT-1h-2024-01.csv", "BTCUSDT-1H-2024-01", "BTCUSDT"),
            ("btcusdt_1m.csv", "BTCUSDT_1M", "BTCUSDT"),
            ("brk-b.csv", "BRK-B", "BRK-B"),
            ("btcusd_trade.csv", "BTCUSD_TRADE", "BTCUSD"),
            ("eurusd-20240103.csv", "EURUSD-20240103", "EURUSD"),
        ] {
            let source = Source::of_bytes(name, b"");
            let hints = Hints::default();
            assert_eq!(of_file(&source, &hints).unwrap().as_str(), whole);
            assert_eq!(of_file_start(&source, &hints).unwrap().as_str(), start);
            let hints = Hints { symbol: Some(Symbol::new("SPY").unwrap()), ..Hints::default() };
            assert_eq!(of_file_start(&source, &hints).unwrap().as_str(), "SPY");
        }
        let wrong = of_file(&Source::of_bytes("a b.csv", b""), &Hints::default()).unwrap_err().to_string();
        assert!(wrong.ends_with("--as of import, --symbol of run"), "{wrong}");
    }
}
