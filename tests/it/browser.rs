//! The report page in a real browser: it draws what it was given, and strangers' texts stay texts.

use serde_json::{Value, json};
use tapewright_model::Digest;
use tapewright_report::page;
use tapewright_tests::browser;

const HOSTILE: &str = "</script><script>document.documentElement.dataset.owned = 'true'</script>";
const HOSTILE_IMAGE: &str = "<img src=x onerror=\"document.documentElement.dataset.owned = 'true'\">";

/// False where there is no browser: said aloud, and a failure where everything has to run.
fn there_is_a_browser() -> bool {
    let there = browser::chromium().is_some();
    assert!(there || std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no browser in CI");
    if !there {
        println!("skipped: no chromium; install one or set TAPEWRIGHT_CHROMIUM");
    }
    there
}

fn opened(page: &str, fragment: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, page).unwrap();
    browser::open(&path, fragment, 1000, 900, None)
}

/// The value of an attribute of the root element.
fn root_attribute<'a>(dom: &'a str, name: &str) -> &'a str {
    let root = dom.split_once("<html").unwrap().1.split_once('>').unwrap().0;
    let from = root.split_once(&format!(" {name}=\"")).map_or("", |(_, from)| from);
    from.split_once('"').map_or("", |(value, _)| value)
}

/// What the browser made of the page outside the elements that hold the data, the style and the scripts.
fn drawn(dom: &str) -> String {
    let mut drawn = String::new();
    let mut rest = dom;
    while let Some((before, element)) = rest.split_once("<script") {
        drawn.push_str(before);
        rest = element.split_once("</script>").map_or("", |(_, after)| after);
    }
    drawn + rest
}

fn bars(count: i64) -> Vec<Value> {
    let day = |at: i64| 1_700_006_400 + at * 86_400;
    (0..count).map(|at| json!([day(at), 10.0 + at as f64, 12.0 + at as f64, 9.0, 11.0 + at as f64, 1000])).collect()
}

fn mark(bar: usize, pattern: &str, direction: i64, label: &str) -> Value {
    json!({ "bar": bar, "plugin": HOSTILE, "pattern": pattern, "direction": direction, "strength": 0.5,
        "label": label, "forward_return": null })
}

fn hostile() -> Value {
    json!({
        "run": 7, "begun": "2026-01-02T03:04:05Z", "digest": null, "key": "0123456789abcdef",
        "patterns": [{ "plugin": HOSTILE, "pattern": HOSTILE_IMAGE, "summary": "\" onmouseover=\"x",
            "rule": HOSTILE_IMAGE,
            "horizon": "10 rows", "detections": 3, "hit_rate": 0.5, "hit_rate_low": 0.2, "hit_rate_high": 0.8,
            "base_rate": null, "brier": 0.2, "reliability": [{ "low": 0.5, "high": 0.6, "stated": 0.55, "count": 10,
            "hits": 4, "observed": 0.4, "observed_low": 0.17, "observed_high": 0.69 }] }],
        "nodes": [{ "label": HOSTILE_IMAGE, "rows": 5, "fuel_per_row": 1.5, "fault": HOSTILE }],
        "charts": [
            { "symbol": HOSTILE_IMAGE, "rows": 9, "shown": 5, "bars": bars(5), "marks": [
                mark(0, HOSTILE_IMAGE, 1, "hit"), mark(2, HOSTILE_IMAGE, -1, "miss"), mark(2, "other", 0, HOSTILE)] },
            { "symbol": "SYN02", "rows": 30, "shown": 30, "bars": bars(30),
                "marks": [mark(29, "other", 1, "pending")] },
        ],
        "symbols_left_out": 2,
        "provenance": { HOSTILE_IMAGE: { "nested": [HOSTILE, null, {}] } },
    })
}

#[test]
fn a_page_of_hostile_texts_draws_them_as_texts() {
    if !there_is_a_browser() {
        return;
    }
    let dom = opened(&page(&hostile()), "");
    for (name, expected) in
        [("data-ready", "true"), ("data-errors", "0"), ("data-marks", "3"), ("data-bars", "5"), ("data-owned", "")]
    {
        assert_eq!(root_attribute(&dom, name), expected, "{name}");
    }
    let drawn = drawn(&dom);
    assert!(drawn.contains("&lt;img src=x onerror="), "the name is there to read");
    assert!(drawn.contains("&lt;/script&gt;&lt;script&gt;"), "the fault is there to read");
    assert!(drawn.contains("The last 5 of 9 rows are drawn."));
    assert!(!drawn.contains("<img") && !drawn.contains("onmouseover=\"x\""));
    assert_eq!(dom.matches("<script").count(), 4, "the page's own scripts and its data");
}

