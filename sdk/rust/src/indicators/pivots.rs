//! Turning points of several levels, each said on the row on which it could first be known.

/// Which way a price turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PivotKind {
    /// From rising to falling.
    High,
    /// From falling to rising.
    Low,
}

/// A turning point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pivot {
    /// 1 for a row among rows, n for a pivot among pivots of level n − 1.
    pub level: u8,
    /// High or low.
    pub kind: PivotKind,
    /// The high or the low of its row.
    pub price: f64,
    /// The row on which it happened, 0 the first that the filter was shown.
    pub row: u64,
    /// The row on which it is known, later than `row`.
    pub known: u64,
}

/// Passes on what is strictly above what came before and after it; of a run of equals the first, once something
/// lower came. What came first of all has nothing before it and is never passed on.
#[derive(Clone, Copy, Debug)]
struct Peaks {
    last: f64,
    /// Of the run that `last` belongs to, when the one before it was lower.
    risen: Option<u64>,
}

impl Peaks {
    const NONE: Peaks = Peaks { last: f64::NAN, risen: None };

    #[inline]
    fn update(&mut self, row: u64, price: f64) -> Option<(u64, f64)> {
        let peak = self.risen.map(|row| (row, self.last)).filter(|_| price < self.last);
        if price > self.last {
            self.risen = Some(row);
        } else if price < self.last {
            self.risen = None;
        }
        self.last = price;
        peak
    }
}

/// Pivots of levels 1 to n.
///
/// A level-1 pivot high is a row whose high is strictly above that of both neighbours; of a run of equal highs the
/// first is the pivot, known on the first later row with a lower high (a higher one kills it). A level-n pivot high
/// is a level-(n − 1) pivot high above both neighbouring ones under the same rule of equals, known when the right
/// one is. Lows mirror it. The first of all is never a pivot. A row whose high or low is NaN is skipped, but counts
/// as a row. Recursive: promises no memory.
#[derive(Clone, Debug)]
pub struct Pivots {
    highs: Vec<Peaks>,
    lows: Vec<Peaks>,
    row: u64,
    known: Vec<Pivot>,
}

impl Pivots {
    /// Of levels 1 to `levels`. Panics when 0 or above 255.
    #[must_use]
    pub fn new(levels: usize) -> Pivots {
        assert!((1..=255).contains(&levels), "pivots of {levels} levels; there are 1 to 255");
        let filters = vec![Peaks::NONE; levels];
        Pivots { highs: filters.clone(), lows: filters, row: 0, known: Vec::with_capacity(2 * levels) }
    }

    /// The next row; gives the pivots that become known on it: all highs before all lows, each by ascending level.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64) -> &[Pivot] {
        self.known.clear();
        if !(high.is_nan() || low.is_nan()) {
            climb(&mut self.highs, PivotKind::High, 1.0, (self.row, high), &mut self.known);
            climb(&mut self.lows, PivotKind::Low, -1.0, (self.row, low), &mut self.known);
        }
        self.row += 1;
        &self.known
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> &[Pivot] {
        &self.known
    }
}

/// From level to level, as long as there is a peak to pass on. A low is a peak of the negated price.
#[inline]
fn climb(filters: &mut [Peaks], kind: PivotKind, sign: f64, (known, price): (u64, f64), out: &mut Vec<Pivot>) {
    let mut item = (known, sign * price);
    for (level, filter) in (1_u8..).zip(filters) {
        let Some(peak) = filter.update(item.0, item.1) else { return };
        out.push(Pivot { level, kind, price: sign * peak.1, row: peak.0, known });
        item = peak;
    }
}
