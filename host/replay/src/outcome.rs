//! Predictions of one node until their outcome is known. One file a rule; the first is here.

mod forward_return;

use tapewright_model::{Detection, Direction, Horizon, Label, Outcome, Pattern, Time};

use crate::track::Prices;

/// Whether the host judges a pattern, and if not, why.
pub(crate) fn supported(pattern: &Pattern) -> Result<(), String> {
    let rule = &pattern.rule;
    if rule.name != "forward-return" {
        return Err(format!("rule `{}` this host does not know (it knows forward-return)", rule.name));
    }
    if let Some((name, _)) = rule.args.first() {
        return Err(format!("rule forward-return takes no argument `{name}`"));
    }
    if let Some(column) = &rule.column {
        return Err(format!("rule judges `{column}`, and this host judges `close` alone"));
    }
    if matches!(pattern.horizon, Horizon::Sessions(_)) {
        return Err("horizon counts sessions, and this host counts rows or seconds".to_owned());
    }
    Ok(())
}

/// A prediction that waits for its outcome.
#[derive(Clone, Debug)]
struct Pending {
    number: u64,
    detection: Detection,
    due: Due,
    /// The next open after it was said; NaN until there is one.
    reference: f64,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Row(u64),
    Time(i64),
}

/// The predictions of one node, in the order in which they were said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Predictions {
    said: u64,
    pending: Vec<Pending>,
}

impl Predictions {
    /// The first row from `row` on that can change anything.
    pub(crate) fn next_row(&self, row: u64) -> u64 {
        let next = self.pending.iter().map(|pending| match pending.due {
            Due::Row(due) if !pending.reference.is_nan() => due,
            _ => row,
        });
        next.min().unwrap_or(u64::MAX).max(row)
    }

    /// A detection that was said on a row known at `time`.
    pub(crate) fn register(&mut self, detection: Detection, time: Time, horizon: Horizon) {
        let due = match horizon {
            Horizon::Seconds(_) => {
                let seconds = i64::try_from(detection.horizon).unwrap_or(i64::MAX);
                Due::Time(time.0.saturating_add(seconds.saturating_mul(Time::SECOND)))
            }
            _ => Due::Row(detection.row.saturating_add(detection.horizon)),
        };
        self.pending.push(Pending { number: self.said, detection, due, reference: f64::NAN });
        self.said += 1;
    }

    /// The outcomes that become known on a row, in the order in which they were predicted. `at` is the
    /// row's place in the prices.
    pub(crate) fn row(
        &mut self,
        row: u64,
        time: Time,
        at: usize,
        prices: &[Prices<'_>],
        outcomes: &mut Vec<(u64, Outcome)>,
    ) {
        self.pending.retain_mut(|pending| {
            let detection = &pending.detection;
            let Some(prices) = prices.get(detection.instrument as usize) else { return false };
            if pending.reference.is_nan()
                && row > detection.row
                && let Some(bar) = prices.bar(at)
            {
                pending.reference = bar.open;
            }
            let due = match pending.due {
                Due::Row(due) => row >= due,
                Due::Time(due) => time.0 >= due,
            };
            if due {
                let (label, forward_return) =
                    forward_return::judge(detection.direction, pending.reference, prices.close(at));
                let rows = u32::try_from(row - detection.row).unwrap_or(u32::MAX);
                let Detection { pattern, instrument, direction, .. } = *detection;
                outcomes.push((
                    row,
                    Outcome { detection: pending.number, pattern, instrument, direction, label, forward_return, rows },
                ));
            }
            !due
        });
    }
}

/// A rule's verdict: the label and the return that it is about.
type Verdict = (Label, f64);

fn void() -> Verdict {
    (Label::Void, tapewright_model::CANONICAL_NAN)
}

/// How far the outcome lies in the predicted direction: above 0 a hit.
fn signed(direction: Direction, forward_return: f64) -> f64 {
    direction.sign() * forward_return
}
