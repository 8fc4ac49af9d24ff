//! What columns mean: name, meaning and unit of what the house computes.
//!
//! Refuses to know: columns that a user's own file brings.

/// What one column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnMeaning {
    /// As it is asked for: `gex.total`.
    pub name: &'static str,
    /// In a sentence.
    pub meaning: &'static str,
    /// Of its values: `dollars`, `ratio` …
    pub unit: &'static str,
}

const fn of(name: &'static str, meaning: &'static str, unit: &'static str) -> ColumnMeaning {
    ColumnMeaning { name, meaning, unit }
}

/// Columns that need no more than a line.
const PLAIN: &[ColumnMeaning] = &[
    of("open", "first price of the bar", "price"),
    of("high", "highest price of the bar", "price"),
    of("low", "lowest price of the bar", "price"),
    of("close", "last price of the bar", "price"),
    of("volume", "traded in the bar", "shares, contracts or coins"),
    of("quote_volume", "traded in the bar, in the currency of the price", "currency"),
    of("bid", "best bid at the end of the bar", "price"),
    of("ask", "best ask at the end of the bar", "price"),
    of("adj_close", "close as its publisher adjusted it afterwards: it knows later splits and dividends", "price"),
    of("value", "the number of the newest period that was released, in its latest revision", ""),
    of("period", "when the newest period begins", "seconds since 1970, UTC"),
    of("quote.spread", "(ask - bid) / middle", "ratio"),
    of("quote.imbalance", "(bid size - ask size) / (bid size + ask size)", "ratio"),
    of("quote.mid", "middle of bid and ask", "price"),
    of("flow.large_prints", "option trades of at least 100,000 dollars so far in the session", "trades"),
    of("flow.large_premium", "calls bought and puts sold, less the opposite, in those trades", "dollars"),
    of("flow.put_call_ratio", "contracts of puts / of calls so far in the session", "ratio"),
    of("session.minutes", "minutes since the session opened", "minutes"),
    of("session.minutes_left", "minutes until the session closes", "minutes"),
    of("calendar.weekday", "1 Monday to 7 Sunday", ""),
    of("calendar.month_end", "1 in the last session of a month", "1 or 0"),
];

/// What a column is; of one that a user's own file brings nothing is said.
#[must_use]
pub fn meaning(name: &str) -> ColumnMeaning {
    let mut all = PLAIN.iter().chain(crate::gex::OPTION_COLUMNS).chain(crate::spread::SPREAD_COLUMNS);
    let known = all.find(|known| known.name == name).copied();
    known.unwrap_or_else(|| match name {
        _ if name.starts_with("rate.") => of("rate", "yield a year", "ratio"),
        _ if name.starts_with("onchain.") => of("onchain", "of the chain's day", ""),
        _ if name.starts_with("calendar.") => of("calendar", "days until the next that was announced", "days"),
        _ if name.starts_with("event.") => of("event", "since the newest became known", "seconds"),
        _ => of("", "", ""),
    })
}
