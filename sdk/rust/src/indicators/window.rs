//! The last n values: what every indicator that forgets is built on. It takes any value, NaN too; whether a missing
//! one is skipped is the caller's choice.

/// The last `period` values, oldest to newest. Sums are taken afresh on every call.
#[derive(Clone, Debug)]
pub struct Window {
    /// Every value twice, a period apart: so the last `period` values are always one slice.
    values: Vec<f64>,
    period: usize,
    /// Where the next value goes; while the window fills, how many it holds.
    next: usize,
    full: bool,
}

/// Sums are taken in so many lanes, since an addition waits for the one before it.
const LANES: usize = 4;

impl Window {
    /// An empty window. Panics when `period` is 0.
    #[must_use]
    pub fn new(period: usize) -> Window {
        assert!(period > 0, "a window of 0 rows");
        Window { values: vec![f64::NAN; 2 * period], period, next: 0, full: false }
    }

    /// Takes the next value; of a full window the oldest falls out and is given back.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        let fallen = std::mem::replace(&mut self.values[self.next], value);
        self.values[self.next + self.period] = value;
        let was_full = self.full;
        self.next += 1;
        if self.next == self.period {
            (self.next, self.full) = (0, true);
        }
        was_full.then_some(fallen)
    }

    /// How many values it holds when full.
    #[must_use]
    pub fn period(&self) -> usize {
        self.period
    }

    /// How many values it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.full { self.period } else { self.next }
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it holds `period` values.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The values, oldest to newest.
    #[inline]
    #[must_use]
    pub fn values(&self) -> &[f64] {
        let start = if self.full { self.next } else { 0 };
        &self.values[start..start + self.len()]
    }

    /// The values, oldest to newest.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        self.values().iter().copied()
    }

    /// The value after which all others came; NaN when empty.
    #[inline]
    #[must_use]
    pub fn oldest(&self) -> f64 {
        self.values().first().copied().unwrap_or(f64::NAN)
    }

    /// The last value; NaN when empty.
    #[inline]
    #[must_use]
    pub fn newest(&self) -> f64 {
        self.values().last().copied().unwrap_or(f64::NAN)
    }

    /// A fold from oldest to newest.
    #[inline]
    pub(super) fn fold<T>(&self, start: T, mut step: impl FnMut(T, f64) -> T) -> T {
        self.values().iter().fold(start, |so_far, value| step(so_far, *value))
    }

    /// Sum of what each value gives; 0 when empty. The order is fixed by places in the window, counted from the
    /// oldest: every fourth value goes into one of four sums, which are then added in pairs.
    #[inline]
    fn sum_of(&self, of: impl Fn(f64) -> f64) -> f64 {
        let mut sums = [0.0; LANES];
        let fours = self.values().chunks_exact(LANES);
        let rest = fours.remainder();
        for four in fours {
            for (sum, value) in sums.iter_mut().zip(four) {
                *sum += of(*value);
            }
        }
        for (sum, value) in sums.iter_mut().zip(rest) {
            *sum += of(*value);
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    /// Sum of the values, in an order fixed by their places; 0 when empty.
    #[inline]
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum_of(|value| value)
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
        let mean = self.sum_of(|value| value - origin) / count;
        let squares = self.sum_of(|value| {
            let distance = value - origin - mean;
            distance * distance
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
