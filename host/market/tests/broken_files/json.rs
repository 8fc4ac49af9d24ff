//! JSON: cut, nested, of other types, with keys that stand twice.

use crate::desk::broken;

const HELD: &str = "AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2";

#[test]
fn objects_that_are_no_rows_are_named_by_their_line() {
    let good = "{\"date\":\"2024-01-03\",\"close\":1}\n{\"date\":\"2024-01-04\",\"close\":2}\n";
    for (line, says) in [
        (
            "{\"date\":\"2024-01-05\",\"close\":3",
            "AAA.jsonl:3: it is no flat JSON object: EOF while parsing an object (it is the last line: the file may be cut)",
        ),
        ("{\"date\":\"2024-01-05\",\"close\":[3]}", "AAA.jsonl:3: it is no flat JSON object: invalid type: sequence"),
        (
            "{\"date\":\"2024-01-05\",\"close\":{\"usd\":3}}",
            "AAA.jsonl:3: it is no flat JSON object: invalid type: map",
        ),
        (
            "{\"date\":\"2024-01-05\",\"close\":true}",
            "AAA.jsonl:3: it is no flat JSON object: invalid type: boolean `true`",
        ),
        (
            "{\"date\":\"2024-01-05\",\"close\":3,\"close\":4}",
            "AAA.jsonl:3: it is no flat JSON object: the key `close` stands twice",
        ),
        (
            "{\"date\":\"2024-01-05\",\"close\":3,\"volume\":4}",
            "AAA.jsonl:3: it is no flat JSON object: the first object has no key `volume`",
        ),
        ("{\"date\":\"2024-01-05\",\"close\":NaN}", "AAA.jsonl:3: it is no flat JSON object: expected value"),
        ("{\"date\":\"2024-01-05\",\"close\":1e999}", "AAA.jsonl:3: it is no flat JSON object: number out of range"),
        ("{\"date\":\"2024-01-05\",\"close\":\"3,5\"}", "AAA.jsonl:3: `3,5` in column `close` is not a number"),
        ("{\"date\":\"2024-01-05\",\"close\":null}", "AAA.jsonl:3: AAA: the bar of 2024-01-06T00:00:00Z has no close"),
        ("{\"date\":20240105,\"close\":3}", "AAA.jsonl:3: `20240105` is not a time"),
        ("{\"close\":3}", "AAA.jsonl:3: `` is not a time"),
        ("[1,2]", "AAA.jsonl:3: it is no flat JSON object: invalid type: sequence"),
        ("rubbish", "AAA.jsonl:3: it is no flat JSON object: expected value"),
        ("{\"date\":\"2024-01-05\",\"close\":3} {}", "AAA.jsonl:3: it is no flat JSON object: trailing characters"),
    ] {
        broken("AAA.jsonl", format!("{good}{line}\n")).says(&[says]).holds(HELD).refused();
    }
}

#[test]
fn an_array_that_is_cut_or_nested_gives_no_row() {
    let good = "[{\"date\":\"2024-01-03\",\"close\":1},\n{\"date\":\"2024-01-04\",\"close\":2}";
    broken("AAA.json", format!("{good}]")).taken(HELD);
    broken("AAA.json", good).says(&["AAA.json:2: it ends within its array of objects: it is cut"]).refused();
    broken("AAA.json", format!("{good},\n{{\"date\":\"20"))
        .says(&["AAA.json:3: it ends within its array of objects"])
        .refused();
    broken("AAA.json", format!("{good},\n7]")).says(&["AAA.json:3: `7` where an object should begin"]).refused();
    for (open, format) in
        [("[", "jsonl"), ("{\"a\":", "jsonl"), ("[", "alpaca"), ("{\"bars\":", "alpaca"), ("{\"data\":", "cboe-json")]
    {
        broken("AAA.json", open.repeat(200_000)).format(format).says(&["AAA.json"]).refused();
    }
}

#[test]
fn an_answer_of_alpaca_is_whole_or_refused() {
    let bar = |close: &str| format!("{{\"t\":\"2024-01-03T14:30:00Z\",\"o\":1,\"h\":3,\"l\":1,\"c\":{close},\"v\":5}}");
    let answer = |bars: &str| format!("{{\"bars\":{{\"AAA\":[{bars}]}},\"next_page_token\":null}}");
    for (text, says) in [
        (
            answer(&bar("\"2\"")),
            "AAA.json:1: it is no answer of Alpaca's API: invalid type: string \"2\", expected f64",
        ),
        (answer(&bar("null")), "AAA.json:1: it is no answer of Alpaca's API: invalid type: null, expected f64"),
        (answer(&bar("2,\"c\":3")), "AAA.json:1: it is no answer of Alpaca's API: duplicate field `c`"),
        (
            answer("{\"t\":\"2024-01-03T14:30:00Z\",\"o\":1}"),
            "AAA.json:1: it is no answer of Alpaca's API: missing field `h`",
        ),
        (answer(&bar("2"))[..60].to_owned(), "AAA.json:1: it is no answer of Alpaca's API: EOF"),
        (answer(""), "AAA.json: it is none of Alpaca's forms"),
        (answer(&bar("2")), "AAA.json: its bars are stamped with their start"),
    ] {
        broken("AAA.json", text).format("alpaca").says(&[says]).refused();
    }
}

#[test]
fn events_of_json_say_one_thing_each() {
    let good = "{\"time\":\"2024-01-03T14:31:00Z\",\"title\":\"Up\",\"symbol\":\"AAA\",\"value\":1.5}\n";
    let held = "AAA 2024-01-03T14:31:00Z news: Up 1.5";
    for (line, says) in [
        (
            "{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"A\",\"title\":\"B\"}",
            "a.jsonl:2: it is no JSON object: the key `title` stands twice",
        ),
        (
            "{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"A\",\"Title\":\"B\"}",
            "a.jsonl:2: it is no JSON object: the key `Title` stands twice",
        ),
        ("{\"time\":\"2024-01-03T14:32:00Z\",\"title\":[\"A\"]}", "a.jsonl:2: there is neither a title nor a text"),
        (
            "{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"A\",\"value\":\"much\"}",
            "a.jsonl:2: `much` in column `value` is not a number",
        ),
        ("{\"time\":{},\"title\":\"A\"}", "a.jsonl:2: there is no time"),
        ("{\"time\":\"9999-12-31\",\"title\":\"A\"}", "a.jsonl:2: the time is out of range: 1678 to 2261"),
        ("{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"A\\nB\"}", "a.jsonl:2: the title has more than one line"),
        ("{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"A\",\"symbol\":\"a/b\"}", "a.jsonl:2: `A/B` is not a symbol"),
        ("{\"time\":\"2024-01-03T14:32:00Z\",\"tit", "a.jsonl:2: it is no JSON object: EOF while parsing a string"),
    ] {
        broken("a.jsonl", format!("{good}{line}\n")).says(&[says]).holds(held).refused();
    }
    let title = format!("{good}{{\"time\":\"2024-01-03T14:32:00Z\",\"title\":\"{}\"}}\n", "A".repeat(2_000));
    broken("a.jsonl", title).says(&["a.jsonl:2: the title has 2000 bytes, 1024 at most"]).holds(held).refused();
    let endless = format!("{good}{{\"time\":\"{}", "A".repeat(3 << 20));
    broken("a.jsonl", endless).says(&["a.jsonl:2: the line is longer than 1048576 bytes"]).refused();
}
