//! A real browser without a window: it opens a file and tells what became of the page.
//!
//! Promises an end within a minute, a fresh profile each time, and no process left behind.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc;
use std::time::Duration;

/// A page of eight symbols takes three seconds on a slow core.
const LIMIT: Duration = Duration::from_secs(60);

fn on_path() -> Option<PathBuf> {
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Whether this process may install packages: root where there is apt-get.
#[cfg(unix)]
fn may_install() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // the owner of a process's own folder is the user whom it runs as
    let root = std::fs::metadata("/proc/self").is_ok_and(|folder| folder.uid() == 0);
    root && Path::new("/usr/bin/apt-get").is_file() && Path::new("/etc/debian_version").is_file()
}

#[cfg(not(unix))]
fn may_install() -> bool {
    false
}

fn install() {
    for arguments in [&["-qq", "update"][..], &["-qq", "install", "-y", "--no-install-recommends", "chromium"]] {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).stderr(Stdio::null());
        if !command.status().is_ok_and(|status| status.success()) {
            return;
        }
    }
}

/// The browser: `TAPEWRIGHT_CHROMIUM`, else one on the path, else Debian's package, installed where this
/// process may; none otherwise.
pub fn chromium() -> Option<PathBuf> {
    static FOUND: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        if let Some(path) = std::env::var_os("TAPEWRIGHT_CHROMIUM") {
            return Some(path.into());
        }
        on_path().or_else(|| {
            if may_install() {
                install();
            }
            on_path()
        })
    });
    FOUND.clone()
}

/// Opens the file `page` at `#fragment` in a window of that size, waits until it is drawn and gives its DOM
/// as text; `screenshot` is where a PNG of the window goes.
///
/// # Panics
///
/// Without a browser, or when it gives no page within a minute.
pub fn open(page: &Path, fragment: &str, width: u32, height: u32, screenshot: Option<&Path>) -> String {
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new(chromium().expect("a browser"));
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        // of the page's own clock: its timers are over long before
        "--virtual-time-budget=10000",
        "--dump-dom",
    ]);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("--window-size={width},{height}"));
    if let Some(path) = screenshot {
        command.arg(format!("--screenshot={}", path.display()));
    }
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    command.arg(format!("file://{}{fragment}", page.canonicalize().unwrap().display()));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();

    let mut output = child.stdout.take().unwrap();
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        let mut dom = Vec::new();
        let read = output.read_to_end(&mut dom).map(|_| dom);
        done.send(read).ok();
    });
    let dom = wait.recv_timeout(LIMIT);
    if dom.is_err() {
        child.kill().ok();
    }
    child.wait().unwrap();
    let dom = dom.unwrap_or_else(|_| panic!("the browser gave no page within {LIMIT:?}: {}", page.display()));
    String::from_utf8(dom.unwrap()).unwrap()
}
