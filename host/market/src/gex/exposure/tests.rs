//! Exposure of chains that were made, against sums by hand.

use tapewright_model::Time;

use super::*;
use crate::chain::OptionQuote;
use crate::civil::day;
use crate::gex::made::{blank, chain_of, priced};
use crate::gex::{DealerConvention, Expiries, SpotSource};

/// 11:00 in New York.
fn noon() -> Time {
    "2025-03-03T16:00:00Z".parse().unwrap()
}

fn today() -> i32 {
    day(2025, 3, 3).unwrap()
}

/// Days to expiry, strike, right, gamma, delta, open interest, volume.
fn quotes(rows: &[(i32, f64, Right, f64, f64, f64, f64)]) -> Vec<OptionQuote> {
    rows.iter()
        .map(|(days, strike, right, gamma, delta, open_interest, volume)| OptionQuote {
            gamma: *gamma,
            delta: *delta,
            open_interest: *open_interest,
            volume: *volume,
            iv: 0.2,
            ..blank(today() + days, *strike, *right)
        })
        .collect()
}

fn three_strikes() -> Chain {
    chain_of(
        noon(),
        100.0,
        quotes(&[
            (0, 95.0, Right::Put, 0.02, -0.2, 500.0, 90.0),
            (30, 95.0, Right::Call, 0.03, 0.8, 100.0, 0.0),
            (30, 95.0, Right::Put, 0.03, -0.2, 1000.0, 2500.0),
            (30, 100.0, Right::Call, 0.05, 0.5, 400.0, 100.0),
            (30, 100.0, Right::Put, 0.05, -0.5, 300.0, 50.0),
            (60, 105.0, Right::Call, 0.04, 0.3, 1500.0, 500.0),
        ]),
    )
}

#[test]
fn three_strikes_sum_up_as_by_hand() {
    // gamma × open interest × 100 × 100² × 0.01 = gamma × open interest × 10,000
    let profile = gex_profile(&three_strikes(), &GexOptions::default());
    let call = 30_000.0 + 200_000.0 + 600_000.0;
    let put = -100_000.0 - 300_000.0 - 150_000.0;
    let close = |got: f64, wanted: f64| assert!((got - wanted).abs() <= 1e-9 * wanted.abs(), "{got}, not {wanted}");
    close(profile.call, call);
    close(profile.put, put);
    close(profile.total, call + put);
    assert_eq!((profile.call_wall, profile.put_support, profile.regime), (105.0, 95.0, 1.0));
    // side × delta × open interest × 100 × 100: puts are short
    close(profile.delta, 10_000.0 * (100.0 + 80.0 + 200.0 + 200.0 + 150.0 + 450.0));
    let net = [-370_000.0, 50_000.0, 600_000.0_f64];
    let (all, squares) = (net.iter().map(|net| net.abs()).sum::<f64>(), net.iter().map(|net| net * net).sum::<f64>());
    close(profile.concentration, squares / (all * all));
    let absolute = call - put;
    close(
        profile.days_to_expiry,
        (30.0 * (30_000.0 + 300_000.0 + 200_000.0 + 150_000.0) + 60.0 * 600_000.0) / absolute,
    );
    close(profile.zero_dte, 100_000.0 / absolute);
    close(profile.put_call_ratio_oi, 1800.0 / 2000.0);
    close(profile.put_call_ratio_volume, 2640.0 / 600.0);
    // the put of 2,500 alone: 500 is not twice 1,500, and 90 is too few
    close(profile.unusual_volume, 2500.0 / 3240.0);
    assert_eq!(profile.open_interest, 3800.0);
    let strikes: Vec<(f64, f64)> = profile.strikes.iter().map(|at| (at.strike, at.net.round())).collect();
    assert_eq!(strikes, [(95.0, -370_000.0), (100.0, 50_000.0), (105.0, 600_000.0)]);
    let expiries: Vec<(i32, f64)> = profile.expiries.iter().map(|at| (at.days, at.net.round())).collect();
    assert_eq!(expiries, [(0, -100_000.0), (30, -220_000.0), (60, 600_000.0)]);
    assert_eq!(profile.cells.len(), 4);
    assert_eq!(profile.counts, QuoteCounts { file: 6, ..QuoteCounts::default() });
    assert_eq!((profile.spot_source, profile.expired), (SpotSource::Chain, 0.0));
}

