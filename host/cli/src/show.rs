//! `tapewright show`: what was said in a run, read back from its segments.

use std::collections::BTreeMap;

use anyhow::anyhow;
use tapewright_ledger::{Ledger, OutputsReader, UnitRow};
use tapewright_model::{Batch, OutputRows};
use tapewright_replay::{Graph, UnitInfo};

use crate::args::{Args, Records, Show};
use crate::failure::{Failure, Outcome};
use crate::job::Job;
use crate::records::Teller;
use crate::screen::Screen;
use crate::setting;
use crate::summary::{Summary, table};

pub(crate) fn show(args: &Args, show: &Show) -> Result<Outcome, Failure> {
    let home = setting::home(args)?;
    let engine = setting::engine(&home)?;
    let ledger = Ledger::open(&home)?;
    let job = Job::kept(&engine, &ledger, &show.kept)?;
    let graph = Graph::new(&job.request)?;
    let mut screen = Screen::new();
    records(&mut screen, &ledger, job.run, &graph, &show.records)?;
    let summary = Summary::read(&ledger, job.run)?;
    if show.records.json { summary.json(&mut screen) } else { summary.text(&mut screen) }?;
    screen.finish()?;
    Ok(Outcome::Done)
}

/// Prints the records of a run's finished units: all of them as JSON, the first of them as a table.
pub(crate) fn records(
    screen: &mut Screen,
    ledger: &Ledger,
    run: i64,
    graph: &Graph,
    records: &Records,
) -> Result<(), Failure> {
    let rows: BTreeMap<_, _> = ledger.units(run)?.into_iter().map(|row| (row.key, row)).collect();
    let mut shown = table(["known time", "node", "symbol", "what", "said"]);
    let (mut left, mut hidden) = (records.max, 0);
    for (unit, row) in graph.units().filter_map(|unit| Some((unit, rows.get(&unit.key)?))) {
        if !records.json && left == 0 && !records.columns {
            hidden += row.records;
            continue;
        }
        // what was damaged since must not pass for what was said
        if !ledger.is_whole(row) {
            let first = unit.nodes.first().map_or("", |node| node.label.as_str());
            let hint = format!("tapewright run --resume {run} makes it again");
            return Err(Failure::input(anyhow!("the segment of `{first}` is missing or damaged\nhint: {hint}")));
        }
        let teller = Teller { unit };
        let mut reader = Merged::new(ledger, row, unit, records.columns)?;
        while let Some(item) = reader.next_item()? {
            if records.json {
                screen.line(match &item {
                    Item::Record(batch, at) => teller.json(&batch.records[*at], batch.values_of(&batch.records[*at])),
                    Item::Outputs(rows, at) => teller.outputs_json(rows, *at),
                })?;
            } else if left > 0 {
                left -= 1;
                shown.add_row(match &item {
                    Item::Record(batch, at) => teller.line(&batch.records[*at], batch.values_of(&batch.records[*at])),
                    Item::Outputs(rows, at) => teller.outputs_line(rows, *at),
                });
            } else {
                hidden += 1;
            }
        }
    }
    if shown.row_count() > 0 {
        screen.line(shown.trim_fmt())?;
    }
    if hidden > 0 {
        screen.line(format!("… and {hidden} more; tapewright show {run} --show N shows more, --json all\n"))?;
    }
    Ok(())
}

/// One thing that was said: a record of a batch, or a row of output columns.
enum Item<'a> {
    Record(&'a Batch, usize),
    Outputs(&'a OutputRows, usize),
}

/// Records and output columns of a unit in the order of their known times.
struct Merged {
    records: tapewright_ledger::SegmentReader,
    batch: Batch,
    at: usize,
    outputs: Vec<Outputs>,
}

struct Outputs {
    reader: OutputsReader,
    rows: OutputRows,
    at: usize,
}

impl Merged {
    fn new(ledger: &Ledger, row: &UnitRow, unit: &UnitInfo, columns: bool) -> Result<Merged, Failure> {
        let mut outputs = Vec::new();
        for node in row.outputs.iter().filter(|_| columns) {
            if let Some(reader) = ledger.read_outputs(row, *node)? {
                outputs.push(Outputs { reader, rows: OutputRows::default(), at: 0 });
            }
        }
        Ok(Merged { records: ledger.read(row, unit.names())?, batch: Batch::default(), at: 0, outputs })
    }

    fn next_item(&mut self) -> Result<Option<Item<'_>>, Failure> {
        if self.at >= self.batch.records.len()
            && let Some(batch) = self.records.next_batch()?
        {
            (self.batch, self.at) = (batch, 0);
        }
        for outputs in &mut self.outputs {
            if outputs.at >= outputs.rows.times.len()
                && let Some(rows) = outputs.reader.next_rows()?
            {
                (outputs.rows, outputs.at) = (rows, 0);
            }
        }
        let record = self.batch.records.get(self.at).map(|record| record.known_time.0);
        let next = self.outputs.iter().enumerate();
        let next = next.filter_map(|(index, outputs)| Some((*outputs.rows.times.get(outputs.at)?, index))).min();
        Ok(match (record, next) {
            // what a row shows stands before what is said on it
            (Some(time), next) if next.is_none_or(|(row, _)| time < row) => {
                self.at += 1;
                Some(Item::Record(&self.batch, self.at - 1))
            }
            (_, Some((_, index))) => {
                let outputs = &mut self.outputs[index];
                outputs.at += 1;
                Some(Item::Outputs(&outputs.rows, outputs.at - 1))
            }
            (_, None) => None,
        })
    }
}
