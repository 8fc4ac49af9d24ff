//! Guests are the same bytes wherever they are built.

use tapewright_build::{Builder, Install};
use tapewright_tests::guests;

/// A copy of what a guest needs, in a folder of another name and depth.
fn copy(to: &std::path::Path) {
    for folder in ["sdk/rust", "wit", "tests/guests/hoarder"] {
        copy_folder(&guests::root().join(folder), &to.join(folder));
    }
    let manifest = std::fs::read_to_string(guests::root().join("Cargo.toml")).unwrap();
    let (before, rest) = manifest.split_once("members = [").unwrap();
    let (_, after) = rest.split_once(']').unwrap();
    std::fs::write(to.join("Cargo.toml"), format!("{before}members = [\"sdk/rust\", \"tests/guests/hoarder\"]{after}"))
        .unwrap();
    std::fs::copy(guests::root().join("Cargo.lock"), to.join("Cargo.lock")).unwrap();
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).map(drop).unwrap()
        }
    }
}

#[test]
fn the_same_source_gives_the_same_bytes_in_another_folder() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("some/other place");
    copy(&elsewhere);
    let builder = Builder::new(Install::Allowed).unwrap();
    let built = builder.build(&elsewhere, &["tapewright-guest-hoarder"], &folder.path().join("out")).unwrap();
    let (here, there) = (std::fs::read(guests::path("hoarder")).unwrap(), std::fs::read(&built[0].path).unwrap());
    assert_eq!(here.len(), there.len());
    assert!(here == there, "the bytes differ");
    let text = String::from_utf8_lossy(&there).into_owned();
    assert!(!text.contains(&*folder.path().to_string_lossy()), "a folder of this machine is in the component");
    assert_eq!(tapewright_engine::toolchain(&there).as_deref(), Some(builder.toolchain().version()));
}

#[test]
fn a_crate_without_a_cdylib_is_told_so() {
    let builder = Builder::new(Install::Allowed).unwrap().target_dir(guests::target().join("guests"));
    let folder = tempfile::tempdir().unwrap();
    let error = builder.build(guests::root(), &["tapewright-sdk"], folder.path()).unwrap_err();
    assert!(error.to_string().contains("has no library of crate-type cdylib"), "{error}");
}