#[test]
fn conventions_and_expiries_choose_what_is_summed() {
    let chain = three_strikes();
    let total = |convention, expiries| {
        gex_profile(&chain, &GexOptions { convention, expiries, ..GexOptions::default() }).total.round()
    };
    let naive = DealerConvention::LongCallsShortPuts;
    for (convention, expiries, wanted) in [
        (naive, Expiries::All, 280_000.0),
        (DealerConvention::ShortCallsLongPuts, Expiries::All, -280_000.0),
        (DealerConvention::LongBoth, Expiries::All, 1_380_000.0),
        (DealerConvention::ShortBoth, Expiries::All, -1_380_000.0),
        (naive, Expiries::ZeroDte, -100_000.0),
        (naive, Expiries::ExceptZeroDte, 380_000.0),
        (naive, Expiries::WithinDays(30), -320_000.0),
        (naive, Expiries::WithinDays(u32::MAX), 280_000.0),
    ] {
        assert_eq!(total(convention, expiries), wanted, "{convention:?} {expiries:?}");
    }
}

#[test]
fn what_has_expired_is_said_apart_or_counted() {
    let mut chain = three_strikes();
    // five in the afternoon
    chain.event_time = "2025-03-03T22:00:00Z".parse().unwrap();
    let profile = gex_profile(&chain, &GexOptions::default());
    assert_eq!((profile.total.round(), profile.expired.round(), profile.counts.expired), (380_000.0, -100_000.0, 1));
    let counted = gex_profile(&chain, &GexOptions { expired: Expired::Counted, ..GexOptions::default() });
    assert_eq!((counted.total.round(), counted.expired.round()), (280_000.0, -100_000.0));
    assert_eq!(counted.flip.to_bits(), profile.flip.to_bits());
    // it was traded in the session all the same
    assert_eq!(profile.put_call_ratio_volume, counted.put_call_ratio_volume);
}

#[test]
fn what_the_chain_does_not_say_is_nan() {
    let check = |change: &dyn Fn(&mut OptionQuote), spot: f64| {
        let mut chain = three_strikes();
        chain.quotes.iter_mut().for_each(change);
        chain.spot = spot;
        gex_profile(&chain, &GexOptions::default())
    };
    for profile in [
        check(&|quote| quote.open_interest = f64::NAN, 100.0),
        check(&|_| {}, f64::NAN),
        check(&|quote| (quote.gamma, quote.iv) = (f64::NAN, f64::NAN), 100.0),
        check(&|quote| (quote.gamma, quote.iv) = (0.0, f64::NAN), 100.0),
        check(&|quote| quote.strike = -1.0, 100.0),
    ] {
        let gex = [profile.total, profile.call, profile.put, profile.flip, profile.flip_distance, profile.call_wall];
        let more = [profile.put_support, profile.regime, profile.delta, profile.concentration, profile.zero_dte];
        assert!(gex.iter().chain(&more).all(|value| value.is_nan()), "{profile:?}");
        assert!(profile.cells.is_empty() && profile.strikes.is_empty() && profile.curve.is_empty());
    }
    let profile = check(&|quote| quote.volume = f64::NAN, 100.0);
    assert!(profile.put_call_ratio_volume.is_nan() && profile.unusual_volume.is_nan() && profile.total.is_finite());
    // nothing is open: there is no exposure, and that is known
    let profile = check(&|quote| quote.open_interest = 0.0, 100.0);
    assert_eq!((profile.total, profile.regime), (0.0, 0.0));
    assert!(profile.flip.is_nan() && profile.call_wall.is_nan() && profile.concentration.is_nan());
}

