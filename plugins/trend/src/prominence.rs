//! How far a pivot stands out from its neighbours. It trusts the order of what it is shown and decides itself
//! about no pivot.

/// Levels of pivots; level 0 are the rows.
pub(crate) const LEVELS: usize = 3;

/// Highs or lows of one side: of every level below the highest the last three prices, runs of equal prices as one.
pub(crate) struct Neighbours([[f64; 3]; LEVELS]);

impl Neighbours {
    pub(crate) fn new() -> Neighbours {
        Neighbours([[f64::NAN; 3]; LEVELS])
    }

    /// The next price of a level, 0 for a row's own. The highest level has nothing above it and is not kept.
    pub(crate) fn push(&mut self, level: usize, price: f64) {
        if let Some([left, middle, right]) = self.0.get_mut(level)
            && *right != price
        {
            (*left, *middle, *right) = (*middle, *right, price);
        }
    }

    /// Of the pivot of this level (1 to 3) that has just become known: how far its price is from the nearer of its
    /// two neighbours, which are pivots of the level below, or rows. In price. NaN when there is none.
    pub(crate) fn prominence(&self, level: usize) -> f64 {
        let [left, middle, right] = self.0[level - 1];
        (middle - left).abs().min((middle - right).abs())
    }
}

/// Draws a size of 0 to infinity into 0 to 1: x ÷ (1 + x), so that 1 gives one half. NaN gives 0.
pub(crate) fn drawn_in(size: f64) -> f64 {
    if size > 0.0 { 1.0 - 1.0 / (1.0 + size) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_equal_prices_is_one_neighbour() {
        for (prices, expected) in [
            (vec![5.0, 9.0, 6.0], 3.0),
            (vec![5.0, 9.0, 9.0, 9.0, 8.0], 1.0),
            (vec![5.0, 5.0, 7.0, 7.0, 4.0, 4.0], 2.0),
            (vec![9.0, 4.0, 6.0], 2.0),
        ] {
            let mut neighbours = Neighbours::new();
            prices.iter().for_each(|price| neighbours.push(1, *price));
            assert_eq!(neighbours.prominence(2), expected, "{prices:?}");
        }
    }

    #[test]
    fn sizes_are_drawn_into_0_to_1() {
        for (size, expected) in
            [(0.0, 0.0), (7.0, 0.875), (1.0, 0.5), (3.0, 0.75), (f64::INFINITY, 1.0), (f64::NAN, 0.0), (-1.0, 0.0)]
        {
            assert_eq!(drawn_in(size), expected, "{size}");
        }
    }
}
