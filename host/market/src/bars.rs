//! Bars of a higher timeframe.

use tapewright_model::{CANONICAL_NAN, Frame, FrameError, Time, Timeframe};

/// How a column of rows becomes a value of the bar that holds them.
#[derive(Clone, Copy)]
enum Rule {
    First,
    Max,
    Min,
    Sum,
    Last,
}

fn rule(name: &str) -> Rule {
    match name {
        "open" => Rule::First,
        "high" => Rule::Max,
        "low" => Rule::Min,
        "volume" => Rule::Sum,
        // a level that holds until it changes: `close`, `gex.total` …
        _ => Rule::Last,
    }
}

/// The bars of a timeframe, each known at its end; a bar whose end is after `until` has not closed and is
/// left out. A bar exists where there are rows; its value is over the rows that have one. A volume is
/// the sum in the order of the rows.
///
/// # Errors
/// None for a valid frame; what [`Frame::new`] says otherwise.
pub fn aggregate(frame: &Frame, timeframe: Timeframe, until: Time) -> Result<Frame, FrameError> {
    let times = frame.times();
    let mut ends = Vec::new();
    let mut starts = Vec::new();
    for (row, time) in times.iter().enumerate() {
        let end = timeframe.end_of_bar(Time(*time)).0;
        if ends.last() != Some(&end) {
            if end > until.0 {
                break;
            }
            ends.push(end);
            starts.push(row);
        }
    }
    let past =
        |bar: usize| starts.get(bar + 1).copied().unwrap_or_else(|| times.partition_point(|time| *time <= ends[bar]));
    let columns = frame.names().iter().enumerate().map(|(index, name)| {
        let (values, rule) = (frame.column(index), rule(name));
        let bar = |bar: usize| fold(rule, &values[starts[bar]..past(bar)]);
        (name.clone(), (0..ends.len()).map(bar).collect())
    });
    let columns = columns.collect();
    Frame::new(ends, columns)
}

fn fold(rule: Rule, values: &[f64]) -> f64 {
    let pick = |kept: f64, value: f64| match rule {
        Rule::First => kept,
        Rule::Max => {
            if value > kept {
                value
            } else {
                kept
            }
        }
        Rule::Min => {
            if value < kept {
                value
            } else {
                kept
            }
        }
        Rule::Sum => kept + value,
        Rule::Last => value,
    };
    values.iter().copied().filter(|value| !value.is_nan()).reduce(pick).unwrap_or(CANONICAL_NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_known_at_its_end_and_not_before() {
        let hour = 3600 * Time::SECOND;
        let times: Vec<i64> = [1, 2, 24, 25, 47].iter().map(|h| h * hour).collect();
        let column = |name: &str, values: [f64; 5]| (name.to_owned(), values.to_vec());
        let frame = Frame::new(
            times,
            vec![
                column("open", [1., 2., 3., 4., 5.]),
                column("high", [9., 8., f64::NAN, 4., 6.]),
                column("low", [1., 0., 2., 3., 4.]),
                column("close", [2., 3., 4., 5., 6.]),
                column("volume", [1., 2., 4., 8., 16.]),
            ],
        )
        .unwrap();
        let day: Timeframe = "1d".parse().unwrap();
        let check = |until: i64, want: &[(i64, [f64; 5])]| {
            let bars = aggregate(&frame, day, Time(until * hour)).unwrap();
            let got: Vec<_> = bars
                .times()
                .iter()
                .enumerate()
                .map(|(row, time)| (*time / hour, std::array::from_fn(|c| bars.column(c)[row])))
                .collect();
            assert_eq!(got, want, "until {until}");
        };
        let first = (24, [1., 9., 0., 4., 7.]);
        check(23, &[]);
        check(24, &[first]);
        check(47, &[first]);
        check(48, &[first, (48, [4., 6., 3., 6., 24.])]);
    }
}
