//! `tapewright.toml`: what a user sets down once, so far what is granted to plugins.
//!
//! ```toml
//! [grant."3f6c…"]      # the digest that `tapewright inspect` and `sha256sum` show
//! memory_mib = 256
//!
//! [grant."*"]          # every plugin: for who builds one, whose digest is another with every build
//! memory_mib = 128
//! ```
//!
//! Whose a grant is, the content says and no name: another file cannot take over a digest, while it can take over a
//! file's name, and with it the alias that is made of it. An alias is granted by flag alone, where whoever types it sees
//! which file it stands for.
//!
//! Promises that a file is either understood to its last word or refused with the line.
//! Refuses to know: what a plugin asks for.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde::Deserialize;
use tapewright_engine::Limits;
use tapewright_model::Digest;

use crate::failure::Failure;

/// Its name in the home folder.
const FILE: &str = "tapewright.toml";
/// Bytes of it at most: a grant has about a hundred.
const BYTES_MAX: u64 = 1 << 20;
/// The most that can be granted: sixteen memories of 4 GiB, more than a component is known to have. Whoever writes more
/// has written bytes.
const MIB_MAX: u64 = 64 << 10;

/// For whoever wrote something else.
const HINT: &str = "\nhint: it holds grants alone, such as\n  [grant.\"*\"]\n  memory_mib = 256";

/// Memory in MiB, between what every plugin has and the most that can be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub(crate) struct Mib(u64);

impl Mib {
    pub(crate) fn bytes(self) -> u64 {
        self.0 << 20
    }
}

impl TryFrom<u64> for Mib {
    type Error = String;

    fn try_from(mib: u64) -> Result<Mib, String> {
        let min = Limits::default().memory_bytes >> 20;
        if (min..=MIB_MAX).contains(&mib) {
            Ok(Mib(mib))
        } else {
            Err(format!("{mib} MiB: wanted {min}, which every plugin has, to {MIB_MAX}"))
        }
    }
}

/// Whom a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Whom {
    Component(Digest),
    Everyone,
}

impl TryFrom<String> for Whom {
    type Error = String;

    fn try_from(text: String) -> Result<Whom, String> {
        if text == "*" {
            return Ok(Whom::Everyone);
        }
        // one way to write it, so that none is granted twice
        let digest = text.parse().ok().filter(|digest: &Digest| digest.to_string() == text);
        digest.map(Whom::Component).ok_or_else(|| {
            let text: String = text.chars().take(80).collect();
            format!("`{text}` is no digest (64 hexadecimal digits in lower case) and not `*`\nhint: `tapewright inspect FILE.wasm` shows a component's digest")
        })
    }
}

impl std::fmt::Display for Whom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Whom::Component(digest) => write!(f, "[grant.\"{digest}\"]"),
            Whom::Everyone => f.write_str("[grant.\"*\"]"),
        }
    }
}

/// What somebody is granted. Files and the network are not among it, and never will be: a component cannot even ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) memory_mib: Mib,
}

/// What the file holds.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    grant: BTreeMap<Whom, Grant>,
}

/// What was set down, and where it was or would be.
pub(crate) struct Config {
    pub(crate) path: PathBuf,
    written: Written,
}

impl Config {
    /// The file that was named, or the one in the home folder if there is one.
    pub(crate) fn read(named: Option<&Path>, home: &Path) -> Result<Config, Failure> {
        let path = named.map_or_else(|| home.join(FILE), Path::to_owned);
        let failed = |error: std::io::Error| Failure::input(anyhow!("{}: {error}", path.display()));
        let file = match named {
            Some(path) => std::fs::File::open(path).map_err(failed)?,
            None => match in_home(home) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Ok(Config { path, written: Written::default() });
                }
                Err(error) if path.is_symlink() => {
                    let hint = "hint: it may be no link out of the home folder; name the file with --config";
                    return Err(Failure::input(anyhow!("{}: {error}\n{hint}", path.display())));
                }
                Err(error) => return Err(failed(error)),
            },
        };
        let mut bytes = Vec::new();
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(Failure::input(anyhow!("{}: it has more than {BYTES_MAX} bytes", path.display())));
        }
        let text = String::from_utf8(bytes).context("it is not text").map_err(Failure::input);
        let text = text.map_err(|failure| failure.at(path.display()))?;
        let written = parse(&text).map_err(|(line, reason)| {
            let hint = if reason.contains("hint:") { "" } else { HINT };
            Failure::input(anyhow!("{}:{line}: {reason}{hint}", path.display()))
        })?;
        Ok(Config { path, written })
    }

    /// What a component is granted, and by which words: its own grant goes before everyone's.
    pub(crate) fn grant(&self, component: &Digest) -> Option<(Whom, Grant)> {
        let of = |whom: Whom| self.written.grant.get(&whom).map(|grant| (whom, *grant));
        of(Whom::Component(*component)).or_else(|| of(Whom::Everyone))
    }
}

