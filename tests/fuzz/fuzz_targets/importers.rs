//! Any bytes as a file of any format: an import ends, says which file is wrong, and holds no more than it may.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

/// Below TMPDIR, which should be in memory.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| tempfile::tempdir().expect("a folder for the inputs").keep());

/// The hook of the fuzzer ends the process at every panic. Those of the decoders of Parquet are caught by the market,
/// and where they are not the fuzzer still sees them.
fn let_decoders_panic() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |place| place.file());
        if !["/parquet-", "/arrow-"].iter().any(|package| file.contains(package)) {
            hook(panic);
        }
    }));
}

fuzz_target!(init: let_decoders_panic(), |data: &[u8]| {
    let Some((byte, bytes)) = data.split_first() else { return };
    let Some(case) = tapewright_fuzz::case(*byte) else { return };
    if let Err(error) = case.read(&FOLDER, bytes) {
        let said = error.to_string();
        assert!(said.contains(case.name), "{}: an error that does not name the file: {said}", case.format);
    }
});
