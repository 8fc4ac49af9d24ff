//! The main job as a user types it: the release host's `run` of vpa over stored bars, its memory, and `inspect`.
//!
//! `cargo bench -p tapewright-tests --bench main_job [-- run | long | many | inspect]`. Prints; asserts nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and fails by panicking")]

use std::path::Path;
use std::time::Duration;

use tapewright_market::{SynthInstrument, SynthOptions, synth, write_store};
use tapewright_tests::guests;
use tapewright_tests::took::{Took, took};

/// Rows of one session of minutes.
const SESSION: usize = 390;
const ROUNDS: usize = 5;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |section: &str| named.is_empty() || named.iter().any(|name| name == section);
    let folder = tempfile::tempdir().unwrap();
    if wants("run") {
        let rows = 1_000_000_usize.next_multiple_of(SESSION);
        let data = market(folder.path(), 1, rows);
        let mut walls = Vec::new();
        for round in 0..=ROUNDS {
            let took = run(folder.path(), &data);
            // the first compiles the component
            if round > 0 {
                println!(
                    "  {:.2} s wall, {:.2} s cpu, peak {:.0} MB",
                    took.wall.as_secs_f64(),
                    took.cpu,
                    took.megabytes()
                );
                walls.push(took.wall);
            }
        }
        walls.sort_unstable();
        println!(
            "vpa on {rows} one-minute rows, Parquet to judged segments: median {:.2} s",
            walls[ROUNDS / 2].as_secs_f64()
        );
    }
    if wants("long") {
        for rows in [1_000_000_usize, 4_000_000] {
            let rows = rows.next_multiple_of(SESSION);
            let data = market(folder.path(), 1, rows);
            let took = run(folder.path(), &data);
            println!(
                "vpa on one symbol x {rows} rows: {:.2} s wall, peak {:.0} MB",
                took.wall.as_secs_f64(),
                took.megabytes()
            );
        }
    }
    if wants("many") {
        for rows in [25_000_usize, 100_000] {
            let rows = rows.next_multiple_of(SESSION);
            let data = market(folder.path(), 200, rows);
            let took = run(folder.path(), &data);
            let cores = took.cpu / took.wall.as_secs_f64();
            println!(
                "vpa on 200 symbols x {rows} rows: {:.1} s wall, {cores:.2} cores busy, peak {:.0} MB",
                took.wall.as_secs_f64(),
                took.megabytes()
            );
            std::fs::remove_dir_all(&data).unwrap();
        }
    }
    if wants("inspect") {
        let plugin = guests::path("vpa").display().to_string();
        let mut walls: Vec<Duration> = (0..21).map(|_| took(folder.path(), &["inspect", &plugin]).wall).collect();
        walls.sort_unstable();
        println!("inspect of a cached component: median {:.1} ms", walls[10].as_secs_f64() * 1e3);
    }
}

/// A market of minutes in the store.
fn market(folder: &Path, symbols: usize, rows: usize) -> std::path::PathBuf {
    let data = folder.join(format!("market-{symbols}-{rows}"));
    let options = SynthOptions { seed: 1, symbols, days: rows / SESSION, minutes: true, null: false, chains: false };
    for made in synth(&options) {
        let SynthInstrument { symbol, frame, .. } = made.unwrap();
        write_store(&data, &symbol, &frame).unwrap();
    }
    data
}

fn run(folder: &Path, data: &Path) -> Took {
    let plugin = guests::path("vpa").display().to_string();
    let took = took(folder, &["run", &plugin, "--data", &data.display().to_string(), "--show", "0"]);
    std::fs::remove_dir_all(folder.join("home/segments")).unwrap();
    took
}
