//! Whether a made market looks like one, and whether what it promises of its effects can be measured.

use std::sync::LazyLock;

use super::*;

/// Days and minutes of a market with effects, and of a null market: made once for all tests.
pub(super) static MADE: LazyLock<Vec<SynthInstrument>> = LazyLock::new(|| market(16, 1700, false, false));
pub(super) static NULL: LazyLock<Vec<SynthInstrument>> = LazyLock::new(|| market(4, 1500, false, true));
static MADE_MINUTES: LazyLock<Vec<SynthInstrument>> = LazyLock::new(|| market(3, 40, true, false));
static NULL_MINUTES: LazyLock<Vec<SynthInstrument>> = LazyLock::new(|| market(3, 40, true, true));

fn market(symbols: usize, days: usize, minutes: bool, null: bool) -> Vec<SynthInstrument> {
    synth(&SynthOptions { seed: 7, symbols, days, minutes, null, chains: false }).map(Result::unwrap).collect()
}

pub(super) fn column<'a>(frame: &'a Frame, name: &str) -> &'a [f64] {
    frame.column(frame.index(name).unwrap())
}

/// Returns of the close; the first is that of the second row.
fn returns(frame: &Frame) -> Vec<f64> {
    column(frame, "close").windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
}

/// Returns of each instrument by its own standard deviation.
fn standard(made: &[SynthInstrument]) -> Vec<Vec<f64>> {
    made.iter()
        .map(|made| {
            let returns = returns(&made.frame);
            let square = returns.iter().map(|next| next * next).sum::<f64>() / returns.len() as f64;
            returns.iter().map(|next| next / square.sqrt()).collect()
        })
        .collect()
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let product = mean(&|pair| (pair.0 - x) * (pair.1 - y));
    product / (mean(&|pair| (pair.0 - x) * (pair.0 - x)) * mean(&|pair| (pair.1 - y) * (pair.1 - y))).sqrt()
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / of.len() as f64
}

/// The mean and its standard error.
fn estimate(of: &[f64]) -> (f64, f64) {
    let (n, middle) = (of.len() as f64, mean(of));
    let square = of.iter().map(|value| (value - middle) * (value - middle)).sum::<f64>() / (n - 1.0);
    (middle, (square / n).sqrt())
}

/// Known gamma of a row and its return, as multiples of the instrument's standard deviation.
fn by_gamma(made: &[SynthInstrument]) -> Vec<(f64, f64)> {
    let gamma = made.iter().flat_map(|made| column(&made.frame, "gex.total")[1..].iter().copied());
    gamma.zip(standard(made).into_iter().flatten()).collect()
}

#[test]
fn tails_are_fat_and_sizes_cluster_and_signs_do_not() {
    let standard = standard(&MADE);
    let all: Vec<f64> = standard.iter().flatten().map(|next| next * next * next * next).collect();
    assert!(mean(&all) > 4.0, "kurtosis {}", mean(&all));
    for lag in 1..=5 {
        let lagged = |of: fn(f64) -> f64| -> Vec<(f64, f64)> {
            let of_one = |returns: &Vec<f64>| -> Vec<_> {
                returns.iter().zip(&returns[lag..]).map(|(last, next)| (of(*last), of(*next))).collect()
            };
            standard.iter().flat_map(of_one).collect()
        };
        let (sizes, signs) = (correlation(&lagged(f64::abs)), correlation(&lagged(|next| next)));
        assert!(sizes > 0.1, "sizes at lag {lag}: {sizes}");
        assert!(signs.abs() < 0.06, "returns at lag {lag}: {signs}");
    }
}

#[test]
fn volume_follows_the_move() {
    for made in [&MADE, &NULL] {
        let of_one = |made: &SynthInstrument| -> Vec<(f64, f64)> {
            let dollars = column(&made.frame, "volume").iter().zip(column(&made.frame, "close")).map(|(v, c)| v * c);
            dollars.skip(1).zip(returns(&made.frame).into_iter().map(f64::abs)).collect()
        };
        let pairs: Vec<_> = made.iter().flat_map(of_one).collect();
        assert!(correlation(&pairs) > 0.2, "{}", correlation(&pairs));
    }
}

#[test]
fn negative_gamma_comes_in_spells() {
    for made in [&MADE, &NULL] {
        let low: Vec<bool> =
            made.iter().flat_map(|made| column(&made.frame, "gex.total").iter().map(|total| *total <= -2e9)).collect();
        let count = low.iter().filter(|low| **low).count() as f64;
        let share = count / low.len() as f64;
        assert!((0.02..0.25).contains(&share), "{share}");
        // a day after one in a spell is mostly in it
        let stays = low.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
        assert!(stays > 0.5 * count, "{}", stays / count);
    }
}

