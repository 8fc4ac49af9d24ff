//! One chart as SVG: bars from zero, lines, and upright marks with their names.

use std::fmt::Write;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 16.0;
/// Room for the names of all marks, one below the other.
const TOP: f64 = 6.0 + ROW * MARKS as f64;
const MARKS: usize = 4;
const ROW: f64 = 14.0;
const BOTTOM: f64 = 26.0;
/// Lines of the grid, about.
const TICKS: f64 = 6.0;
/// Characters of a name are about so wide.
const CHARACTER: f64 = 6.4;

/// A chart. Points that are no numbers are left out.
pub(super) struct Plot {
    pub(super) bars: Vec<Bars>,
    pub(super) lines: Vec<Line>,
    pub(super) marks: Vec<Mark>,
    /// A place on the axis below, as text.
    pub(super) x: fn(f64) -> String,
    /// A value of the axis at the left, as text.
    pub(super) y: fn(f64) -> String,
}

pub(super) struct Bars {
    pub(super) color: &'static str,
    pub(super) points: Vec<(f64, f64)>,
}

pub(super) struct Line {
    pub(super) color: &'static str,
    pub(super) name: &'static str,
    pub(super) points: Vec<(f64, f64)>,
}

pub(super) struct Mark {
    pub(super) name: &'static str,
    pub(super) at: f64,
    pub(super) color: &'static str,
}

/// From values to places on the paper.
struct Scale {
    x: (f64, f64),
    y: (f64, f64),
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        LEFT + (value - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (value - self.y.0) / (self.y.1 - self.y.0) * (HEIGHT - TOP - BOTTOM)
    }
}

impl Plot {
    /// The chart; nothing when there is no point to draw.
    pub(super) fn svg(&self) -> String {
        let drawn = self.bars.iter().map(|bars| &bars.points).chain(self.lines.iter().map(|line| &line.points));
        let points: Vec<(f64, f64)> =
            drawn.flatten().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        if points.is_empty() {
            return String::new();
        }
        let zero = (!self.bars.is_empty()).then_some(0.0);
        let gap = spacing(&self.bars);
        let mut x = range(points.iter().map(|(x, _)| *x));
        x = (x.0 - gap, x.1 + gap);
        let y = range(points.iter().map(|(_, y)| *y).chain(zero));
        let scale = Scale { x: widened(x, 0.0), y: widened(y, 0.05) };
        let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">");
        self.grid(&mut svg, &scale);
        let width = (gap * 0.8 / (scale.x.1 - scale.x.0) * (WIDTH - LEFT - RIGHT)).clamp(1.0, 24.0);
        for bars in &self.bars {
            for (at, value) in bars.points.iter().filter(|(_, value)| value.is_finite() && *value != 0.0) {
                let (top, bottom) = (scale.y(value.max(0.0)), scale.y(value.min(0.0)));
                let _ = write!(
                    svg,
                    "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\"><title>{}: {}</title></rect>",
                    scale.x(*at) - width / 2.0,
                    bottom - top,
                    bars.color,
                    (self.x)(*at),
                    (self.y)(*value)
                );
            }
        }
        for line in &self.lines {
            draw(&mut svg, &scale, line);
        }
        self.marked(&mut svg, &scale);
        self.legend(&mut svg);
        svg.push_str("</svg>");
        svg
    }

    fn grid(&self, svg: &mut String, scale: &Scale) {
        for value in ticks(scale.y) {
            let at = scale.y(value);
            let color = if value == 0.0 { "var(--faint)" } else { "var(--rule)" };
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"{color}\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0,
                (self.y)(value)
            );
        }
        for value in ticks(scale.x) {
            let (at, foot) = (scale.x(value), HEIGHT - BOTTOM + 16.0);
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{foot}\" text-anchor=\"middle\">{}</text>", (self.x)(value));
        }
    }

    /// Upright lines with their names above them; a name that would cover another moves to the row below.
    fn marked(&self, svg: &mut String, scale: &Scale) {
        let mut marks: Vec<&Mark> =
            self.marks.iter().filter(|mark| (scale.x.0..=scale.x.1).contains(&mark.at)).collect();
        marks.sort_by(|a, b| a.at.total_cmp(&b.at));
        let mut ends = [f64::MIN; MARKS];
        for mark in marks {
            let at = scale.x(mark.at);
            let text = format!("{} {}", mark.name, (self.x)((mark.at * 100.0).round() / 100.0));
            let half = text.chars().count() as f64 * CHARACTER / 2.0;
            let row = ends.iter().position(|end| at - half >= *end).unwrap_or(MARKS - 1);
            ends[row] = at + half + CHARACTER;
            let _ = write!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{}\" stroke=\"{}\" stroke-dasharray=\"4 3\"/>\
                 <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\" style=\"fill:{}\">{text}</text>",
                HEIGHT - BOTTOM,
                mark.color,
                ROW + ROW * row as f64,
                mark.color
            );
        }
    }

    fn legend(&self, svg: &mut String) {
        if self.lines.len() < 2 {
            return;
        }
        let mut at = LEFT;
        for line in &self.lines {
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"14\" style=\"fill:{}\">{}</text>", line.color, line.name);
            at += (line.name.chars().count() as f64 + 3.0) * CHARACTER;
        }
    }
}

