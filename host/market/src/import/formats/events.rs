//! `events`: dated texts, a line each, as a table or as JSON lines, by the names of the columns.
//!
//! ```text
//! known_time (announced, declared, published)   when it could be read
//! event_time                                    when it happens
//! time, date                                    either, when the other is not there
//! kind  symbol  title  text  source  value
//! ```
//! With one time alone it is both: a scheduled event (`fomc`, `earnings`) without a column of when it was announced is
//! known only when it happens. Of `event_time` and `time` without more, it is known at the later one. A date alone is the
//! end of that day, in the zone that the user names or in UTC. What a line says beside its times (`value` too) must have
//! been so at its known time. Without a kind it is `news`.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::error::MarketError;
use crate::event::Event;
use crate::import::cells::number;
use crate::import::dates::Dates;
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::{Heading, plain};
use crate::import::named::Sheet;
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Bytes of a text at most: a central bank's minutes have 60,000.
const TEXT_BYTES_MAX: usize = 64 << 10;
/// Bytes of a title at most.
const TITLE_BYTES_MAX: usize = 1 << 10;
/// Bytes of a kind or a source at most.
const WORD_BYTES_MAX: usize = 256;
/// Bytes of a JSON line at most: a text of which every character is escaped, twice.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Words for each field, the surer first; letters and digits alone.
const FIELDS: [&[&str]; 9] = [KNOWN, EVENT, TIME, KIND, SYMBOL, TITLE, TEXT, SOURCE, VALUE];
/// Of these, `TIME`.
const TIME_FIELD: usize = 2;
const KNOWN: &[&str] =
    &["knowntime", "announced", "announcedat", "declared", "declarationdate", "published", "publishedat"];
const EVENT: &[&str] = &["eventtime", "eventdate"];
const TIME: &[&str] = &["time", "datetime", "timestamp", "date", "createdat"];
const KIND: &[&str] = &["kind", "type", "category"];
const SYMBOL: &[&str] = &["symbol", "ticker"];
const TITLE: &[&str] = &["title", "headline", "event"];
const TEXT: &[&str] = &["text", "body", "summary", "content"];
const SOURCE: &[&str] = &["source", "author", "publisher"];
const VALUE: &[&str] = &["value"];
/// Columns that make a table one of bars.
const BARS: &[&str] = &["open", "high", "low", "close"];

pub(crate) struct Events;

impl Format for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn summary(&self) -> &'static str {
        "news and dated texts, CSV or JSON lines: time,kind,symbol,title,text,source,value"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let timed = |has: &dyn Fn(&[&str]) -> bool| has(KNOWN) || has(EVENT) || has(TIME);
        let texts = |has: &dyn Fn(&[&str]) -> bool| (has(TITLE) || has(TEXT)) && !has(BARS);
        let fits = |has: &dyn Fn(&[&str]) -> bool| if timed(has) && texts(has) { Fit::Exact } else { Fit::No };
        if let Some(object) = head.lines().find(|line| !line.trim().is_empty()).and_then(object) {
            return fits(&|names| field(&object, names).is_some());
        }
        match Heading::of_head(head) {
            Some(heading) => fits(&|names| heading.has(names)),
            None => Fit::No,
        }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut dates = Dates::utc_unless(hints.zone.as_ref());
        let head = source.head()?;
        let text = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head.bytes).trim_ascii_start();
        if text.starts_with(b"{") {
            return read_json(source, hints, &mut dates, rows);
        }
        let mut sheet = Sheet::open(source)?;
        let at = FIELDS.map(|names| sheet.heading().find(names));
        let time = sheet.heading().time(TIME);
        while sheet.advance()? {
            let line = sheet.line();
            let event = sheet.whole().and_then(|()| {
                let mut fields = at.map(|at| sheet.text(at).into_owned());
                if let Some(field) = fields.get_mut(TIME_FIELD) {
                    *field = sheet.time(time).into_owned();
                }
                event(fields, hints, &mut dates)
            });
            match event {
                Ok(event) => rows.event(line, event)?,
                Err(reason) => rows.unreadable(line, reason)?,
            }
        }
        Ok(())
    }
}

