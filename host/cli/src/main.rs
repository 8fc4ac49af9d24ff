//! The `tapewright` binary: arguments in, words and tables out; the only wiring between the rooms.
//!
//! Exit codes: 0 done; 1 done, but a plugin failed on the way; 2 nothing done, for something that you can mend; 3
//! nothing done, since a plugin failed at once; 70 a bug of ours.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where printing belongs")]

mod args;
mod build;
mod check;
mod columns;
mod config;
mod data;
mod failure;
mod gex;
mod grants;
mod import;
mod inspect;
mod job;
mod list;
mod new;
mod plugin_ref;
mod progress;
mod provenance;
mod records;
mod report;
mod run;
mod screen;
mod setting;
mod show;
mod spread;
mod summary;
mod synth;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::{Class, Failure, Outcome};

/// Characters of an error message that are shown.
const MESSAGE_CHARS_MAX: usize = 4_000;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(failure) = log(args.log.as_deref()) {
        return tell(&failure);
    }
    let done = match &args.command {
        Command::Inspect(inspect) => inspect::inspect(&args, inspect),
        Command::Check(wanted) => check::check(&args, wanted),
        Command::New(new) => new::new(new),
        Command::Build(build) => build::build(build),
        Command::Import(wanted) => import::import(&args, wanted),
        Command::Data(wanted) => data::data(&args, wanted),
        Command::Columns(wanted) => columns::columns(&args, wanted),
        Command::Gex(wanted) => gex::gex(&args, wanted),
        Command::Spread(wanted) => spread::spread(&args, wanted),
        Command::Synth(wanted) => synth::synth(wanted),
        Command::Run(run) => run::run(&args, run),
        Command::Report(report) => report::report(&args, report),
        Command::List(list) => list::list(&args, list),
        Command::Show(show) => show::show(&args, show),
    };
    match done {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::PluginFailed) => ExitCode::from(1),
        Err(failure) => tell(&failure),
    }
}

fn tell(failure: &Failure) -> ExitCode {
    if failure.class != Class::Quiet {
        // a whole file may stand in a message; nobody reads more than this of one
        let said = screen::plain(&format!("{:#}", failure.error));
        let end = said.char_indices().nth(MESSAGE_CHARS_MAX).map_or(said.len(), |(at, _)| at);
        eprintln!("error: {}{}", &said[..end], if end < said.len() { " …" } else { "" });
    }
    ExitCode::from(failure.class.exit_code())
}

/// Spans and events go to standard error: the host's from `warn` up and no plugin's, unless `--log` says
/// otherwise.
fn log(filter: Option<&str>) -> Result<(), Failure> {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::fmt::format::FmtSpan;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let targets = match filter {
        // what a plugin logs is its own; its last words are in its fault anyway
        None => Targets::new().with_default(LevelFilter::WARN).with_target("plugin", LevelFilter::OFF),
        Some(text) => text.parse().map_err(|error| {
            Failure::input(anyhow::anyhow!("--log {text}: {error}\nhint: info, or plugin=debug,tapewright_replay=info"))
        })?,
    };
    // who asks for a log also wants to see when a run, unit, node or call ended and how long it took
    let spans = if filter.is_some() { FmtSpan::CLOSE } else { FmtSpan::NONE };
    let lines = tracing_subscriber::fmt::layer()
        .with_span_events(spans)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = tracing_subscriber::registry().with(targets).with(lines).try_init();
    started.map_err(|error| Failure::bug(error.into()))
}
