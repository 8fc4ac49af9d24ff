//! What is looked at before a single byte is compiled: how much there is to compile, and what the
//! component imports and exports.

mod weight;

use std::collections::BTreeSet;

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::error::LoadError;
use crate::{CONTRACT, LOG_INTERFACE};
use weight::not_component;

/// What a component is, as far as its type tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Surface {
    /// Names of imported interfaces that hold more than types.
    pub(crate) imports: Vec<String>,
    /// Names of exported interfaces.
    pub(crate) exports: Vec<String>,
}

/// Bytes of a component at most. A Rust plugin has 60 KB, one with a large library a few MB.
pub const COMPONENT_BYTES_MAX: u64 = 32 << 20;

/// Bounds a file before it is read, hashed or looked at.
pub(crate) fn size(bytes: u64) -> Result<(), LoadError> {
    let max = COMPONENT_BYTES_MAX;
    if bytes > max { Err(LoadError::TooLarge { what: "bytes", count: bytes, max }) } else { Ok(()) }
}

/// Counts, validates and reads the surface.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Surface, LoadError> {
    if !bytes.starts_with(b"\0asm") {
        let reason = "it does not begin as WebAssembly does".to_owned();
        return Err(LoadError::NotComponent { reason });
    }
    weight::count(bytes)?;
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