fn read_json(source: &Source, hints: &Hints, dates: &mut Dates, rows: &mut dyn Rows) -> Result<(), MarketError> {
    let mut reader = BufReader::new(source.open()?);
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        bytes.clear();
        line += 1;
        let read = reader.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut bytes).map_err(source.io())?;
        if read == 0 {
            return Ok(());
        }
        if read as u64 > LINE_BYTES_MAX {
            return Err(source.fail_at(line, format!("the line is longer than {LINE_BYTES_MAX} bytes")));
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let fields = match serde_json::from_str::<Object>(text) {
            Ok(object) => FIELDS.map(|names| field(&object, names).unwrap_or_default()),
            Err(error) => {
                rows.unreadable(line, format!("it is no JSON object: {error}"))?;
                continue;
            }
        };
        match event(fields, hints, dates) {
            Ok(event) => rows.event(line, event)?,
            Err(reason) => rows.unreadable(line, reason)?,
        }
    }
}

fn object(line: &str) -> Option<Object> {
    serde_json::from_str(line.trim_start_matches('\u{feff}')).ok()
}

/// What a JSON object has of `FIELDS`, by names of letters and digits alone.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(Object(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Object {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Object, A::Error> {
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            let name = plain(&key);
            if !FIELDS.iter().any(|names| names.contains(&name.as_str())) {
                continue;
            }
            if self.0.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
            self.0.push((name, value));
        }
        Ok(self)
    }
}

