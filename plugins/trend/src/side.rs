//! One side of the market, its highs or its lows: the latest pivot of each level and the line through the latest
//! two of level 2. What a side keeps is bounded, however long it runs.

use tapewright_sdk::indicators::{Pivot, Window};

use crate::line::{Line, Point};
use crate::prominence::{LEVELS, Neighbours};

/// How many level-1 pivots a new line looks back on for touches. Two level-2 pivots in a row are seldom more than
/// a handful of level-1 pivots apart; in one long climb they may be any number, and this many are kept.
pub(crate) const LOOK_BACK_PIVOTS: usize = 64;

pub(crate) struct Side {
    neighbours: Neighbours,
    /// Rows and prices of the last level-1 pivots.
    rows: Window,
    prices: Window,
    /// Latest price of each level; NaN before the first.
    latest: [f64; LEVELS],
    /// The latest level-2 pivot.
    end: Option<Point>,
    line: Option<Line>,
}

impl Side {
    pub(crate) fn new() -> Side {
        Side {
            neighbours: Neighbours::new(),
            rows: Window::new(LOOK_BACK_PIVOTS),
            prices: Window::new(LOOK_BACK_PIVOTS),
            latest: [f64::NAN; LEVELS],
            end: None,
            line: None,
        }
    }

    /// The next row's high or low.
    pub(crate) fn row(&mut self, price: f64) {
        self.neighbours.push(0, price);
    }

    /// A pivot of this side that has become known, lower levels first. Gives its prominence in price.
    pub(crate) fn pivot(&mut self, pivot: &Pivot) -> f64 {
        let level = usize::from(pivot.level);
        let prominence = self.neighbours.prominence(level);
        self.neighbours.push(level, pivot.price);
        self.latest[level - 1] = pivot.price;
        if level == 1 {
            self.rows.push(pivot.row as f64);
            self.prices.push(pivot.price);
            if let Some(line) = &mut self.line {
                line.see(Point { row: pivot.row, price: pivot.price });
            }
        }
        prominence
    }

    /// Draws the line that ends at this level-2 pivot; `None` for the first one.
    pub(crate) fn draw(&mut self, pivot: &Pivot, tolerance: f64) -> Option<&Line> {
        let end = Point { row: pivot.row, price: pivot.price };
        let start = self.end.replace(end)?;
        let mut line = Line::through(start, end, tolerance);
        for (row, price) in self.rows.iter().zip(self.prices.iter()) {
            line.see(Point { row: row as u64, price });
        }
        Some(self.line.insert(line))
    }

    /// Price of the latest known pivot of each level; NaN before the first.
    pub(crate) fn latest(&self) -> [f64; LEVELS] {
        self.latest
    }

    /// The line through the latest two level-2 pivots.
    pub(crate) fn line(&self) -> Option<&Line> {
        self.line.as_ref()
    }
}
