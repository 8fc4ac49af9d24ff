//! `tapewright data`: what a store holds.

use tapewright_market::{Store, StoreTable};

use crate::args::{Args, Data};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::setting;
use crate::summary::table;

/// Names of columns that are shown in a line.
const COLUMNS_SHOWN: usize = 8;

pub(crate) fn data(args: &Args, wanted: &Data) -> Result<Outcome, Failure> {
    let folder = setting::data(args, &wanted.dir)?;
    let store = Store::open(&folder)?.ok_or_else(|| {
        Failure::input(anyhow::anyhow!("{} is no store\nhint: tapewright import FILE --into DIR", wanted.dir.display()))
    })?;
    let tables = store.describe()?;
    let last = store.last_import()?;
    let mut screen = Screen::new();
    if wanted.json {
        let findings = last.as_ref().map(|last| &last.findings);
        screen.line(format!("{:#}", serde_json::json!({ "tables": tables, "last_findings": findings })))?;
        screen.finish()?;
        return Ok(Outcome::Done);
    }
    let mut shown = table(["symbol", "table", "rows", "from", "to", "calendar", "gaps", "columns"]);
    for of in &tables {
        let time = |time: Option<tapewright_model::Time>| time.map_or("–".to_owned(), |time| time.to_string());
        shown.add_row([
            of.symbol.clone(),
            of.table.clone(),
            of.rows.to_string(),
            time(of.first),
            time(of.last),
            of.calendar.map_or("–", |calendar| calendar.name()).to_owned(),
            gaps(of),
            some(&of.columns),
        ]);
    }
    screen.line(shown.trim_fmt())?;
    for of in tables.iter().filter(|of| !of.holes.is_empty()) {
        screen.line(format!("  {} {}: {}", of.symbol, of.table, of.holes.join(", ")))?;
    }
    if let Some(last) = last.filter(|last| !last.findings.is_empty()) {
        screen.line(format!("\nthe last import found {}:", last.findings.len() as u64 + last.findings_dropped))?;
        for finding in last.findings.iter().take(wanted.max) {
            screen.line(crate::import::indented(finding))?;
        }
        crate::import::more(&mut screen, last.findings.len(), wanted.max, "findings")?;
    }
    screen.finish()?;
    Ok(Outcome::Done)
}

fn gaps(of: &StoreTable) -> String {
    match of.sessions_missing {
        None => "–".to_owned(),
        Some(0) => "none".to_owned(),
        Some(1) => "1 session".to_owned(),
        Some(many) => format!("{many} sessions"),
    }
}

fn some(columns: &[String]) -> String {
    if columns.len() <= COLUMNS_SHOWN {
        return columns.join(" ");
    }
    format!("{} and {} more", columns[..COLUMNS_SHOWN].join(" "), columns.len() - COLUMNS_SHOWN)
}
