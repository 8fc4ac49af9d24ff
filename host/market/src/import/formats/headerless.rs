//! CSV without a header: a date or a time, then open, high, low, close, and perhaps volume and open interest.
//!
//! ```text
//! 2006-01-02,3578.73,3605.95,3578.73,3604.33,0,0
//! 20060102 09:30,3578.73,3605.95,3578.73,3604.33,120
//! 2006-01-02,09:30,3578.73,3605.95,3578.73,3604.33
//! ```
//! Nothing names the columns, so the numbers have to: in every line of the beginning the second must be the highest of
//! the four prices and the third the lowest, and somewhere they must differ. A fifth number is a volume when there are
//! five; of six, both the fifth and the sixth must be whole everywhere, since the fifth may as well be an adjusted close.
//! Where that does not hold the file is not read so. Times mean what they mean in the plain form: the bar was complete.

use crate::error::MarketError;
use crate::import::cells::{Lines, number};
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::Header;
use crate::import::heading::mark_of;
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Records, Sheet};
use crate::import::source::{Head, Source};
use crate::import::stamp::{Dates, Forms, Reading, Stamp};

/// What the numbers are.
const COLUMNS: [&str; 6] = ["open", "high", "low", "close", "volume", "open_interest"];
/// Lines of the beginning that are looked at.
const LINES: usize = 500;
/// Dates without marks, too.
const FORMS: Forms = Forms { compact: true, named_hours: false };

/// CSV without a header.
pub(crate) struct Headerless;

impl Format for Headerless {
    fn name(&self) -> &'static str {
        "headerless"
    }

    fn summary(&self) -> &'static str {
        "CSV without a header: date or time, open, high, low, close, perhaps volume and open interest"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        if layout(head).is_ok() { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let (header, mark) = layout(&source.head()?).map_err(|reason| source.fail(reason))?;
        let open = || Ok(Box::new(Lines::open(source, mark)?) as Box<dyn Records>);
        let manner = Manner { forms: FORMS, ..Manner::default() };
        Sheet { source, hints, header, manner, open: &open }.read(rows)
    }
}

/// Where things stand, and what parts them.
fn layout(head: &Head<'_>) -> Result<(Header, u8), String> {
    let mut lines = head.lines().filter(|line| !line.is_empty()).take(LINES).peekable();
    let first = lines.peek().copied().ok_or("it is empty")?;
    let mark = mark_of(first);
    let width = first.split(char::from(mark)).count();
    let mut dates = Dates::new(FORMS);
    let mut clock = None;
    let (mut differ, mut whole) = (false, true);
    let mut seen = 0;
    while let Some(line) = lines.next() {
        let cells: Vec<&[u8]> = line.split(char::from(mark)).map(|cell| cell.trim().as_bytes()).collect();
        // the last line may be cut
        if cells.len() != width && lines.peek().is_none() && seen > 0 {
            break;
        }
        let (Some(date), true) = (cells.first(), cells.len() == width) else {
            return Err(format!("its lines have {width} cells and {}", cells.len()));
        };
        let apart = *clock.get_or_insert_with(|| is_clock(&cells));
        let stamp = dates.read(date, cells.get(1).filter(|_| apart).copied(), 0)?;
        // a number alone may be anything
        if matches!(stamp, Reading::One(Stamp::Instant { .. })) && date.iter().all(u8::is_ascii_digit) {
            return Err("its first cell is no date".to_owned());
        }
        let values = cells.get(if apart { 2 } else { 1 }..).unwrap_or_default();
        let values = values.iter().map(|cell| number(cell).map_err(|wrong| wrong.in_column("?", cell)));
        let values = values.collect::<Result<Vec<f64>, String>>()?;
        let [open, high, low, close, rest @ ..] = values.as_slice() else {
            return Err(format!("{} numbers after the time, wanted 4 to 6", values.len()));
        };
        let prices = [*open, *high, *low, *close];
        if prices.iter().any(|price| price > high || price < low) || rest.len() > 2 {
            return Err("its numbers are not in the order open, high, low, close, volume".to_owned());
        }
        differ |= high > low;
        whole &= rest.iter().all(|value| value.is_nan() || value % 1.0 == 0.0 && *value >= 0.0);
        seen += 1;
    }
    let numbers = width - 1 - usize::from(clock == Some(true));
    if !differ || (numbers == 6 && !whole) {
        return Err("its numbers do not say which of them is which".to_owned());
    }
    let time = usize::from(clock == Some(true));
    let columns = (1 + time..).zip(COLUMNS.iter().take(numbers)).map(|(at, name)| (at, (*name).to_owned())).collect();
    Ok((
        Header { time: 0, clock: clock.filter(|apart| *apart).map(|_| 1), known: false, symbol: None, columns, width },
        mark,
    ))
}

