//! Random numbers that are the same on every machine.
//!
//! Promises the same stream for the same seed: whole numbers by wrapping arithmetic, the rest by `+ − × ÷ √` and
//! `libm` in a fixed order. Refuses to be a secret: anybody can tell the next number from one before it.

/// A generator with 64 bits of state: splitmix64 (G. L. Steele, D. Lea, C. H. Flood, Fast Splittable
/// Pseudorandom Number Generators, 2014, figure 17).
#[derive(Clone)]
pub(super) struct Random {
    state: u64,
    /// Normal numbers come in pairs.
    spare: Option<f64>,
}

impl Random {
    /// The stream of a seed for one of many uses: another index gives another stream, whatever the others are.
    pub(super) fn new(seed: u64, index: u64) -> Random {
        let mut uses = Random { state: index, spare: None };
        let mut random = Random { state: seed ^ uses.draw(), spare: None };
        random.state = random.draw();
        random
    }

    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Above 0 and at most 1, evenly: its logarithm is finite.
    pub(super) fn even(&mut self) -> f64 {
        ((self.draw() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that has this probability.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.even() <= probability
    }

    /// Normal, mean 0 and variance 1, by the polar method (G. Marsaglia, T. A. Bray, SIAM Review 6, 1964).
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.even() - 1.0, 2.0 * self.even() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }

    /// Symmetric with fat tails, mean 0 and variance 1: a kurtosis of 7.1.
    pub(super) fn fat(&mut self) -> f64 {
        self.width() * self.normal()
    }

    /// How wide a normal is that has fat tails: one in twenty-five has 2.6 times the spread. Its square is 1 in the
    /// mean.
    pub(super) fn width(&mut self) -> f64 {
        const WIDE: f64 = 0.04;
        const WIDTH: f64 = 2.6;
        if self.happens(WIDE) { WIDTH } else { ((1.0 - WIDE * WIDTH * WIDTH) / (1.0 - WIDE)).sqrt() }
    }

    /// A price in whole cents, one at least, whose mean is the price itself: rounded up as often as the part above
    /// the cent says. Rounding to the nearest would pull every price back to where it was.
    pub(super) fn cents(&mut self, price: f64) -> f64 {
        let cents = price * 100.0;
        let below = cents.floor();
        let up = if self.happens(cents - below) { 1.0 } else { 0.0 };
        (below + up).max(1.0) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // of the generator's published test: seed 1234567
        let mut random = Random { state: 1_234_567, spare: None };
        assert_eq!([random.draw(), random.draw()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn numbers_have_their_moments() {
        const N: usize = 200_000;
        type Draw = fn(&mut Random) -> f64;
        let draws: [(&str, Draw, [f64; 3]); 3] = [
            ("normal", Random::normal, [0.0, 1.0, 3.0]),
            ("fat", Random::fat, [0.0, 1.0, 7.15]),
            // 1.005 is a cent or the next as often
            ("cents", |random| (random.cents(1.005) - 1.005) / 0.005, [0.0, 1.0, 1.0]),
        ];
        for (name, draw, want) in draws {
            let mut random = Random::new(5, 0);
            let drawn: Vec<f64> = (0..N).map(|_| draw(&mut random)).collect();
            let mean = |power: &dyn Fn(f64) -> f64| drawn.iter().map(|x| power(*x)).sum::<f64>() / N as f64;
            let found = [mean(&|x| x), mean(&|x| x * x), mean(&|x| x * x * x * x)];
            for ((found, want), near) in found.iter().zip(want).zip([0.01, 0.02, 0.3]) {
                assert!((found - want).abs() < near, "{name}: {found} {want}");
            }
        }
    }
}
