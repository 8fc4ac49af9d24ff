//! The options of one chain as the lines of a file name them.
//!
//! Promises that each (expiry, strike, right) comes out once. Where two roots list it, such as SPX (settled in the
//! morning) and SPXW (in the afternoon), open interest and volume are added and everything else is that of the root
//! with more open interest. The same contract twice is a line that cannot be read.
//! Refuses to know: whether a quote is fair.

use tapewright_model::CANONICAL_NAN;

use super::rows::Rows;
use super::source::Source;
use crate::chain::{OptionQuote, QUOTES_MAX, Right};
use crate::error::MarketError;

/// Roots of one chain at most: SPX has two, an adjusted stock a handful.
const ROOTS_MAX: usize = 64;
/// Volatility at most, a year: what is solved from the quotes of an option's last minutes has come to 30.
const IV_MAX: f64 = 100.0;

/// What was read of one chain.
#[derive(Default)]
pub(crate) struct Options {
    listed: Vec<Listed>,
    roots: Vec<String>,
}

struct Listed {
    quote: OptionQuote,
    /// Index into the roots.
    root: usize,
    line: u64,
}

impl Options {
    /// How many lines were taken.
    pub(crate) fn len(&self) -> usize {
        self.listed.len()
    }

    /// Takes what a line says, or tells why it cannot be read. `root` is empty when the file names none.
    ///
    /// # Errors
    /// When the chain has more options than any has, or the line may not be left out.
    pub(crate) fn add(
        &mut self,
        source: &Source,
        rows: &mut dyn Rows,
        line: u64,
        root: &str,
        quote: Result<OptionQuote, String>,
    ) -> Result<(), MarketError> {
        let checked = quote.and_then(check);
        let quote = match checked {
            Ok(quote) => quote,
            Err(reason) => return rows.unreadable(line, reason),
        };
        if self.listed.len() == QUOTES_MAX {
            return Err(source.fail_at(line, format!("the chain has more than {QUOTES_MAX} options")));
        }
        let known = self.roots.iter().position(|known| known == root);
        let root = match known {
            Some(at) => at,
            None if self.roots.len() == ROOTS_MAX => {
                return Err(source.fail_at(line, format!("the chain has options of more than {ROOTS_MAX} roots")));
            }
            None => {
                self.roots.push(root.to_owned());
                self.roots.len() - 1
            }
        };
        self.listed.push(Listed { quote, root, line });
        Ok(())
    }

    /// Sorted by expiry, strike and right, each once.
    ///
    /// # Errors
    /// When a contract stands twice and may not be left out.
    pub(crate) fn finish(mut self, rows: &mut dyn Rows) -> Result<Vec<OptionQuote>, MarketError> {
        self.listed.sort_by(|a, b| {
            let by_root = || a.root.cmp(&b.root).then(a.line.cmp(&b.line));
            order(&a.quote, &b.quote).then_with(by_root)
        });
        let mut quotes: Vec<OptionQuote> = Vec::with_capacity(self.listed.len());
        let mut most = CANONICAL_NAN;
        let mut last_root = 0;
        for listed in &self.listed {
            let quote = listed.quote;
            match quotes.last_mut().filter(|last| order(last, &quote).is_eq()) {
                None => {
                    most = quote.open_interest;
                    quotes.push(quote);
                }
                Some(_) if last_root == listed.root => {
                    let root = self.roots.get(listed.root).map_or("", String::as_str);
                    rows.unreadable(listed.line, format!("the option {} stands twice", shown(&quote, root)))?;
                }
                Some(last) => {
                    let open_interest = sum(last.open_interest, quote.open_interest);
                    let volume = sum(last.volume, quote.volume);
                    if quote.open_interest > most || (most.is_nan() && !quote.open_interest.is_nan()) {
                        most = quote.open_interest;
                        *last = quote;
                    }
                    last.open_interest = open_interest;
                    last.volume = volume;
                }
            }
            last_root = listed.root;
        }
        Ok(quotes)
    }
}

/// Call or put, in the words of files.
pub(crate) fn right(text: &str) -> Result<Right, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "c" | "call" | "calls" => Ok(Right::Call),
        "p" | "put" | "puts" => Ok(Right::Put),
        _ => Err(format!("`{text}` is neither call nor put\nhint: write C or P")),
    }
}

/// Volatility and what hangs on it: zero is no volatility.
pub(crate) fn known_iv(iv: f64) -> f64 {
    if iv == 0.0 { CANONICAL_NAN } else { iv }
}

