//! Paths: folders with nothing, links that go round, names that are no text, what is no file.

use std::path::Path;

use crate::desk::read;
use tapewright_market::ImportOptions;

const DAYS: &str = "date,close\n2024-01-03,1\n2024-01-04,2\n";
const HELD: &str = "AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2";

/// Imports one path of a folder that is made by `make`; gives what was said, or what the store holds.
fn import(make: impl FnOnce(&Path), path: impl AsRef<Path>) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    std::fs::create_dir(&files).unwrap();
    make(&files);
    let done = read(&[files.join(path)], &folder.path().join("store"), &ImportOptions::default());
    let shown = folder.path().display().to_string() + "/";
    done.map(|(_, held)| held).map_err(|error| error.to_string().replace(&shown, ""))
}

#[test]
fn what_is_not_there_is_named() {
    assert_eq!(import(|_| {}, "AAA.csv").unwrap_err(), "files/AAA.csv: No such file or directory (os error 2)");
    assert_eq!(import(|_| {}, "").unwrap_err(), "files/: the folder holds no file");
    let hidden = |folder: &Path| std::fs::write(folder.join(".AAA.csv"), DAYS).unwrap();
    assert_eq!(import(hidden, "").unwrap_err(), "files/: the folder holds no file");
    let through = |folder: &Path| std::fs::write(folder.join("AAA.csv"), DAYS).unwrap();
    assert_eq!(import(through, "AAA.csv/AAA.csv").unwrap_err(), "files/AAA.csv/AAA.csv: Not a directory (os error 20)");
}

#[test]
fn an_option_that_is_none_is_named() {
    for (options, says) in [
        (
            ImportOptions { format: Some("no-such".to_owned()), ..ImportOptions::default() },
            "--format: `no-such` is not",
        ),
        (
            ImportOptions { timezone: Some("New Jork".to_owned()), ..ImportOptions::default() },
            "--timezone: `New Jork` is",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = read(&[folder.path().to_owned()], &folder.path().join("store"), &options).unwrap_err().to_string();
        assert!(error.starts_with(says), "{error}");
    }
}

#[test]
fn a_folder_of_other_things_says_that_nothing_is_known() {
    let others = |folder: &Path| {
        std::fs::write(folder.join("a.txt"), "hello").unwrap();
        std::fs::write(folder.join("b.bin"), [0, 159, 146, 150]).unwrap();
    };
    let said = import(others, "").unwrap_err();
    assert!(said.starts_with("files/a.txt: no file of a form that is known is among them\nhint: "), "{said}");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_that_go_round_end() {
        // two ways up at every step: without a memory of them there are 2^32
        let round = |folder: &Path| {
            let inner = folder.join("inner");
            std::fs::create_dir(&inner).unwrap();
            symlink(folder, inner.join("up")).unwrap();
            symlink(&inner, inner.join("again")).unwrap();
        };
        assert_eq!(import(round, "").unwrap_err(), "files/: the folder holds no file");
        let held = import(
            |folder| {
                round(folder);
                std::fs::write(folder.join("inner/AAA.csv"), DAYS).unwrap();
            },
            "",
        );
        assert_eq!(held.unwrap(), HELD);
        let itself = |folder: &Path| symlink(folder.join("AAA.csv"), folder.join("AAA.csv")).unwrap();
        let said = import(itself, "AAA.csv").unwrap_err();
        assert!(said.starts_with("files/AAA.csv: Too many levels of symbolic links"), "{said}");
        let nowhere = |folder: &Path| symlink("nowhere.csv", folder.join("AAA.csv")).unwrap();
        assert!(import(nowhere, "AAA.csv").unwrap_err().starts_with("files/AAA.csv: No such file"));
    }

    #[test]
    fn a_name_that_is_no_text_is_shown_and_its_rows_need_a_symbol() {
        let name = OsStr::from_bytes(b"A\xff.csv");
        let said = import(|folder| std::fs::write(folder.join(name), DAYS).unwrap(), name).unwrap_err();
        assert!(said.starts_with("files/A\u{fffd}.csv: ") && said.contains("--symbol"), "{said}");
        let text = "date,symbol,close\n2024-01-03,AAA,1\n2024-01-04,AAA,2\n";
        assert_eq!(import(|folder| std::fs::write(folder.join(name), text).unwrap(), name).unwrap(), HELD);
    }

    #[test]
    fn a_device_is_no_file() {
        let said = import(|folder| symlink("/dev/zero", folder.join("AAA.csv")).unwrap(), "AAA.csv").unwrap_err();
        let want =
            "files/AAA.csv: it is a pipe or a device, which can be read only once\nhint: write it to a file first";
        assert_eq!(said, want);
        // of a folder it is passed over
        let zero = |folder: &Path| symlink("/dev/zero", folder.join("AAA.csv")).unwrap();
        assert_eq!(import(zero, "").unwrap_err(), "files/: the folder holds no file");
    }

    #[test]
    fn a_file_that_may_not_be_read_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let locked = |folder: &Path| {
            std::fs::write(folder.join("AAA.csv"), DAYS).unwrap();
            std::fs::set_permissions(folder.join("AAA.csv"), std::fs::Permissions::from_mode(0o000)).unwrap();
        };
        match import(locked, "AAA.csv") {
            Err(said) => assert!(said.starts_with("files/AAA.csv: Permission denied"), "{said}"),
            // whoever may read everything reads this
            Ok(held) => assert_eq!(held, HELD),
        }
    }
}
