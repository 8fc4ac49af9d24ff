//! What is looked at before a single byte is compiled: how much there is to compile, and what the
//! component imports and exports.

use std::collections::BTreeSet;

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::error::LoadError;
use crate::{CONTRACT, LOG_INTERFACE};

/// Counts that bound the time and memory of a compilation. Cranelift is near linear in code, but not in
/// one function: its register allocator grows faster with locals and body.
const BOUNDS: [(&str, u64); 6] = [
    // a Rust plugin has 60 KB, one with a large library a few MB
    ("bytes", 32 << 20),
    // the largest public components have about 30,000
    ("functions", 50_000),
    ("locals in one function", 10_000),
    ("bytes of code in one function", 1 << 20),
    ("core modules", 100),
    ("nested components", 100),
];

/// What a component is, as far as its type tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Surface {
    /// Names of imported interfaces that hold more than types.
    pub(crate) imports: Vec<String>,
    /// Names of exported interfaces.
    pub(crate) exports: Vec<String>,
}

/// Counts, validates and reads the surface.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Surface, LoadError> {
    count(bytes)?;
    let not_component = |error: wasmparser::BinaryReaderError| LoadError::NotComponent { reason: error.to_string() };
    let mut validator = Validator::new_with_features(features());
    let types = validator.validate_all(bytes).map_err(not_component)?;
    let mut surface = Surface { imports: Vec::new(), exports: Vec::new() };
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(not_component)? {
            // sections of nested modules and components are not the surface
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let name = import.map_err(not_component)?.name.name;
                    let types_only = types.as_ref().component_item_for_import(name).is_some_and(|item| {
                        let ComponentEntityType::Instance(id) = item.ty else { return false };
                        let exports = &types.as_ref()[id].exports;
                        exports.iter().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }))
                    });
                    if !types_only {
                        surface.imports.push(name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    surface.exports.push(export.map_err(not_component)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    surface.check()?;
    Ok(surface)
}

/// What the engine's configuration lets a guest use; everything newer is refused here with its offset.
fn features() -> WasmFeatures {
    WasmFeatures::WASM2 | WasmFeatures::EXTENDED_CONST | WasmFeatures::MULTI_MEMORY | WasmFeatures::COMPONENT_MODEL
}

fn count(bytes: &[u8]) -> Result<(), LoadError> {
    let bound = |at: usize, count: u64| {
        let (what, max) = BOUNDS[at];
        if count > max { Err(LoadError::TooLarge { what, count, max }) } else { Ok(()) }
    };
    let not_component = |error: wasmparser::BinaryReaderError| LoadError::NotComponent { reason: error.to_string() };
    bound(0, bytes.len() as u64)?;
    if !bytes.starts_with(b"\0asm") {
        let reason = "it does not begin as WebAssembly does".to_owned();
        return Err(LoadError::NotComponent { reason });
    }
    let (mut functions, mut modules, mut components) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(not_component)? {
            Payload::Version { encoding: Encoding::Module, range, .. } if range.start == 0 => {
                let reason = "it is a core module; a component is made from it with `tapewright build`".to_owned();
                return Err(LoadError::NotComponent { reason });
            }
            Payload::ModuleSection { .. } => {
                modules += 1;
                bound(4, modules)?;
            }
            Payload::ComponentSection { .. } => {
                components += 1;
                bound(5, components)?;
            }
            Payload::CodeSectionStart { count, .. } => {
                functions += u64::from(count);
                bound(1, functions)?;
            }
            Payload::CodeSectionEntry(body) => {
                bound(3, body.range().len() as u64)?;
                let mut locals = 0;
                for local in body.get_locals_reader().map_err(not_component)? {
                    locals += u64::from(local.map_err(not_component)?.0);
                }
                bound(2, locals)?;
            }
            _ => {}
        }
    }
    Ok(())
}

impl Surface {
    /// Only the log in, at least one kind of this version out.
    pub(crate) fn check(&self) -> Result<(), LoadError> {
        let names: Vec<String> = self.imports.iter().filter(|name| *name != LOG_INTERFACE).cloned().collect();
        let other = |names: &[String]| -> BTreeSet<String> {
            let ours = names.iter().filter(|name| name.starts_with("tapewright:signal/"));
            ours.filter(|name| !name.ends_with(&CONTRACT["tapewright:signal".len()..])).cloned().collect()
        };
        let found: Vec<String> = other(&self.exports).into_iter().collect();
        if !found.is_empty() {
            return Err(LoadError::Version { found });
        }
        if !names.is_empty() {
            return Err(LoadError::Imports { names });
        }
        let kinds = ["detector", "strategy"].map(crate::interface);
        if !self.exports.iter().any(|name| kinds.contains(name)) {
            return Err(LoadError::NoKind);
        }
        Ok(())
    }
}

/// The toolchain that a component names in its custom section `tapewright-toolchain`; at most 200
/// characters of it.
#[must_use]
pub fn toolchain(bytes: &[u8]) -> Option<String> {
    let sections = Parser::new(0).parse_all(bytes).map_while(Result::ok);
    let named = sections.filter_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == "tapewright-toolchain" => Some(section.data()),
        _ => None,
    });
    let text = String::from_utf8_lossy(named.last()?).into_owned();
    Some(text.chars().filter(|c| !c.is_control()).take(200).collect())
}
