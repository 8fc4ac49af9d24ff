//! From a chain to its gamma exposure.

use super::flip::{Bell, flip};
use super::gamma_of::{GammaSource, Greeks, greeks_of, has_gamma};
use super::moment::{Moment, Pair, is_positive};
use super::profile::{CellGex, Expired, ExpiryGex, GexOptions, GexProfile, QuoteCounts, StrikeGex};
use crate::chain::{Chain, Right, SHARES_PER_CONTRACT};

/// A move of 1 %.
const MOVE: f64 = 0.01;
/// An option with less volume is never unusual: a few contracts are more than twice of nothing.
const UNUSUAL_VOLUME_MIN: f64 = 100.0;
/// Times its open interest.
const UNUSUAL_VOLUME_RATIO: f64 = 2.0;

/// Sums up a chain; what the numbers are, [`GexProfile`] says.
#[must_use]
pub fn gex_profile(chain: &Chain, options: &GexOptions) -> GexProfile {
    let moment = Moment::of(chain, options.spot, options.rate, options.dividend_yield);
    exposure(chain, &moment, options)
}

pub(crate) fn exposure(chain: &Chain, moment: &Moment<'_>, options: &GexOptions) -> GexProfile {
    let mut sums = Sums::default();
    let has_gamma = has_gamma(&chain.quotes);
    for pair in moment.pairs.iter().filter(|pair| options.expiries.has(pair.expiry.saturating_sub(moment.day))) {
        sums.volume(moment, pair);
        sums.pair(moment, pair, options, has_gamma);
    }
    sums.profile(chain, moment)
}

/// What was summed so far. Calls stand before puts wherever there are two.
#[derive(Default)]
struct Sums {
    open_interest_said: bool,
    open_interest: [f64; 2],
    exposure: [f64; 2],
    expired: f64,
    delta: f64,
    delta_said: bool,
    absolute: f64,
    absolute_days: f64,
    absolute_zero_dte: f64,
    volume: [f64; 2],
    unusual: f64,
    counts: QuoteCounts,
    cells: Vec<CellGex>,
    expiries: Vec<ExpiryGex>,
    bells: Vec<Bell>,
}

const RIGHTS: [(usize, Right); 2] = [(0, Right::Call), (1, Right::Put)];

impl Sums {
    fn volume(&mut self, moment: &Moment<'_>, pair: &Pair<'_>) {
        if pair.expiry < moment.day {
            return;
        }
        for (at, right) in RIGHTS {
            let Some(quote) = pair.side(right).filter(|quote| quote.volume.is_finite() && quote.volume >= 0.0) else {
                continue;
            };
            self.volume[at] += quote.volume;
            let opened = quote.volume > UNUSUAL_VOLUME_RATIO * quote.open_interest;
            if opened && quote.volume >= UNUSUAL_VOLUME_MIN {
                self.unusual += quote.volume;
            }
        }
    }

    fn pair(&mut self, moment: &Moment<'_>, pair: &Pair<'_>, options: &GexOptions, has_gamma: bool) {
        let sides = options.convention.sides();
        let expired = pair.years.is_none();
        let counted = !expired || options.expired == Expired::Counted;
        let (mut exposure, mut open) = ([0.0; 2], [0.0; 2]);
        let mut priced = [(f64::NAN, 0.0); 2];
        let is_open = |right| pair.side(right).is_some_and(|quote| is_positive(quote.open_interest));
        // most of what is listed far out is not open, and solving takes most of the time
        let volatilities =
            if RIGHTS.iter().any(|(_, right)| is_open(*right)) { moment.volatilities(pair) } else { [None; 2] };
        for (at, right) in RIGHTS {
            let Some(quote) = pair.side(right) else { continue };
            self.open_interest_said |= counted && quote.open_interest.is_finite() && quote.open_interest >= 0.0;
            if !is_positive(quote.open_interest) {
                continue;
            }
            let greeks = greeks_of(moment, pair, quote, volatilities[at], has_gamma);
            let contracts = sides[at] * quote.open_interest;
            let part = greeks.map_or(0.0, |greeks| dollar_gamma(greeks.gamma, contracts, moment.spot));
            if expired {
                self.counts.expired += 1;
                self.expired += part;
            }
            if !counted {
                continue;
            }
            (exposure[at], open[at]) = (part, quote.open_interest);
            self.count(greeks, expired);
            let Some(greeks) = greeks else { continue };
            if greeks.delta.is_finite() {
                self.delta_said = true;
                self.delta += greeks.delta * contracts * SHARES_PER_CONTRACT * moment.spot;
            }
            priced[at] = (greeks.volatility, contracts);
        }
        self.bells(pair, priced, options);
        if open[0] + open[1] > 0.0 {
            self.cell(moment, pair, exposure, open);
        }
    }

    fn count(&mut self, greeks: Option<Greeks>, expired: bool) {
        let count = match greeks.map(|greeks| greeks.source) {
            Some(GammaSource::File) => &mut self.counts.file,
            Some(GammaSource::Iv) => &mut self.counts.iv,
            Some(GammaSource::Solved) => &mut self.counts.solved,
            None => &mut self.counts.none,
        };
        *count += 1;
        self.counts.unpriced += usize::from(!expired && greeks.is_some_and(|greeks| greeks.volatility.is_nan()));
    }

