//! Components from text: `tests/guests/wat/detector.wat` with parts of it replaced, for what Rust cannot say.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The braces of `detector.wat`, and what stands there when nothing else does.
const PARTS: [(&str, &str); 7] =
    [("memory", "2"), ("more", ""), ("realloc", ""), ("catalog", ""), ("open", ""), ("push", ""), ("post", "")];

/// The detector with these of its parts replaced.
///
/// # Panics
///
/// When that is no module, or not one that the contract lets be wrapped.
pub fn detector(parts: &[(&str, &str)]) -> Vec<u8> {
    let path = crate::guests::root().join("tests/guests/wat/detector.wat");
    let mut text = std::fs::read_to_string(path).unwrap();
    for (part, usual) in PARTS {
        let given = parts.iter().find(|(given, _)| *given == part).map_or(usual, |(_, code)| code);
        text = text.replace(&format!("{{{part}}}"), given);
    }
    let mut module = wat::parse_str(&text).unwrap();
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(crate::guests::root().join("wit/signal")).unwrap();
    let world = resolve.select_world(&[package], Some("detector-plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}
