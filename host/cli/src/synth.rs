//! `tapewright synth`: a made market as a store.

use tapewright_market::{SynthOptions, SynthTruth, make_store};

use crate::args::Synth;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn synth(wanted: &Synth) -> Result<Outcome, Failure> {
    let options = SynthOptions {
        seed: wanted.seed,
        symbols: wanted.symbols.get(),
        days: wanted.days.get(),
        minutes: wanted.minutes,
        null: wanted.null,
        chains: wanted.chains,
    };
    let truth: SynthTruth = make_store(&options, &wanted.into)?;
    let mut screen = Screen::new();
    screen.line(format!(
        "{} instruments of {} days, seed {}, in {}\n{} planted effects are listed in {}",
        options.symbols,
        options.days,
        options.seed,
        wanted.into.display(),
        truth.planted.len(),
        wanted.into.join(tapewright_market::TRUTH).display()
    ))?;
    screen.finish()?;
    Ok(Outcome::Done)
}
