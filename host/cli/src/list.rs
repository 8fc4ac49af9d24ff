//! `tapewright list`.

use serde_json::json;
use tapewright_ledger::Ledger;

use crate::args::{Args, List};
use crate::failure::{Failure, Outcome};
use crate::provenance::Provenance;
use crate::screen::Screen;
use crate::setting;
use crate::summary::table;

pub(crate) fn list(args: &Args, list: &List) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&setting::home(args)?)?;
    let mut screen = Screen::new();
    let mut runs = table(["run", "begun", "plugins", "instruments", "data", "digest"]);
    for run in ledger.runs()? {
        let provenance: Provenance = serde_json::from_str(&run.provenance)?;
        let plugins: Vec<String> = provenance.plugins.iter().map(|line| line.alias.clone()).collect();
        let name = |path: &std::path::PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let data: Vec<String> = provenance.data.iter().map(name).collect();
        if list.json {
            screen.line(json!({
                "run": run.id, "begun": run.begun, "plugins": plugins, "symbols": provenance.symbols,
                "data": provenance.data, "digest": run.digest.map(|digest| digest.to_string()), "key": run.key.to_string(),
            }))?;
            continue;
        }
        let symbols = match provenance.symbols.as_slice() {
            few @ ([] | [_] | [_, _] | [_, _, _]) => few.join(", "),
            many => format!("{} and {} more", many[..2].join(", "), many.len() - 2),
        };
        let digest = run.digest.map_or("not finished".to_owned(), |digest| digest.short());
        runs.add_row([run.id.to_string(), run.begun, plugins.join(", "), symbols, data.join(", "), digest]);
    }
    if list.json {
    } else if runs.row_count() > 0 {
        screen.line(runs.trim_fmt())?;
    } else {
        screen.line(format!("no run is kept in {}", ledger.home().display()))?;
    }
    screen.finish()?;
    Ok(Outcome::Done)
}
