//! A store is closed: what it holds lies in its own folder. A store may come from a stranger, and a link in it that leads
//! elsewhere would have the host read, and worse write, what is none of the store's.
//!
//! Looked at once, when a store is opened, for all of its layout: whoever changes it after that is somebody who may
//! write there anyway.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::error::MarketError;

/// Folders within each other that the layout has: `chains/SPY/…`. What lies deeper is never opened.
const DEPTH: usize = 3;

/// The folder as a handle: no name opened by it leads out, neither by `..` nor by a link.
pub(crate) fn handle(folder: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(folder, ambient_authority())
}

/// Refuses a folder that holds a link which leads out of it, or nowhere.
pub(crate) fn check(folder: &Path, dir: &Dir) -> Result<(), MarketError> {
    let mut open = vec![(PathBuf::from("."), 1)];
    while let Some((within, depth)) = open.pop() {
        let failed = |error: io::Error| MarketError::io(&folder.join(&within))(error);
        for entry in dir.read_dir(&within).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = within.join(entry.file_name());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_symlink() && dir.metadata(&path).is_err() {
                let reason = "a link that leads out of the store\nhint: put what it leads to in its place";
                return Err(MarketError::file(&folder.join(path.strip_prefix(".").unwrap_or(&path)), reason));
            }
            if kind.is_dir() && depth < DEPTH {
                open.push((path, depth + 1));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use std::path::Path;

    use tapewright_model::Symbol;

    use crate::import::{ImportOptions, ImportProgress, import};
    use crate::store::Store;

    #[test]
    fn a_store_with_a_link_out_of_it_is_not_opened_whatever_it_is_called() {
        for name in [
            "bars",
            "bars/1d",
            "bars/1d/SPY.parquet",
            "chains/SPY",
            "chains/SPY/x.parquet",
            ".lock",
            ".pending.json",
            "instruments.json",
        ] {
            for to in ["../outside", "/etc/passwd", "../../../../../../etc"] {
                let around = tempfile::tempdir().unwrap();
                let folder = around.path().join("store");
                Store::create(&folder).unwrap();
                std::fs::create_dir(around.path().join("outside")).unwrap();
                let link = folder.join(name);
                std::fs::create_dir_all(link.parent().unwrap()).unwrap();
                symlink(to, &link).unwrap();
                for said in [Store::open(&folder).err(), Store::create(&folder).err()] {
                    let said = said.unwrap_or_else(|| panic!("{name} -> {to}")).to_string();
                    let want = format!("{}: a link that leads out of the store", link.display());
                    assert!(said.starts_with(&want), "{said}");
                }
                // nor is one made where a link lies already
                std::fs::remove_file(folder.join("tapewright.json")).unwrap();
                assert!(Store::create(&folder).is_err(), "{name} -> {to}");
                assert!(!folder.join("tapewright.json").exists());
            }
        }
    }

    #[test]
    fn a_store_is_no_link_to_another_ones_mark() {
        let around = tempfile::tempdir().unwrap();
        let (folder, other) = (around.path().join("store"), around.path().join("other"));
        std::fs::create_dir(&folder).unwrap();
        Store::create(&other).unwrap();
        symlink("../other/tapewright.json", folder.join("tapewright.json")).unwrap();
        assert!(Store::open(&folder).is_err());
    }

    #[test]
    fn a_link_within_the_store_and_a_link_to_a_store_are_followed() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("store");
        Store::create(&folder).unwrap();
        std::fs::create_dir_all(folder.join("bars/1d")).unwrap();
        std::fs::write(folder.join("bars/1d/SPX.parquet"), "rows").unwrap();
        symlink("SPX.parquet", folder.join("bars/1d/SPY.parquet")).unwrap();
        symlink("../bars/1d", folder.join("bars/1h")).unwrap();
        symlink(&folder, around.path().join("link")).unwrap();
        assert!(Store::open(&around.path().join("link")).unwrap().is_some());
    }

    /// Everything below a folder.
    fn below(folder: &Path) -> Vec<String> {
        let mut all = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(at) = open.pop() {
            for entry in std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
                all.push(entry.strip_prefix(folder).unwrap().display().to_string());
                if entry.is_dir() {
                    open.push(entry);
                }
            }
        }
        all.sort();
        all
    }

    #[test]
    fn no_name_that_a_file_or_an_archive_says_leads_out_of_the_store() {
        let around = tempfile::tempdir().unwrap();
        let (store, files) = (around.path().join("a/b/store"), around.path().join("files"));
        std::fs::create_dir_all(&files).unwrap();
        let import = |name: &str, symbol: Option<&str>| {
            let symbol = symbol.map(|text| Symbol::new(text).unwrap());
            let options = ImportOptions { symbol, ..ImportOptions::default() };
            import(&[files.join(name)], &store, &options, &ImportProgress::default())
        };
        let rows = "date,open,high,low,close,volume\n2024-01-03,1,2,1,2,10\n2024-01-04,2,3,2,3,10\n";
        let mut zip = zip::ZipWriter::new(std::fs::File::create(files.join("evil.zip")).unwrap());
        for member in ["../../../outside/UP.csv", "/etc/ABSOLUTE.csv", "..\\..\\BACK.csv", "C:\\Users\\DRIVE.csv"] {
            zip.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, rows.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        std::fs::write(files.join("plain.csv"), rows).unwrap();
        for (name, symbol) in
            [("....csv", "../x"), ("slash.csv", "a/b"), ("absolute.csv", "/etc/x"), ("nul.csv", "a\0b")]
        {
            let text = format!("symbol,{}", rows.replace("\n2024", &format!("\n{symbol},2024")));
            std::fs::write(files.join(name), text).unwrap();
        }
        import("evil.zip", None).unwrap();
        for symbol in [".", "..", "...", ".."] {
            import("plain.csv", Some(symbol)).unwrap();
        }
        for name in ["....csv", "slash.csv", "absolute.csv", "nul.csv"] {
            let said = import(name, None).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains("is not a symbol"), "{name}: {said}");
        }
        let expected = ["%2E..", "%2E.", "%2E", "ABSOLUTE", "BACK", "DRIVE", "UP"];
        let bars: Vec<String> = below(&store.join("bars")).into_iter().filter(|path| path.contains('/')).collect();
        assert_eq!(bars, expected.map(|stem| format!("1d/{stem}.parquet")));
        let outside = |path: &String| !path.starts_with("a/b/store/") && !path.starts_with("files/");
        assert_eq!(
            below(around.path()).into_iter().filter(outside).collect::<Vec<_>>(),
            ["a", "a/b", "a/b/store", "files"]
        );
        // what a stranger's store remembers is no name either
        std::fs::write(store.join("instruments.json"), "{ \"../../../outside\": { \"calendar\": null } }").unwrap();
        import("plain.csv", Some("SPY")).unwrap();
        for name in ["../../../outside", "/etc/x", ".."] {
            let pending = format!("{{ \"chains\": [\"{name}\"], \"releases\": [], \"prints\": [], \"quotes\": [] }}");
            std::fs::write(store.join(".pending.json"), pending).unwrap();
            // `..` is a symbol, and of no chains
            assert_eq!(import("plain.csv", Some("QQQ")).is_ok(), name == "..", "{name}");
        }
        assert_eq!(
            below(around.path()).into_iter().filter(outside).collect::<Vec<_>>(),
            ["a", "a/b", "a/b/store", "files"]
        );
    }
}
