//! How many instances may be resident: each takes four mappings, and a process that runs out of
//! mappings dies. So history runs in waves.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Mappings that wasmtime takes for one instance [M].
const MAPPINGS_PER_INSTANCE: usize = 4;
/// Mappings left to everything else in the process.
const MAPPINGS_SPARE: usize = 8_192;
/// Where the kernel says nothing: its default of 65,530 mappings, less the spare ones.
const INSTANCES_DEFAULT: usize = (65_530 - MAPPINGS_SPARE) / MAPPINGS_PER_INSTANCE;

/// Counts resident instances. Units of work wait for room up to three quarters of the bound; what is
/// left is for rebuilds, which must not wait for the very unit that they serve.
#[derive(Debug)]
pub struct Residency {
    max: usize,
    resident: Mutex<usize>,
    freed: Condvar,
}

/// Room for some instances, given back when dropped.
#[derive(Debug)]
pub struct Seats {
    residency: Arc<Residency>,
    count: usize,
}

/// More instances than may ever be resident.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{wanted} instances at once, {max} at most (the kernel's vm.max_map_count bounds them)")]
pub struct TooManyInstances {
    /// How many.
    pub wanted: usize,
    /// The bound.
    pub max: usize,
}

impl Residency {
    /// A bound from the kernel's limit on mappings, or the given one.
    #[must_use]
    pub fn new(max: Option<usize>) -> Arc<Residency> {
        let max = max.unwrap_or_else(|| {
            let text = std::fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
            let mappings: Option<usize> = text.trim().parse().ok();
            mappings
                .map_or(INSTANCES_DEFAULT, |mappings| mappings.saturating_sub(MAPPINGS_SPARE) / MAPPINGS_PER_INSTANCE)
        });
        Arc::new(Residency { max: max.max(4), resident: Mutex::new(0), freed: Condvar::new() })
    }

    /// Waits for room for a unit of work.
    ///
    /// # Errors
    /// When the unit alone is larger than three quarters of the bound.
    pub fn reserve(self: &Arc<Self>, count: usize) -> Result<Seats, TooManyInstances> {
        let max = self.max / 4 * 3;
        if count > max {
            return Err(TooManyInstances { wanted: count, max });
        }
        let mut resident = self.resident.lock().unwrap_or_else(PoisonError::into_inner);
        while *resident + count > max {
            resident = self.freed.wait(resident).unwrap_or_else(PoisonError::into_inner);
        }
        *resident += count;
        Ok(Seats { residency: Arc::clone(self), count })
    }

    /// Takes room for a rebuild, at once or not at all.
    ///
    /// # Errors
    /// When the bound is reached.
    pub fn reserve_now(self: &Arc<Self>, count: usize) -> Result<Seats, TooManyInstances> {
        let mut resident = self.resident.lock().unwrap_or_else(PoisonError::into_inner);
        if *resident + count > self.max {
            return Err(TooManyInstances { wanted: *resident + count, max: self.max });
        }
        *resident += count;
        Ok(Seats { residency: Arc::clone(self), count })
    }
}

impl Drop for Seats {
    fn drop(&mut self) {
        let mut resident = self.residency.resident.lock().unwrap_or_else(PoisonError::into_inner);
        *resident = resident.saturating_sub(self.count);
        self.residency.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_waits_for_room_and_a_rebuild_does_not() {
        let residency = Residency::new(Some(8));
        assert!(residency.reserve(7).is_err());
        let unit = residency.reserve(6).unwrap();
        let rebuild = residency.reserve_now(2).unwrap();
        assert!(residency.reserve_now(1).is_err());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| residency.reserve(1).map(drop));
            drop((unit, rebuild));
            assert!(waiting.join().unwrap().is_ok());
        });
        assert_eq!(*residency.resident.lock().unwrap(), 0);
    }
}
