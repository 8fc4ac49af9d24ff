//! The one `Config` of the house, and its name in every cache key.

use std::hash::Hash;
use std::num::NonZeroUsize;

use tapewright_model::{Digest, DigestWriter};
use wasmtime::Config;

/// Counts up when the host would answer the same component differently: part of every key.
pub const HOST_SEMANTICS: u64 = 4;

/// Stack of a guest. Half of a thread's default 2 MiB at most, so that a host function that a deep
/// guest calls still has room; 512 KiB is also what wasmtime itself takes.
const GUEST_STACK_BYTES: usize = 512 * 1024;

/// Frames of a trap's backtrace: enough to name the place, cheap to collect.
const BACKTRACE_FRAMES: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// Every switch that decides what a guest computes or what it costs.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // synchronous calls alone: three times faster [M: 93 against 335 ns]
        .concurrency_support(false)
        // fuel decides what a call may cost, and is the only clock inside one
        .consume_fuel(true)
        // 9 to 14 ns a row on an EMA cross [M]; without it a NaN's bits differ between processors
        .cranelift_nan_canonicalization(true)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .max_wasm_stack(GUEST_STACK_BYTES)
        .wasm_backtrace_max_frames(Some(BACKTRACE_FRAMES))
        // 4 GiB reserved and guarded: smaller brings back bounds checks on every access (1.2 to 1.8 times)
        .memory_reservation(4 << 30);
    config
}

/// Names the engine: configuration, wasmtime's version, target and processor features, and the
/// semantics of this host. Code compiled under one name is never run under another.
pub(crate) fn config_digest(engine: &wasmtime::Engine) -> Digest {
    let mut writer = DigestWriter::new("tapewright engine");
    writer.number(HOST_SEMANTICS);
    engine.precompile_compatibility_hash().hash(&mut writer);
    writer.finish()
}