fn order(a: &OptionQuote, b: &OptionQuote) -> std::cmp::Ordering {
    let key = |quote: &OptionQuote| (quote.expiry, quote.right);
    a.expiry.cmp(&b.expiry).then(a.strike.total_cmp(&b.strike)).then_with(|| key(a).cmp(&key(b)))
}

/// A number that is missing adds nothing.
fn sum(a: f64, b: f64) -> f64 {
    match (a.is_nan(), b.is_nan()) {
        (true, _) => b,
        (_, true) => a,
        _ => a + b,
    }
}

fn shown(quote: &OptionQuote, root: &str) -> String {
    let right = if quote.right == Right::Call { "call" } else { "put" };
    let expiry = crate::civil::date_of(quote.expiry);
    format!("{expiry} {} {right} {root}", quote.strike).trim_end().to_owned()
}

/// Refuses what no option has.
fn check(mut quote: OptionQuote) -> Result<OptionQuote, String> {
    if quote.strike.is_nan() || quote.strike <= 0.0 {
        return Err(format!("strike {} is no price", quote.strike));
    }
    for (name, value) in [
        ("bid", quote.bid),
        ("ask", quote.ask),
        ("last", quote.last),
        ("volume", quote.volume),
        ("open interest", quote.open_interest),
        ("volatility", quote.iv),
        ("gamma", quote.gamma),
    ] {
        if value < 0.0 {
            return Err(format!("{name} {value} is negative"));
        }
    }
    if quote.iv > IV_MAX {
        let per_cent = IV_MAX * 100.0;
        let iv = quote.iv;
        return Err(format!(
            "volatility {iv} is above {IV_MAX}, which is {per_cent} % a year\nhint: write 0.2 for 20 %"
        ));
    }
    if quote.delta.abs() > 1.001 {
        return Err(format!("delta {} is not between -1 and 1", quote.delta));
    }
    quote.iv = known_iv(quote.iv);
    Ok(quote)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::Heard;

    fn quote(strike: f64, open_interest: f64, bid: f64) -> OptionQuote {
        OptionQuote {
            expiry: 20_000,
            strike,
            right: Right::Call,
            bid,
            ask: 2.0,
            last: 1.5,
            volume: 10.0,
            open_interest,
            iv: 0.0,
            delta: 0.5,
            gamma: 0.0,
        }
    }

    #[test]
    fn two_roots_of_one_strike_are_one_option_and_one_root_twice_is_told() {
        let source = Source::of_bytes("a.csv", b"");
        let mut heard = Heard::default();
        let mut options = Options::default();
        for (line, root, quote) in [
            (2, "SPX", quote(100.0, 5.0, 1.0)),
            (3, "SPXW", quote(100.0, 7.0, 1.1)),
            (4, "SPX", quote(90.0, f64::NAN, 1.2)),
            (5, "SPXW", quote(90.0, 1.0, 1.3)),
            (6, "SPX", quote(100.0, 1.0, 1.4)),
            (7, "SPX", quote(80.0, 1.0, -1.0)),
            (8, "SPX", quote(-80.0, 1.0, 1.0)),
        ] {
            options.add(&source, &mut heard, line, root, Ok(quote)).unwrap();
        }
        let quotes = options.finish(&mut heard).unwrap();
        let short: Vec<_> = quotes.iter().map(|q| (q.strike, q.open_interest, q.volume, q.bid)).collect();
        assert_eq!(short, [(90.0, 1.0, 20.0, 1.3), (100.0, 12.0, 20.0, 1.1)]);
        assert!(quotes.iter().all(|quote| quote.iv.is_nan() && quote.gamma == 0.0));
        assert_eq!(
            heard.unreadable,
            [
                (7, "bid -1 is negative".to_owned()),
                (8, "strike -80 is no price".to_owned()),
                (6, "the option 2024-10-04 100 call SPX stands twice".to_owned()),
            ]
        );
    }

    #[test]
    fn a_chain_has_a_bound() {
        let source = Source::of_bytes("a.csv", b"");
        let mut heard = Heard::default();
        let mut options = Options::default();
        for line in 0..QUOTES_MAX as u64 {
            options.add(&source, &mut heard, line, "", Ok(quote(1.0 + line as f64, 1.0, 1.0))).unwrap();
        }
        let error = options.add(&source, &mut heard, 9, "", Ok(quote(0.5, 1.0, 1.0))).unwrap_err();
        assert_eq!(error.to_string(), "a.csv:9: the chain has more than 200000 options");
    }
}
