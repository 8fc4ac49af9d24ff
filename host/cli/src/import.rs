//! `tapewright import`: files into a store.

use tapewright_market::{Finding, Import as Imported, ImportOptions, ImportProgress, Remote};
use tapewright_model::Symbol;

use crate::args::{Args, Import};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::summary::table;
use crate::{progress, setting};

pub(crate) fn import(args: &Args, wanted: &Import) -> Result<Outcome, Failure> {
    let options = ImportOptions {
        symbol: wanted.symbol.as_deref().map(Symbol::new).transpose()?,
        timezone: wanted.timezone.clone(),
        timeframe: wanted.timeframe,
        calendar: wanted.calendar,
        format: wanted.format.clone(),
        factors: wanted.factors.clone(),
        repair: wanted.repair,
        dry_run: wanted.dry_run,
    };
    let counter = ImportProgress::default();
    let work = |folder: &std::path::Path| tapewright_market::import(&wanted.paths, folder, &options, &counter);
    let done = progress::of_bytes(&counter, || match setting::remote(args, &wanted.into)? {
        None => Ok(work(&wanted.into)?),
        Some(remote) if wanted.dry_run => Ok(work(remote.pull()?)?),
        Some(remote) => Ok(Remote::change(&remote, work)?),
    });
    let done: Imported = done.map_err(|failure: Failure| failure)?;
    let mut screen = Screen::new();
    if wanted.json {
        screen.line(format!("{:#}", serde_json::to_value(&done)?))?;
    } else {
        text(&mut screen, &done, wanted)?;
    }
    screen.finish()?;
    Ok(Outcome::Done)
}

fn text(screen: &mut Screen, done: &Imported, wanted: &Import) -> Result<(), Failure> {
    let mut files = table(["file", "format", "rows"]);
    for file in done.files.iter().take(wanted.max) {
        files.add_row([file.file.clone(), file.format.clone(), file.rows.to_string()]);
    }
    screen.line(files.trim_fmt())?;
    more(screen, done.files.len(), wanted.max, "files")?;
    let mut series = table(["symbol", "table", "new", "known already", "from", "to"]);
    for written in done.series.iter().take(wanted.max) {
        let symbol = if written.symbol.is_empty() { "–".to_owned() } else { written.symbol.clone() };
        series.add_row([
            symbol,
            written.table.clone(),
            written.rows_new.to_string(),
            written.rows_same.to_string(),
            written.first.to_string(),
            written.last.to_string(),
        ]);
    }
    screen.line("")?;
    screen.line(series.trim_fmt())?;
    more(screen, done.series.len(), wanted.max, "tables")?;
    let found = done.findings.len() as u64 + done.findings_dropped;
    if found > 0 {
        screen.line(format!("\n{found} findings:"))?;
        for finding in done.findings.iter().take(wanted.max) {
            screen.line(indented(finding))?;
        }
        if found > wanted.max as u64 {
            screen.line(format!("  and {} more; --show N shows more", found - wanted.max as u64))?;
        }
    }
    match &done.report {
        Some(report) => screen.line(format!("\nwritten down in {}", report.display())),
        None => screen.line("\nnothing was written (--dry-run)"),
    }
}

/// A finding in a list: its hint stands below it.
pub(crate) fn indented(finding: &Finding) -> String {
    format!("  {}", finding.to_string().replace('\n', "\n    "))
}

/// Says how many of a list were left out.
pub(crate) fn more(screen: &mut Screen, all: usize, shown: usize, what: &str) -> Result<(), Failure> {
    if all > shown { screen.line(format!("and {} more {what}", all - shown)) } else { Ok(()) }
}
