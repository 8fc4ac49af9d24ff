//! Standard output: what a plugin or a file says never reaches the terminal as a control character, and a
//! reader that has gone away ends the command quietly.

use std::io::{BufWriter, ErrorKind, StdoutLock, Write};

use anyhow::Context;

use crate::failure::{Class, Failure};

/// Lines to standard output.
pub(crate) struct Screen {
    out: BufWriter<StdoutLock<'static>>,
}

impl Screen {
    pub(crate) fn new() -> Screen {
        Screen { out: BufWriter::new(std::io::stdout().lock()) }
    }

    /// One line, or several.
    pub(crate) fn line(&mut self, text: impl std::fmt::Display) -> Result<(), Failure> {
        done(writeln!(self.out, "{}", plain(&text.to_string())))
    }

    /// Everything is out.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        done(self.out.flush())
    }
}

fn done(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            Err(Failure { class: Class::Quiet, error: error.into() })
        }
        written => written.context("standard output").map_err(Failure::input),
    }
}

/// The text without control characters other than line ends and tabs.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}
