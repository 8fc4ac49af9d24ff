//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use tapewright_market::{Adjust, Calendar, Expired, Expiries};
use tapewright_model::{Kind, Time, Timeframe};
use tapewright_replay::Push;

use crate::grants::MemoryFlag;

/// Runs other people's trading logic without trusting it.
#[derive(Parser)]
#[command(name = "tapewright", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Folder of everything that is kept [default: tapewright in the platform's data folder]
    #[arg(long, global = true, env = "TAPEWRIGHT_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// What is granted to plugins [default: tapewright.toml in the home folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
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
    /// Prove what can be proved about a plugin: it cannot peek, it is the same however it is run, it holds its bounds
    Check(Check),
    /// Make the crate of a new plugin, which builds and passes its own test as it is
    New(New),
    /// Build plugin crates into components
    Build(Build),
    /// Read files of market data into a store, checked
    Import(Import),
    /// Show what a store holds
    Data(Data),
    /// Show every column that a plugin may read from a store
    Columns(Columns),
    /// Show the gamma exposure of option chains
    Gex(Gex),
    /// Make the bars of a position in two options, held and rolled
    Spread(Spread),
    /// Make a synthetic market whose secrets are written down
    Synth(Synth),
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
pub(crate) struct Check {
    /// FILE.wasm, or FILE.wasm#ENTRY for one of its entries
    pub(crate) plugin: String,
    /// What it is shown [default: a made market of minutes]
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) data: Vec<PathBuf>,
    /// Bars of a store to show, where it has several
    #[arg(long)]
    pub(crate) timeframe: Option<Timeframe>,
    /// Instruments [default: the first; of a panel the first eight]
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub(crate) symbols: Vec<String>,
    /// Parameter of the entry
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// When an entry exists in both kinds
    #[arg(long)]
    pub(crate) kind: Option<KindArg>,
    /// Show it the rows under another name, in other years and at another price as well
    #[arg(long)]
    pub(crate) blind: bool,
    /// The folder of its crate: does it build into these bytes?
    #[arg(long, value_name = "DIR")]
    pub(crate) source: Option<PathBuf>,
    /// Write a self-contained page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
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
    /// Bars of a store to run on, such as 1d, where it has several [default: the only ones]
    #[arg(long, value_name = "TIMEFRAME", conflicts_with = "resume")]
    pub(crate) timeframe: Option<Timeframe>,
    /// Factors of a store that prices are read with, chained forward from the run's first row
    #[arg(long, default_value = "splits", conflicts_with = "resume")]
    pub(crate) adjust: AdjustArg,
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
    /// Memory that a plugin may have which asks for more than 64 MiB, in MiB, for this run alone: of every plugin, or of
    /// one alias
    #[arg(long, value_name = "[ALIAS=]MIB", conflicts_with = "resume")]
    pub(crate) grant_memory: Vec<MemoryFlag>,
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

