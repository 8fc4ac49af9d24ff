//! Files that are no plugin, or that no host should compile: refused before they are.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use tapewright_tests::{by_hand, guests, markets};

/// What looks at a file is linear in its bytes; a slow core reads 32 MiB well within this.
const LOOK: Duration = Duration::from_secs(20);

fn refused(bytes: &[u8]) -> String {
    let begun = Instant::now();
    let text = guests::engine().load(bytes).err().expect("it does not load").to_string();
    assert!(begun.elapsed() < LOOK, "{text} took {:?}", begun.elapsed());
    assert!(text.len() < 2_000, "{} bytes", text.len());
    text
}

fn check(bytes: &[u8], expected: Expect) {
    expected.assert_eq(&refused(bytes));
}

/// A component of this contract as far as its names go, with something in it.
fn holding(text: &str) -> Vec<u8> {
    let text =
        format!(r#"(component {text} (instance $none) (export "tapewright:signal/detector@0.1.0" (instance $none)))"#);
    wat::parse_str(text).unwrap()
}

/// A component of one section of types, each an instance's or a component's in the one before.
fn nested(depth: usize, kind: u8) -> Vec<u8> {
    let mut body = vec![1];
    (0..depth).for_each(|_| body.extend([kind, 1, 1]));
    body.extend([kind, 0]);
    let mut bytes = b"\0asm\x0d\0\x01\0\x07".to_vec();
    leb128(&mut bytes, body.len());
    bytes.extend(body);
    bytes
}

fn leb128(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Loops in loops, and in the innermost every local changes.
fn loops(depth: usize, locals: usize) -> String {
    let mut text = format!("(core module (func (local {}) {}", "i32 ".repeat(locals), "loop ".repeat(depth));
    for local in 0..locals {
        write!(text, "(local.set {local} (i32.add (local.get {local}) (i32.const 1)))").unwrap();
    }
    text + &"(br_if 0 (local.get 0)) end ".repeat(depth) + "))"
}

#[test]
fn what_is_too_much_to_look_at_is_refused_unread() {
    check(&vec![0; 100 << 20], expect!["it has 104857600 bytes, 33554432 at most"]);
    let mut custom = by_hand::detector(&[]);
    // a custom section of 100 MB: id 0, its length, a name without letters
    custom.extend([0, 0x81, 0x80, 0x80, 0x30, 0]);
    custom.extend(vec![0; 100 << 20]);
    check(&custom, expect!["it has 104865210 bytes, 33554432 at most"]);
}

#[test]
fn what_would_take_long_to_compile_is_refused_before() {
    check(
        &holding(&format!("(core module {})", "(func)".repeat(100_000))),
        expect!["it has 100000 functions, 50000 at most"],
    );
    check(
        &holding(&loops(300, 300)),
        expect!["it has 54383148 units of compilation work in one function, 30000000 at most"],
    );
    let branches = "block local.get 0 br_if 0 local.get 0 br_if 0 end ".repeat(60_000);
    check(
        &holding(&format!("(core module (func (param i32) {branches}))")),
        expect!["it has 650880254 units of compilation work in one function, 30000000 at most"],
    );
    let table = "0 ".repeat(100_000);
    check(
        &holding(&format!("(core module (func (param i32) local.get 0 br_table {table}))")),
        expect!["it has 200400266 units of compilation work in one function, 30000000 at most"],
    );
    let wide = "i32 ".repeat(1_000);
    let calls = format!(
        r#"(core module (type $t (func (param {wide}) (result {wide}))) (import "a" "b" (func $f (type $t)))
        (func (type $t) {} {}))"#,
        (0..1_000).fold(String::new(), |text, local| text + &format!("local.get {local} ")),
        "call $f ".repeat(2_000)
    );
    check(&holding(&calls), expect!["it has 80013998 units of compilation work in one function, 30000000 at most"]);
    let many = loops(60, 60).replace("(core module", "").trim_end_matches(')').to_owned() + ")";
    check(
        &holding(&format!("(core module {})", many.repeat(2_000))),
        expect!["it has 300113982 units of compilation work, 300000000 at most"],
    );
}

#[test]
fn what_unfolds_is_refused_before() {
    let table = "(table 900000 funcref) ".repeat(2);
    check(&holding(&format!("(core module {table})")), expect!["it has 1800000 elements in tables, 1000000 at most"]);
    check(&holding(&"(core module (memory 256))".repeat(3)), expect!["it has 2 memories, 1 at most"]);
    check(&holding(&"(core module)".repeat(101)), expect!["it has 101 core modules, 100 at most"]);
    check(&holding(&"(component)".repeat(101)), expect!["it has 101 nested components, 100 at most"]);
    check(&nested(100_000, 0x41), expect!["it has 100001 types within types in one section, 100 at most"]);
    check(&nested(5_000_000, 0x42), expect!["it has 5000001 types within types in one section, 100 at most"]);
    let mut deep = Vec::new();
    for _ in 0..200 {
        let mut outer = b"\0asm\x0d\0\x01\0".to_vec();
        if !deep.is_empty() {
            outer.push(4);
            leb128(&mut outer, deep.len());
            outer.extend(deep);
        }
        deep = outer;
    }
    check(&deep, expect!["it has 101 nested components, 100 at most"]);
}

/// WASI 0.2, all of it.
const WASI: [&str; 26] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/stderr",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

#[test]
fn an_import_other_than_the_log_is_refused_by_name() {
    let import = |name: &str| format!(r#"(import "{name}" (instance (export "f" (func))))"#);
    for name in WASI {
        let text = refused(&holding(&import(&format!("{name}@0.2.0"))));
        let first = text.lines().next().unwrap();
        assert_eq!(first, format!("it imports {name}@0.2.0, and a plugin may import nothing but the log"));
        assert!(text.contains("hint: WASI is files, clocks, chance and the network"), "{text}");
    }
    check(
        &holding(&WASI.map(|name| import(&format!("{name}@0.2.0"))).concat()),
        expect![
            "it imports wasi:cli/environment@0.2.0, wasi:cli/exit@0.2.0, wasi:cli/stdin@0.2.0, wasi:cli/stdout@0.2.0, wasi:cli/stderr@0.2.0, wasi:cli/terminal-input@0.2.0, wasi:cli/terminal-output@0.2.0, wasi:clocks/monotonic-clock@0.2.0 and 18 more, and a plugin may import nothing but the log\nhint: WASI is files, clocks, chance and the network, which no plugin is given; often it is a language's runtime that asks, not the plugin: build it without WASI, as `tapewright build` does"
        ],
    );
    check(
        &holding(&import("tapewright:signal/clock@0.1.0")),
        expect!["it imports tapewright:signal/clock@0.1.0, and a plugin may import nothing but the log"],
    );
    check(
        &holding(&import("tapewright:signal/log@0.2.0")),
        expect!["it imports tapewright:signal/log@0.2.0, and a plugin may import nothing but the log"],
    );
    check(&holding(r#"(import "log" (func))"#), expect!["it imports log, and a plugin may import nothing but the log"]);
    check(
        &holding(r#"(import "m" (core module))"#),
        expect!["it imports m, and a plugin may import nothing but the log"],
    );
    let many: String = (0..900).map(|number| import(&format!("a{number}-{}", "x".repeat(200)))).collect();
    check(
        &holding(&many),
        expect![
            "it imports a0-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a1-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a2-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a3-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a4-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a5-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a6-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, a7-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx and 892 more, and a plugin may import nothing but the log"
        ],
    );
    // the log itself, with a function that it does not have, or of another type
    let log = |function: &str| format!(r#"(import "tapewright:signal/log@0.1.0" (instance {function}))"#);
    check(
        &holding(&log(r#"(export "listen" (func (result string)))"#)),
        expect![
            "it does not compile: component imports instance `tapewright:signal/log@0.1.0`, but a matching implementation was not found in the linker: instance export `listen` has the wrong type: function implementation is missing"
        ],
    );
    check(
        &holding(&log(r#"(export "log" (func (param "message" string)))"#)),
        expect![
            "it does not compile: component imports instance `tapewright:signal/log@0.1.0`, but a matching implementation was not found in the linker: instance export `log` has the wrong type: type mismatch with parameters: expected 2-tuple, found 1-tuple"
        ],
    );
}

#[test]
fn an_export_of_another_shape_or_version_is_refused() {
    check(&holding(""), expect!["it exports neither a detector nor a strategy of tapewright:signal@0.1.0"]);
    let export = |name: &str| wat::parse_str(format!(r#"(component (instance $n) (export "{name}" (instance $n)))"#));
    check(
        &export("tapewright:signal/detector@0.2.0").unwrap(),
        expect!["it is built for tapewright:signal/detector@0.2.0, and this host speaks tapewright:signal@0.1.0"],
    );
    check(
        &export("tapewright:signal/detector@1.0.0").unwrap(),
        expect!["it is built for tapewright:signal/detector@1.0.0, and this host speaks tapewright:signal@0.1.0"],
    );
    check(
        &export("tapewright:signal/detector").unwrap(),
        expect!["it is built for tapewright:signal/detector, and this host speaks tapewright:signal@0.1.0"],
    );
    check(
        &export("tapewright:signal/oracle@0.1.0").unwrap(),
        expect!["it exports neither a detector nor a strategy of tapewright:signal@0.1.0"],
    );
    check(
        b"\0asm\x01\0\0\0",
        expect![
            "it is not a WebAssembly component: it is a core module; a component is made from it with `tapewright build`"
        ],
    );
    check(b"#!/bin/sh\n", expect!["it is not a WebAssembly component: it does not begin as WebAssembly does"]);
    check(
        b"\0asm\x0d\0\x02\0",
        expect!["it is not a WebAssembly component: unknown binary version:    0x2000d (at offset 0x4)"],
    );
    check(b"\0asm", expect!["it is not a WebAssembly component: unexpected end-of-file (at offset 0x4)"]);
}

#[test]
fn a_damaged_file_is_refused_or_is_a_plugin_that_stays_in_its_cage() {
    let sound = by_hand::detector(&[]);
    for end in (0..sound.len()).step_by(7) {
        // a cut between two sections leaves a component that only exports nothing
        refused(&sound[..end]);
    }
    let mut random = markets::Random(7);
    let (mut refused, mut walked) = (0, 0);
    for _ in 0..400 {
        let mut flipped = sound.clone();
        let at = random.draw() as usize % flipped.len();
        flipped[at] ^= 1 << (random.draw() % 8);
        match super::calls::walk(&flipped) {
            text if text.starts_with("load: ") => refused += 1,
            _ => walked += 1,
        }
    }
    assert!(refused > 100 && walked > 20, "{refused} refused, {walked} walked");
}