#[test]
fn hedging_makes_days_of_negative_gamma_wilder() {
    let ratio = |made: &[SynthInstrument]| {
        let variance = |negative: bool| {
            let days = by_gamma(made).into_iter().filter(|(gamma, _)| (*gamma < 0.0) == negative);
            mean(&days.map(|(_, next)| next * next).collect::<Vec<_>>())
        };
        variance(true) / variance(false)
    };
    let (made, null) = (ratio(&MADE), ratio(&NULL));
    assert!(made > 1.5, "{made}");
    assert!((0.75..1.33).contains(&null), "{null}");
}

#[test]
fn moves_go_on_below_an_extreme_and_come_back_where_dealers_are_long() {
    let go_on = |made: &[SynthInstrument], which: fn(f64) -> bool| {
        let of_one = |made: &SynthInstrument| -> Vec<(f64, f64)> {
            let days = by_gamma(std::slice::from_ref(made));
            days.windows(2).filter(|pair| which(pair[0].0)).map(|pair| (pair[0].1, pair[1].1)).collect()
        };
        let pairs: Vec<_> = made.iter().flat_map(of_one).collect();
        (correlation(&pairs), 1.0 / (pairs.len() as f64).sqrt())
    };
    let (goes_on, error) = go_on(&MADE, |gamma| gamma <= -2e9);
    assert!(goes_on > 0.05 && goes_on > 2.5 * error, "{goes_on} {error}");
    let (comes_back, error) = go_on(&MADE, |gamma| gamma >= 2e9);
    assert!(comes_back < -0.03 && comes_back < -2.5 * error, "{comes_back} {error}");
    for which in [(|gamma| gamma <= -2e9) as fn(f64) -> bool, |gamma| gamma >= 2e9] {
        let (found, error) = go_on(&NULL, which);
        assert!(found.abs() < 3.5 * error, "{found} {error}");
    }
}

#[test]
fn a_wall_is_felt_where_the_price_is_near_it() {
    // days that begin within half a percent of a wall, by the typical size of the instrument's days: what is near a
    // wall of the null market moves as always
    let near = |made: &[SynthInstrument]| {
        let (mut near, mut all) = (Vec::new(), Vec::new());
        for (made, standard) in made.iter().zip(standard(made)) {
            let [close, wall, total] = ["close", "gex.call_wall", "gex.total"].map(|name| column(&made.frame, name));
            for (row, next) in standard.iter().enumerate() {
                let (close, wall) = (close[row], wall[row + 1]);
                all.push(next * next);
                if total[row + 1] > 0.0 && (wall / close - 1.0).abs() < 0.005 {
                    near.push(next * next);
                }
            }
        }
        assert!(near.len() > 200, "{}", near.len());
        mean(&near) / mean(&all)
    };
    let (made, null) = (near(&MADE), near(&NULL));
    assert!(made < 0.75 && null > 0.8, "{made} {null}");
}

