//! How much was traded against what is usual, and the class of it.
//!
//! The average is that of the rows *before* the one that is read, so a burst does not hide itself. It
//! refuses to know prices.

use tapewright_sdk::indicators::Sma;

/// How much was traded. The number is what the output column carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum VolumeClass {
    /// Below half of the cut `low`.
    VeryLow = 0,
    /// Below the cut `low`.
    Low = 1,
    /// Between the cuts `low` and `high`.
    Average = 2,
    /// The cut `high` or more.
    High = 3,
    /// The cut `climax` or more.
    VeryHigh = 4,
}

/// Where the classes begin, as ratios to the average volume; ascending.
#[derive(Clone, Copy, Debug)]
pub struct VolumeCuts {
    /// Below is low, below half of it very low.
    pub low: f64,
    /// From here on high.
    pub high: f64,
    /// From here on very high.
    pub climax: f64,
}

/// A row's volume as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    /// Volume ÷ average volume of the rows before.
    pub ratio: f64,
    /// Its class.
    pub class: VolumeClass,
}

impl VolumeCuts {
    fn class(self, ratio: f64) -> VolumeClass {
        match ratio {
            _ if ratio >= self.climax => VolumeClass::VeryHigh,
            _ if ratio >= self.high => VolumeClass::High,
            _ if ratio >= self.low => VolumeClass::Average,
            _ if ratio >= self.low / 2.0 => VolumeClass::Low,
            _ => VolumeClass::VeryLow,
        }
    }
}

/// The average so far.
pub struct VolumeAverage {
    average: Sma,
    usual: f64,
    cuts: VolumeCuts,
}

impl VolumeAverage {
    /// An average of this many rows.
    pub fn new(period: usize, cuts: VolumeCuts) -> VolumeAverage {
        VolumeAverage { average: Sma::new(period), usual: f64::NAN, cuts }
    }

    /// Reads the volume of the next row. None until a period of rows has been seen, and while nothing
    /// at all was traded in them: then no ratio means anything.
    #[inline]
    pub fn read(&mut self, volume: f64) -> Option<Volume> {
        let usual = self.usual;
        self.usual = self.average.update(volume);
        let ratio = volume / usual;
        // 0 ÷ 0 is NaN, anything else ÷ 0 infinite
        ratio.is_finite().then(|| Volume { ratio, class: self.cuts.class(ratio) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: VolumeCuts = VolumeCuts { low: 0.8, high: 1.25, climax: 2.0 };

    #[test]
    fn every_class_begins_at_its_cut() {
        use VolumeClass::{Average, High, Low, VeryHigh, VeryLow};
        for (volume, expected) in [
            (0.0, VeryLow),
            (39.0, VeryLow),
            (40.0, Low),
            (79.0, Low),
            (80.0, Average),
            (124.0, Average),
            (125.0, High),
            (199.0, High),
            (200.0, VeryHigh),
            (5000.0, VeryHigh),
        ] {
            let mut average = VolumeAverage::new(2, CUTS);
            for before in [50.0, 150.0] {
                assert_eq!(average.read(before), None);
            }
            let read = average.read(volume).unwrap();
            assert_eq!((read.ratio, read.class), (volume / 100.0, expected));
        }
    }

    #[test]
    fn a_row_is_not_part_of_its_own_average() {
        let mut average = VolumeAverage::new(2, CUTS);
        let ratios: Vec<_> =
            [10.0, 10.0, 30.0, 40.0, 70.0].map(|volume| average.read(volume).map(|read| read.ratio)).into();
        assert_eq!(ratios, [None, None, Some(3.0), Some(2.0), Some(2.0)]);
    }

    #[test]
    fn after_nothing_was_traded_no_ratio_means_anything() {
        let mut average = VolumeAverage::new(2, CUTS);
        let ratios: Vec<_> =
            [0.0, 0.0, 0.0, 5.0, 5.0, 10.0].map(|volume| average.read(volume).map(|read| read.ratio)).into();
        assert_eq!(ratios, [None, None, None, None, Some(2.0), Some(2.0)]);
    }
}