/// Whether the second cell is a time of day of the date in the first: it has colons, or digits alone of which a price
/// would not have as many as the others.
fn is_clock(cells: &[&[u8]]) -> bool {
    let [date, second, ..] = cells else { return false };
    let shaped = second.contains(&b':') || second.len() >= 4 && second.iter().all(u8::is_ascii_digit);
    let reads = Dates::new(FORMS).read(date, Some(second), 0).is_ok();
    // 0930 may be a price of 930, but then there are four prices from it on that fit
    let prices: Vec<f64> = cells.iter().skip(1).take(4).filter_map(|cell| number(cell).ok()).collect();
    let fits =
        matches!(prices[..], [open, high, low, close] if high >= open && high >= close && low <= open && low <= close);
    shaped && reads && !fits
}

#[cfg(test)]
mod tests {
    use crate::import::heard::{hear_any, hints};

    #[test]
    fn numbers_without_names_are_known_by_their_order() {
        for (text, columns, known) in [
            ("2006-01-02,2,4,1,3,100,0\n2006-01-03,3,4,1,3,100,0", "open high low close volume open_interest", "13150"),
            ("2006-01-02;2;4;1;3\n", "open high low close", "13150"),
            ("20060102,2,4,1,3,0.5\n", "open high low close volume", "13150"),
            ("20060102 09:30,2,4,1,3,7\n", "open high low close volume", "2006-01-02T09:30:00Z"),
            ("2006-01-02,09:30,2,4,1,3,7\n", "open high low close volume", "2006-01-02T09:30:00Z"),
            ("20060102,0930,2,4,1,3\n", "open high low close", "2006-01-02T09:30:00Z"),
            ("20060102,093000,2,4,1,3,5,6\n", "open high low close volume open_interest", "2006-01-02T09:30:00Z"),
            ("2006-01-02 00:00:00,2,4,1,3\n2006-01-03 00:00:00,2,4,1,3\n", "open high low close", "13150"),
            ("13/1/2006,2,4,1,3\n", "open high low close", "13161"),
        ] {
            let read = hear_any("fut.txt", text, &hints()).unwrap();
            let series = read.only();
            assert_eq!((read.format, series.symbol(), series.columns()), ("headerless", "FUT", columns.to_owned()));
            assert_eq!((series.known()[0].as_str(), &series.row(0).2[..4]), (known, &[2., 4., 1., 3.][..]), "{text}");
        }
    }

    #[test]
    fn numbers_whose_order_is_open_are_not_read() {
        for text in [
            // open close low high
            "2006-01-02,2,3,1,4,100\n",
            // the same price four times says nothing
            "2006-01-02,2,2,2,2,100\n",
            // an adjusted close, or a volume
            "2006-01-02,2,4,1,3,2.9,100\n",
            "2006-01-02,2,4,1,3,1,2,3\n",
            "2006-01-02,2,4,1\n",
            "2006-01-02,2,4,1,x\n",
            "1704292260,2,4,1,3,5\n",
        ] {
            let error = hear_any("fut.txt", text, &hints()).unwrap_err();
            assert!(error.starts_with("fut.txt: its form is not known; it begins with `"), "{error}");
        }
    }

    #[test]
    fn a_cut_last_line_is_named() {
        let read = hear_any("fut.txt", "2006-01-02,2,4,1,3,100\n2006-01-03,2,4", &hints()).unwrap();
        assert_eq!(read.unreadable, [(2, "3 cells, the header has 6".to_owned())]);
    }
}
