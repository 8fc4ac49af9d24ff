//! Numbers of days: tables with a date and a number or more on each line.
//!
//! Promises that the order of day and month in `3/1/2024` is that of the whole file, and that a table is taken for a daily
//! one only when its dates say so.
//! Refuses to know: when a day's number was known; its format says it.

use tapewright_model::{Symbol, Time};

use super::dates::{Dates, order_of};
use super::named::Sheet;
use super::rows::{BySymbol, Kind, Rows, SeriesKey, Shape, When};
use super::source::Source;
use super::stamp::Order;
use crate::civil::day_of;
use crate::error::MarketError;

/// Days between two rows of a daily series at most, but for holes: a weekend and a holiday.
const DAILY_GAP_MAX: u32 = 4;
/// Rows that follow each other for one hole at least: a few daily rows at the end of months do not make days of them.
const NEAR_PER_HOLE: u64 = 10;

/// What the dates of a table say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// Which number of `3/1/2024` is the month, when a date shows it.
    pub(crate) order: Option<Order>,
    /// Whether rows follow the one before them within some days, but for a few holes.
    pub(crate) daily: bool,
}

/// Looks through the dates of a whole table.
///
/// # Errors
/// When one of them says that the month stands first and another that the day does.
pub(crate) fn survey(source: &Source, date: usize) -> Result<Survey, MarketError> {
    let mut order: Option<(Order, u64)> = None;
    let mut sheet = Sheet::open(source)?;
    while sheet.advance()? {
        let Some(said) = order_of(&sheet.text(Some(date))) else { continue };
        let (first, at) = *order.get_or_insert((said, sheet.line()));
        if first != said {
            let reason = format!("by `{}` the month stands elsewhere than in line {at}", sheet.text(Some(date)));
            return Err(source.fail_at(sheet.line(), format!("{reason}\nhint: write dates as 2024-01-03")));
        }
    }
    let order = order.map(|(order, _)| order);
    let mut dates = Dates::utc_unless(None).ordered(order);
    let mut sheet = Sheet::open(source)?;
    let mut before = None;
    let (mut near, mut far) = (0_u64, 0_u64);
    while sheet.advance()? {
        let Ok(day) = dates.day(&sheet.text(Some(date))) else { continue };
        match before.replace(day).map(|before: i32| before.abs_diff(day)) {
            Some(gap) if gap <= DAILY_GAP_MAX => near += u64::from(gap > 0),
            Some(_) => far += 1,
            None => {}
        }
    }
    Ok(Survey { order, daily: near > 0 && far <= near / NEAR_PER_HOLE })
}

/// The days of one table on their way to the rows.
pub(crate) struct Daily {
    pub(crate) dates: Dates,
    /// Where the date stands.
    pub(crate) date: usize,
    /// Where the numbers stand, and their names.
    pub(crate) columns: Vec<(usize, String)>,
    /// When the numbers of a day were known, UTC ns.
    pub(crate) known: fn(&mut Dates, i32) -> Result<i64, String>,
    series: BySymbol,
    values: Vec<f64>,
}

impl Daily {
    /// Numbers that are known when their day has ended, in UTC.
    pub(crate) fn of(date: usize, columns: Vec<(usize, String)>, order: Option<Order>) -> Daily {
        let dates = Dates::utc_unless(None).ordered(order);
        Daily { dates, date, columns, known: Dates::end_of, series: BySymbol::default(), values: Vec::new() }
    }

    /// Reads the line that the sheet is at. One without any number says nothing and gives no row. `checked` may change
    /// the unit of a number or refuse it; it is told the column's name.
    pub(crate) fn row(
        &mut self,
        sheet: &Sheet,
        rows: &mut dyn Rows,
        symbol: Result<Symbol, String>,
        checked: fn(&str, f64) -> Result<f64, String>,
    ) -> Result<(), MarketError> {
        let line = sheet.line();
        let (symbol, period, known) = match self.parse(sheet, symbol, checked) {
            Ok(read) => read,
            Err(reason) => return rows.unreadable(line, reason),
        };
        if self.values.iter().all(|value| value.is_nan()) {
            return Ok(());
        }
        let columns = &self.columns;
        let series = self.series.of(rows, symbol, |symbol| {
            let key = SeriesKey { kind: Kind::Series, symbol, timeframe: None };
            Shape { key, columns: columns.iter().map(|(_, name)| name.clone()).collect(), calendar: None }
        })?;
        rows.row(series, line, When::Released { period, known }, &self.values)
    }

    fn parse(
        &mut self,
        sheet: &Sheet,
        symbol: Result<Symbol, String>,
        checked: fn(&str, f64) -> Result<f64, String>,
    ) -> Result<(Symbol, i64, i64), String> {
        sheet.whole()?;
        let day = self.dates.day(&sheet.text(Some(self.date)))?;
        let known = (self.known)(&mut self.dates, day)?;
        self.values.clear();
        for (at, name) in &self.columns {
            let value = sheet.number(Some(*at))?;
            self.values.push(if value.is_nan() { value } else { checked(name, value)? });
        }
        Ok((symbol?, midnight(day)?, known))
    }
}

/// A number as it is written.
pub(crate) fn as_written(_: &str, value: f64) -> Result<f64, String> {
    Ok(value)
}

/// The instant at which a day begins in UTC, at which the period of a number begins.
pub(crate) fn midnight(day: i32) -> Result<i64, String> {
    i64::from(day).checked_mul(Time::DAY).ok_or_else(|| "the time is out of range: 1678 to 2261".to_owned())
}

/// So many Mondays to Fridays after a day.
pub(crate) fn weekdays_after(day: i32, count: u32) -> i32 {
    let monday = day_of(jiff::civil::Date::constant(1970, 1, 5));
    let mut later = day;
    let mut left = count;
    while left > 0 {
        later = later.saturating_add(1);
        if later == i32::MAX {
            return later;
        }
        left -= u32::from(later.wrapping_sub(monday).rem_euclid(7) < 5);
    }
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::day;

    #[test]
    fn a_table_shows_its_order_and_its_pace() {
        let look = |rows: &str| survey(&Source::of_bytes("a.csv", format!("date,x\n{rows}").as_bytes()), 0);
        let months = Survey { order: None, daily: false };
        assert_eq!(look("2024-01-01,1\n2024-02-01,1\n2024-03-01,1\n").unwrap(), months);
        assert_eq!(look("2024-01-01,1\n").unwrap(), months);
        assert_eq!(look("2024-01-01,1\n2024-02-01,1\n2024-02-02,1\n2024-02-03,1\n").unwrap(), months);
        let daily = Survey { order: Some(Order::MonthFirst), daily: true };
        assert_eq!(look("1/3/2014,1\n1/6/2014,1\n1/8/2014,1\n1/10/2014,1\n1/13/2014,1\n").unwrap(), daily);
        let error = look("1/13/2014,1\n13/1/2014,1\n").unwrap_err().to_string();
        assert!(error.starts_with("a.csv:3: by `13/1/2014` the month stands elsewhere than in line 2"), "{error}");
    }

    #[test]
    fn weekdays_pass_over_weekends() {
        let friday = day(2024, 1, 5).unwrap();
        for (from, count, want) in
            [(friday, 1, 3), (friday, 2, 4), (friday - 1, 1, 0), (friday + 1, 1, 3), (friday + 2, 2, 4)]
        {
            assert_eq!(weekdays_after(from, count), friday + want, "{from} {count}");
        }
        assert_eq!(weekdays_after(i32::MAX, 2), i32::MAX);
    }
}
