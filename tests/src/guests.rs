//! The guests under `tests/guests` and the reference plugins, built once a process into real components.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tapewright_build::{Builder, Install};
use tapewright_engine::{Engine, EngineOptions, Limits, Plugin};
use tapewright_model::{Kind, resolve_params};
use tapewright_replay::Binding;

/// The workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where the build of the workspace goes.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let out = target().join("guests/components");
    let builder = Builder::new(Install::Allowed).expect("a guest toolchain").target_dir(target().join("guests"));
    let packages = [
        "plugin-gex",
        "plugin-trend",
        "plugin-vpa",
        "tapewright-guest-cheats",
        "tapewright-guest-fitted",
        "tapewright-guest-hoarder",
        "tapewright-guest-hostile",
        "tapewright-guest-kit",
        "tapewright-guest-peekers",
    ];
    builder.build(root(), &packages, &out).expect("the guests build");
    out
});

/// The path of a component: of a guest (`cheats`, `fitted`, `hoarder`, `hostile`, `kit`) or of a plugin (`vpa` …).
pub fn path(name: &str) -> PathBuf {
    let package = if ["gex", "trend", "vpa"].contains(&name) { "plugin" } else { "tapewright-guest" };
    BUILT.join(format!("{package}-{name}.wasm"))
}

/// The engine of the tests, with a code cache beside the guests.
pub fn engine() -> Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let code_cache = Some(BUILT.join("code"));
        Engine::new(EngineOptions { code_cache, instances_max: None }).unwrap()
    });
    ENGINE.clone()
}

pub fn load(guest: &str) -> Plugin {
    engine().load(&std::fs::read(path(guest)).unwrap()).unwrap()
}

/// An entry of a guest, bound under its own name.
pub fn bind(plugin: &Plugin, entry: &str, params: &[(&str, &str)]) -> Binding {
    let kinds = [Kind::Detector, Kind::Strategy];
    let find = |kind| {
        let catalog = plugin.catalog(kind, entry, &Limits::default()).unwrap();
        catalog.iter().find(|known| known.name == entry).map(|entry| (kind, entry.clone()))
    };
    let (kind, found) = kinds.into_iter().find_map(find).expect("the entry exists");
    let given: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let params = resolve_params(&found.params, &given).unwrap();
    Binding {
        alias: entry.to_owned(),
        plugin: plugin.clone(),
        kind,
        entry: entry.to_owned(),
        panel: found.panel,
        params,
        limits: Limits::default(),
    }
}
