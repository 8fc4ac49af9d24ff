//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use tapewright_model::{Kind, Time};
use tapewright_replay::Push;

/// Runs other people's trading logic without trusting it.
#[derive(Parser)]
#[command(name = "tapewright", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Folder of everything that is kept [default: tapewright in the platform's data folder]
    #[arg(long, global = true, env = "TAPEWRIGHT_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// What to log to standard error, such as info or plugin=debug [default: warn]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what a component is: kinds, entries, parameters, imports, and an entry's plan
    Inspect(Inspect),
    /// Make the crate of a new plugin, which builds and passes its own test as it is
    New(New),
    /// Build plugin crates into components
    Build(Build),
    /// Run plugins over history
    Run(Run),
    /// Tell how a run's predictions did against what the market does anyway
    Report(Report),
    /// List the runs that are kept
    List(List),
    /// Show what was said in a run
    Show(Show),
}

#[derive(clap::Args)]
pub(crate) struct Inspect {
    /// FILE.wasm, or FILE.wasm#ENTRY to see the plan of one entry
    pub(crate) plugin: String,
    /// Parameter of the entry
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// Instruments to open it on
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', default_value = "SYMBOL")]
    pub(crate) symbols: Vec<String>,
    /// When an entry exists in both kinds
    #[arg(long)]
    pub(crate) kind: Option<KindArg>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Run {
    /// [ALIAS=]FILE.wasm[#ENTRY] …; the alias is the name under which other plugins read it
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    pub(crate) plugins: Vec<String>,
    /// CSV (perhaps gzipped) or Parquet of bars: time,open,high,low,close,volume and any other columns, perhaps a
    /// column symbol; or a folder of such files. With --resume: where the data lies now
    #[arg(long, value_name = "FILE|DIR", required_unless_present = "resume")]
    pub(crate) data: Vec<PathBuf>,
    /// Symbol of a file without a column symbol [default: the file's name]
    #[arg(long, value_name = "SYMBOL", conflicts_with = "resume")]
    pub(crate) symbol: Option<String>,
    /// Run on these instruments alone
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', conflicts_with = "resume")]
    pub(crate) symbols: Vec<String>,
    /// Only bars that were known after this moment, such as 2020-01-01 (midnight, UTC)
    #[arg(long, value_name = "TIME", conflicts_with = "resume")]
    pub(crate) from: Option<Time>,
    /// Only bars that were known until this moment; --from 2020-01-01 --to 2021-01-01 is the year 2020
    #[arg(long, value_name = "TIME", conflicts_with = "resume")]
    pub(crate) to: Option<Time>,
    /// Parameter: of every plugin that has it, or of one alias
    #[arg(long = "param", value_name = "[ALIAS.]NAME=VALUE", conflicts_with = "resume")]
    pub(crate) params: Vec<String>,
    /// When an entry exists in both kinds
    #[arg(long, conflicts_with = "resume")]
    pub(crate) kind: Option<KindArg>,
    /// Cash of every account
    #[arg(long, default_value_t = 100_000.0, conflicts_with = "resume")]
    pub(crate) cash: f64,
    /// Fuel that one call of a plugin may use
    #[arg(long, value_name = "FUEL", conflicts_with = "resume")]
    pub(crate) fuel_per_call: Option<u64>,
    /// Memory that a plugin gets which asks for it, in MiB
    #[arg(long, value_name = "MIB", conflicts_with = "resume")]
    pub(crate) grant_memory: Option<u64>,
    /// Rows of a push: auto, or a number; changes nothing but the speed
    #[arg(long, default_value = "auto", value_parser = push)]
    pub(crate) push: Push,
    /// Units of work at once [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Finish a run that was killed
    #[arg(long, value_name = "RUN")]
    pub(crate) resume: Option<RunRef>,
    #[command(flatten)]
    pub(crate) records: Records,
}

/// How much of what was said is shown.
#[derive(clap::Args)]
pub(crate) struct Records {
    /// Show output columns as well
    #[arg(long)]
    pub(crate) columns: bool,
    /// How many records to show
    #[arg(long = "show", value_name = "N", default_value_t = 10)]
    pub(crate) max: usize,
    /// Print JSON: one line a record, then one for the run
    #[arg(long)]
    pub(crate) json: bool,
}

/// A run that is kept.
#[derive(clap::Args)]
pub(crate) struct Kept {
    /// Number of the run, or last
    pub(crate) run: RunRef,
    /// Where the data lies now, when it was moved
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) data: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) kept: Kept,
    /// Write a self-contained page with charts
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) kept: Kept,
    #[command(flatten)]
    pub(crate) records: Records,
}

#[derive(clap::Args)]
pub(crate) struct List {
    /// Print JSON: one line a run
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct New {
    /// Folder of the new crate; its name is the crate's
    pub(crate) path: PathBuf,
    /// What it is
    #[arg(long, default_value = "detector")]
    pub(crate) kind: KindArg,
}

/// A run by number, or the one that was begun last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunRef {
    Number(i64),
    Last,
}

impl std::str::FromStr for RunRef {
    type Err = String;

    fn from_str(text: &str) -> Result<RunRef, String> {
        match text {
            "last" => Ok(RunRef::Last),
            _ => match text.parse() {
                Ok(number @ 1..) => Ok(RunRef::Number(number)),
                _ => Err("wanted the number of a run, or last".to_owned()),
            },
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Build {
    /// Folders of plugin crates [default: this one]
    pub(crate) paths: Vec<PathBuf>,
    /// Install a toolchain when there is none: with rustup, or with apt-get as root
    #[arg(long)]
    pub(crate) install: bool,
    /// Where the components go [default: target/tapewright of each crate's workspace]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    Detector,
    Strategy,
}

impl From<KindArg> for Kind {
    fn from(kind: KindArg) -> Kind {
        match kind {
            KindArg::Detector => Kind::Detector,
            KindArg::Strategy => Kind::Strategy,
        }
    }
}

fn push(text: &str) -> Result<Push, String> {
    match text {
        "auto" => Ok(Push::Auto),
        _ => match text.parse() {
            Ok(rows @ 1..) => Ok(Push::Rows(rows)),
            _ => Err("wanted auto or a number of rows, 1 or more".to_owned()),
        },
    }
}
