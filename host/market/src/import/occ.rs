//! Option symbols of the Options Clearing Corporation: `SPY250516C00285000`.
//!
//! Root, `YYMMDD` of the expiry, `C` or `P`, and the strike in thousandths of a dollar with eight digits (OCC Options
//! Symbology Initiative, 2010). Refuses to know: what a contract delivers.

use crate::chain::Right;
use crate::civil::day;

/// Roots of options that are settled or expire otherwise than those of their underlying's own root.
const ROOTS: [(&str, &str); 4] = [("SPXW", "SPX"), ("NDXP", "NDX"), ("RUTW", "RUT"), ("VIXW", "VIX")];
/// Characters after the root.
const TAIL_BYTES: usize = 15;

/// What an option symbol says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Occ<'a> {
    pub(crate) root: &'a str,
    /// Days since 1970.
    pub(crate) expiry: i32,
    pub(crate) right: Right,
    /// Dollars.
    pub(crate) strike: f64,
}

/// Reads a symbol, with blanks after its root or without; `None` for other texts.
pub(crate) fn occ(text: &str) -> Option<Occ<'_>> {
    // as Polygon writes it
    let text = text.trim();
    let text = text.strip_prefix("O:").unwrap_or(text);
    if !text.is_ascii() {
        return None;
    }
    let (root, tail) = text.split_at_checked(text.len().checked_sub(TAIL_BYTES)?)?;
    let root = root.trim_end();
    let (date, tail) = tail.split_at_checked(6)?;
    let (right, strike) = tail.split_at_checked(1)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = (1..=6).contains(&root.len()) && root.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !shaped || !digits(date) || !digits(strike) {
        return None;
    }
    let date: i32 = date.parse().ok()?;
    let thousandths: u32 = strike.parse().ok()?;
    Some(Occ {
        root,
        // the symbology began in 2010
        expiry: day(2000 + date / 10_000, date / 100 % 100, date % 100)?,
        right: match right {
            "C" => Right::Call,
            "P" => Right::Put,
            _ => return None,
        },
        strike: f64::from(thousandths) / 1000.0,
    })
}

/// The symbol whose options a root names, in capitals.
///
/// # Errors
/// When a digit says that the contract is adjusted or flexible: it delivers something else than 100 shares, so its strike
/// and its price cannot stand beside the others'.
pub(crate) fn underlying(root: &str) -> Result<String, String> {
    let root = root.trim().to_ascii_uppercase();
    if root.starts_with(|c: char| c.is_ascii_digit()) || root.ends_with(|c: char| c.is_ascii_digit()) {
        return Err(format!("the root `{root}` is that of adjusted or flexible contracts, which deliver other things"));
    }
    let weekly = ROOTS.iter().find(|(weekly, _)| *weekly == root);
    Ok(weekly.map_or(root, |(_, of)| (*of).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_symbol_says_what_it_is() {
        let read = |text| occ(text).map(|occ| (occ.root.to_owned(), occ.expiry, occ.right, occ.strike));
        let spy = ("SPY".to_owned(), day(2025, 5, 16).unwrap(), Right::Call, 285.0);
        assert_eq!(read("SPY250516C00285000"), Some(spy.clone()));
        assert_eq!(read("SPY   250516C00285000"), Some(spy.clone()));
        assert_eq!(read("O:SPY250516C00285000"), Some(spy));
        let spxw = ("SPXW".to_owned(), day(2024, 1, 19).unwrap(), Right::Put, 4712.5);
        assert_eq!(read("SPXW240119P04712500"), Some(spxw));
        for text in [
            "",
            "SPY",
            "250516C00285000",
            "SPY250516X00285000",
            "SPY251316C00285000",
            "SPY25051CC00285000",
            "SPY250516C0028500",
            "TOOLONG250516C00285000",
            "SPÄ250516C00285000",
            "日本語250516C00285000",
        ] {
            assert_eq!(occ(text), None, "{text}");
        }
    }

    #[test]
    fn a_root_names_its_underlying() {
        for (root, want) in [("SPXW", Some("SPX")), ("SPX", Some("SPX")), ("spy", Some("SPY")), ("VIXW", Some("VIX"))] {
            assert_eq!(underlying(root).ok().as_deref(), want, "{root}");
        }
        assert!(underlying("AAPL7").unwrap_err().contains("adjusted"));
        assert!(underlying("2SPX").is_err());
    }
}
