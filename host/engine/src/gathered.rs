//! The values of a push: one flat list to the guest, wherever they lie in the host.

use std::mem::MaybeUninit;

use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LowerContext};
use wasmtime::component::{ComponentType, Lower};
use wasmtime::{Result, ValRaw};

/// Values of n rows, column after column.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Already one list.
    Flat(&'a [f64]),
    /// Rows from `at` on of each column; they are copied straight into the guest's memory, without a list in
    /// between, whose making was 9 % of a long push's profile [M].
    Columns {
        /// Of any length that holds the rows.
        columns: &'a [&'a [f64]],
        /// The first row.
        at: usize,
        /// How many.
        rows: usize,
    },
}

impl Values<'_> {
    /// How many values; nothing when a column does not hold the rows.
    pub(crate) fn count(&self) -> Option<usize> {
        match *self {
            Values::Flat(values) => Some(values.len()),
            Values::Columns { columns, at, rows } => {
                let end = at.checked_add(rows)?;
                columns.iter().all(|column| column.len() >= end).then_some(columns.len() * rows)
            }
        }
    }

    /// Asks the guest for room and writes the columns into it.
    fn write<T>(cx: &mut LowerContext<'_, T>, columns: &[&[f64]], at: usize, rows: usize) -> Result<(usize, usize)> {
        let count = columns.len() * rows;
        let start = cx.realloc(0, 0, f64::ALIGN32, count * f64::SIZE32)?;
        for (index, column) in columns.iter().enumerate() {
            let offset = start + index * rows * f64::SIZE32;
            f64::linear_store_list_to_memory(cx, InterfaceType::Float64, offset, &column[at..at + rows])?;
        }
        Ok((start, count))
    }
}

// SAFETY: the representation is that of `list<f64>`. Room comes from wasmtime's own `realloc`, which checks
// what the guest answers; every write goes through wasmtime's own, bounds-checked store of a list.
unsafe impl ComponentType for Values<'_> {
    type Lower = [ValRaw; 2];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::POINTER_PAIR;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> Result<()> {
        <[f64] as ComponentType>::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl Lower for Values<'_> {
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        dst: &mut MaybeUninit<[ValRaw; 2]>,
    ) -> Result<()> {
        match *self {
            Values::Flat(values) => values.linear_lower_to_flat(cx, ty, dst),
            Values::Columns { columns, at, rows } => {
                let (start, count) = Self::write(cx, columns, at, rows)?;
                dst.write([ValRaw::i64(start as i64), ValRaw::i64(count as i64)]);
                Ok(())
            }
        }
    }

    fn linear_lower_to_memory<T>(&self, cx: &mut LowerContext<'_, T>, ty: InterfaceType, offset: usize) -> Result<()> {
        match *self {
            Values::Flat(values) => values.linear_lower_to_memory(cx, ty, offset),
            Values::Columns { columns, at, rows } => {
                let (start, count) = Self::write(cx, columns, at, rows)?;
                *cx.get(offset) = u32::try_from(start)?.to_le_bytes();
                *cx.get(offset + 4) = u32::try_from(count)?.to_le_bytes();
                Ok(())
            }
        }
    }
}
