//! The harness: it shows a plugin every row in every way, and names what breaks the contract.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tapewright_sdk::harness::{self, Table};
use tapewright_sdk::prelude::*;

/// Says when the close breaks out of the channel of the rows before, and fills the channel's middle.
struct Breakout {
    close: Column,
    middle: OutputColumn,
    up: PatternId,
    channel: Donchian,
    size: f64,
}

impl Detector for Breakout {
    fn entry() -> Entry {
        Entry::new("breakout", "The close leaves the channel of the rows before upward")
            .param(Param::integer("rows", "Rows of the channel", (2, 50), 3).step(1.0))
            .param(Param::number("size", "Least distance, a ratio", (0.0, 0.5), 0.0).step(0.1))
            .param(Param::choice("side", "Which way", &["up", "down"]))
            .param(Param::column("on", "What it reads", Some("close")))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        if setup.text("side") == "down" {
            return Err(Refusal::param("side", "only up, so far"));
        }
        let channel = Donchian::new(setup.integer("rows") as usize);
        setup.warm_up(channel.warm_up() + 1);
        setup.memory_rows(channel.memory_rows() + 1);
        let on = setup.text("on").to_owned();
        let up = Pattern::new("up", "Above the channel")
            .triple_barrier(5)
            .evidence("channel_top", "The level that was left", EvidenceKind::Price)
            .evidence("distance", "By how much", EvidenceKind::Ratio);
        Ok(Breakout {
            close: setup.column(&on),
            middle: setup.output("middle", "Of the channel", "price"),
            up: setup.pattern(up),
            channel,
            size: setup.number("size"),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let (close, before) = (row[self.close], self.channel.value());
        if close > before.upper * (1.0 + self.size) {
            let up = Detection::up(self.up).strength(0.5).entry(close).stop(before.middle).target(close + 2.0);
            say.detect(up, &[before.upper, close / before.upper - 1.0]);
        }
        say.set(self.middle, self.channel.update(close, close).middle);
    }
}

#[test]
fn what_is_said_is_heard_by_name() {
    let opened = harness::detector::<Breakout>().param("rows", 2).param("size", 0.1).open().unwrap();
    assert_eq!(
        (opened.columns(), opened.outputs(), opened.patterns()),
        (&["close".into()][..], vec!["middle"], vec!["up"])
    );
    assert_eq!((opened.warm_up(), opened.memory_rows(), opened.plan().learns), (3, Some(3), false));

    let heard = opened.run(&Table::new(6).column("close", [10.0, 8.0, 10.5, 9.0, 16.0, f64::NAN]));
    let middle = heard.output("middle");
    assert!(middle[0].is_nan());
    assert_eq!(middle[1..], [9.0, 9.25, 9.75, 12.5, 12.5]);
    let [said] = &heard.detections[..] else { panic!("{:?}", heard.detections) };
    assert_eq!((said.row, said.symbol.as_str(), said.pattern.as_str()), (4, "TEST", "up"));
    assert_eq!((said.direction, said.strength, said.horizon), (Direction::Up, 0.5, 0));
    assert_eq!((said.entry, said.stop, said.target), (16.0, 9.75, 18.0));
    assert!(said.probability.is_nan());
    assert_eq!((said.evidence("channel_top"), said.evidence("distance")), (10.5, 16.0 / 10.5 - 1.0));
    assert!(heard.targets.is_empty());
}

#[test]
fn a_table_without_rows_hears_nothing() {
    let heard = harness::detector::<Breakout>().open().unwrap().run(&Table::daily(0).column("close", []));
    assert!(heard.detections.is_empty() && heard.output("middle").is_empty());
}

/// What the panic says.
fn panics<T>(act: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| _ = act())).expect_err("it must panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn parameters_are_checked_as_the_host_does() {
    let open = || harness::detector::<Breakout>();
    for (said, want) in [
        (panics(|| open().param("row", 2)), "there is no parameter `row` (there are: rows, size, side, on)"),
        (panics(|| open().param("rows", 51)), "parameter `rows` cannot be `51`: it takes a whole number from 2 to 50"),
        (panics(|| open().param("rows", 2.0)), "parameter `rows` cannot be `2`: it takes a whole number from 2 to 50"),
        (panics(|| open().param("size", 0.51)), "parameter `size` cannot be `0.51`: it takes a number from 0 to 0.5"),
        (
            panics(|| open().param("size", f64::NAN)),
            "parameter `size` cannot be `NaN`: it takes a number from 0 to 0.5",
        ),
        (panics(|| open().param("size", "0")), "parameter `size` cannot be `0`: it takes a number from 0 to 0.5"),
        (panics(|| open().param("side", "left")), "parameter `side` cannot be `left`: it takes one of up, down"),
        (panics(|| open().param("rows", 3).param("rows", 3)), "parameter `rows` is given twice"),
        (
            panics(|| harness::detector::<Spread>().open()),
            "parameter `other` has no default and must be given: a symbol",
        ),
    ] {
        assert_eq!(said, want);
    }
    let whole = open().param("size", 0).param("rows", 4_i64).open().unwrap();
    assert_eq!(whole.memory_rows(), Some(5));
    assert_eq!(open().param("side", "down").open().err(), Some(Refusal::param("side", "only up, so far")));
    let both = open().symbols(&["A", "B"]).open().err();
    assert!(matches!(both, Some(Refusal::Instruments(only)) if (only.min, only.max) == (1, 1)));
}

#[test]
fn a_table_must_have_what_the_plan_reads() {
    let opened = harness::detector::<Breakout>().param("on", "open").open().unwrap();
    assert_eq!(
        panics(|| opened.run(&Table::new(1).column("high", [1.0]).column("low", [1.0]))),
        "the plan reads column `open`, which the table does not have (it has: high, low)"
    );
    let table = || Table::new(2).column("close", [1.0, 2.0]);
    assert_eq!(panics(|| table().column("close", [1.0, 2.0])), "the table has column `close` already");
    assert!(panics(|| table().column("open", [1.0])).starts_with("assertion `left == right` failed: as many values"));
    assert_eq!(panics(|| table().times(&[5, 5])), "times must strictly ascend");
}

/// A panel: the close of each instrument less that of another, named one.
struct Spread {
    close: Column,
    daily: Column,
    other: Column,
    spread: OutputColumn,
    instruments: usize,
}

impl Detector for Spread {
    fn entry() -> Entry {
        Entry::new("spread", "Close less another's").panel().param(Param::symbol("other", "Of which", None))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let other = format!("close@{}", setup.text("other"));
        Ok(Spread {
            close: setup.column("close"),
            daily: setup.column("close:1d"),
            other: setup.column(&other),
            spread: setup.output("spread", "Close less the other's", "price"),
            instruments: setup.symbols().len(),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        for instrument in 0..self.instruments {
            let close = row.of(self.close, instrument) + row.of(self.daily, instrument);
            say.set_for(self.spread, instrument, close - row[self.other]);
        }
    }
}

#[test]
fn a_panel_reads_each_instrument_of_the_table() {
    let opened = harness::detector::<Spread>().symbols(&["A", "B"]).param("other", "C").open().unwrap();
    let table =
        Table::daily(2).column("close@A", [1.0, 2.0]).column("close@B", [3.0, 5.0]).column("close@C", [1.0, 1.0]);
    assert_eq!(
        panics(|| opened.run(&table)),
        "the plan reads column `close@A:1d`, which the table does not have (it has: close@A, close@B, close@C)"
    );
    let heard = opened.run(&table.column("close@A:1d", [10.0, 10.0]).column("close@B:1d", [20.0, 20.0]));
    assert_eq!((heard.output_of("spread", "A"), heard.output_of("spread", "B")), (vec![10.0, 11.0], vec![22.0, 24.0]));
    assert_eq!(panics(|| heard.output("spread")), "of several instruments, take `output_of(\"spread\", SYMBOL)`");
    assert_eq!(panics(|| heard.output_of("gap", "A")), "there is no output `gap` (there are: spread)");
    assert_eq!(panics(|| heard.output_of("spread", "C")), "there is no instrument `C` (there are: A, B)");
}

/// Buys when flat; reads its own account.
struct Dip {
    close: Column,
    exposure: Column,
    cheap: Reason,
}

impl Strategy for Dip {
    fn entry() -> Entry {
        Entry::new("dip", "Buys below 10")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        Ok(Dip { close: setup.column("close"), exposure: setup.column("own.exposure"), cheap: setup.reason("cheap") })
    }

    fn on_row(&mut self, row: &Row, trade: &mut Trade) {
        if row[self.exposure] == 0.0 && row[self.close] < 10.0 {
            trade.target(Target::new(0.5).limit(9.5).stop(8.0).expires(3).reason(self.cheap));
        }
    }
}

#[test]
fn targets_are_heard_with_their_reason() {
    let opened = harness::strategy::<Dip>().open().unwrap();
    assert_eq!(opened.reasons(), ["cheap"]);
    let heard = opened.run(&Table::new(3).column("close", [11.0, 9.0, 9.0]).column("own.exposure", [0.0, 0.0, 0.5]));
    let [said] = &heard.targets[..] else { panic!("{:?}", heard.targets) };
    assert_eq!((said.row, said.symbol.as_str(), said.reason.as_str()), (1, "TEST", "cheap"));
    assert_eq!((said.exposure, said.limit, said.stop, said.expires), (0.5, 9.5, 8.0, 3));
    assert!(said.take.is_nan());
}

/// Breaks the contract in the way that its parameter says.
struct Broken {
    way: String,
    close: Column,
    seen: OutputColumn,
    pattern: PatternId,
    rows: f64,
}

thread_local! {
    static ROWS: Cell<f64> = const { Cell::new(0.0) };
}

impl Detector for Broken {
    fn entry() -> Entry {
        let ways =
            ["output", "detection", "memory", "evidence", "probability", "level", "instrument", "horizon", "own"];
        Entry::new("broken", "Breaks the contract").param(Param::choice("way", "How", &ways))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let way = setup.text("way").to_owned();
        match way.as_str() {
            "memory" => setup.memory_rows(4),
            "own" => _ = setup.column("own.equity"),
            _ => {}
        }
        let pattern = Pattern::new("pattern", "Any").forward_return(7).evidence("a", "", EvidenceKind::Number);
        let (close, seen) = (setup.column("close"), setup.output("seen", "Rows", "rows"));
        Ok(Broken { way, close, seen, pattern: setup.pattern(pattern), rows: 0.0 })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        self.rows += 1.0;
        ROWS.set(ROWS.get() + 1.0);
        let now = row[self.close] == 3.0;
        let said = Detection::neutral(self.pattern);
        match self.way.as_str() {
            "output" => say.set(self.seen, if now { ROWS.get() } else { 0.0 }),
            "detection" if now && ROWS.get() <= 5.0 => say.detect(said, &[1.0]),
            "memory" => say.set(self.seen, self.rows.min(6.0)),
            "evidence" if now => say.detect(said, &[1.0, 2.0]),
            "probability" if now => say.detect(said.probability(1.5), &[1.0]),
            "level" if now => say.detect(said.stop(f64::INFINITY), &[1.0]),
            "instrument" if now => say.detect(said.instrument(1), &[1.0]),
            "horizon" if now => say.detect(said.horizon(8), &[1.0]),
            _ => {}
        }
    }
}

#[test]
fn what_breaks_the_contract_is_named_with_its_row() {
    let table = |rows: u32| Table::new(rows as usize).column("close", (0..rows).map(f64::from).collect::<Vec<_>>());
    let outside = "what it says depends on the push size, or on something outside the instance";
    for (way, want) in [
        ("output", format!("row 3: output `seen` is 9.0 in one push of 5 rows and 4.0 one row a push; {outside}")),
        ("evidence", "row 3: 2 values of evidence with 1 detections, 1 wanted".into()),
        ("probability", "row 3: the host would not take the detection `pattern`: its probability is 1.5".into()),
        ("level", "row 3: the host would not take the detection `pattern`: its stop is inf".into()),
        ("instrument", "row 3: the host would not take the detection `pattern`: it is of instrument 1 of 1".into()),
        ("horizon", "row 3: the host would not take the detection `pattern`: its horizon is 8, 7 at most".into()),
    ] {
        ROWS.set(0.0);
        assert_eq!(panics(|| harness::detector::<Broken>().param("way", way).open().unwrap().run(&table(5))), want);
    }

    ROWS.set(0.0);
    let detection = panics(|| harness::detector::<Broken>().param("way", "detection").open().unwrap().run(&table(5)));
    assert!(detection.starts_with("row 3: detection `pattern` is not said in one push of 5 rows and"), "{detection}");

    let memory = harness::detector::<Broken>().param("way", "memory").open().unwrap();
    assert_eq!(memory.run(&table(4)).output("seen"), [1.0, 2.0, 3.0, 4.0], "nothing was forgotten yet");
    assert_eq!(
        panics(|| memory.run(&table(5))),
        "row 4: output `seen` is 4.0 when shown the last 4 rows alone and 5.0 when shown all; the plan promises that \
         the last 4 do"
    );

    let own = panics(|| harness::detector::<Broken>().param("way", "own").open());
    let want = "the host would not take the plan: a detector has no account, but its plan reads `own.equity`";
    assert_eq!(own, want);
}

#[test]
fn days_are_known_at_their_end() {
    struct Times(OutputColumn);
    impl Detector for Times {
        fn entry() -> Entry {
            Entry::new("times", "Says the time")
        }
        fn open(setup: &mut Setup) -> Result<Self, Refusal> {
            setup.column("close");
            Ok(Times(setup.output("time", "Seconds since 1970", "s")))
        }
        fn on_row(&mut self, row: &Row, say: &mut Say) {
            say.set(self.0, (row.time() / 1_000_000_000) as f64);
        }
    }
    let opened = harness::detector::<Times>().open().unwrap();
    for (table, want) in [
        (Table::daily(2), [1_704_153_600.0, 1_704_240_000.0]),
        (Table::new(2), [1_704_067_260.0, 1_704_067_320.0]),
        (Table::new(2).times(&[1_000_000_000, 5_000_000_000]), [1.0, 5.0]),
    ] {
        assert_eq!(opened.run(&table.column("close", [1.0, 1.0])).output("time"), want);
    }
}