/// No name leads out of the home folder, that of a link neither.
fn in_home(home: &Path) -> std::io::Result<std::fs::File> {
    Ok(Dir::open_ambient_dir(home, ambient_authority())?.open(FILE)?.into_std())
}

/// What a text says; else the line that it stumbles over, and why.
fn parse(text: &str) -> Result<Written, (usize, String)> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        (line, error.message().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn a_file_is_understood_to_its_last_word_or_refused_with_the_line() {
        let digest = Digest::of_file(b"component").to_string();
        let check = |text: &str, want: Expect| {
            let text = text.replace("DIGEST", &digest);
            let said = match parse(&text) {
                Ok(written) => {
                    let line = |(whom, grant): (&Whom, &Grant)| format!("{whom} {}\n", grant.memory_mib.bytes());
                    written.grant.iter().map(line).collect()
                }
                Err((line, reason)) => format!("{line}: {reason}"),
            };
            want.assert_eq(&said);
        };
        check("", expect![]);
        check("# nothing\n[grant]\n", expect![]);
        check(
            "[grant.\"*\"]\nmemory_mib = 256\n[grant.DIGEST]\nmemory_mib = 64\n",
            expect![[r#"
            [grant."6985ca1f4daa5a584a28eae043a239cb96689af1337ea13afb63e00c2bf512fa"] 67108864
            [grant."*"] 268435456
        "#]],
        );
        check("[grants.\"*\"]\nmemory_mib = 256\n", expect!["1: unknown field `grants`, expected `grant`"]);
        check("\n[grant.\"*\"]\nmemory = 256\n", expect!["3: unknown field `memory`, expected `memory_mib`"]);
        check(
            "[grant.\"*\"]\nmemory_mib = 256\nnetwork = true\n",
            expect!["3: unknown field `network`, expected `memory_mib`"],
        );
        check(
            "[grant.\"*\"]\nmemory_mib = 256\nfiles = [\"/\"]\n",
            expect!["3: unknown field `files`, expected `memory_mib`"],
        );
        check("[grant.\"*\"]\nmemory_mib = \"256\"\n", expect![[r#"2: invalid type: string "256", expected u64"#]]);
        check("[grant.\"*\"]\nmemory_mib = -1\n", expect!["2: invalid value: integer `-1`, expected u64"]);
        check(
            "[grant.\"*\"]\nmemory_mib = 268435456\n",
            expect!["2: 268435456 MiB: wanted 64, which every plugin has, to 65536"],
        );
        check("[grant.\"*\"]\nmemory_mib = 63\n", expect!["2: 63 MiB: wanted 64, which every plugin has, to 65536"]);
        check("[grant.\"*\"]\n", expect!["1: missing field `memory_mib`"]);
        check(
            "[grant.\"*\"]\nmemory_mib = 64\n\n[grant.vpa]\nmemory_mib = 256\n",
            expect![[r#"
            4: `vpa` is no digest (64 hexadecimal digits in lower case) and not `*`
            hint: `tapewright inspect FILE.wasm` shows a component's digest"#]],
        );
        check("[grant.\"*\"]\nmemory_mib = 64\n[grant.\"*\"]\nmemory_mib = 64\n", expect!["3: duplicate key"]);
        check("grant = 7\n", expect!["1: invalid type: integer `7`, expected a map"]);
        check("[grant.\"*\"\n", expect!["1: unclosed table, expected `]`"]);
    }

    #[test]
    fn a_components_own_grant_goes_before_everyones() {
        let (own, other) = (Digest::of_file(b"own"), Digest::of_file(b"other"));
        let text = format!("[grant.\"*\"]\nmemory_mib = 128\n[grant.{own}]\nmemory_mib = 64\n");
        let config = Config { path: PathBuf::new(), written: parse(&text).unwrap() };
        let granted = |digest| config.grant(digest).map(|(whom, grant)| (whom, grant.memory_mib.bytes() >> 20));
        assert_eq!(granted(&own), Some((Whom::Component(own), 64)));
        assert_eq!(granted(&other), Some((Whom::Everyone, 128)));
    }
}