    /// Of each side's volatility and signed contracts.
    fn bells(&mut self, pair: &Pair<'_>, mut priced: [(f64, f64); 2], options: &GexOptions) {
        let [call, put] = &mut priced;
        // parity gives most pairs one volatility, and then they are half the work
        if call.0 == put.0 {
            call.1 += put.1;
            put.0 = f64::NAN;
        }
        let Some(years) = pair.years else { return };
        self.bells.extend(priced.into_iter().filter_map(|(volatility, contracts)| {
            Bell::new(contracts, pair.strike, years, volatility, options.rate, options.dividend_yield)
        }));
    }

    fn cell(&mut self, moment: &Moment<'_>, pair: &Pair<'_>, [call, put]: [f64; 2], open: [f64; 2]) {
        let days = pair.expiry.saturating_sub(moment.day);
        let absolute = call.abs() + put.abs();
        self.exposure[0] += call;
        self.exposure[1] += put;
        self.open_interest[0] += open[0];
        self.open_interest[1] += open[1];
        self.absolute += absolute;
        self.absolute_days += absolute * f64::from(days);
        self.absolute_zero_dte += if days == 0 { absolute } else { 0.0 };
        let [open_interest_call, open_interest_put] = open;
        let (expiry, strike, net) = (pair.expiry, pair.strike, call + put);
        self.cells.push(CellGex { expiry, strike, call, put, net, open_interest_call, open_interest_put });
        match self.expiries.last_mut() {
            Some(last) if last.expiry == expiry => {
                last.call += call;
                last.put += put;
                last.net = last.call + last.put;
            }
            _ => self.expiries.push(ExpiryGex { expiry, days, call, put, net }),
        }
    }

    fn profile(mut self, chain: &Chain, moment: &Moment<'_>) -> GexProfile {
        let Moment { spot, spot_source, spot_implied, .. } = *moment;
        let counts = self.counts;
        let found = counts.file + counts.iv + counts.solved;
        let known = self.open_interest_said && spot.is_finite() && (found > 0 || counts.none == 0);
        let when_known = |value: f64| if known { value } else { f64::NAN };
        if !known {
            self.cells.clear();
            self.expiries.clear();
        }
        let (curve, flip) = if known { flip(&self.bells, spot) } else { (Vec::new(), f64::NAN) };
        let [call, put] = self.exposure;
        let total = when_known(call + put);
        let strikes = by_strike(&self.cells);
        let wall = |sign: f64| {
            let best = strikes.iter().fold((f64::NAN, 0.0), |(strike, most), at| {
                if sign * at.net > most { (at.strike, sign * at.net) } else { (strike, most) }
            });
            when_known(best.0)
        };
        let net: f64 = strikes.iter().map(|at| at.net.abs()).sum();
        let squares: f64 = strikes.iter().map(|at| at.net * at.net).sum();
        GexProfile {
            symbol: chain.symbol.clone(),
            event_time: chain.event_time,
            known_time: chain.known_time,
            spot,
            spot_source,
            spot_implied,
            total,
            call: when_known(call),
            put: when_known(put),
            flip,
            flip_distance: (spot - flip) / spot,
            call_wall: wall(1.0),
            put_support: wall(-1.0),
            regime: if total == 0.0 { 0.0 } else { total.signum() },
            delta: if known && (self.delta_said || found == 0) { self.delta } else { f64::NAN },
            concentration: when_known(ratio(squares, net * net)),
            days_to_expiry: when_known(ratio(self.absolute_days, self.absolute)),
            zero_dte: when_known(ratio(self.absolute_zero_dte, self.absolute)),
            put_call_ratio_oi: ratio(self.open_interest[1], self.open_interest[0]),
            put_call_ratio_volume: ratio(self.volume[1], self.volume[0]),
            unusual_volume: if self.open_interest_said {
                ratio(self.unusual, self.volume[0] + self.volume[1])
            } else {
                f64::NAN
            },
            open_interest: if self.open_interest_said {
                self.open_interest[0] + self.open_interest[1]
            } else {
                f64::NAN
            },
            expired: if spot.is_finite() { self.expired } else { f64::NAN },
            counts,
            expiries: self.expiries,
            cells: self.cells,
            strikes,
            curve,
        }
    }
}

/// Dollars for a move of 1 %.
fn dollar_gamma(gamma: f64, contracts: f64, spot: f64) -> f64 {
    gamma * contracts * SHARES_PER_CONTRACT * spot * spot * MOVE
}

/// NaN when there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

fn by_strike(cells: &[CellGex]) -> Vec<StrikeGex> {
    let mut order: Vec<&CellGex> = cells.iter().collect();
    // stable: the cells of a strike are summed in the order of their expiries
    order.sort_by(|a, b| a.strike.total_cmp(&b.strike));
    let mut strikes: Vec<StrikeGex> = Vec::new();
    for cell in order {
        let CellGex { strike, call, put, net, open_interest_call, open_interest_put, .. } = *cell;
        match strikes.last_mut() {
            Some(last) if last.strike == strike => {
                last.call += call;
                last.put += put;
                last.net = last.call + last.put;
                last.open_interest_call += open_interest_call;
                last.open_interest_put += open_interest_put;
            }
            _ => strikes.push(StrikeGex { strike, call, put, net, open_interest_call, open_interest_put }),
        }
    }
    strikes
}

#[cfg(test)]
mod tests;
