//! `tapewright build`.

use std::path::PathBuf;

use anyhow::anyhow;
use tapewright_build::{Builder, Install};

use crate::args::Build;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn build(args: &Build) -> Result<Outcome, Failure> {
    let install = if args.install { Install::Allowed } else { Install::Never };
    let mut screen = Screen::new();
    let builder = Builder::new(install)?;
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    for path in paths {
        if !path.is_dir() {
            let error = anyhow!("{} is no folder\nhint: name the folder of a plugin crate", path.display());
            return Err(Failure::input(error));
        }
        let out = args.out.clone().unwrap_or_else(|| builder.target_of(path));
        for built in builder.build(path, &[], &out)? {
            screen.line(format!(
                "{}  {} bytes  {}",
                built.path.display(),
                built.bytes,
                builder.toolchain().version()
            ))?;
        }
    }
    screen.finish()?;
    Ok(Outcome::Done)
}
