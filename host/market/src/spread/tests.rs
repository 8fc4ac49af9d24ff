//! Spread instruments on chains that were made, where every price is known.

use tapewright_model::{Frame, Time};

use super::*;
use crate::civil::day;
use crate::gex::made::{blank, chain_of, priced};

const SPREAD: f64 = 0.1;

fn first_day() -> i32 {
    day(2025, 3, 3).unwrap()
}

fn at(days: i32) -> Time {
    // 15:00 in New York, in winter and in summer to an hour
    Time(i64::from(first_day() + days) * Time::DAY + 20 * 3600 * Time::SECOND)
}

/// A chain a day, spot 100 plus `move_a_day` a day, volatility 20 %, expiries every seventh day.
fn market(days: i32, move_a_day: f64) -> Vec<Chain> {
    let strikes: Vec<f64> = (0..=80).map(|at| 60.0 + f64::from(at)).collect();
    let chain = |ahead: i32| {
        let expiries: Vec<i32> = (1..40)
            .map(|week| first_day() + 4 + 7 * week)
            .filter(|day| (0..90).contains(&(day - first_day() - ahead)))
            .collect();
        priced(at(ahead), 100.0 + move_a_day * f64::from(ahead), 0.2, SPREAD, &expiries, &strikes)
    };
    (0..days).map(chain).collect()
}

fn calendar() -> SpreadOptions {
    SpreadOptions::new(SpreadRule::Calendar { right: Right::Call, near_days: 18, far_days: 46, moneyness: 1.0 })
}

fn vertical(width: f64) -> SpreadOptions {
    SpreadOptions::new(SpreadRule::Vertical { right: Right::Put, days: 30, short_delta: 0.3, width })
}

fn made(options: SpreadOptions, chains: &[Chain]) -> (Frame, Vec<Roll>) {
    let mut bars = SpreadBars::new(options).unwrap();
    for chain in chains {
        bars.push(chain).unwrap();
    }
    let rolls = bars.rolls().to_vec();
    (bars.finish().unwrap(), rolls)
}

fn values<'a>(frame: &'a Frame, name: &str) -> &'a [f64] {
    frame.column(frame.names().iter().position(|own| own == name).unwrap())
}

fn worth(chain: &Chain, legs: &[Leg]) -> f64 {
    legs.iter()
        .map(|leg| {
            let same =
                |quote: &&OptionQuote| (quote.expiry, quote.strike, quote.right) == (leg.expiry, leg.strike, leg.right);
            let quote = chain.quotes.iter().find(same).unwrap();
            leg.side * 0.5 * (quote.bid + quote.ask)
        })
        .sum()
}

#[test]
fn a_calendar_earns_while_nothing_moves_and_a_roll_adds_nothing() {
    let chains = market(60, 0.0);
    let (frame, rolls) = made(calendar(), &chains);
    let close = values(&frame, "close");
    assert_eq!((frame.rows(), close[0]), (60, 100.0));
    assert!(close.windows(2).all(|pair| pair[1] > pair[0]), "{close:?}");
    assert!(rolls.len() >= 4 && rolls[1..].iter().all(|roll| roll.reason == RollReason::Due && roll.cost == 0.0));
    // every change is that of what was held before
    let mut held = Vec::new();
    for row in 0..60 {
        if row > 0 {
            let change = worth(&chains[row], &held) - worth(&chains[row - 1], &held);
            assert!((close[row] - close[row - 1] - change).abs() < 1e-9, "{row}");
        }
        if let Some(roll) = rolls.iter().find(|roll| roll.known_time == chains[row].known_time) {
            assert_eq!(roll.closed, held);
            held = roll.opened.clone();
        }
        assert_eq!(
            values(&frame, "spread.rolled")[row],
            f64::from(u8::from(rolls.iter().any(|roll| roll.known_time == at(row as i32))))
        );
        assert!((values(&frame, "spread.value")[row] - worth(&chains[row], &held)).abs() < 1e-12);
        assert!(values(&frame, "spread.days_near")[row] > 3.0);
    }
}

