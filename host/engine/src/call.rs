//! One call into a guest: fuel before it, the meaning of its failure after it.

use tapewright_model::{Digest, Fault, FaultKind};
use wasmtime::component::{ComponentNamedList, Func, Instance, InstancePre, Lift, Lower, TypedFunc};
use wasmtime::{Store, StoreContextMut, Trap};

use crate::bounded::Oversized;
use crate::limits::{Limits, MemoryExceeded, MemoryMeter};
use crate::text::{cut, shown};
use crate::wire;

/// Lines of one call that are kept.
const LOG_LINES_MAX: u32 = 64;
/// Bytes of all lines of one instance that are kept: a line on each of a million rows would be 4 GiB.
const LOG_BYTES_MAX: usize = 16 << 20;
/// Bytes of one line that are kept.
const LOG_LINE_BYTES_MAX: usize = 4_096;
/// What a line costs beside its bytes. A host call takes about 100 ns [M], as much as this fuel.
const LOG_FUEL: u64 = 200;

/// Whose instance it is: every fault and every logged line carries it.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) plugin: String,
    pub(crate) digest: Digest,
    pub(crate) symbol: String,
}

/// What a store holds for the host.
pub(crate) struct Host {
    pub(crate) owner: Owner,
    pub(crate) memory: MemoryMeter,
    log_lines: u32,
    log_bytes: usize,
    /// The last line that this call logged as an error: the text of a panic.
    last_error: String,
}

impl Host {
    pub(crate) fn new(owner: Owner, limits: &Limits) -> Host {
        Host {
            owner,
            memory: MemoryMeter::new(limits.memory_bytes),
            log_lines: 0,
            log_bytes: 0,
            last_error: String::new(),
        }
    }
}

#[derive(wasmtime::component::ComponentType, wasmtime::component::Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "wasmtime's derived lifting makes cases from their number")]
pub(crate) enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

/// The guest's one import.
pub(crate) fn log(mut store: StoreContextMut<'_, Host>, (level, message): (Level, String)) -> wasmtime::Result<()> {
    let cost = LOG_FUEL + message.len() as u64;
    let left = store.get_fuel()?.checked_sub(cost).ok_or(Trap::OutOfFuel)?;
    store.set_fuel(left)?;
    let host = store.data_mut();
    let line = cut(&message, LOG_LINE_BYTES_MAX);
    // the last one may be what a panic has to say: it is remembered even where it is not kept
    if let Level::Error = level {
        line.clone_into(&mut host.last_error);
    }
    host.log_lines += 1;
    if host.log_lines > LOG_LINES_MAX || host.log_bytes > LOG_BYTES_MAX {
        return Ok(());
    }
    host.log_bytes += line.len();
    let (plugin, symbol) = (host.owner.plugin.as_str(), host.owner.symbol.as_str());
    if host.log_bytes > LOG_BYTES_MAX {
        tracing::warn!(plugin, symbol, "it has logged {LOG_BYTES_MAX} bytes, and is not heard from here on");
        return Ok(());
    }
    match level {
        Level::Debug => tracing::debug!(target: "plugin", plugin, symbol, "{line}"),
        Level::Info => tracing::info!(target: "plugin", plugin, symbol, "{line}"),
        Level::Warn => tracing::warn!(target: "plugin", plugin, symbol, "{line}"),
        Level::Error => tracing::error!(target: "plugin", plugin, symbol, "{line}"),
    }
    Ok(())
}

/// Bounds one call and tells what its failure means.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a mut Store<Host>,
    pub(crate) fuel: u64,
    pub(crate) export: &'static str,
}

impl Call<'_> {
    /// Checks the signature and makes the call; `host_bytes` bounds what its answer may take here.
    pub(crate) fn checked<P, R>(&mut self, func: Func, params: P, host_bytes: usize) -> Result<R, Fault>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift + 'static,
    {
        let typed = func
            .typed::<P, R>(&*self.store)
            .map_err(|error| self.breach(format!("its type is not the contract's: {error:#}")))?;
        self.store.set_hostcall_fuel(host_bytes);
        self.make(&typed, params)
    }

    /// Makes the call. Only fuel is set; everything else was set before.
    #[inline]
    pub(crate) fn make<P, R>(&mut self, func: &TypedFunc<P, R>, params: P) -> Result<R, Fault>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift + 'static,
    {
        let host = self.store.data_mut();
        host.log_lines = 0;
        // what an earlier call got over is not what this one dies of
        host.last_error.clear();
        let result = self.store.set_fuel(self.fuel).and_then(|()| func.call(&mut *self.store, params));
        result.map_err(|error| self.fault(&error))
    }

    /// Makes the instance; a start function runs on the same fuel as any call.
    pub(crate) fn instantiate(&mut self, pre: &InstancePre<Host>) -> Result<Instance, Fault> {
        let result = self.store.set_fuel(self.fuel).and_then(|()| pre.instantiate(&mut *self.store));
        result.map_err(|error| self.fault(&error))
    }

    /// Fuel that the last call used.
    #[inline]
    pub(crate) fn fuel_used(&self) -> u64 {
        self.fuel.saturating_sub(self.store.get_fuel().unwrap_or(0))
    }

    pub(crate) fn breach(&self, detail: String) -> Fault {
        self.named(FaultKind::ContractBreach, detail)
    }

    /// What the guest itself calls a fault.
    pub(crate) fn guest(&self, fault: &wire::Fault) -> Fault {
        let kind = match fault.kind {
            wire::FaultKind::NotOpen => "not open",
            wire::FaultKind::Shape => "shape",
            wire::FaultKind::Data => "data",
            wire::FaultKind::Internal => "internal",
        };
        self.named(FaultKind::GuestError, format!("{kind}: {}", fault.detail.0))
    }

    fn named(&self, kind: FaultKind, detail: String) -> Fault {
        let owner = &self.store.data().owner;
        Fault {
            kind,
            plugin: owner.plugin.clone(),
            digest: owner.digest,
            export: self.export,
            symbol: owner.symbol.clone(),
            row: None,
            detail: shown(&detail),
        }
    }

    fn fault(&mut self, error: &wasmtime::Error) -> Fault {
        let said = std::mem::take(&mut self.store.data_mut().last_error);
        if let Some(exceeded) = error.downcast_ref::<MemoryExceeded>() {
            return self.named(FaultKind::OutOfMemory, exceeded.to_string());
        }
        if let Some(oversized) = error.downcast_ref::<Oversized>() {
            return self.named(FaultKind::OversizedOutput, oversized.to_string());
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => self.named(FaultKind::OutOfFuel, format!("more than {} in one call", self.fuel)),
            Some(trap) => {
                let detail = if said.is_empty() { trap.to_string() } else { said };
                self.named(FaultKind::Trap, detail)
            }
            None => self.breach(error.root_cause().to_string()),
        }
    }
}
