//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use tapewright_model::Kind;
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
    /// Run plugins over history
    Run(Run),
    /// Build plugin crates into components
    Build(Build),
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
    /// CSV of bars: time,open,high,low,close,volume and any other columns, perhaps a column symbol
    #[arg(long, value_name = "FILE", required_unless_present = "resume", conflicts_with = "resume")]
    pub(crate) data: Vec<PathBuf>,
    /// Symbol of a file without a column symbol [default: the file's name]
    #[arg(long, value_name = "SYMBOL", conflicts_with = "resume")]
    pub(crate) symbol: Option<String>,
    /// Run on these instruments alone
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', conflicts_with = "resume")]
    pub(crate) symbols: Vec<String>,
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
    pub(crate) resume: Option<i64>,
    /// Show output columns as well
    #[arg(long)]
    pub(crate) columns: bool,
    /// How many records to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) show: usize,
    /// Print JSON: one line a record, then one for the run
    #[arg(long)]
    pub(crate) json: bool,
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
