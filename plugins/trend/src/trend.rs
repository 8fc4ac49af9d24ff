//! The detector: shows rows to both sides of the market, says what has become known on this row, fills the columns.

use tapewright_sdk::indicators::{Atr, Pivot, PivotKind, Pivots};
use tapewright_sdk::prelude::*;

use crate::line::Line;
use crate::prominence::{LEVELS, drawn_in};
use crate::side::Side;
use crate::track_record::TrackRecord;

/// The entry `trend`.
pub struct Trend {
    /// High, low, close.
    columns: [Column; 3],
    voice: Voice,
    tolerance_atr: f64,
    pivots: Pivots,
    atr: Atr,
    /// Highs, lows.
    sides: [Side; 2],
    record: TrackRecord,
    row: u64,
}

/// What may be said, by side (highs, lows) and level.
struct Voice {
    /// None for levels that are not said.
    pivots: [[Option<PatternId>; LEVELS]; 2],
    prediction: PatternId,
    latest: [[OutputColumn; LEVELS]; 2],
    slope: [OutputColumn; 2],
    line: [OutputColumn; 2],
    touches: [OutputColumn; 2],
    trend: OutputColumn,
    record: [OutputColumn; 5],
}

impl Detector for Trend {
    fn entry() -> Entry {
        Entry::new("trend", "Pivots of three levels, trend lines through level-2 pivots, and where the trend goes")
            .param(Param::integer("atr_period", "Period of the average true range, in rows", (2, 200), 14).step(2.0))
            .param(
                Param::number(
                    "tolerance_atr",
                    "How near a pivot touches a line, in average true ranges",
                    (0.0, 3.0),
                    0.5,
                )
                .step(0.25),
            )
            .param(Param::integer("say_level", "Lowest level of pivots that is said", (1, 3), 2).step(1.0))
            .param(Param::integer("pivot_rows", "How long a pivot is judged, in rows", (1, 500), 10).step(5.0))
            .param(
                Param::integer(
                    "trend_rows",
                    "How long a trend prediction waits for its pivots, in rows",
                    (10, 2000),
                    100,
                )
                .step(10.0),
            )
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let atr = Atr::new(setup.integer("atr_period") as usize);
        setup.warm_up(atr.warm_up());
        Ok(Trend {
            columns: ["high", "low", "close"].map(|name| setup.column(name)),
            voice: Voice::new(setup),
            tolerance_atr: setup.number("tolerance_atr"),
            pivots: Pivots::new(LEVELS),
            atr,
            sides: [Side::new(), Side::new()],
            record: TrackRecord::new(),
            row: 0,
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let [high, low, close] = self.columns.map(|column| row[column]);
        let atr = self.atr.update(high, low, close);
        // before the first average true range only the ends of a line touch it
        let tolerance = if atr > 0.0 { self.tolerance_atr * atr } else { 0.0 };
        if !(high.is_nan() || low.is_nan()) {
            self.sides[0].row(high);
            self.sides[1].row(low);
        }
        for pivot in self.pivots.update(high, low) {
            let side = &mut self.sides[index(pivot)];
            let prominence_atr = side.pivot(pivot) / atr;
            self.voice.pivot(pivot, self.row, prominence_atr, say);
            if pivot.level != 2 {
                continue;
            }
            self.record.pivot(pivot);
            if let Some(line) = side.draw(pivot, tolerance)
                && line.price_change() != 0.0
            {
                // a level line predicts nothing
                self.record.predict(self.row, line.price_change() > 0.0);
                self.voice.prediction(line, pivot.kind, self.row, atr, say);
            }
        }
        self.voice.columns(&self.sides, &self.record, self.row, say);
        self.row += 1;
    }
}

/// The side of a pivot.
fn index(pivot: &Pivot) -> usize {
    match pivot.kind {
        PivotKind::High => 0,
        PivotKind::Low => 1,
    }
}

impl Voice {
    fn new(setup: &mut Setup) -> Voice {
        let say_level = setup.integer("say_level") as usize;
        let rows = setup.integer("pivot_rows") as u32;
        let mut pivots = [[None; LEVELS]; 2];
        for level in say_level..=LEVELS {
            for (side, letter, word) in [(0, 'h', "high"), (1, 'l', "low")] {
                let (name, summary) = (format!("l{level}{letter}"), format!("A level-{level} pivot {word} is known"));
                let pattern = Pattern::new(&name, &summary)
                    .forward_return(rows)
                    .evidence("rows_ago", "Where it happened", EvidenceKind::RowsAgo)
                    .evidence("price", "The pivot", EvidenceKind::Price)
                    .evidence("prominence_atr", "Distance to the nearer neighbour", EvidenceKind::Number);
                pivots[side][level - 1] = Some(setup.pattern(pattern));
            }
        }
        let prediction = Pattern::new("trend_prediction", "A new line: the trend goes where it slopes")
            .pivot_trend(setup.integer("trend_rows") as u32)
            .evidence("side", "1 a line through highs, -1 through lows", EvidenceKind::Number)
            .evidence("slope", "Price per row", EvidenceKind::Number)
            .evidence("intercept", "Price at the start of the line", EvidenceKind::Price)
            .evidence("start", "Where the line starts", EvidenceKind::RowsAgo)
            .evidence("end", "Where the line ends", EvidenceKind::RowsAgo)
            .evidence("touches", "Pivots that lie on the line, its ends included", EvidenceKind::Number)
            .evidence("price_change", "Price from start to end", EvidenceKind::Number)
            .evidence("duration", "Rows from start to end", EvidenceKind::Number);
        let prediction = setup.pattern(prediction);
        let mut sides = |name: &str, summary: &str, unit: &str| {
            [("high", "highs"), ("low", "lows")]
                .map(|(side, word)| setup.output(&name.replace('*', side), &summary.replace('*', word), unit))
        };
        let latest = [1, 2, 3]
            .map(|level| sides(&format!("l{level}_*"), &format!("Latest known level-{level} pivot of the *"), "price"));
        let slope = sides("*_slope", "Slope of the line through the *", "price per row");
        let line = sides("*_line", "The line through the * on this row", "price");
        let touches = sides("touches_*", "Pivots on the line through the *, its ends included", "");
        let mut output = |name: &str, summary: &str, unit: &str| setup.output(name, summary, unit);
        Voice {
            pivots,
            prediction,
            latest: [0, 1].map(|side| latest.map(|level| level[side])),
            slope,
            line,
            touches,
            trend: output("trend", "1 both lines rise, -1 both fall, 0 neither", ""),
            record: [
                output("total_predictions", "Trend predictions so far", ""),
                output("validated_predictions", "Those whose two later pivots are known", ""),
                output("correct_predictions", "Those of them that came true", ""),
                output("accuracy", "Correct of validated ones", "ratio"),
                output("pending_validations", "Those that wait for pivots", ""),
            ],
        }
    }

    /// Claims that a known high goes on down and a known low up. Whether that is so is for the host to find out.
    fn pivot(&self, pivot: &Pivot, row: u64, prominence_atr: f64, say: &mut Say) {
        let side = index(pivot);
        if let Some(pattern) = self.pivots[side][usize::from(pivot.level) - 1] {
            let detection = if side == 0 { Detection::down(pattern) } else { Detection::up(pattern) };
            let evidence = [(row - pivot.row) as f64, pivot.price, prominence_atr];
            say.detect(detection.strength(drawn_in(prominence_atr)), &evidence);
        }
    }

    /// The trend goes on as the line slopes.
    fn prediction(&self, line: &Line, kind: PivotKind, row: u64, atr: f64, say: &mut Say) {
        let up = line.price_change() > 0.0;
        let detection = if up { Detection::up(self.prediction) } else { Detection::down(self.prediction) };
        let touches = f64::from(line.touches());
        let strength = drawn_in(line.price_change().abs() / atr) * (1.0 - 1.0 / touches);
        let evidence = [
            if kind == PivotKind::High { 1.0 } else { -1.0 },
            line.slope(),
            line.start.price,
            (row - line.start.row) as f64,
            (row - line.end.row) as f64,
            touches,
            line.price_change(),
            line.duration() as f64,
        ];
        say.detect(detection.strength(strength), &evidence);
    }

    fn columns(&self, sides: &[Side; 2], record: &TrackRecord, row: u64, say: &mut Say) {
        let mut slopes = [0.0; 2];
        for (at, side) in sides.iter().enumerate() {
            for (output, price) in self.latest[at].iter().zip(side.latest()) {
                say.set(*output, price);
            }
            if let Some(line) = side.line() {
                slopes[at] = line.slope();
                say.set(self.slope[at], slopes[at]);
                say.set(self.line[at], line.at(row));
                say.set(self.touches[at], f64::from(line.touches()));
            }
        }
        let trend = if slopes.iter().all(|slope| *slope > 0.0) {
            1.0
        } else if slopes.iter().all(|slope| *slope < 0.0) {
            -1.0
        } else {
            0.0
        };
        say.set(self.trend, trend);
        for (output, value) in self.record.iter().zip(record.columns()) {
            say.set(*output, value);
        }
    }
}
