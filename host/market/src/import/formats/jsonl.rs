//! JSON: one flat object a line, or an array of them, with the plain form's names as keys.
//!
//! ```text
//! {"time":"2024-01-03T14:31:00Z","symbol":"SPY","close":470.2,"volume":12000}
//! ```
//! The first object has every key; a later one may leave some out, and `null` is a missing value. Numbers may be written
//! as text.

use crate::error::MarketError;
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::{Header, names_bars};
use crate::import::heading::lower;
use crate::import::objects::Objects;
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Records, Sheet};
use crate::import::source::{Head, Source};

/// Flat JSON objects.
pub(crate) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn summary(&self) -> &'static str {
        "JSON lines or an array of flat objects: time or date, close, any other numbers, symbol"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let names = Objects::names_in(&head.bytes).unwrap_or_default();
        let names: Vec<String> = names.iter().map(|name| lower(name)).collect();
        if names_bars(&names) { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let names = Objects::names_in(&source.head()?.bytes);
        let names = names.ok_or_else(|| source.fail("it does not begin with a JSON object of a row"))?;
        let header = Header::read(&names).map_err(|reason| source.fail(reason))?;
        let open = || Ok(Box::new(Objects::open(source, &names)?) as Box<dyn Records>);
        Sheet { source, hints, header, manner: Manner::default(), open: &open }.read(rows)
    }
}

#[cfg(test)]
mod tests {
    use crate::import::heard::{hear_any, hints, said};
    use crate::import::rows::When;

    #[test]
    fn objects_are_rows_in_lines_and_in_an_array() {
        let lines = "\u{feff}{\"time\":\"2024-01-03T14:31:00Z\",\"symbol\":\"SPY\",\"Close\":470.2,\"volume\":12000}\n\n\
                     {\"volume\":null,\"time\":1704292320,\"symbol\":\"SPY\",\"Close\":\"470.3\"}\r\n";
        let array = "[\n{\"time\":\"2024-01-03T14:31:00Z\",\"symbol\":\"SPY\",\"Close\":470.2,\"volume\":12000},\n\
                     {\"time\":1704292320,\n\"symbol\":\"SPY\",\"Close\":470.3}\n]\n";
        for (text, second) in [(lines, 3), (array, 3)] {
            let read = hear_any("bars.jsonl", text, &hints()).unwrap();
            let series = read.only();
            assert_eq!((read.format, series.symbol(), series.columns()), ("jsonl", "SPY", "close volume".to_owned()));
            assert_eq!(series.known(), ["2024-01-03T14:31:00Z", "2024-01-03T14:32:00Z"]);
            assert_eq!(series.row(0).2, [470.2, 12000.]);
            let (line, _, values) = series.row(1);
            assert_eq!((line, values[0], values[1].is_nan()), (second, 470.3, true));
        }
        let read = hear_any("A.json", "[{\"date\":\"2024-01-03\",\"close\":1.5e1}]", &hints()).unwrap();
        assert_eq!(read.only().row(0), (1, When::Day(19_725), &[15.][..]));
    }

    #[test]
    fn objects_that_are_no_rows_are_named() {
        let text = "{\"date\":\"2024-01-03\",\"close\":1}\n{\"date\":\"2024-01-04\",\"close\":[1]}\n{\"date\":\"2024-01-05\",\"close\":true}\n\
                    {\"date\":\"2024-01-05\",\"close\":1,\"x\":1}\n{\"date\":\"2024-01-05\",\"close\":1,\"close\":2}\n{\"date\":\"2024-0";
        let read = hear_any("A.jsonl", text, &hints()).unwrap();
        let no = "it is no flat JSON object: ";
        assert_eq!(
            said(&read.unreadable),
            [
                format!("2: {no}invalid type: sequence, expected a number or a text"),
                format!("3: {no}invalid type: boolean `true`, expected a number or a text"),
                format!("4: {no}the first object has no key `x`"),
                format!("5: {no}the key `close` stands twice"),
                format!("6: {no}EOF while parsing a string"),
            ]
        );
        let deep = format!("{{\"date\":\"2024-01-03\",\"close\":{}", "[".repeat(100_000));
        assert!(hear_any("A.jsonl", deep, &hints()).is_err());
        let cut = hear_any("A.json", "[{\"date\":\"2024-01-03\",\"close\":1},{\"da", &hints()).unwrap_err();
        assert_eq!(cut, "A.json:1: it ends within its array of objects: it is cut");
    }
}
