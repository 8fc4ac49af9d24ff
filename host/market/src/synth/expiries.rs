//! Which expiries are listed: the next four Fridays, and the third Fridays of the next months.

use crate::civil;

/// 1970-01-02 was a Friday.
const FRIDAY: i32 = 1;
const WEEKLIES: i32 = 4;
const MONTHLIES: usize = 3;

/// An expiry that is listed: its day since 1970, and whether it is a third Friday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expiry {
    pub(super) day: i32,
    pub(super) monthly: bool,
}

/// Those listed after the close of a day, ascending; none expires on that day.
pub(super) fn listed(day: i32) -> Vec<Expiry> {
    let first = day + 1 + (FRIDAY - day - 1).rem_euclid(7);
    let mut monthlies = 0;
    let mut expiries = Vec::with_capacity(WEEKLIES as usize + MONTHLIES);
    for week in 0.. {
        let friday = first + 7 * week;
        let monthly = (15..=21).contains(&civil::date_of(friday).day());
        monthlies += usize::from(monthly);
        if monthly || week < WEEKLIES {
            expiries.push(Expiry { day: friday, monthly });
        }
        if week >= WEEKLIES - 1 && monthlies >= MONTHLIES {
            break;
        }
    }
    expiries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_and_third_fridays_are_listed() {
        let shown = |day: &str| {
            let mut parts = day.split('-').map(|part| part.parse().unwrap());
            let [year, month, date] = [(); 3].map(|()| parts.next().unwrap());
            let listed = listed(civil::day(year, month, date).unwrap());
            let show =
                |expiry: &Expiry| format!("{}{}", civil::date_of(expiry.day), if expiry.monthly { "*" } else { "" });
            listed.iter().map(show).collect::<Vec<_>>().join(" ")
        };
        for (day, want) in [
            ("2015-01-05", "2015-01-09 2015-01-16* 2015-01-23 2015-01-30 2015-02-20* 2015-03-20*"),
            // a Friday's own options are gone at its close
            ("2015-01-16", "2015-01-23 2015-01-30 2015-02-06 2015-02-13 2015-02-20* 2015-03-20* 2015-04-17*"),
            ("2015-01-17", "2015-01-23 2015-01-30 2015-02-06 2015-02-13 2015-02-20* 2015-03-20* 2015-04-17*"),
        ] {
            assert_eq!(shown(day), want, "{day}");
        }
    }
}
