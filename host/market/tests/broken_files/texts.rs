//! Bytes that are no lines of text as they should be: marks, line ends, quotes, endless lines, rubbish.

use crate::desk::{broken, gzip};

const HELD: &str = "AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2";

#[test]
fn nothing_is_not_data() {
    for (name, bytes, says) in [
        ("AAA.csv", "", "its form is not known; it begins with nothing: it is empty"),
        ("AAA.csv", " \n\t\n\r\n", "its form is not known; it begins with ` `"),
        ("AAA.csv", "\n\n\n", "its form is not known"),
        ("AAA.csv", "date,close\n", "it holds no row"),
        ("AAA.csv", "date,close", "it holds no row"),
        ("AAA.csv", "\u{feff}", "its form is not known"),
    ] {
        broken(name, bytes).says(&["AAA.csv: ", says]).refused();
    }
    for format in tapewright_market::formats().map(|(name, _)| name) {
        broken("AAA-20151222.csv", "").format(format).says(&["AAA-20151222.csv"]).refused();
    }
}

#[test]
fn a_mark_of_utf_8_is_no_name_and_utf_16_is_no_text() {
    broken("AAA.csv", "\u{feff}date,close\r\n2024-01-03,1\r\n2024-01-04,2\r\n").taken(HELD);
    let text = "date,close\n2024-01-03,1\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&little, &big, &[b"\xff\xfe", &little[..]].concat(), &[b"\xfe\xff", &big[..]].concat()] {
        for bytes in [bytes.clone(), gzip(bytes)] {
            let says = "AAA.csv: its text is UTF-16\nhint: save it as UTF-8";
            broken("AAA.csv", bytes.clone()).says(&[says]).refused();
            for format in ["plain", "stooq", "binance", "chain-csv", "events", "vintages", "quotes"] {
                broken("AAA.csv", bytes.clone()).format(format).says(&[says]).refused();
            }
        }
    }
    broken("AAA.csv", b"date,close\n2024-01-03,1\n2024-01-04,\xa32\n".to_vec())
        .says(&["AAA.csv:3: `\u{fffd}2` in column `close` is not a number"])
        .holds("AAA 1d close|2024-01-04T00:00:00Z 1")
        .refused();
}

#[test]
fn line_ends_may_be_mixed_but_the_first_is_not_a_carriage_return_alone() {
    broken("AAA.csv", "date,close\r\n2024-01-03,1\n2024-01-04,2\r\n").taken(HELD);
    broken("AAA.csv", "date,close\n2024-01-03,1\r\n\r\n\n2024-01-04,2").taken(HELD);
    broken("AAA.csv", "date,close\n2024-01-03,1\r2024-01-04,2\n").taken(HELD);
    let alone = "its first line ends with a carriage return alone\nhint: save it with line feeds";
    for text in ["date,close,x\r2024-01-03,1,2\r2024-01-04,2,3\r", "date,close,x\r2024-01-03,1,2\n2024-01-04,2,3\n"] {
        broken("AAA.csv", text).format("plain").says(&["AAA.csv: ", alone]).refused();
        broken("AAA.csv", text).says(&["AAA.csv: "]).refused();
    }
}

#[test]
fn quotes_that_do_not_match_do_not_move_numbers() {
    broken("AAA.csv", "\"date\",\"close\"\n\"2024-01-03\",\"1\"\n\"2024-01-04\",\"2\"\n").taken(HELD);
    broken("AAA.csv", "date,close\n2024-01-03,1\n2024-01-04,2\n2024-01-05,\"3\n2024-01-08,4\n")
        .says(&["AAA.csv:4: `3\n2024-01-08,4"])
        .holds(HELD)
        .refused();
    broken("AAA.csv", "date,close,note\n2024-01-03,1,\"a, b\nc\"\n")
        .says(&["AAA.csv:2: `a, b\nc` in column `note` is not a number"])
        .holds("")
        .refused();
    let endless = format!("date,close\n2024-01-03,\"{}", "1\n".repeat(1 << 20));
    broken("AAA.csv", endless)
        .says(&["AAA.csv: a line is longer than 1048576 bytes", "a quote is never closed"])
        .refused();
}

#[test]
fn a_line_and_a_header_have_bounds() {
    let columns = format!("date,close,{}\n2024-01-03,1\n", "a,".repeat(10_000_000));
    broken("AAA.csv", columns.clone())
        .says(&["AAA.csv: its form is not known; it begins with a line of more than 65536 bytes"])
        .refused();
    broken("AAA.csv", columns.clone())
        .format("plain")
        .says(&["AAA.csv: a line is longer than 1048576 bytes"])
        .refused();
    broken("AAA.csv", columns).format("chain-csv").says(&["AAA.csv: a line is longer than 1048576 bytes"]).refused();
    let some = (0..12_000).map(|at| format!(",c{at}")).collect::<String>();
    broken("AAA.csv", format!("date,close{some}\n"))
        .format("plain")
        .says(&["AAA.csv: it has 12002 columns, 10000 at most"])
        .refused();
    broken("AAA.csv", format!("date,close{some}\n"))
        .format("quotes")
        .says(&["AAA.csv: it has 12002 columns, 10000 at most"])
        .refused();
    let long = format!("date,close\n2024-01-03,1\n2024-01-04,{}\n", "1".repeat(10 << 20));
    broken("AAA.csv", long).says(&["AAA.csv: a line is longer than 1048576 bytes"]).refused();
    let most = (0..9_998).map(|at| format!(",c{at}")).collect::<String>();
    let wide = format!(
        "date,close{most}\n2024-01-03,1{}\n2024-01-04,2{}\n2024-01-05,x\n",
        ",5".repeat(9_998),
        ",5".repeat(9_998)
    );
    broken("AAA.csv", wide).ends(str::is_empty);
}

#[test]
fn rubbish_is_no_text() {
    let rubbish: Vec<u8> = (0..40_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    broken("AAA.csv", rubbish.clone()).says(&["AAA.csv: its form is not known"]).refused();
    for format in tapewright_market::formats().map(|(name, _)| name) {
        broken("AAA-20151222.csv", rubbish.clone()).format(format).ends(str::is_empty);
        broken("AAA-20151222.csv", [0_u8; 4096]).format(format).ends(str::is_empty);
    }
    broken("AAA.csv", "\u{1b}]0;gone\u{7}\u{1b}[2J")
        .says(&["AAA.csv: its form is not known; it begins with `\u{fffd}]0;gone"])
        .refused();
}
