//! Texts that a guest makes: bounded before they are copied, and cut where people read them.

use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext};
use wasmtime::component::{ComponentType, Lift};
use wasmtime::{Result, ValRaw};

use crate::bounded::Oversized;

/// Bytes of one declared text: a summary, a unit, a reason, a word of a choice, a column.
const TEXT_BYTES_MAX: usize = 4_096;
/// Bytes of a text that become part of a message: what a screen holds.
const SHOWN_BYTES_MAX: usize = 1_024;

/// A returned text of at most 4 KiB.
pub(crate) struct Text(pub(crate) String);

impl Text {
    fn check(len: u32) -> Result<()> {
        let len = len as usize;
        if len > TEXT_BYTES_MAX { Err(Oversized::text(len, TEXT_BYTES_MAX).into()) } else { Ok(()) }
    }
}

// SAFETY: the representation is that of `string`, and everything but the look at the length is done by wasmtime's own
// implementation for strings, as in `bounded.rs`.
unsafe impl ComponentType for Text {
    type Lower = <str as ComponentType>::Lower;
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::POINTER_PAIR;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> Result<()> {
        <str as ComponentType>::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl Lift for Text {
    fn linear_lift_from_flat(cx: &mut LiftContext<'_>, ty: InterfaceType, src: &[ValRaw; 2]) -> Result<Self> {
        Self::check(src[1].get_u32())?;
        String::linear_lift_from_flat(cx, ty, src).map(Text)
    }

    fn linear_lift_from_memory(cx: &mut LiftContext<'_>, ty: InterfaceType, bytes: &[u8]) -> Result<Self> {
        // the pair (pointer, length), little endian
        if let Some(len) = bytes.get(4..8).and_then(|len| len.try_into().ok()) {
            Self::check(u32::from_le_bytes(len))?;
        }
        String::linear_lift_from_memory(cx, ty, bytes).map(Text)
    }
}

/// The beginning of a text, no more than so many bytes of it.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// A text as part of a message.
pub(crate) fn shown(text: &str) -> String {
    let shown = cut(text, SHOWN_BYTES_MAX);
    if shown.len() < text.len() { format!("{shown}…") } else { shown.to_owned() }
}

/// A few names, and how many there are beside them.
pub(crate) fn some(names: &[String]) -> String {
    const NAMES: usize = 8;
    let shown: Vec<&str> = names.iter().take(NAMES).map(|name| cut(name, 100)).collect();
    let rest = names.len().saturating_sub(NAMES);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}
