//! What plugins are granted beyond what every one has: by flag for one run, else by `tapewright.toml`.

use anyhow::anyhow;
use serde::{Deserialize, Serialize};
use tapewright_engine::{Limits, OpenError};
use tapewright_model::{Digest, check_name};
use tapewright_replay::GraphError;

use crate::config::{Config, Mib, Whom};
use crate::failure::Failure;

/// `--grant-memory [ALIAS=]MIB`.
#[derive(Clone, Debug)]
pub(crate) struct MemoryFlag {
    alias: Option<String>,
    mib: Mib,
}

impl std::str::FromStr for MemoryFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<MemoryFlag, String> {
        let (alias, mib) = text.split_once('=').map_or((None, text), |(alias, mib)| (Some(alias), mib));
        if let Some(alias) = alias {
            check_name(alias).map_err(|error| error.to_string())?;
        }
        let mib: u64 = mib.parse().map_err(|_| "wanted a number of MiB, or ALIAS=MIB".to_owned())?;
        Ok(MemoryFlag { alias: alias.map(str::to_owned), mib: mib.try_into()? })
    }
}

/// Who granted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    /// It is what every plugin has.
    Nobody,
    /// Whoever typed the run: for this run alone.
    Flag,
    /// `tapewright.toml`, for as long as it says so.
    File,
}

/// What one plugin may use, and by whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) memory_bytes: u64,
    pub(crate) by: By,
    /// The words of the file.
    pub(crate) whom: Option<Whom>,
}

/// All grants that hold for a command.
pub(crate) struct Grants<'a> {
    config: &'a Config,
    memory: &'a [MemoryFlag],
}

impl<'a> Grants<'a> {
    pub(crate) fn new(config: &'a Config, memory: &'a [MemoryFlag]) -> Grants<'a> {
        Grants { config, memory }
    }

    /// What a plugin is granted. What is typed goes before what is written, what is said of one before what is said of
    /// all.
    pub(crate) fn of(&self, component: &Digest, alias: &str) -> Granted {
        let own = self.memory.iter().rfind(|flag| flag.alias.as_deref() == Some(alias));
        let flag = own.or_else(|| self.memory.iter().rfind(|flag| flag.alias.is_none()));
        match (flag, self.config.grant(component)) {
            (Some(flag), _) => Granted { memory_bytes: flag.mib.bytes(), by: By::Flag, whom: None },
            (None, Some((whom, grant))) => {
                Granted { memory_bytes: grant.memory_mib.bytes(), by: By::File, whom: Some(whom) }
            }
            (None, None) => Granted { memory_bytes: Limits::default().memory_bytes, by: By::Nobody, whom: None },
        }
    }

    /// Each flag for an alias is for one of these.
    pub(crate) fn all_used(&self, aliases: &[&str]) -> Result<(), Failure> {
        let unused = self.memory.iter().filter_map(|flag| flag.alias.as_deref()).find(|alias| !aliases.contains(alias));
        match unused {
            None => Ok(()),
            Some(alias) => Err(Failure::input(anyhow!(
                "--grant-memory {alias}=…: no plugin of this run is called `{alias}` (there are: {})",
                aliases.join(", ")
            ))),
        }
    }

    /// How so much memory is granted to a component: by which lines of which file.
    pub(crate) fn hint(&self, component: &Digest, memory_bytes: u64) -> String {
        let mib = memory_bytes.div_ceil(1 << 20);
        let path = self.config.path.display();
        match Mib::try_from(mib) {
            Ok(_) => format!("hint: grant it in {path}:\n  {}\n  memory_mib = {mib}", Whom::Component(*component)),
            Err(reason) => format!("hint: it cannot be granted: {reason}"),
        }
    }

    /// A graph's error; one of a missing grant with the lines that grant it.
    pub(crate) fn explain(&self, error: GraphError) -> Failure {
        let hint = match &error {
            GraphError::Open { error: OpenError::MemoryNotGranted { component, asked, .. }, .. } => {
                let mib = asked.div_ceil(1 << 20);
                let flag = if Mib::try_from(mib).is_ok() {
                    format!("\nor for one run: --grant-memory {mib}")
                } else {
                    String::new()
                };
                Some(self.hint(component, *asked) + &flag)
            }
            _ => None,
        };
        let failure = Failure::from(error);
        match hint {
            Some(hint) => Failure { class: failure.class, error: anyhow!("{:#}\n{hint}", failure.error) },
            None => failure,
        }
    }

    /// A run that is resumed has the grants with which it began: those by flag are its own, the others hold for as long
    /// as the file says so.
    pub(crate) fn still(&self, component: &Digest, alias: &str, then: (u64, By)) -> Result<(), Failure> {
        let (memory_bytes, by) = then;
        let now = self.of(component, alias).memory_bytes;
        if by == By::Flag || now == memory_bytes {
            return Ok(());
        }
        Err(Failure::input(anyhow!(
            "the grants have changed since this run began: `{alias}` had {} MiB of memory, and now has {}\n{}\nor run it anew",
            memory_bytes >> 20,
            now >> 20,
            self.hint(component, memory_bytes),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_goes_before_what_is_written_and_one_before_all() {
        let folder = tempfile::tempdir().unwrap();
        let (known, other) = (Digest::of_file(b"known"), Digest::of_file(b"other"));
        let text = format!("[grant.{known}]\nmemory_mib = 100\n");
        std::fs::write(folder.path().join("tapewright.toml"), text).unwrap();
        let Ok(config) = Config::read(None, folder.path()) else { panic!("it reads") };
        let granted = |flags: &[&str], component: &Digest, alias: &str| {
            let flags: Vec<MemoryFlag> = flags.iter().map(|flag| flag.parse().unwrap()).collect();
            let granted = Grants::new(&config, &flags).of(component, alias);
            (granted.memory_bytes >> 20, granted.by)
        };
        for (flags, component, alias, want) in [
            (&[][..], &known, "a", (100, By::File)),
            (&[], &other, "a", (64, By::Nobody)),
            (&["80"], &known, "a", (80, By::Flag)),
            (&["a=90", "80"], &known, "a", (90, By::Flag)),
            (&["a=90", "80"], &other, "b", (80, By::Flag)),
            (&["a=90"], &known, "b", (100, By::File)),
            (&["a=90", "a=91"], &known, "a", (91, By::Flag)),
        ] {
            assert_eq!(granted(flags, component, alias), want, "{flags:?} {alias}");
        }
    }

    #[test]
    fn more_than_can_be_granted_is_said_to_be() {
        let Ok(config) = Config::read(None, std::path::Path::new("nowhere")) else { panic!("nobody needs a file") };
        let hint = Grants::new(&config, &[]).hint(&Digest::of_file(b"greedy"), u64::MAX);
        let want = "hint: it cannot be granted: 17592186044416 MiB: wanted 64, which every plugin has, to 65536";
        assert_eq!(hint, want);
    }
}
