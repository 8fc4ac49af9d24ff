//! `tapewright build`.

use std::path::PathBuf;

use tapewright_build::{Builder, Install};

use crate::args::Build;
use crate::failure::{Failure, Outcome};

pub(crate) fn build(args: &Build) -> Result<Outcome, Failure> {
    let install = if args.install { Install::Allowed } else { Install::Never };
    let builder = Builder::new(install)?;
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    for path in paths {
        let out = args.out.clone().unwrap_or_else(|| builder.target_of(path));
        for built in builder.build(path, &[], &out)? {
            println!("{}  {} bytes  {}", built.path.display(), built.bytes, builder.toolchain().version());
        }
    }
    Ok(Outcome::Done)
}
