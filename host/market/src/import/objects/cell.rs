//! The values of one flat JSON object as cells.
//!
//! Promises that a value is a number, a text or nothing; truth values and nested ones are refused.

use std::fmt;
use std::io::Write;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// The keys of an object, in their order.
pub(super) fn names(object: &[u8]) -> Result<Vec<String>, String> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while let Some((name, IgnoredAny)) = map.next_entry()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde_json::Deserializer::from_slice(object).deserialize_map(Names).map_err(|error| error.to_string())
}

/// Puts each value into the cell of its name.
pub(super) fn read(object: &[u8], names: &[String], cells: &mut [Vec<u8>]) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_slice(object);
    json.deserialize_map(Row { names, cells })
        .and_then(|()| json.end())
        // the object's own lines are not those of the file
        .map_err(|error| error.to_string().split(" at line ").next().unwrap_or_default().to_owned())
        .map_err(|reason| format!("it is no flat JSON object: {reason}"))
}

struct Row<'a> {
    names: &'a [String],
    cells: &'a mut [Vec<u8>],
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut next = 0;
        while let Some(at) = map.next_key_seed(Key { names: self.names, next })? {
            next = at + 1;
            let cell = self.cells.get_mut(at).ok_or_else(|| A::Error::custom("it has too many keys"))?;
            if !cell.is_empty() {
                let name = self.names.get(at).map_or("", String::as_str);
                return Err(A::Error::custom(format!("the key `{name}` stands twice")));
            }
            map.next_value_seed(Cell(cell))?;
        }
        Ok(())
    }
}

/// The place of a key; most objects have theirs in one order.
struct Key<'a> {
    names: &'a [String],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = usize;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<usize, E> {
        if self.names.get(self.next).is_some_and(|name| name == key) {
            return Ok(self.next);
        }
        let at = self.names.iter().position(|name| name == key);
        at.ok_or_else(|| E::custom(format!("the first object has no key `{key}`")))
    }
}

struct Cell<'a>(&'a mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Cell<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a text")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        write!(self.0, "{number}").map_err(E::custom)
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        write!(self.0, "{number}").map_err(E::custom)
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // the shortest text that reads back as this number
        write!(self.0, "{number}").map_err(E::custom)
    }
}
