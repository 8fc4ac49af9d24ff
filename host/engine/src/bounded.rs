//! Lists whose length is checked against a named bound before one element of them is read.

use std::mem::MaybeUninit;

use wasmtime::Result;
use wasmtime::ValRaw;
use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext};
use wasmtime::component::{ComponentType, Lift, WasmList};

/// A returned list of at most `MAX` elements.
pub(crate) struct Bounded<T, const MAX: usize>(pub(crate) Vec<T>);

/// A returned list or text was longer than its bound.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a {what}, {max} at most", what = .what.of(*.len))]
pub(crate) struct Oversized {
    what: What,
    len: usize,
    max: usize,
}

#[derive(Debug, Clone, Copy)]
enum What {
    List,
    Text,
}

impl What {
    fn of(self, len: usize) -> String {
        match self {
            What::List => format!("list of {len} elements"),
            What::Text => format!("text of {len} bytes"),
        }
    }
}

impl Oversized {
    /// The same of a text.
    pub(crate) fn text(len: usize, max: usize) -> Oversized {
        Oversized { what: What::Text, len, max }
    }
}

impl<T, const MAX: usize> Bounded<T, MAX> {
    /// Bytes of host memory that the longest list takes.
    pub(crate) const BYTES_MAX: usize = MAX * size_of::<T>();

    fn check(len: u32) -> Result<()> {
        let len = len as usize;
        if len > MAX { Err(Oversized { what: What::List, len, max: MAX }.into()) } else { Ok(()) }
    }
}

// SAFETY: the representation is that of `list<T>`, and everything but the look at the length is
// done by wasmtime's own implementation for lists. These traits are internal to wasmtime, whose major
// version is pinned; the tests over oversized and wild lists would notice a change.
unsafe impl<T: ComponentType, const MAX: usize> ComponentType for Bounded<T, MAX> {
    type Lower = <[T] as ComponentType>::Lower;
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::POINTER_PAIR;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> Result<()> {
        <[T] as ComponentType>::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl<T: Lift, const MAX: usize> Lift for Bounded<T, MAX> {
    fn linear_lift_from_flat(cx: &mut LiftContext<'_>, ty: InterfaceType, src: &[ValRaw; 2]) -> Result<Self> {
        Self::check(src[1].get_u32())?;
        let list = WasmList::<T>::linear_lift_from_flat(cx, ty, src)?;
        T::linear_lift_list_from_memory(cx, &list).map(Bounded)
    }

    fn linear_lift_from_memory(cx: &mut LiftContext<'_>, ty: InterfaceType, bytes: &[u8]) -> Result<Self> {
        // the pair (pointer, length), little endian
        if let Some(len) = bytes.get(4..8).and_then(|len| len.try_into().ok()) {
            Self::check(u32::from_le_bytes(len))?;
        }
        let list = WasmList::<T>::linear_lift_from_memory(cx, ty, bytes)?;
        T::linear_lift_list_from_memory(cx, &list).map(Bounded)
    }
}

const _: fn() = || {
    // the flat form really is the pair that `linear_lift_from_flat` looks at
    let _: MaybeUninit<<[u8] as ComponentType>::Lower> = MaybeUninit::<[ValRaw; 2]>::uninit();
};
