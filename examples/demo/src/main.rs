//! `cargo demo`: the whole tour in one command.
//!
//! Builds the host and the reference plugins, makes a synthetic market, runs the plugins over it, and shows how what
//! they predicted did against what that market does anyway, as a table and as a page. Everything goes into
//! `target/demo`; the commands that it types are printed, so that they can be typed again by hand.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tapewright_build::{Builder, Install, cargo};
use tapewright_market::{SynthInstrument, SynthOptions, synth, write_store};

/// Ten years of days of eight instruments.
const MARKET: SynthOptions =
    SynthOptions { seed: 7, symbols: 8, days: 2520, minutes: false, null: false, chains: false };
const PLUGINS: [&str; 3] = ["plugin-vpa", "plugin-trend", "plugin-gex"];

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().context("the workspace")?;
    std::env::set_current_dir(&root)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let demo = target.join("demo");

    step("building the host");
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(cargo(program).args(["build", "--quiet", "--release", "--package", "tapewright"]))?;
    let host = target.join("release/tapewright");

    step("building the reference plugins into components");
    let components = target.join("components");
    Builder::new(Install::Allowed)?.build(&root, &PLUGINS, &components)?;

    let begun = Instant::now();
    step(&format!("making a synthetic market of {} instruments and {} days", MARKET.symbols, MARKET.days));
    let data = demo.join("market");
    for made in synth(&MARKET) {
        let SynthInstrument { symbol, frame, .. } = made?;
        write_store(&data, &symbol, &frame)?;
    }

    let home = demo.join("home");
    let page = demo.join("report.html");
    let plugin =
        |name: &str| format!("{}={}", name.trim_start_matches("plugin-"), components.join(name).display()) + ".wasm";
    let mut words: Vec<String> = vec!["run".into()];
    words.extend(PLUGINS.map(plugin));
    words.extend(["--data".into(), data.display().to_string(), "--show".into(), "0".into()]);
    tapewright(&host, &home, &words)?;
    let words = ["report", "last", "--html", &page.display().to_string()].map(ToOwned::to_owned);
    tapewright(&host, &home, &words)?;
    println!(
        "\nopen {} in a browser; from the market on it took {:.1} s",
        page.display(),
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn step(what: &str) {
    println!("== {what}");
}

/// Types a command, as a user would.
fn tapewright(host: &Path, home: &Path, words: &[String]) -> Result<()> {
    println!("\n$ tapewright --home {} {}", home.display(), words.join(" "));
    run(Command::new(host).arg("--home").arg(home).args(words))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} does not start", command.get_program().display()))?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().display());
    Ok(())
}
