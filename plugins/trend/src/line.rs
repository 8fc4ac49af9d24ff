//! A trend line: through two level-2 pivots of one kind. It counts the level-1 pivots that lie on it and knows
//! nothing of what it predicts.

/// Where a pivot is: row of the instance, 0 the first, and price.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) row: u64,
    pub(crate) price: f64,
}

/// A line from an older to a newer point.
pub(crate) struct Line {
    pub(crate) start: Point,
    pub(crate) end: Point,
    /// How near a pivot must be to touch it, in price; fixed while the line lives, so that its count only grows.
    tolerance: f64,
    touches: u32,
}

impl Line {
    /// The line through two points, the older one first, touched by its two ends.
    pub(crate) fn through(start: Point, end: Point, tolerance: f64) -> Line {
        Line { start, end, tolerance, touches: 2 }
    }

    /// Price a row.
    pub(crate) fn slope(&self) -> f64 {
        (self.end.price - self.start.price) / self.duration() as f64
    }

    /// Price from start to end.
    pub(crate) fn price_change(&self) -> f64 {
        self.end.price - self.start.price
    }

    /// Rows from start to end, at least one.
    pub(crate) fn duration(&self) -> u64 {
        self.end.row - self.start.row
    }

    /// Its price on a row; the price of its start is its intercept.
    pub(crate) fn at(&self, row: u64) -> f64 {
        self.start.price + self.slope() * (row as f64 - self.start.row as f64)
    }

    /// Shows it a level-1 pivot of its kind, each once. Those before its start and its own ends count no more.
    pub(crate) fn see(&mut self, pivot: Point) {
        let inside = pivot.row > self.start.row && pivot.row != self.end.row;
        if inside && (pivot.price - self.at(pivot.row)).abs() <= self.tolerance {
            self.touches += 1;
        }
    }

    /// How many pivots lie on it, its two ends included.
    pub(crate) fn touches(&self) -> u32 {
        self.touches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_the_pivots_that_lie_on_it() {
        let [start, end] = [Point { row: 10, price: 100.0 }, Point { row: 20, price: 105.0 }];
        let mut line = Line::through(start, end, 0.25);
        assert_eq!((line.slope(), line.price_change(), line.duration()), (0.5, 5.0, 10));
        // row, price, touches after it: the line stands at 97 on row 4, at 102 on row 14, at 107 on row 24
        for (row, price, expected) in [
            (4, 97.0, 2),
            (10, 100.0, 2),
            (14, 102.25, 3),
            (16, 103.5, 3),
            (20, 105.0, 3),
            (24, 106.75, 4),
            (26, 108.5, 4),
        ] {
            line.see(Point { row, price });
            assert_eq!(line.touches(), expected, "row {row}");
        }
        assert_eq!(line.at(30), 110.0);
    }
}