#[derive(clap::Args)]
#[command(after_help = formats())]
pub(crate) struct Import {
    /// Files, folders and zip archives; gzip is unpacked
    #[arg(required = true, value_name = "FILE|FOLDER|ZIP")]
    pub(crate) paths: Vec<PathBuf>,
    /// The store, made when there is none: a folder, or s3://bucket/folder
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
    /// Whose the data is, whatever the files say [default: what they say, or the file's name]
    #[arg(long = "as", value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
    /// Zone of times that are written without one, such as America/New_York [default: the format's]
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// How long a bar is, when the files do not say it
    #[arg(long)]
    pub(crate) timeframe: Option<Timeframe>,
    /// When it trades: us-equity, forex or always [default: the format's]
    #[arg(long, value_parser = calendar)]
    pub(crate) calendar: Option<Calendar>,
    /// How the files are written, when that is not clear from them
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    /// Splits and dividends
    #[arg(long, value_name = "FILE")]
    pub(crate) factors: Vec<PathBuf>,
    /// Mend what is safe to mend, and say what was done
    #[arg(long)]
    pub(crate) repair: bool,
    /// Read and check everything, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many findings to show
    #[arg(long = "show", value_name = "N", default_value_t = 20)]
    pub(crate) max: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Data {
    /// The store
    pub(crate) dir: PathBuf,
    /// How many findings of the last import to show
    #[arg(long = "show", value_name = "N", default_value_t = 10)]
    pub(crate) max: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Columns {
    /// The store, or files as after run --data
    pub(crate) dir: PathBuf,
    /// Of this instrument alone
    #[arg(long, value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
    /// Beside bars of this timeframe, such as 1d [default: the finest]
    #[arg(long)]
    pub(crate) timeframe: Option<Timeframe>,
    /// Print JSON: one line a column
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Gex {
    #[command(subcommand)]
    pub(crate) command: Option<GexCommand>,
    /// Files of option chains, or folders of them
    #[arg(required = true, value_name = "CHAIN")]
    pub(crate) chains: Vec<PathBuf>,
    /// Whose they are, whatever the files say
    #[arg(long = "as", value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
    /// How the files are written, when that is not clear from them
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) view: GexView,
}

#[derive(Subcommand)]
pub(crate) enum GexCommand {
    /// The gamma exposure of an instrument over all chains of a store
    History(GexHistory),
}

#[derive(clap::Args)]
pub(crate) struct GexHistory {
    /// The underlying
    pub(crate) symbol: String,
    /// The store
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) view: GexView,
}

/// How exposure is summed up and shown.
#[derive(clap::Args)]
pub(crate) struct GexView {
    /// The last chain that was known at this moment [default: the last one]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Time>,
    /// Price of the underlying [default: the chain's]
    #[arg(long, value_name = "PRICE")]
    pub(crate) spot: Option<f64>,
    /// What dealers are taken to hold: calls-long (long calls, short puts), short or long
    #[arg(long, default_value = "calls-long")]
    pub(crate) convention: ConventionArg,
    /// Expiries that count: all, today, later, or a number of days
    #[arg(long, default_value = "all", value_parser = expiries)]
    pub(crate) expiries: Expiries,
    /// Options that had expired when they were quoted [default: counted as the file has them; dropped in a history, as
    /// in the columns that plugins read]
    #[arg(long)]
    pub(crate) expired: Option<ExpiredArg>,
    /// Riskless rate a year, such as 0.04
    #[arg(long, default_value_t = 0.0, value_name = "RATIO")]
    pub(crate) rate: f64,
    /// Dividends a year, such as 0.013
    #[arg(long, default_value_t = 0.0, value_name = "RATIO")]
    pub(crate) dividends: f64,
    /// Write a self-contained page with charts
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What becomes of options that had expired when they were quoted.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExpiredArg {
    /// With the gamma that the file gives them
    Counted,
    /// Nobody hedges them any more
    Dropped,
}

impl From<ExpiredArg> for Expired {
    fn from(expired: ExpiredArg) -> Expired {
        match expired {
            ExpiredArg::Counted => Expired::Counted,
            ExpiredArg::Dropped => Expired::Dropped,
        }
    }
}

/// What dealers are taken to hold.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConventionArg {
    /// Long calls and short puts
    CallsLong,
    /// Short both
    Short,
    /// Long both
    Long,
}

#[derive(clap::Args)]
pub(crate) struct Spread {
    /// The underlying, whose chains the store holds
    pub(crate) symbol: String,
    /// The store
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Short and long expiry in days, such as 30,60
    #[arg(long, value_name = "NEAR,FAR", conflicts_with = "vertical", required_unless_present = "vertical", value_parser = days)]
    pub(crate) calendar: Option<(u32, u32)>,
    /// Days to expiry, delta of the short option and distance of the long strike in dollars, such as 30,0.3,10
    #[arg(long, value_name = "DAYS,DELTA,WIDTH", value_parser = vertical)]
    pub(crate) vertical: Option<(u32, f64, f64)>,
    /// Puts in place of calls
    #[arg(long)]
    pub(crate) puts: bool,
    /// Strike of a calendar in times the spot
    #[arg(long, default_value_t = 1.0)]
    pub(crate) moneyness: f64,
    /// Roll when the nearer expiry is so many days away
    #[arg(long, default_value_t = 3, value_name = "DAYS")]
    pub(crate) roll: u32,
    /// Rolls pay the spread: bought at the ask, sold at the bid
    #[arg(long)]
    pub(crate) cross: bool,
    /// The series begins at what the first options are worth, not at 100 dollars
    #[arg(long)]
    pub(crate) premium: bool,
    /// Symbol of what is made [default: SYMBOL.CAL30-60 or SYMBOL.VERT30]
    #[arg(long = "as", value_name = "SYMBOL")]
    pub(crate) name: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct Synth {
    /// The store that is made; nothing else may be there
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
    /// Another one, another market
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// How many instruments
    #[arg(long, default_value = "8", value_name = "N")]
    pub(crate) symbols: std::num::NonZeroUsize,
    /// Trading days
    #[arg(long, default_value = "2520", value_name = "N")]
    pub(crate) days: std::num::NonZeroUsize,
    /// One-minute bars instead of one bar a day
    #[arg(long)]
    pub(crate) minutes: bool,
    /// Nothing to find: what wins here is luck
    #[arg(long)]
    pub(crate) null: bool,
    /// Keep the option chain of every day as well
    #[arg(long)]
    pub(crate) chains: bool,
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

/// Which factors prices are read with.
#[derive(Clone, Copy, Debug, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AdjustArg {
    /// As they were traded
    None,
    /// Splits alone
    Splits,
    /// Splits and dividends
    All,
}

impl From<AdjustArg> for Adjust {
    fn from(adjust: AdjustArg) -> Adjust {
        match adjust {
            AdjustArg::None => Adjust::None,
            AdjustArg::Splits => Adjust::Splits,
            AdjustArg::All => Adjust::All,
        }
    }
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

fn formats() -> String {
    let line = |(name, summary): (&str, &str)| format!("  {name:<18} {summary}\n");
    format!("Formats:\n{}", tapewright_market::formats().map(line).collect::<String>())
}

fn calendar(text: &str) -> Result<Calendar, String> {
    let names: Vec<&str> = Calendar::ALL.iter().map(|calendar| calendar.name()).collect();
    Calendar::parse(text).ok_or_else(|| format!("wanted one of {}", names.join(", ")))
}

fn expiries(text: &str) -> Result<Expiries, String> {
    match text {
        "all" => Ok(Expiries::All),
        "today" => Ok(Expiries::ZeroDte),
        "later" => Ok(Expiries::ExceptZeroDte),
        days => days
            .parse()
            .map(Expiries::WithinDays)
            .map_err(|_| "wanted all, today, later or a number of days".to_owned()),
    }
}

fn days(text: &str) -> Result<(u32, u32), String> {
    let parts =
        text.split_once(',').and_then(|(near, far)| Some((near.trim().parse().ok()?, far.trim().parse().ok()?)));
    parts
        .filter(|(near, far)| near < far)
        .ok_or_else(|| "wanted two numbers of days, the nearer first: 30,60".to_owned())
}

fn vertical(text: &str) -> Result<(u32, f64, f64), String> {
    let mut parts = text.split(',').map(str::trim);
    let mut read = || Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?));
    let wanted = || "wanted days, a delta and a distance in dollars: 30,0.3,10".to_owned();
    read()
        .filter(|(_, delta, width): &(u32, f64, f64)| (0.0..1.0).contains(delta) && width.is_finite())
        .ok_or_else(wanted)
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