#[test]
fn crossing_the_spread_costs_every_roll_the_same() {
    let chains = market(60, 0.0);
    let (free, _) = made(calendar(), &chains);
    let (paid, rolls) = made(SpreadOptions { mark: MarkPolicy::CrossSpread, ..calendar() }, &chains);
    // two options are closed and two opened, each at half its spread
    let mut cost = 0.0;
    for row in 0..60 {
        cost += if row > 0 && values(&paid, "spread.rolled")[row] == 1.0 { 4.0 * 0.5 * SPREAD } else { 0.0 };
        let got = values(&free, "close")[row] - values(&paid, "close")[row];
        assert!((got - cost).abs() < 1e-9, "{row}: {got}, not {cost}");
    }
    assert!(cost > 0.5 && rolls[0].cost == 0.0);
}

#[test]
fn rows_never_change_when_later_chains_are_cut() {
    for options in [calendar(), vertical(5.0), vertical(-5.0), SpreadOptions { roll_days: 0, ..vertical(5.0) }] {
        let mut chains = market(50, 0.1);
        chains[20].quotes.retain(|quote| quote.strike > 110.0);
        for quote in &mut chains[30].quotes {
            quote.ask = 0.0;
        }
        let (whole, _) = made(options, &chains);
        for cut in [1, 2, 19, 20, 21, 22, 30, 31, 32, 49] {
            let (part, _) = made(options, &chains[..cut]);
            assert!(part.rows() <= whole.rows());
            for column in 0..part.names().len() {
                let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(part.column(column)), bits(&whole.column(column)[..part.rows()]));
            }
        }
    }
}

#[test]
fn an_option_without_a_price_makes_a_missing_row_and_its_change_comes_later() {
    let chains = market(8, 0.2);
    let mut holes = chains.clone();
    for quote in &mut holes[4].quotes {
        (quote.bid, quote.ask) = (0.5, 0.4);
    }
    let ((whole, _), (part, rolls)) = (made(calendar(), &chains), made(calendar(), &holes));
    assert_eq!(rolls.len(), 1);
    for row in 0..8 {
        let [whole, part] = [&whole, &part].map(|frame| values(frame, "close")[row]);
        assert!(if row == 4 { part.is_nan() } else { part == whole || (part - whole).abs() < 1e-12 }, "{row}: {part}");
    }
}

#[test]
fn what_is_no_longer_listed_is_closed_where_both_were_last_quoted() {
    let mut chains = market(8, 0.2);
    let (before, rolls) = made(calendar(), &chains[..4]);
    let gone = rolls[0].opened[0].strike;
    for chain in &mut chains[4..] {
        chain.quotes.retain(|quote| quote.strike != gone);
    }
    let (frame, rolls) = made(calendar(), &chains);
    assert_eq!(rolls[1].reason, RollReason::Unlisted);
    assert!(rolls[1].opened.iter().all(|leg| leg.strike != gone));
    assert_eq!(values(&frame, "close")[4], values(&before, "close")[3]);
}

#[test]
fn what_expired_between_chains_is_settled_at_what_exercise_is_worth() {
    let options = vertical(5.0);
    let chains = market(60, 0.0);
    let (frame, rolls) = made(options, &chains[..3]);
    let [short, long] = rolls[0].opened[..] else { panic!() };
    assert!(short.strike < 100.0 && long.strike == short.strike - 5.0 && short.expiry == long.expiry);
    assert!(values(&frame, "spread.value")[0] < 0.0);
    // two months later the underlying stands two dollars below the short strike
    let strikes: Vec<f64> = (60..=140).map(f64::from).collect();
    let expiry = first_day() + 60 + 30;
    let later = priced(at(60), short.strike - 2.0, 0.2, SPREAD, &[expiry], &strikes);
    let chains = [chains[0].clone(), later, chain_of(at(61), 100.0, vec![blank(expiry, 100.0, Right::Put)])];
    let (frame, rolls) = made(options, &chains);
    assert_eq!(rolls[1].reason, RollReason::Expired);
    let value = values(&frame, "spread.value")[0];
    assert!((values(&frame, "close")[1] - (100.0 - value - 2.0)).abs() < 1e-12);
    // and then nothing that it held is listed, nor anything to hold: the index stands
    let close = values(&frame, "close");
    assert_eq!((rolls[2].reason, rolls[2].opened.len(), close[2]), (RollReason::Unlisted, 0, close[1]));
}