#[test]
fn the_fragment_chooses_the_chart() {
    if !there_is_a_browser() {
        return;
    }
    let dom = opened(&page(&hostile()), "symbol=SYN02");
    let found = ["data-ready", "data-errors", "data-marks", "data-bars"].map(|name| root_attribute(&dom, name));
    assert_eq!(found, ["true", "0", "1", "30"]);
}

/// Clicks a header twice, unchecks a pattern, then clicks the last thing said; notes what is there after each.
const CLICKS: &str = r##"
    const note = (name, value) => { document.documentElement.dataset[name] = value; };
    const first = () => document.querySelector("#patterns-table tbody .name").textContent;
    const head = [...document.querySelectorAll("#patterns-table th button")].find((one) => one.textContent === "rate");
    head.click();
    note("largest", first());
    head.click();
    note("smallest", first());
    document.querySelector(".filter input").click();
    note("left", document.documentElement.dataset.marks);
    document.querySelector(".said .link").click();
    note("readout", document.querySelector(".readout").textContent);
"##;

#[test]
fn clicks_sort_filter_and_show() {
    if !there_is_a_browser() {
        return;
    }
    let pattern = |name: &str, rate: Option<f64>| json!({ "plugin": "a", "pattern": name, "hit_rate": rate });
    let said = |bar, name| json!({ "bar": bar, "plugin": "a", "pattern": name, "direction": -1, "label": "miss" });
    let rates = [("none", None), ("low", Some(0.1)), ("high", Some(0.9)), ("mid", Some(0.5))];
    let quiet = page(&json!({
        "patterns": rates.map(|(name, rate)| pattern(name, rate)),
        "charts": [{ "symbol": "A", "rows": 30, "shown": 30, "bars": bars(30),
            "marks": [said(3, "one"), said(5, "two"), said(9, "two"), said(12, "one")] }],
    }));
    let nonce = quiet.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
    let clicks = format!("<script type=\"module\" nonce=\"{nonce}\">{CLICKS}</script></body>");
    let dom = opened(&quiet.replace("</body>", &clicks), "");
    let found = ["data-largest", "data-smallest", "data-left"].map(|name| root_attribute(&dom, name));
    assert_eq!(found, ["a/high", "a/low", "2"]);
    let readout = root_attribute(&dom, "data-readout");
    assert!(readout.contains("2023-11-24") && readout.contains("▼ a/two, miss"), "{readout}");
    assert_eq!(root_attribute(&dom, "data-errors"), "0");
}

#[test]
fn a_page_of_odd_data_is_drawn_without_an_error() {
    if !there_is_a_browser() {
        return;
    }
    let same_second =
        json!([[5, 1, 2, 0.5, 1.5, null], [5, 1, 2, 0.5, 1.5, null], [1e300, null, null, null, null, null], null]);
    let on_missing = json!([mark(2, "other", 1, "hit"), mark(1, "other", 1, "hit"), mark(99, "other", 1, "hit")]);
    let cases = [
        (Value::Null, "0", "0"),
        (json!({ "patterns": [{}], "nodes": [{}], "charts": [], "provenance": { "a": null } }), "0", "0"),
        (json!({ "charts": [{ "symbol": "A", "rows": 0, "shown": 0, "bars": [], "marks": [] }] }), "0", "0"),
        (
            json!({ "charts": [{ "symbol": "A", "rows": 3, "shown": 3, "bars": same_second, "marks": on_missing }] }),
            "2",
            "1",
        ),
    ];
    for (data, bars, marks) in cases {
        let dom = opened(&page(&data), "");
        let found = ["data-ready", "data-errors", "data-bars", "data-marks"].map(|name| root_attribute(&dom, name));
        assert_eq!(found, ["true", "0", bars, marks], "{data}");
    }
}

#[test]
fn the_vendored_script_is_the_one_that_was_written_down() {
    let script =
        include_bytes!("../../host/report/vendor/lightweight-charts/lightweight-charts.standalone.production.js");
    let written = include_str!("../../host/report/vendor/lightweight-charts/README.md");
    let digest = Digest::of_file(script).to_string();
    assert!(written.contains(&digest), "the README names another checksum than {digest}");
}
