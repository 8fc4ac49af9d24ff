//! A plan that differs each time that it is asked for, as far as it can remember having been asked.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Guest, pattern};

static OPENED: AtomicU32 = AtomicU32::new(0);

pub(crate) const GUEST: Guest = Guest {
    name: "forgetful",
    summary: "Has another plan each time",
    what: &["count"],
    open: |_, plan| {
        let times = OPENED.fetch_add(1, Ordering::Relaxed);
        plan.patterns = (0..=times).map(|number| pattern(format!("pattern_{number}"))).collect();
        Ok(())
    },
    on_row: |_, said| {
        said.columns[said.row as usize] = f64::from(OPENED.load(Ordering::Relaxed));
        Ok(())
    },
};