#[test]
fn gamma_comes_from_file_volatility_or_price() {
    let strikes = [40.0, 90.0, 95.0, 100.0, 105.0];
    let bare = priced(noon(), 100.0, 0.25, 0.02, &[today() + 30], &strikes);
    // nobody bids for the put at 40
    let with = |change: &dyn Fn(&mut OptionQuote)| {
        let mut chain = bare.clone();
        for quote in &mut chain.quotes {
            quote.open_interest = if quote.strike == 40.0 { 0.0 } else { 10.0 };
            change(quote);
        }
        gex_profile(&chain, &GexOptions::default())
    };
    let counts = |file, iv, solved, none| QuoteCounts { file, iv, solved, none, ..QuoteCounts::default() };
    let solved = with(&|_| {});
    assert_eq!(solved.counts, counts(0, 0, 8, 0));
    let iv = with(&|quote| quote.iv = 0.25);
    assert_eq!(iv.counts, counts(0, 8, 0, 0));
    // at one volatility calls and puts of a strike have one gamma
    assert!((iv.total.abs() + solved.total.abs()) < 1e-3 * iv.call, "{} {}", iv.total, solved.total);
    assert!((iv.call / solved.call - 1.0).abs() < 1e-3, "{} {}", iv.call, solved.call);
    // zeros of a file that has other gammas: believed beside a volatility, or where gamma rounds to zero
    let zeros = |iv: f64| {
        move |quote: &mut OptionQuote| {
            quote.gamma = if quote.strike == 100.0 { 0.05 } else { 0.0 };
            quote.iv = iv;
        }
    };
    assert_eq!(with(&zeros(0.25)).counts, counts(8, 0, 0, 0));
    assert_eq!(with(&zeros(f64::NAN)).counts, counts(2, 0, 6, 0));
    // nobody bids at 40, so its zero stands whatever the last price was
    let far = with(&|quote| {
        zeros(f64::NAN)(quote);
        if quote.strike == 40.0 {
            (quote.open_interest, quote.last) = (10.0, 0.01);
        }
    });
    assert_eq!(far.counts, QuoteCounts { unpriced: 2, ..counts(4, 0, 6, 0) });
    // and a put that is exercised at once has a delta of −1
    let deep = with(&|quote| {
        zeros(f64::NAN)(quote);
        quote.delta = if quote.strike == 105.0 && quote.right == Right::Put { -1.0 } else { 0.0 };
    });
    assert_eq!(deep.counts, counts(3, 0, 5, 0));
    // a volatility, and a gamma, that have nothing to do with the price; and one that counts time otherwise
    let wrong = |iv: f64, factor: f64| {
        let profile = with(&|quote| {
            let gamma = moment_gamma(quote.strike);
            (quote.iv, quote.gamma) = (iv, factor * gamma);
        });
        (profile.counts.file, profile.counts.solved)
    };
    assert_eq!(
        [wrong(0.26, 9.0), wrong(2.5, 9.0), wrong(0.02, 0.3), wrong(0.5, 1.1)],
        [(8, 0), (0, 8), (0, 8), (8, 0)]
    );
    // every gamma zero: the file has none
    assert_eq!(with(&|quote| (quote.gamma, quote.iv) = (0.0, 0.25)).counts, counts(0, 8, 0, 0));
    // neither gamma, nor volatility, nor price
    let none = with(&|quote| {
        if quote.strike == 95.0 {
            (quote.bid, quote.ask) = (f64::NAN, f64::NAN);
        }
    });
    assert_eq!(none.counts, counts(0, 0, 6, 2));
}

/// At 100, 30 days and 25 %.
fn moment_gamma(strike: f64) -> f64 {
    let years = (30.0 + 5.0 / 24.0) / 365.0;
    let (right, spot) = (Right::Call, 100.0);
    crate::gex::European { right, spot, strike, years, rate: 0.0, dividend_yield: 0.0 }.gamma(0.25)
}

#[test]
fn the_spot_is_found_by_parity_when_nobody_says_it() {
    let strikes: Vec<f64> = (0..20).map(|at| 90.0 + f64::from(at)).collect();
    let mut chain = priced(noon(), 101.3, 0.25, 0.02, &[today() + 30], &strikes);
    // a quote that is wrong does no harm
    chain.quotes[22].bid += 3.0;
    chain.quotes[22].ask += 3.0;
    chain.spot = f64::NAN;
    let profile = gex_profile(&chain, &GexOptions::default());
    assert_eq!(profile.spot_source, SpotSource::Parity);
    assert!((profile.spot - 101.3).abs() < 1e-9, "{}", profile.spot);
    let given = gex_profile(&chain, &GexOptions { spot: Some(99.0), ..GexOptions::default() });
    assert_eq!((given.spot, given.spot_source), (99.0, SpotSource::Given));
    assert!((given.spot_implied - 101.3).abs() < 1e-9);
}

