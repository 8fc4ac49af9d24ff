//! A bar on the terminal while a run or an import goes on; nothing where there is no terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tapewright_market::{ImportProgress, Market};
use tapewright_model::Digest;
use tapewright_replay::{Graph, Progress, UnitResult};

/// How often the bar is drawn.
const EVERY: Duration = Duration::from_millis(100);

/// Rows that the nodes of a run are going to see; nothing when that is not known before they are read.
pub(crate) fn rows(graph: &Graph, market: &Market, finished: &BTreeMap<Digest, UnitResult>) -> Option<u64> {
    let units = graph.units().filter(|unit| !finished.contains_key(&unit.key));
    let mut total = 0;
    for node in units.flat_map(|unit| &unit.nodes) {
        if node.plan.timeframe.is_some() || node.symbols.len() > 1 {
            return None;
        }
        total += market.rows(&node.symbols[0])? as u64;
    }
    Some(total)
}

/// Does something while its progress is shown.
pub(crate) fn shown<T>(progress: &Progress, rows: Option<u64>, work: impl FnOnce() -> T) -> T {
    let template = match rows {
        Some(_) => "{bar:30} {human_pos} of {human_len} rows, {per_sec}, {eta} left",
        None => "{spinner} {human_pos} rows, {per_sec}",
    };
    drawn(template, rows, |bar| bar.set_position(progress.rows()), work)
}

/// Does an import while its progress is shown.
pub(crate) fn of_bytes<T>(progress: &ImportProgress, work: impl FnOnce() -> T) -> T {
    let draw = |bar: &ProgressBar| {
        bar.set_length(progress.bytes_total());
        bar.set_position(progress.bytes_read());
        let file = progress.file();
        bar.set_message(if file.is_empty() { "sorting and writing".to_owned() } else { crate::screen::plain(&file) });
    };
    drawn("{bar:30} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec} {wide_msg}", None, draw, work)
}

fn drawn<T>(template: &str, length: Option<u64>, draw: impl Fn(&ProgressBar) + Sync, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let drawing = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                draw(&bar);
                std::thread::park_timeout(EVERY);
            }
            bar.finish_and_clear();
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        drawing.thread().unpark();
        result
    })
}