/// The first of these names that the object has, as text; lists and objects are no texts.
fn field(object: &Object, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| object.0.iter().find(|(known, _)| known == name));
    match &found?.1 {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Makes an event of `FIELDS`.
fn event(fields: [String; 9], hints: &Hints, dates: &mut Dates) -> Result<Event, String> {
    let [known, event, time, kind, symbol, title, text, source, value] = fields;
    let mut read = |text: &str| if text.is_empty() { Ok(None) } else { dates.known(text).map(Some) };
    let (known, event, time) = (read(&known)?, read(&event)?, read(&time)?);
    let (event_time, known_time) = match (event, time, known) {
        (Some(event), _, Some(known)) | (None, Some(event), Some(known)) => (event, known),
        (None, None, Some(known)) => (known, known),
        (Some(event), Some(time), None) => (event, event.max(time)),
        (Some(event), None, None) | (None, Some(event), None) => (event, event),
        (None, None, None) => return Err("there is no time".to_owned()),
    };
    if title.is_empty() && text.is_empty() {
        return Err("there is neither a title nor a text".to_owned());
    }
    for (name, said, bytes_max) in [
        ("title", &title, TITLE_BYTES_MAX),
        ("text", &text, TEXT_BYTES_MAX),
        ("kind", &kind, WORD_BYTES_MAX),
        ("source", &source, WORD_BYTES_MAX),
    ] {
        if said.len() > bytes_max {
            return Err(format!("the {name} has {} bytes, {bytes_max} at most", said.len()));
        }
    }
    if title.contains(['\n', '\r']) {
        return Err("the title has more than one line\nhint: what is longer than a line is a text".to_owned());
    }
    let symbol = match (&hints.symbol, symbol.as_str()) {
        (symbol, "") => symbol.clone(),
        (_, symbol) => Some(Symbol::new(&symbol.to_uppercase()).map_err(|error| error.to_string())?),
    };
    let kind = if kind.is_empty() { "news".to_owned() } else { kind.to_lowercase().replace([' ', '-'], "_") };
    let value = number(value.as_bytes()).map_err(|wrong| wrong.in_column("value", value.as_bytes()))?;
    Ok(Event {
        symbol,
        kind,
        event_time: Time(event_time),
        known_time: Time(known_time),
        title,
        text,
        source,
        value: if value.is_nan() { CANONICAL_NAN } else { value },
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::import::heard::{fit, hear, rubbish, try_hear};

    #[test]
    fn one_time_is_both_and_two_are_apart() {
        for (header, times, event, known) in [
            ("time", "2024-01-31T19:00:00Z", "2024-01-31T19:00:00Z", "2024-01-31T19:00:00Z"),
            ("date", "2024-01-31", "2024-02-01", "2024-02-01"),
            ("published", "2024-01-31 10:00", "2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
            ("event_time,known_time", "2024-01-31T19:00:00Z,2023-06-01", "2024-01-31T19:00:00Z", "2023-06-02"),
            ("date,time", "2024-01-31,2:00 PM", "2024-01-31T14:00:00Z", "2024-01-31T14:00:00Z"),
            ("date,announced", "2024-01-31,2023-06-01", "2024-02-01", "2023-06-02"),
            ("event_time,time", "2024-01-31T19:00:00Z,2023-06-01", "2024-01-31T19:00:00Z", "2024-01-31T19:00:00Z"),
            ("event_time,time", "2024-01-31T19:00:00Z,2024-02-01", "2024-01-31T19:00:00Z", "2024-02-02"),
            ("event_time,known_time", "2024-01-31T19:00:00Z,", "2024-01-31T19:00:00Z", "2024-01-31T19:00:00Z"),
        ] {
            let heard = hear(&Events, "a.csv", &format!("{header},kind,event\n{times},FOMC meeting,Rates\n"));
            let [(2, found)] = &heard.events[..] else { panic!("{header}: {:?}", heard.unreadable) };
            assert_eq!(found.event_time, event.parse().unwrap(), "{header} {times}");
            assert_eq!(found.known_time, known.parse().unwrap(), "{header} {times}");
            assert_eq!((found.kind.as_str(), found.title.as_str()), ("fomc_meeting", "Rates"));
            assert!(found.symbol.is_none() && found.value.is_nan());
        }
    }

    #[test]
    fn a_table_and_json_lines_say_the_same() {
        let csv = "Published,Ticker,Headline,Content,Author,Value\n\
            2024-01-03T14:31:00Z,spy,\"Up, \"\"they\"\" say\",\"two\nlines\",ann,1.5\n\
            soon,spy,x,,,\n2024-01-03,spy,,,,\n2024-01-03,s p y,x,,,\n2024-01-03,spy,x,,,1.5.1\n2024-01-03,spy\n";
        let json = "{\"published\":\"2024-01-03T14:31:00Z\",\"ticker\":\"spy\",\"headline\":\"Up, \\\"they\\\" say\",\
            \"content\":\"two\\nlines\",\"author\":\"ann\",\"value\":1.5,\"more\":[1]}\n\n{\"published\":1}\n[]\n{\"pub";
        let heard = hear(&Events, "a.csv", csv);
        let [(2, event)] = &heard.events[..] else { panic!("{:?}", heard.unreadable) };
        assert_eq!(event.symbol.as_ref().map(Symbol::as_str), Some("SPY"));
        assert_eq!((event.kind.as_str(), event.title.as_str()), ("news", "Up, \"they\" say"));
        assert_eq!((event.text.as_str(), event.source.as_str(), event.value), ("two\nlines", "ann", 1.5));
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5, 6, 7, 8]);
        let heard = hear(&Events, "a.jsonl", json);
        assert_eq!(heard.events, [(1, event.clone())]);
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5]);
    }

    #[test]
    fn texts_have_bounds_and_days_a_zone() {
        let text = |title: usize, text: usize| {
            format!("date,title,text\n2024-01-03,{},{}\n", "t".repeat(title), "x".repeat(text))
        };
        assert_eq!(hear(&Events, "a.csv", &text(1024, 65_536)).events.len(), 1);
        for (title, body) in [(1025, 1), (1, 65_537)] {
            let heard = hear(&Events, "a.csv", &text(title, body));
            assert!(heard.events.is_empty() && heard.unreadable[0].1.contains("at most"));
        }
        let long = format!("{{\"date\":\"2024-01-03\",\"title\":\"x\"}}\n{{\"text\":\"{}\"}}", "x".repeat(2 << 20));
        let error = try_hear(&Events, "a.jsonl", &long, &Hints::default()).err().unwrap().to_string();
        assert_eq!(error, "a.jsonl:2: the line is longer than 1048576 bytes");
        let hints =
            Hints { zone: TimeZone::get("America/New_York").ok(), symbol: Symbol::new("QQQ").ok(), ..Hints::default() };
        let heard = try_hear(&Events, "a.csv", &text(1, 1), &hints).unwrap();
        assert_eq!(heard.events[0].1.known_time, "2024-01-04T05:00:00Z".parse().unwrap());
        assert_eq!(heard.events[0].1.symbol, Symbol::new("QQQ").ok());
        assert_eq!(fit(&Events, "a.csv", "date,title,close\n"), Fit::No);
        assert_eq!(fit(&Events, "a.json", "{\"timestamp\":1,\"data\":{}}"), Fit::No);
        rubbish(&Events, "a.csv", "date,title,text\n");
        rubbish(&Events, "a.jsonl", "{\"date\":\"2024-01-03\",\"title\":\"x\"}\n");
        rubbish(&Events, "a.csv", "");
    }
}