/// Of what is known at a row: gamma, the last return, its size; with the next return and its size.
fn knowable(made: &[SynthInstrument]) -> [(&'static str, Vec<(f64, f64)>); 6] {
    let mut pairs: [(&'static str, Vec<(f64, f64)>); 6] = [
        ("gamma, next size", vec![]),
        ("gamma, next", vec![]),
        ("size, next size", vec![]),
        ("last, next", vec![]),
        ("last × gamma, next", vec![]),
        ("distance of the flip, next", vec![]),
    ];
    for made in made {
        let (gamma, flip) = (column(&made.frame, "gex.total"), column(&made.frame, "gex.flip_distance"));
        for (row, pair) in returns(&made.frame).windows(2).enumerate() {
            let (last, next) = (pair[0], pair[1]);
            let (gamma, flip) = (gamma[row + 1], flip[row + 1]);
            let flip = if flip.is_nan() { 0.0 } else { flip };
            let known = [
                (gamma, next.abs()),
                (gamma, next),
                (last.abs(), next.abs()),
                (last, next),
                (last * gamma, next),
                (flip, next),
            ];
            pairs.iter_mut().zip(known).for_each(|((_, pairs), pair)| pairs.push(pair));
        }
    }
    pairs
}

#[test]
fn nothing_foretells_a_null_market() {
    for made in [&NULL, &NULL_MINUTES] {
        for (name, pairs) in knowable(made) {
            let (found, bound) = (correlation(&pairs), 4.0 / (pairs.len() as f64).sqrt());
            assert!(found.abs() < bound, "{name}: {found}, bound {bound}");
        }
        let all: Vec<f64> = made.iter().flat_map(|made| returns(&made.frame)).collect();
        let (mean, error) = estimate(&all);
        assert!(mean.abs() < 4.0 * error, "{mean} {error}");
        assert!(made.iter().all(|made| made.planted.is_empty()));
    }
}

#[test]
fn gamma_foretells_the_next_move() {
    for made in [&MADE, &MADE_MINUTES] {
        let pairs = knowable(made);
        let bound = 4.0 / (pairs[0].1.len() as f64).sqrt();
        let [gamma_size, _, size_size, _, last_next, _] = pairs.map(|(_, pairs)| correlation(&pairs));
        assert!(gamma_size < -bound, "gamma calms: {gamma_size}");
        assert!(size_size > bound, "volatility comes in clusters: {size_size}");
        assert!(last_next < -bound, "moves go on under negative gamma: {last_next}");
    }
}

/// Returns from the row on which an effect is complete over so many rows, as multiples of what is stated.
fn followed(made: &[SynthInstrument], which: fn(Effect) -> bool) -> Vec<f64> {
    let mut found = Vec::new();
    for SynthInstrument { frame, planted, .. } in made {
        let close = column(frame, "close");
        for planted in planted.iter().filter(|planted| which(planted.effect)) {
            let row = |time: Time| frame.times().binary_search(&time.0).unwrap();
            let (complete, last) = (row(planted.complete), row(planted.last));
            let (drift, rows) = (planted.size.drift.unwrap(), planted.size.rows.unwrap());
            assert_eq!(drift.signum(), f64::from(planted.direction));
            // cut off by the end of the market
            if last - complete == rows as usize {
                found.push((close[last] / close[complete] - 1.0) / (drift * f64::from(rows)));
            }
        }
    }
    found
}

#[test]
fn what_is_planted_is_followed_by_what_is_stated() {
    type Which = fn(Effect) -> bool;
    let effects: [(&str, Which, usize); 6] = [
        ("selling climax", |effect| effect == Effect::SellingClimax, 20),
        ("buying climax", |effect| effect == Effect::BuyingClimax, 25),
        ("test", |effect| matches!(effect, Effect::TestOfSupply | Effect::TestOfDemand), 50),
        ("effort", |effect| effect == Effect::EffortWithoutResult, 50),
        ("range", |effect| matches!(effect, Effect::Accumulation | Effect::Distribution), 15),
        ("break of a line", |effect| effect == Effect::LineBreak, 10),
    ];
    for (name, which, least) in effects {
        let found = followed(&MADE, which);
        let (mean, error) = estimate(&found);
        assert!(found.len() >= least, "{name}: {}", found.len());
        // by all of them from nothing, and not far from what is stated
        assert!((mean - 1.0).abs() < 3.5 * error, "{name}: {mean} ± {error}");
        assert!(mean > 3.0 * error || found.len() < 20, "{name}: {mean} ± {error}");
    }
    let (mean, error) = estimate(&followed(&MADE_MINUTES, |effect| effect == Effect::SellingClimax));
    assert!(mean > 3.0 * error, "{mean} ± {error}");
}

#[test]
fn a_climax_of_the_null_market_is_followed_by_nothing() {
    let mut found = Vec::new();
    for made in NULL.iter().chain(NULL_MINUTES.iter()) {
        let names = ["open", "high", "low", "close", "volume"];
        let [open, high, low, close, volume] = names.map(|name| column(&made.frame, name));
        let mut tape = super::tape::Tape::new();
        for row in 0..made.frame.rows() - 10 {
            let [open, high, low, volume] = [open, high, low, volume].map(|column| column[row]);
            let bar = super::bar::Bar { open, high, low, close: close[row], volume };
            if tape.read(&bar).is_some_and(|reading| super::planter::is_selling_climax(&bar, &reading)) {
                found.push((close[row + 10] / close[row] - 1.0) / (bar.range() / close[row]));
            }
            tape.push(bar);
        }
    }
    let (mean, error) = estimate(&found);
    assert!(found.len() > 20 && mean.abs() < 3.0 * error, "{}: {mean} ± {error}", found.len());
}
