//! `tapewright spread`: the bars of a position in two options, made of a store's chains and kept in it.

use anyhow::anyhow;
use tapewright_market::{IndexBase, MarkPolicy, Right, SpreadOptions, SpreadRule, Store, store_spread};
use tapewright_model::Symbol;

use crate::args::{Args, Spread};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::setting;

pub(crate) fn spread(args: &Args, wanted: &Spread) -> Result<Outcome, Failure> {
    let underlying = Symbol::new(&wanted.symbol)?;
    let right = if wanted.puts { Right::Put } else { Right::Call };
    let (rule, name) = match (wanted.calendar, wanted.vertical) {
        (Some((near_days, far_days)), _) => (
            SpreadRule::Calendar { right, near_days, far_days, moneyness: wanted.moneyness },
            format!("{underlying}.CAL{near_days}-{far_days}"),
        ),
        (None, Some((days, short_delta, width))) => {
            (SpreadRule::Vertical { right, days, short_delta, width }, format!("{underlying}.VERT{days}"))
        }
        (None, None) => return Err(Failure::input(anyhow!("name --calendar or --vertical"))),
    };
    let name = Symbol::new(wanted.name.as_deref().unwrap_or(&name))?;
    let options = SpreadOptions {
        rule,
        roll_days: wanted.roll,
        mark: if wanted.cross { MarkPolicy::CrossSpread } else { MarkPolicy::Mid },
        base: if wanted.premium { IndexBase::FirstValue } else { IndexBase::Notional(100.0) },
    };
    let make = |folder: &std::path::Path| {
        let store = Store::open(folder)?;
        store.map(|store| store_spread(&store, &underlying, &name, &options)).transpose()
    };
    let made = match setting::remote(args, &wanted.data)? {
        Some(remote) => remote.change(make)?,
        None => make(&wanted.data)?,
    };
    let made = made.ok_or_else(|| Failure::input(anyhow!("{} is no store", wanted.data.display())))?;
    let mut screen = Screen::new();
    for roll in &made.rolls {
        screen.line(format!(
            "{}  {:?}, {} options closed, {} opened, cost {:.4}",
            roll.known_time,
            roll.reason,
            roll.closed.len(),
            roll.opened.len(),
            roll.cost
        ))?;
    }
    screen.line(format!(
        "{name}: {} bars, {} rolls; run it as any other: tapewright run … --data {} --symbols {name}",
        made.rows,
        made.rolls.len(),
        wanted.data.display()
    ))?;
    screen.finish()?;
    Ok(Outcome::Done)
}
