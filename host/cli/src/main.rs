//! The `tapewright` binary: arguments in, words and tables out; the only wiring between the rooms.
//!
//! Exit codes: 0 done; 1 done, but a plugin failed on the way; 2 something that you can mend, said with a
//! hint; 70 a bug of ours.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where printing belongs")]

mod args;
mod build;
mod failure;
mod inspect;
mod job;
mod plugin_ref;
mod provenance;
mod records;
mod report;
mod run;
mod setting;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::{Failure, Outcome};

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(failure) = log(args.log.as_deref()) {
        return report(&failure);
    }
    let done = match &args.command {
        Command::Inspect(inspect) => inspect::inspect(&args, inspect),
        Command::Run(run) => run::run(&args, run),
        Command::Build(build) => build::build(build),
    };
    match done {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::PluginFailed) => ExitCode::from(1),
        Err(failure) => report(&failure),
    }
}

fn report(failure: &Failure) -> ExitCode {
    eprintln!("error: {:#}", failure.error);
    ExitCode::from(failure.class.exit_code())
}

/// Spans and events go to standard error, from `warn` up unless `--log` says otherwise.
fn log(filter: Option<&str>) -> Result<(), Failure> {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let targets = match filter {
        None => Targets::new().with_default(LevelFilter::WARN),
        Some(text) => text.parse().map_err(|error| {
            Failure::input(anyhow::anyhow!("--log {text}: {error}\nhint: info, or plugin=debug,tapewright_replay=info"))
        })?,
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(true);
    let started = tracing_subscriber::registry().with(targets).with(lines).try_init();
    started.map_err(|error| Failure::bug(error.into()))
}