#[test]
fn flip_is_where_the_repriced_sum_is_zero() {
    let mut rows = Vec::new();
    for (at, days) in [1, 4, 30, 200].into_iter().enumerate() {
        for strike in (80..=120).map(f64::from) {
            let bump = |centre: f64| 1000.0 / (1.0 + (strike - centre) * (strike - centre) / (9.0 + at as f64));
            rows.push((days, strike, Right::Call, 0.01, 0.5, bump(106.0), 0.0));
            rows.push((days, strike, Right::Put, 0.01, -0.5, bump(95.0), 0.0));
        }
    }
    let chain = chain_of(noon(), 100.0, quotes(&rows));
    let profile = gex_profile(&chain, &GexOptions::default());
    let moment = Moment::of(&chain, None, 0.0, 0.0);
    let at = |spot: f64| -> f64 {
        let each = moment.pairs.iter().map(|pair| {
            let gamma = moment.option(Right::Call, spot, pair.strike, pair.years.unwrap()).gamma(0.2);
            dollar_gamma(gamma, pair.call.unwrap().open_interest - pair.put.unwrap().open_interest, spot)
        });
        each.sum()
    };
    let largest = profile.curve.iter().map(|point| point.total.abs()).fold(0.0, f64::max);
    for point in &profile.curve {
        assert!((at(point.price) - point.total).abs() < 1e-10 * largest, "{point:?}, not {}", at(point.price));
    }
    assert!(profile.flip > 95.0 && profile.flip < 106.0);
    assert!(at(profile.flip * (1.0 - 1e-9)) < 0.0 && at(profile.flip * (1.0 + 1e-9)) > 0.0, "{}", profile.flip);
    assert_eq!(profile.flip_distance, (100.0 - profile.flip) / 100.0);
    let (first, last) = (profile.curve[0].price, profile.curve[profile.curve.len() - 1].price);
    assert!((first - 85.0).abs() < 0.1 && (last - 115.0).abs() < 1e-9, "{first} {last}");
    // one sign everywhere
    let both = GexOptions { convention: DealerConvention::LongBoth, ..GexOptions::default() };
    assert!(gex_profile(&chain, &both).flip.is_nan());
}

#[test]
fn one_put_and_one_call_weigh_the_same_between_their_strikes() {
    // 30 days before four in the afternoon
    let event_time: Time = "2025-03-03T21:00:00Z".parse().unwrap();
    for spot in [97.0, 99.0, 102.0, 130.0] {
        let mut rows =
            quotes(&[(30, 90.0, Right::Put, 0.0, 0.0, 500.0, 0.0), (30, 110.0, Right::Call, 0.0, 0.0, 500.0, 0.0)]);
        rows.iter_mut().for_each(|quote| quote.gamma = f64::NAN);
        let profile = gex_profile(&chain_of(event_time, spot, rows), &GexOptions::default());
        // both d₁ of one size: ln S = (ln 90 + ln 110) ÷ 2 − σ²T ÷ 2
        assert!((profile.flip - 99.3353).abs() < 0.001 || spot == 130.0 && profile.flip.is_nan(), "{}", profile.flip);
        assert_eq!(profile.regime, if spot > 99.3353 { 1.0 } else { -1.0 });
        assert_eq!((profile.call_wall, profile.put_support), (110.0, 90.0));
    }
}

#[test]
fn an_order_of_quotes_makes_no_difference() {
    let mut chain = three_strikes();
    let sorted = gex_profile(&chain, &GexOptions::default());
    chain.quotes.reverse();
    assert_eq!(format!("{sorted:?}"), format!("{:?}", gex_profile(&chain, &GexOptions::default())));
}

#[test]
fn rubbish_ends_in_numbers_or_nan() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e308, 5e-324, 1.0];
    let mut rows = Vec::new();
    for (at, a) in bad.into_iter().enumerate() {
        for (then, b) in bad.into_iter().enumerate() {
            let right = if (at + then) % 2 == 0 { Right::Call } else { Right::Put };
            let expiry = [i32::MIN, 0, today(), today() + 9, i32::MAX][(at * 3 + then) % 5];
            let strike = [100.0, a, b][(at + then) % 3];
            let quote = blank(expiry, strike, right);
            rows.push(OptionQuote {
                bid: a,
                ask: b,
                last: b,
                volume: a,
                open_interest: b,
                iv: a,
                delta: b,
                gamma: a,
                ..quote
            });
        }
    }
    for event_time in [Time::MIN, Time(0), noon(), Time::MAX] {
        for spot in bad {
            let chain = Chain { event_time, ..chain_of(noon(), spot, rows.clone()) };
            let profile = gex_profile(&chain, &GexOptions { expired: Expired::Counted, ..GexOptions::default() });
            assert!(profile.spot.is_nan() || profile.spot > 0.0);
        }
    }
}
