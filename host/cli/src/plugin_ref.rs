//! `[ALIAS=]FILE.wasm[#ENTRY]`: which plugin is meant, and which entry of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use tapewright_engine::{COMPONENT_BYTES_MAX, Engine, Limits, Plugin};
use tapewright_model::{Entry, Kind, Param, check_name, resolve_params};

use crate::failure::Failure;

/// A plugin as it was typed.
pub(crate) struct PluginRef {
    pub(crate) alias: Option<String>,
    pub(crate) path: PathBuf,
    pub(crate) entry: Option<String>,
}

impl PluginRef {
    pub(crate) fn parse(text: &str) -> Result<PluginRef, Failure> {
        let (alias, rest) = match text.split_once('=') {
            Some((alias, rest)) if !alias.contains(['/', '.', '#']) => (Some(alias.to_owned()), rest),
            _ => (None, text),
        };
        if let Some(alias) = &alias {
            check_name(alias)?;
        }
        let (path, entry) = match rest.rsplit_once('#') {
            Some((path, entry)) => (path, Some(entry.to_owned())),
            None => (rest, None),
        };
        if path.is_empty() || entry.as_deref() == Some("") {
            return Err(Failure::input(anyhow!("`{text}` lacks a file or an entry\nhint: [alias=]file.wasm[#entry]")));
        }
        Ok(PluginRef { alias, path: PathBuf::from(path), entry })
    }

    /// As named, else the entry after `#`, else the file's stem.
    pub(crate) fn alias(&self) -> Result<String, Failure> {
        let name = self.alias.clone().or_else(|| self.entry.clone());
        let alias = name.unwrap_or_else(|| {
            let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
            stem.replace(['-', '.', ' '], "_")
        });
        check_name(&alias)
            .with_context(|| format!("{} needs an alias\nhint: name={}", self.path.display(), self.path.display()))
            .map_err(Failure::input)?;
        Ok(alias)
    }
}

/// Reads and loads a component.
pub(crate) fn load(engine: &Engine, path: &Path) -> Result<(Plugin, Vec<u8>), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if [".csv", ".csv.gz", ".parquet", ".tsv", ".txt"].iter().any(|end| name.ends_with(end)) {
        let error = anyhow!("{} is data, not a plugin\nhint: put --data before each file of data", path.display());
        return Err(Failure::input(error));
    }
    let bytes = read(path).with_context(|| path.display().to_string()).map_err(Failure::input)?;
    let plugin = engine.load(&bytes).map_err(|error| Failure::from(error).at(path.display()))?;
    Ok((plugin, bytes))
}

/// A file up to one byte more than a component may have: the engine refuses it by its size then.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(COMPONENT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Every entry of a component with its kind.
pub(crate) fn entries(plugin: &Plugin, name: &str, limits: &Limits) -> Result<Vec<(Kind, Entry)>, Failure> {
    let mut entries = Vec::new();
    for kind in plugin.kinds() {
        entries.extend(plugin.catalog(kind, name, limits)?.iter().cloned().map(|entry| (kind, entry)));
    }
    Ok(entries)
}

/// The entry that is meant: named, or the only one.
pub(crate) fn choose(
    entries: Vec<(Kind, Entry)>,
    reference: &PluginRef,
    kind: Option<Kind>,
) -> Result<(Kind, Entry), Failure> {
    let path = reference.path.display();
    let list: Vec<String> =
        entries.iter().map(|(kind, entry)| format!("  {path}#{} ({kind}) {}", entry.name, entry.summary)).collect();
    let fits = |(of, entry): &(Kind, Entry)| {
        kind.is_none_or(|kind| kind == *of) && reference.entry.as_ref().is_none_or(|name| *name == entry.name)
    };
    let mut chosen: Vec<(Kind, Entry)> = entries.into_iter().filter(fits).collect();
    let one = chosen.pop();
    match (one, chosen.is_empty(), &reference.entry) {
        (Some(one), true, _) => Ok(one),
        (Some(_), false, Some(name)) => {
            Err(Failure::input(anyhow!("{path} holds `{name}` as a detector and as a strategy\nhint: add --kind")))
        }
        (Some(_), false, None) => {
            Err(Failure::input(anyhow!("{path} holds several entries\nhint: name one of\n{}", list.join("\n"))))
        }
        (None, _, name) => {
            let name = name.as_deref().unwrap_or("of that kind");
            Err(Failure::input(anyhow!("{path} holds no entry `{name}`\nhint: it holds\n{}", list.join("\n"))))
        }
    }
}

/// `name=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), Failure> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| Failure::input(anyhow!("--param {text}: wanted NAME=VALUE")))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// An entry's parameters, checked.
pub(crate) fn params(entry: &Entry, given: &[(String, String)]) -> Result<Vec<Param>, Failure> {
    resolve_params(&entry.params, given).map_err(|error| Failure::from(error).at(&entry.name))
}