#[test]
fn what_expired_today_is_settled_though_it_is_not_listed_any_more() {
    let options = SpreadOptions { roll_days: 0, ..vertical(5.0) };
    let chains = market(60, 0.0);
    let (_, rolls) = made(options, &chains[..1]);
    let (expiry, value) = (rolls[0].opened[0].expiry, worth(&chains[0], &rolls[0].opened));
    // at 15:00 in New York a leg that has vanished has not expired; at 17:00 it has, and both are worth nothing
    for (hours, reason, close) in [(19, RollReason::Unlisted, 100.0), (22, RollReason::Expired, 100.0 - value)] {
        let time = Time(i64::from(expiry) * Time::DAY + hours * 3600 * Time::SECOND);
        let strikes: Vec<f64> = (60..=140).map(f64::from).collect();
        let later = priced(time, 100.0, 0.2, SPREAD, &[expiry + 30], &strikes);
        let (frame, rolls) = made(options, &[chains[0].clone(), later]);
        assert_eq!((rolls[1].reason, rolls[1].opened.len()), (reason, 2));
        assert!((values(&frame, "close")[1] - close).abs() < 1e-12, "{reason:?}");
    }
}

#[test]
fn a_vertical_holds_the_delta_and_the_width_that_were_asked_for() {
    let chains = market(1, 0.0);
    for (right, width, further) in
        [(Right::Put, 5.0, -5.0), (Right::Put, -5.0, 5.0), (Right::Call, 5.0, 5.0), (Right::Call, -5.0, -5.0)]
    {
        let rule = SpreadRule::Vertical { right, days: 30, short_delta: 0.3, width };
        let (frame, rolls) = made(SpreadOptions::new(rule), &chains);
        let [short, long] = rolls[0].opened[..] else { panic!() };
        assert_eq!((short.side, long.side, long.strike - short.strike), (-1.0, 1.0, further));
        // N(d1) is 0.30 at 103 for 32 days of 20 %
        assert_eq!(short.strike, if right == Right::Call { 103.0 } else { 97.0 });
        assert_eq!(values(&frame, "spread.value")[0] > 0.0, width < 0.0);
        let [bid, ask] = ["spread.bid", "spread.ask"].map(|name| values(&frame, name)[0]);
        assert!((ask - bid - 2.0 * SPREAD).abs() < 1e-12);
    }
}

#[test]
fn an_index_that_is_no_price_is_an_error() {
    let chains = market(1, 0.0);
    let options = SpreadOptions { base: IndexBase::FirstValue, ..vertical(5.0) };
    let error = SpreadBars::new(options).unwrap().push(&chains[0]).unwrap_err().to_string();
    assert!(error.contains("option chains of AAA: the spread's index is -") && error.contains("hint:"), "{error}");
    let (frame, _) = made(SpreadOptions { base: IndexBase::FirstValue, ..vertical(-5.0) }, &chains);
    assert_eq!(values(&frame, "close"), values(&frame, "spread.value"));
}

#[test]
fn options_that_contradict_themselves_are_refused() {
    let calendar_of = |near_days, far_days, moneyness| {
        SpreadOptions::new(SpreadRule::Calendar { right: Right::Put, near_days, far_days, moneyness })
    };
    for (options, wanted) in [
        (calendar_of(30, 30, 1.0), "far expiry"),
        (calendar_of(30, 60, 0.0), "moneyness"),
        (calendar_of(3, 60, 1.0), "roll later"),
        (vertical(0.0), "width"),
        (vertical(f64::NAN), "width"),
        (SpreadOptions { base: IndexBase::Notional(-1.0), ..calendar() }, "notional above 0"),
    ] {
        let error = SpreadBars::new(options).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn chains_out_of_order_or_of_another_instrument_are_refused() {
    let chains = market(2, 0.0);
    let mut bars = SpreadBars::new(calendar()).unwrap();
    bars.push(&chains[1]).unwrap();
    let error = bars.push(&chains[0]).unwrap_err().to_string();
    assert!(error.contains("sort them"), "{error}");
    let mut other = market(3, 0.0).pop().unwrap();
    other.symbol = Symbol::new("BBB").unwrap();
    let error = bars.push(&other).unwrap_err().to_string();
    assert!(error.contains("follows one of AAA"), "{error}");
}
