//! The engine's walls: what does not load, and what a damaged cache may not do.

use expect_test::expect;
use tapewright_engine::{Engine, EngineOptions, Limits, OpenError, Opening, Values};
use tapewright_model::{FaultKind, Kind};
use tapewright_tests::{guests, markets};

fn refused(bytes: &[u8]) -> String {
    guests::engine().load(bytes).err().expect("it does not load").to_string()
}

#[test]
fn what_is_no_plugin_is_refused_by_name() {
    let wat = |text: &str| refused(&wat::parse_str(text).unwrap());
    expect!["it is not a WebAssembly component: it does not begin as WebAssembly does"].assert_eq(&refused(b""));
    expect![
        "it is not a WebAssembly component: it is a core module; a component is made from it with `tapewright build`"
    ]
    .assert_eq(&wat("(module)"));
    expect!["it exports neither a detector nor a strategy of tapewright:signal@0.1.0"].assert_eq(&wat("(component)"));
    let imports = r#"(component
        (import "wasi:cli/environment@0.2.0" (instance (export "get" (func))))
        (import "tapewright:signal/log@0.1.0" (instance))
        (import "tapewright:signal/types@0.1.0" (instance (type (tuple u8)) (export "t" (type (eq 0)))))
        (import "wasi:clocks/wall-clock@0.2.0" (instance (export "now" (func)))))"#;
    expect![[r#"
        it imports wasi:cli/environment@0.2.0, wasi:clocks/wall-clock@0.2.0, and a plugin may import nothing but the log
        hint: WASI is files, clocks, chance and the network, which no plugin is given; often it is a language's runtime that asks, not the plugin: build it without WASI, as `tapewright build` does"#]].assert_eq(&wat(imports));
    expect!["it imports other, and a plugin may import nothing but the log"]
        .assert_eq(&wat(r#"(component (import "other" (func)))"#));
    let version = r#"(component (instance $i) (export "tapewright:signal/detector@0.2.0" (instance $i)))"#;
    expect!["it is built for tapewright:signal/detector@0.2.0, and this host speaks tapewright:signal@0.1.0"]
        .assert_eq(&wat(version));
    let locals = format!("(component (core module (func (local {}))))", "i32 ".repeat(10_001));
    expect!["it has 10001 locals in one function, 10000 at most"].assert_eq(&wat(&locals));
    let functions = format!("(component (core module {}))", "(func)".repeat(50_001));
    expect!["it has 50001 functions, 50000 at most"].assert_eq(&wat(&functions));
    let mut damaged = std::fs::read(guests::path("kit")).unwrap();
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    assert!(refused(&damaged).starts_with("it is not a WebAssembly component: "));
}

#[test]
fn a_damaged_or_foreign_code_file_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let code = folder.path().join("code");
    let engine = || Engine::new(EngineOptions { code_cache: Some(code.clone()), instances_max: None }).unwrap();
    let bytes = std::fs::read(guests::path("hoarder")).unwrap();
    engine().load(&bytes).unwrap();
    let file = std::fs::read_dir(&code).unwrap().next().unwrap().unwrap().path();
    let sound = std::fs::read(&file).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    for (what, damaged) in [
        ("flipped", flipped),
        ("cut", sound[..100].to_vec()),
        ("empty", Vec::new()),
        ("foreign", b"twcode00".repeat(50)),
    ] {
        std::fs::write(&file, damaged).unwrap();
        let plugin = engine().load(&bytes).unwrap();
        assert_eq!(plugin.catalog(Kind::Detector, "hoarder", &Limits::default()).unwrap().len(), 1, "{what}");
        assert_eq!(std::fs::read(&file).unwrap().len(), sound.len(), "{what}: the file is whole again");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&code).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_the_code_cache_out_of_its_folder() {
    use std::os::unix::fs::symlink;
    let around = tempfile::tempdir().unwrap();
    let (home, outside) = (around.path().join("home"), around.path().join("outside"));
    std::fs::create_dir(&home).unwrap();
    std::fs::create_dir(&outside).unwrap();
    let load = || {
        let code_cache = Some(home.join("code"));
        let engine = Engine::new(EngineOptions { code_cache, instances_max: None }).unwrap();
        engine.load(&std::fs::read(guests::path("hoarder")).unwrap()).unwrap();
    };
    let names = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    // the folder: gone without, and its owner's rights are not changed
    symlink("../outside", home.join("code")).unwrap();
    load();
    assert_eq!(names(&outside).len(), 0);
    std::fs::remove_file(home.join("code")).unwrap();
    // a file: what it leads to is not run, though it is sound, and not written to
    load();
    let file = names(&home.join("code")).remove(0);
    std::fs::rename(&file, outside.join("sound")).unwrap();
    symlink("../../outside/sound", &file).unwrap();
    let before = std::fs::metadata(outside.join("sound")).unwrap().modified().unwrap();
    load();
    assert!(file.is_file() && !file.is_symlink(), "it was compiled anew into its own place");
    assert_eq!(std::fs::metadata(outside.join("sound")).unwrap().modified().unwrap(), before);
}

#[test]
fn limits_are_faults_with_names() {
    let plugin = guests::load("hoarder");
    let open = |limits: Limits| {
        let symbols = [markets::symbol("SPY")];
        plugin.open(&Opening {
            plugin: "hoarder",
            kind: Kind::Detector,
            entry: "hoarder",
            symbols: &symbols,
            params: &[],
            artefact: None,
            limits: &limits,
        })
    };
    let push = |limits: Limits, rows: usize| {
        let times: Vec<i64> = (0..rows as i64).collect();
        open(limits)
            .unwrap()
            .push(&times, Values::Flat(&vec![1.0; rows]))
            .map(|output| output.columns.len())
            .map_err(|fault| fault.kind)
    };
    assert_eq!(push(Limits::default(), 3), Ok(3));
    assert_eq!(push(Limits::default(), 100), Err(FaultKind::OutOfMemory));
    let little = Limits { fuel_per_call: 2_000, ..Limits::default() };
    assert!(matches!(open(little), Err(OpenError::Fault(fault)) if fault.kind == FaultKind::OutOfFuel));
}

#[test]
fn an_instance_that_failed_is_not_called_again() {
    let kit = guests::load("kit");
    let binding = guests::bind(&kit, "trap_at", &[("at", "0")]);
    let (symbols, limits) = ([markets::symbol("SPY")], Limits::default());
    let opening = Opening {
        plugin: "trap_at",
        kind: Kind::Detector,
        entry: "trap_at",
        symbols: &symbols,
        params: &binding.params,
        artefact: None,
        limits: &limits,
    };
    let mut instance = kit.open(&opening).unwrap();
    let fault = instance.push(&[1], Values::Flat(&[1.0])).unwrap_err();
    assert_eq!((fault.kind, fault.plugin.as_str(), fault.symbol.as_str()), (FaultKind::Trap, "trap_at", "SPY"));
    assert_eq!(instance.push(&[2], Values::Flat(&[1.0])).unwrap_err().kind, FaultKind::ContractBreach);
    assert_eq!(instance.rows(), 0);
}
