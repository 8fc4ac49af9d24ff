//! What a command of the release host takes: for benches.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time and memory of one command.
pub struct Took {
    pub wall: Duration,
    /// Processor seconds, user and system.
    pub cpu: f64,
    /// The most memory that it held at once.
    pub peak_bytes: u64,
}

impl Took {
    /// Peak memory in millions of bytes.
    pub fn megabytes(&self) -> f64 {
        self.peak_bytes as f64 / 1e6
    }
}

/// Runs a command with a home below `folder`; it must succeed.
pub fn took(folder: &Path, args: &[&str]) -> Took {
    let begun = Instant::now();
    let mut child = Command::new(crate::hosts::release())
        .args(args)
        .env("TAPEWRIGHT_HOME", folder.join("home"))
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let proc = Path::new("/proc").join(child.id().to_string());
    let (mut cpu, mut peak_bytes) = (0.0, 0);
    let status = loop {
        if let Ok(status) = std::fs::read_to_string(proc.join("status")) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            peak_bytes = kib.map_or(peak_bytes, |kib| kib * 1024);
        }
        if let Ok(stat) = std::fs::read_to_string(proc.join("stat")) {
            let ticks = |at: usize| stat.rsplit(')').next()?.split_whitespace().nth(at)?.parse::<f64>().ok();
            // fields 14 and 15, counted from the state, in hundredths of a second
            cpu = ticks(11).zip(ticks(12)).map_or(cpu, |(user, system)| (user + system) / 100.0);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success(), "{args:?}");
    Took { wall: begun.elapsed(), cpu, peak_bytes }
}
