//! `tapewright report`: how a run's predictions did.

use anyhow::Context;
use tapewright_ledger::Ledger;
use tapewright_replay::Graph;
use tapewright_report::{PatternReport, Report, Source, page, report as made};

use crate::args::{self, Args};
use crate::failure::{Failure, Outcome};
use crate::job::Job;
use crate::screen::Screen;
use crate::setting;
use crate::summary::{Summary, table};

pub(crate) fn report(args: &Args, wanted: &args::Report) -> Result<Outcome, Failure> {
    let home = setting::home(args)?;
    let engine = setting::engine(&home)?;
    let ledger = Ledger::open(&home)?;
    let job = Job::kept(&engine, &ledger, &wanted.kept)?;
    let graph = Graph::new(&job.request)?;
    let summary = Summary::read(&ledger, job.run)?;
    let fault = |node: &tapewright_replay::NodeStats| node.fault.as_ref().map(ToString::to_string);
    let figures: Vec<_> = summary.nodes().map(|node| (node.label.clone(), node.rows, node.fuel, fault(node))).collect();
    let run = ledger.run(job.run)?;
    let source = Source {
        ledger: &ledger,
        run: &run,
        graph: &graph,
        market: &job.request.market,
        figures: &figures,
        charts: wanted.html.is_some(),
    };
    let report = made(&source)?;
    if let Some(path) = &wanted.html {
        let text = page(&serde_json::to_value(&report)?);
        std::fs::write(path, text).with_context(|| path.display().to_string()).map_err(Failure::input)?;
    }
    let mut screen = Screen::new();
    if wanted.json {
        let mut value = serde_json::to_value(&report)?;
        if let Some(map) = value.as_object_mut() {
            map.remove("charts");
            map.remove("symbols_left_out");
        }
        screen.line(format!("{value:#}"))?;
    } else {
        text(&mut screen, &report)?;
        if let Some(path) = &wanted.html {
            screen.line(format!("page: {}", path.display()))?;
        }
    }
    screen.finish()?;
    Ok(Outcome::Done)
}

fn text(screen: &mut Screen, report: &Report) -> Result<(), Failure> {
    let header = [
        "pattern",
        "said",
        "episodes",
        "hit rate",
        "95 %",
        "base rate",
        "mean return",
        "base return",
        "pending",
        "void",
    ];
    let mut lines = table(header);
    for column in 1..header.len() {
        if let Some(column) = lines.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    for of in &report.patterns {
        lines.add_row(line(of));
    }
    if report.patterns.is_empty() {
        let id = report.run;
        screen.line(if report.nodes.is_empty() {
            format!(
                "no unit of run {id} is finished: there is nothing to report on yet\nhint: tapewright run --resume {id}"
            )
        } else {
            format!("no detector predicted anything here; what strategies did: tapewright show {id}")
        })?;
    } else {
        screen.line(lines.trim_fmt())?;
        screen.line(
            "\nEpisodes: predictions in one direction that overlap count once, by the first. Base: the same claims on every\n\
             row of the same instruments. An interval wholly above the base rate is better than the market's own habit,\n\
             if the mean return (in the predicted direction) is above its base as well: a pattern that only knows when\n\
             the market moves more reaches its targets more often, and gains nothing.",
        )?;
        let warm_up: u64 = report.patterns.iter().map(|of| of.warm_up).sum();
        let crowded: u64 = report.patterns.iter().map(|of| of.crowded).sum();
        if warm_up + crowded > 0 {
            screen.line(format!(
                "Not judged: {warm_up} said in the warm-up, {crowded} while 512 of their kind waited for an outcome."
            ))?;
        }
    }
    for node in report.nodes.iter().filter_map(|node| node.fault.as_ref()) {
        screen.line(format!("fault: {node}"))?;
    }
    if report.digest.is_none() {
        screen.line(format!("run {} is not finished; these are its finished units", report.run))?;
    }
    Ok(())
}

fn line(of: &PatternReport) -> Vec<String> {
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0));
    let mean = |mean: Option<f64>| mean.map_or("-".to_owned(), |mean| format!("{:+.3} %", mean * 100.0));
    let interval = of.hit_rate_low.zip(of.hit_rate_high);
    vec![
        format!("{}/{}", of.plugin, of.pattern),
        of.detections.to_string(),
        of.episodes.to_string(),
        percent(of.hit_rate),
        interval.map_or("-".to_owned(), |(low, high)| format!("{:.1} – {:.1}", low * 100.0, high * 100.0)),
        percent(of.base_rate),
        mean(of.forward_return_mean),
        mean(of.base_forward_return_mean),
        percent(of.pending_share),
        percent(of.void_share),
    ]
}
