//! Writes the seeds: every sample as it is, packed with gzip and in a zip archive, a Parquet file, and, where
//! TAPEWRIGHT_TEST_DATA names a folder of real files, their first lines.

mod samples;

use std::io::Write;
use std::path::{Path, PathBuf};

use tapewright_fuzz::{NAMES, byte_of};
use tapewright_market::{ImportOptions, ImportProgress, formats, import};

type Failed = Box<dyn std::error::Error>;

/// Bytes of a real file that are taken, up to a line's end.
const HEAD_BYTES: usize = 3 << 10;

fn main() -> Result<(), Failed> {
    let corpus = PathBuf::from(std::env::args().nth(1).ok_or("usage: seed CORPUS")?);
    std::fs::create_dir_all(&corpus)?;
    let mut seeds = 0;
    let mut put = |format: &str, name: &str, bytes: &[u8]| -> Result<(), Failed> {
        let byte = byte_of(format, name).ok_or_else(|| format!("no format {format} or no name {name}"))?;
        std::fs::write(corpus.join(format!("seed-{seeds:04}-{format}")), [&[byte][..], bytes].concat())?;
        seeds += 1;
        Ok(())
    };
    for (format, name, text) in samples::SAMPLES {
        put(format, name, text.as_bytes())?;
        put(format, name, &gzip(text.as_bytes())?)?;
        put(format, name, &zip(name, text.as_bytes())?)?;
        put(format, NAMES[NAMES.len() - 1], text.as_bytes())?;
    }
    let parquet = parquet()?;
    for name in NAMES {
        put("parquet", name, &parquet)?;
    }
    put("parquet", NAMES[0], &zip("bars.parquet", &parquet)?)?;
    let missing: Vec<&str> = formats()
        .map(|(name, _)| name)
        .filter(|name| *name != "parquet" && !samples::SAMPLES.iter().any(|(of, ..)| of == name))
        .collect();
    if !missing.is_empty() {
        return Err(format!("no sample of {}", missing.join(", ")).into());
    }
    if let Some(folder) = std::env::var_os("TAPEWRIGHT_TEST_DATA") {
        let mut files = Vec::new();
        walk(Path::new(&folder), &mut files)?;
        for file in files {
            for (format, head) in real(&file)? {
                put(&format, NAMES[0], &head)?;
            }
        }
    }
    writeln!(std::io::stdout(), "{seeds} seeds in {}", corpus.display())?;
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn zip(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default())?;
    archive.write_all(bytes)?;
    Ok(archive.finish()?.into_inner())
}

/// A table of the store, which is Parquet that an import reads.
fn parquet() -> Result<Vec<u8>, Failed> {
    let folder = tempfile::tempdir()?;
    let (bars, store) = (folder.path().join("AAA.csv"), folder.path().join("store"));
    std::fs::write(&bars, "time,open,high,low,close\n2024-01-03T14:31:00Z,1,2,1,2\n2024-01-03T14:32:00Z,1,2,1,2\n")?;
    import(&[bars], &store, &ImportOptions::default(), &ImportProgress::default())?;
    Ok(std::fs::read(store.join("bars/1m/AAA.parquet"))?)
}

/// The first lines of a real file that is text, as the format that an import takes it for; of no format as all.
fn real(file: &Path) -> Result<Vec<(String, Vec<u8>)>, Failed> {
    let bytes = std::fs::read(file)?;
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if std::str::from_utf8(head).is_err() && head.len() == HEAD_BYTES {
        return Ok(Vec::new());
    }
    let end =
        if head.len() < HEAD_BYTES { head.len() } else { head.iter().rposition(|byte| *byte == b'\n').unwrap_or(0) };
    let options = ImportOptions { dry_run: true, repair: true, ..ImportOptions::default() };
    let read = import(&[file.to_owned()], Path::new("no-store"), &options, &ImportProgress::default());
    let names = match &read {
        Ok(import) => import.files.iter().map(|file| file.format.clone()).collect(),
        Err(_) => Vec::new(),
    };
    let names = names.iter().flat_map(|names| names.split(", ")).map(str::to_owned);
    Ok(names.map(|name| (name, head[..end].to_vec())).collect())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failed> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files)?;
        } else {
            files.push(entry);
        }
    }
    Ok(())
}
