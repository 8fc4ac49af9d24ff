//! What a new crate may be called: cargo's rules for a package, and the entry's name made of it.

use std::path::Path;

use anyhow::anyhow;
use heck::ToSnakeCase;
use tapewright_model::check_name;

use crate::failure::Failure;

/// Longest name of a package, as the package registry has it.
const CHARS_MAX: usize = 64;

/// Words that the language keeps (the Rust reference, keywords).
const KEYWORDS: [&str; 53] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "macro_rules",
];
/// Crates that every crate sees already, or that this one carries.
const CRATES: [&str; 7] = ["alloc", "core", "proc_macro", "std", "tapewright_sdk", "test", "wit_bindgen"];
/// Names that no file may have on Windows; `com1` to `lpt9` beside them.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// The name of a package and of its one entry.
#[derive(Debug)]
pub(super) struct Name {
    package: String,
    entry: String,
}

impl Name {
    /// That of the folder.
    pub(super) fn of(path: &Path) -> Result<Name, Failure> {
        let Some(package) = path.file_name() else {
            let error = anyhow!("{} names no folder\nhint: tapewright new my-detector", path.display());
            return Err(Failure::input(error));
        };
        let package = package.to_string_lossy().into_owned();
        if let Some(reason) = refused(&package) {
            return Err(Failure::input(anyhow!("`{package}` cannot be the name of a crate: {reason}")));
        }
        let entry = package.to_snake_case();
        check_name(&entry)?;
        Ok(Name { package, entry })
    }

    /// As typed.
    pub(super) fn package(&self) -> &str {
        &self.package
    }

    /// The same in snake case, as the contract wants it.
    pub(super) fn entry(&self) -> &str {
        &self.entry
    }
}

/// Why it cannot be the name of a package.
fn refused(package: &str) -> Option<&'static str> {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let lower = package.to_lowercase().replace('-', "_");
    let device = || {
        let numbered = ["com", "lpt"].iter().find_map(|port| lower.strip_prefix(port));
        DEVICES.contains(&lower.as_str()) || numbered.is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
    };
    if !package.chars().all(known) || !package.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Some("letters, digits, - and _, a letter first\nhint: my-detector")
    } else if package.len() > CHARS_MAX {
        Some("it has more than 64 characters")
    } else if KEYWORDS.contains(&lower.as_str()) {
        Some("it is a keyword of the language")
    } else if CRATES.contains(&lower.as_str()) {
        Some("another crate that it uses has this name")
    } else if device() {
        Some("no file may be called so on Windows")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cargos_and_the_entry_is_its_snake_case() {
        for (path, expected) in [
            ("my-detector", Some("my_detector")),
            ("some/where/gap_2", Some("gap_2")),
            ("./GapFill/", Some("gap_fill")),
            ("GEX", Some("gex")),
            ("a", Some("a")),
            ("a--b-", Some("a_b")),
            ("com10", Some("com10")),
            ("2fast", None),
            ("-x", None),
            ("_x", None),
            ("a.b", None),
            ("größe", None),
            ("two words", None),
            ("..", None),
            (".", None),
            ("/", None),
            ("match", None),
            ("Self", None),
            ("proc-macro", None),
            ("tapewright-sdk", None),
            ("NUL", None),
            ("lpt1", None),
            (&"a".repeat(64), Some(&*"a".repeat(64))),
            (&"a".repeat(65), None),
            // 64 characters, of which the entry's name would have 96
            (&"aB".repeat(32), None),
        ] {
            let name = Name::of(Path::new(path)).ok();
            assert_eq!(name.as_ref().map(Name::entry), expected, "{path}");
        }
        assert_eq!(Name::of(Path::new("x/My-Gap")).ok().unwrap().package(), "My-Gap");
    }
}
