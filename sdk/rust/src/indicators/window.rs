//! The last n values: what every indicator that forgets is built on. It takes any value, NaN too; whether a missing
//! one is skipped is the caller's choice.

/// The last `period` values, oldest to newest. Sums are taken afresh on every call.
#[derive(Clone, Debug)]
pub struct Window {
    values: Vec<f64>,
    period: usize,
    /// Where the oldest value is; 0 until the window is full.
    oldest: usize,
}

impl Window {
    /// An empty window. Panics when `period` is 0.
    #[must_use]
    pub fn new(period: usize) -> Window {
        assert!(period > 0, "a window of 0 rows");
        Window { values: Vec::with_capacity(period), period, oldest: 0 }
    }

    /// Takes the next value; of a full window the oldest falls out and is given back.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if self.values.len() < self.period {
            self.values.push(value);
            return None;
        }
        let fallen = std::mem::replace(&mut self.values[self.oldest], value);
        self.oldest += 1;
        if self.oldest == self.period {
            self.oldest = 0;
        }
        Some(fallen)
    }

    /// How many values it holds when full.
    #[must_use]
    pub fn period(&self) -> usize {
        self.period
    }

    /// How many values it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it holds `period` values.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.values.len() == self.period
    }

    /// The values in two runs, all of the first older than all of the second.
    #[inline]
    fn runs(&self) -> (&[f64], &[f64]) {
        let (newer, older) = self.values.split_at(self.oldest);
        (older, newer)
    }

    /// The values, oldest to newest.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        let (older, newer) = self.runs();
        older.iter().chain(newer).copied()
    }

    /// The value after which all others came; NaN when empty.
    #[inline]
    #[must_use]
    pub fn oldest(&self) -> f64 {
        self.values.get(self.oldest).copied().unwrap_or(f64::NAN)
    }

    /// The last value; NaN when empty.
    #[inline]
    #[must_use]
    pub fn newest(&self) -> f64 {
        let (older, newer) = self.runs();
        newer.last().or(older.last()).copied().unwrap_or(f64::NAN)
    }

    /// A fold from oldest to newest, as two straight loops: a chained iterator asks at every value which run it is in.
    #[inline]
    pub(super) fn fold<T>(&self, start: T, mut step: impl FnMut(T, f64) -> T) -> T {
        let (older, newer) = self.runs();
        let mut so_far = start;
        for value in older {
            so_far = step(so_far, *value);
        }
        for value in newer {
            so_far = step(so_far, *value);
        }
        so_far
    }

    /// Sum of the values, added oldest to newest; 0 when empty.
    #[inline]
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.fold(0.0, |sum, value| sum + value)
    }

    /// Arithmetic mean: the sum ÷ how many there are; NaN when empty.
    #[inline]
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum() / self.len() as f64
    }

    /// Population standard deviation √(Σ(x − mean)² ÷ n), in two passes; NaN when empty. Distances are taken from the
    /// oldest value, so that it is exactly 0 when all values are equal.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        let (count, origin) = (self.len() as f64, self.oldest());
        let mean = self.fold(0.0, |sum, value| sum + (value - origin)) / count;
        let squares = self.fold(0.0, |sum, value| {
            let distance = value - origin - mean;
            sum + distance * distance
        });
        (squares / count).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_the_last_values_in_order() {
        for (pushed, want, sum) in [
            (&[][..], &[][..], 0.0),
            (&[1.0, 2.0], &[1.0, 2.0], 3.0),
            (&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], 6.0),
            (&[1.0, 2.0, 3.0, 4.0], &[2.0, 3.0, 4.0], 9.0),
            (&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0], &[5.0, 6.0, 8.0], 19.0),
        ] {
            let mut window = Window::new(3);
            let fallen: Vec<f64> = pushed.iter().filter_map(|value| window.push(*value)).collect();
            assert_eq!(window.iter().collect::<Vec<_>>(), want);
            assert_eq!(fallen, pushed[..pushed.len() - want.len()]);
            assert_eq!((window.len(), window.is_full(), window.sum()), (want.len(), want.len() == 3, sum));
            assert_eq!(window.oldest().to_bits(), want.first().unwrap_or(&f64::NAN).to_bits());
            assert_eq!(window.newest().to_bits(), want.last().unwrap_or(&f64::NAN).to_bits());
        }
    }

    #[test]
    fn equal_values_do_not_deviate_at_all() {
        let mut window = Window::new(3);
        for _ in 0..3 {
            window.push(0.1); // 0.1 + 0.1 + 0.1 is not 3 × 0.1
        }
        assert_eq!(window.deviation(), 0.0);
        window.push(0.4);
        assert!((window.deviation() - 0.02_f64.sqrt()).abs() < 1e-15, "{}", window.deviation());
    }
}
