//! One run as one HTML file that opens anywhere, offline, years later.
//!
//! Promises that the file holds everything it needs and asks the network for nothing, and that no text in
//! the data (names, summaries and faults are written by strangers) can become markup or script: the data
//! lie in a block of JSON without a single `<`, the scripts put texts as text, and the page's own policy
//! forbids whatever is not marked with its nonce. Refuses to know where the figures come from; it computes none.

use std::hash::{DefaultHasher, Hasher};

use serde_json::Value;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const ERRORS: &str = include_str!("page/errors.js");
const LIBRARY: &str = include_str!("../vendor/lightweight-charts/lightweight-charts.standalone.production.js");
/// In the order in which they need each other.
const SCRIPTS: [&str; 9] = [
    include_str!("page/element.js"),
    include_str!("page/table.js"),
    include_str!("page/patterns.js"),
    include_str!("page/marks.js"),
    include_str!("page/canvas.js"),
    include_str!("page/chart.js"),
    include_str!("page/reliability.js"),
    include_str!("page/provenance.js"),
    include_str!("page/page.js"),
];

/// The page of one run.
///
/// `data` is an object; any part of it may be missing and any number null, and is then shown as such:
///
/// - `run`, `begun` (ISO 8601, UTC), `digest` and `key` (hexadecimal);
/// - `patterns`: one object a pattern with its counts, its `hit_rate` between `hit_rate_low` and
///   `hit_rate_high` (95 % Wilson interval), the `base_rate`, all as shares from 0 to 1,
///   `forward_return_mean` as a ratio, `brier`, and `reliability` as bins of stated probability;
/// - `nodes`: `label`, `rows`, `fuel_per_row`, `fault`;
/// - `charts`: `symbol`, `bars` as `[time in UTC seconds, open, high, low, close, volume]`, of which `shown`
///   of `rows`, and `marks`, each on the bar of index `bar`; `symbols_left_out` counts the charts not there;
/// - `provenance`: any object.
#[must_use]
pub fn page(data: &Value) -> String {
    let data = inert(&data.to_string());
    let nonce = nonce(&data);
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + LIBRARY.len() + data.len() + (64 << 10));
    let mut rest = PAGE;
    // one pass over the template: what was put in is never searched for places again
    while let Some((before, (place, after))) =
        rest.split_once("{{").and_then(|(before, from)| Some((before, from.split_once("}}")?)))
    {
        page.push_str(before);
        match place {
            "nonce" => page.push_str(&nonce),
            "style" => page.push_str(STYLE),
            "errors" => page.push_str(ERRORS),
            "library" => page.push_str(LIBRARY),
            "scripts" => page.extend(SCRIPTS),
            _ => page.push_str(&data),
        }
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that HTML reads as plain characters. In JSON these five occur inside strings alone, where an
/// escape means the same.
fn inert(json: &str) -> String {
    let mut inert = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => inert.push_str("\\u003c"),
            '>' => inert.push_str("\\u003e"),
            '&' => inert.push_str("\\u0026"),
            '\u{2028}' => inert.push_str("\\u2028"),
            '\u{2029}' => inert.push_str("\\u2029"),
            _ => inert.push(character),
        }
    }
    inert
}

/// The mark that the page's policy asks of its own style and scripts. It hangs on everything that the page
/// holds, so that equal data give an equal page and no text in the data can name it beforehand.
fn nonce(data: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(data.as_bytes());
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_character_of_the_data_can_end_their_block() {
        let cases = [
            ("</script>", "\\u003c/script\\u003e"),
            ("<!--", "\\u003c!--"),
            ("a&lt;b", "a\\u0026lt;b"),
            ("a\u{2028}b\u{2029}", "a\\u2028b\\u2029"),
            ("plain \u{e9} text", "plain \u{e9} text"),
        ];
        for (text, expected) in cases {
            let written = inert(&json!(text).to_string());
            assert_eq!(written, format!("\"{expected}\""));
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), json!(text));
        }
    }

    #[test]
    fn every_place_of_the_template_is_filled_once() {
        let page = page(&json!({ "run": "{{style}}" }));
        assert_eq!(page.matches("{{").count(), 1, "the data's own braces stay");
        for part in [STYLE, ERRORS, LIBRARY, "{\"run\":\"{{style}}\"}"].iter().chain(&SCRIPTS) {
            assert_eq!(page.matches(part).count(), 1);
        }
    }

    #[test]
    fn no_script_ends_its_own_element() {
        for script in [ERRORS, LIBRARY].iter().chain(&SCRIPTS) {
            let lower = script.to_ascii_lowercase();
            assert!(!lower.contains("</script") && !lower.contains("<!--"));
        }
        assert!(!STYLE.to_ascii_lowercase().contains("</style"));
    }

    #[test]
    fn equal_data_give_an_equal_page_and_other_data_another_nonce() {
        let (one, two) = (json!({ "run": 1 }), json!({ "run": 2 }));
        assert_eq!(page(&one), page(&one));
        assert_ne!(nonce(&one.to_string()), nonce(&two.to_string()));
    }

    #[test]
    fn the_page_asks_the_network_for_nothing() {
        let page = page(&Value::Null);
        for wanted in ["src=", "<link", "@import", "url(", "http-equiv=\"refresh\""] {
            let own = page.replace(LIBRARY, "");
            assert!(!own.contains(wanted), "{wanted}");
        }
        assert!(page.contains("default-src 'none'"));
    }
}
