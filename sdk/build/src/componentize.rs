//! Module → component.

use std::path::Path;

use wit_component::ComponentEncoder;

use crate::BuildError;
use crate::toolchain::Toolchain;

/// The custom section that names the toolchain, as UTF-8 text.
const SECTION: &str = "tapewright-toolchain";

/// Wraps a module by the worlds that its bindings left in it; only the log may be left as an import.
pub(crate) fn component(module: &Path, toolchain: &Toolchain) -> Result<Vec<u8>, BuildError> {
    let bytes = std::fs::read(module).map_err(|error| BuildError::io(module, error))?;
    let encoded = ComponentEncoder::default().validate(true).module(&bytes).and_then(|mut encoder| encoder.encode());
    let mut component = encoded
        .map_err(|error| BuildError::Componentize { module: module.to_owned(), reason: format!("{error:#}") })?;
    append_section(&mut component, SECTION, toolchain.version().as_bytes());
    Ok(component)
}

/// A custom section: id 0, its size, its name with length, its bytes.
fn append_section(component: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut body = Vec::new();
    leb128(&mut body, name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(content);
    component.push(0);
    leb128(component, body.len());
    component.extend_from_slice(&body);
}

fn leb128(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        out.push(if number == 0 { byte } else { byte | 0x80 });
        if number == 0 {
            return;
        }
    }
}
