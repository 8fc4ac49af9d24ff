//! Guests that mean harm: each has its typed fault and its words, each is alone with it, and the host goes on.

mod calls;
mod files;
mod level;
mod plans;
mod pushes;

use std::sync::LazyLock;

use tapewright_engine::Limits;
use tapewright_market::Market;
use tapewright_model::Record;
use tapewright_replay::{Binding, Request, RunOptions};
use tapewright_tests::{guests, markets, runs};

/// The row on which they begin.
const AT: u64 = 120;
const ROWS: usize = 200;
/// Fuel of one call: enough for everyone honest, soon over for a loop.
const FUEL: u64 = 20_000_000;

fn market() -> Market {
    Market::new([("AAA", 1), ("BBB", 2)].map(|(name, seed)| (markets::symbol(name), markets::walk(seed, ROWS, 30, 9))))
}

fn request(bindings: Vec<Binding>) -> Request {
    runs::request(market(), with_fuel(bindings))
}

/// With fuel that a loop soon uses up.
fn with_fuel(bindings: Vec<Binding>) -> Vec<Binding> {
    let limits = Limits { fuel_per_call: FUEL, ..Limits::default() };
    bindings.into_iter().map(|binding| Binding { limits, ..binding }).collect()
}

/// Those who mean well: a detector, a learner, a panel, and a strategy with an account.
fn honest() -> Vec<Binding> {
    let kit = guests::load("kit");
    ["late_pivot", "learner", "rank", "trailing"].iter().map(|entry| guests::bind(&kit, entry, &[])).collect()
}

/// One that does not, beside them; it reads one of them, so that both are in one unit.
fn bad(entry: &str, what: &str) -> Binding {
    let plugin = guests::load("hostile");
    let at = AT.to_string();
    let params = [("at", at.as_str()), ("beside", "late_pivot/level"), ("what", what)];
    Binding { alias: "bad".into(), ..guests::bind(&plugin, entry, &params) }
}

fn with(bad: Binding) -> Request {
    let mut bindings = honest();
    bindings.push(bad);
    request(bindings)
}

/// Everything that the honest ones said, by node.
fn said_by_honest(ran: &runs::Ran) -> Vec<(String, String)> {
    let record = |(record, values): &(Record, Vec<f64>)| {
        format!("{:?} {} {:?} {:?}\n", record.known_time, record.row, record.what, runs::bits(values))
    };
    let labels = ran.records.keys().filter(|label| !label.starts_with("bad"));
    let said = labels.map(|label| {
        assert_eq!(ran.fault(label), None, "{label} is blamed");
        let records: String = ran.of(label).iter().map(record).collect();
        let rows = ran.outputs.get(label).into_iter().flatten();
        let rows: String = rows.map(|(row, time, values)| format!("{row} {time} {:?}\n", runs::bits(values))).collect();
        (label.clone(), records + &rows)
    });
    said.collect()
}

/// What they say when nobody means harm.
static ALONE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let said = said_by_honest(&runs::keep(&request(honest()), &RunOptions::default()));
    assert!(said.len() == 7 && said.iter().all(|(_, said)| said.len() > 10_000));
    said
});

/// A text with control characters shown as what they are.
fn plain(text: &str) -> String {
    let plain = |c: char| if c.is_control() && c != '\n' { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(plain).collect()
}