/// A line, broken where a value is missing; a point alone is a dot.
fn draw(svg: &mut String, scale: &Scale, line: &Line) {
    for piece in line.points.split(|(x, y)| !x.is_finite() || !y.is_finite()).filter(|piece| !piece.is_empty()) {
        if let [(x, y)] = piece {
            let _ = write!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2\" fill=\"{}\"/>",
                scale.x(*x),
                scale.y(*y),
                line.color
            );
            continue;
        }
        let places: Vec<String> = piece.iter().map(|(x, y)| format!("{:.1},{:.1}", scale.x(*x), scale.y(*y))).collect();
        let places = places.join(" ");
        let _ =
            write!(svg, "<polyline points=\"{places}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"/>", line.color);
    }
}

/// The least distance between bars.
fn spacing(bars: &[Bars]) -> f64 {
    let mut places: Vec<f64> = bars.iter().flat_map(|bars| bars.points.iter().map(|(x, _)| *x)).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let least = places.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::MAX, f64::min);
    if least == f64::MAX { if places.is_empty() { 0.0 } else { 1.0 } } else { least }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
}

/// With room at both ends, and never empty.
fn widened((low, high): (f64, f64), share: f64) -> (f64, f64) {
    let room = if high > low { (high - low) * share } else { low.abs().max(1.0) * 0.01 };
    (low - room, high + room)
}

/// Round values within a range: 1, 2 or 5 times a power of ten apart.
fn ticks((low, high): (f64, f64)) -> Vec<f64> {
    let rough = (high - low) / TICKS;
    let mut step = 1.0;
    while step < rough {
        step *= 10.0;
    }
    while step / 10.0 > rough {
        step /= 10.0;
    }
    let step = [0.1, 0.2, 0.5, 1.0].map(|share| share * step).into_iter().find(|step| *step >= rough).unwrap_or(step);
    let first = (low / step).ceil();
    let count = ((high / step).floor() - first).clamp(0.0, 4.0 * TICKS) as usize;
    (0..=count).map(|at| (first + at as f64) * step).map(|value| (value * 1e9).round() / 1e9).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_stands_on_round_values() {
        for (range, want) in [
            ((0.0, 10.0), "0 2 4 6 8 10"),
            ((-1.3, 2.9), "-1 0 1 2"),
            ((499.0, 612.0), "500 520 540 560 580 600"),
            ((0.001, 0.0042), "0.001 0.002 0.003 0.004"),
            ((-2e9, 7e9), "-2000000000 0 2000000000 4000000000 6000000000"),
        ] {
            let shown: Vec<String> = ticks(range).iter().map(ToString::to_string).collect();
            assert_eq!(shown.join(" "), want, "{range:?}");
        }
    }

    #[test]
    fn what_is_no_number_breaks_a_line_and_draws_no_bar() {
        let line = Line { color: "red", name: "a", points: vec![(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 1.0)] };
        let bars = Bars { color: "blue", points: vec![(0.0, f64::NAN), (1.0, -2.0)] };
        let shown = |value: f64| value.to_string();
        let svg = Plot { bars: vec![bars], lines: vec![line], marks: Vec::new(), x: shown, y: shown }.svg();
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (1, 1));
        assert_eq!(svg.matches("<rect").count(), 1);
        assert!(!svg.contains("NaN"));
        let empty = Plot { bars: Vec::new(), lines: Vec::new(), marks: Vec::new(), x: shown, y: shown };
        assert_eq!(empty.svg(), "");
    }
}
