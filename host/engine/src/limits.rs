//! What one instance may use. Bounds are per call and the same for any number of rows.

use tapewright_model::DigestWriter;
use wasmtime::ResourceLimiter;

/// Bounds that are part of what a run is: they enter its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Fuel of one call of an export. The default stops an endless loop after about a tenth of a
    /// second on a fast core [M: 0.19 to 0.40 s on a slow, shared 2.5 GHz one; the `loop` bench prints it].
    pub fuel_per_call: u64,
    /// Linear memory and tables of one instance, in bytes, summed.
    pub memory_bytes: u64,
    /// The most that a plan gets which asks for more than `memory_bytes`: what the user grants.
    pub memory_bytes_granted: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fuel_per_call: 200_000_000, memory_bytes: 64 << 20, memory_bytes_granted: 64 << 20 }
    }
}

impl Limits {
    /// Adds them to a key.
    pub fn write(&self, writer: &mut DigestWriter) {
        writer.number(self.fuel_per_call).number(self.memory_bytes).number(self.memory_bytes_granted);
    }
}

/// Bytes that an element of a table takes in the host, at most.
const TABLE_ELEMENT_BYTES: usize = 16;
/// A component made by any known toolchain has a handful of each.
const PER_STORE_MAX: usize = 64;
/// Memories of one instance. Each takes three or four mappings of the kernel's [M], which is what [`Residency`] counts
/// on; an instance with 60 would take 180, and a few hundred of them the process's last.
///
/// [`Residency`]: crate::Residency
pub(crate) const MEMORIES_MAX: usize = 1;

/// Memory was wanted beyond the bound.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it wanted {wanted} bytes of memory, {max} at most")]
pub(crate) struct MemoryExceeded {
    wanted: u64,
    max: u64,
}

/// Sums over all memories and tables of one store.
pub(crate) struct MemoryMeter {
    used: u64,
    pub(crate) max: u64,
}

impl MemoryMeter {
    pub(crate) fn new(max: u64) -> MemoryMeter {
        MemoryMeter { used: 0, max }
    }

    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// An error rather than a refusal that the guest sees: a refused `memory.grow` becomes whatever the
    /// guest's allocator makes of it, an error is a fault with a name.
    fn grow(&mut self, current: usize, desired: usize, unit: usize) -> wasmtime::Result<bool> {
        let more = (desired.saturating_sub(current) as u64).saturating_mul(unit as u64);
        let wanted = self.used.saturating_add(more);
        if wanted > self.max {
            return Err(MemoryExceeded { wanted, max: self.max }.into());
        }
        self.used = wanted;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, 1)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, TABLE_ELEMENT_BYTES)
    }

    fn instances(&self) -> usize {
        PER_STORE_MAX
    }

    fn tables(&self) -> usize {
        PER_STORE_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}
