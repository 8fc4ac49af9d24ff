//! The highest and the lowest of the last n values.

use super::{Window, rows};

/// The newest of the greatest of `sign` × value: of +0 and −0, which are equal, age alone decides, so that it
/// depends on nothing but the window.
#[derive(Clone, Debug)]
struct Extreme {
    window: Window,
    sign: f64,
    best: f64,
}

impl Extreme {
    fn new(period: usize, sign: f64) -> Extreme {
        Extreme { window: Window::new(period), sign, best: f64::NEG_INFINITY }
    }

    #[inline]
    fn update(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        let value = self.sign * value;
        let fallen = self.window.push(value);
        if value >= self.best {
            self.best = value;
        } else if fallen == Some(self.best) {
            // looked for only when the best one falls out
            self.best = self.window.fold(f64::NEG_INFINITY, |best, value| if value >= best { value } else { best });
        }
    }

    #[inline]
    fn value(&self) -> f64 {
        if self.window.is_full() { self.sign * self.best } else { f64::NAN }
    }
}

macro_rules! extreme {
    ($(#[$doc:meta])* $name:ident, $sign:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(Extreme);

        impl $name {
            /// Over `period` rows, the current one included. Panics when 0.
            #[must_use]
            pub fn new(period: usize) -> $name {
                $name(Extreme::new(period, $sign))
            }

            /// The next value; gives the extreme, in its units.
            #[inline]
            pub fn update(&mut self, value: f64) -> f64 {
                self.0.update(value);
                self.0.value()
            }

            /// What the last update gave.
            #[must_use]
            pub fn value(&self) -> f64 {
                self.0.value()
            }

            /// Rows until it says something.
            #[must_use]
            pub fn warm_up(&self) -> u32 {
                rows(self.0.window.period())
            }

            /// Rows on which it depends.
            #[must_use]
            pub fn memory_rows(&self) -> u32 {
                self.warm_up()
            }
        }
    };
}

extreme! {
    /// The highest of the last n values. A window: it forgets.
    Highest, 1.0
}

extreme! {
    /// The lowest of the last n values. A window: it forgets.
    Lowest, -1.0
}
