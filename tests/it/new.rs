//! `tapewright new`: what it makes builds, passes its own test, and runs.

use std::path::Path;
use std::process::{Command, Output};

use tapewright_tests::{guests, hosts};

fn run(folder: &Path, program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    // what one crate compiles serves the others
    let target = guests::target().join("new");
    command.current_dir(folder).args(args).env("TAPEWRIGHT_HOME", folder.join("home")).env("CARGO_TARGET_DIR", target);
    command.output().unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", hosts::stdout(output), hosts::stderr(output));
    hosts::stdout(output)
}

#[test]
fn a_new_crate_builds_passes_its_own_test_and_runs() {
    guests::path("kit"); // the toolchain is there
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("my-detector", "detector"), ("my_strategy", "strategy")] {
        let said = done(&run(folder.path(), hosts::debug(), &["new", name, "--kind", kind]));
        assert!(said.contains("tapewright build"), "{said}");
        let crate_folder = folder.path().join(name);
        done(&run(&crate_folder, env!("CARGO"), &["test", "--quiet"]));
        done(&run(&crate_folder, env!("CARGO"), &["fmt", "--check"]));
        done(&run(folder.path(), hosts::debug(), &["build", name, "--out", "components"]));
        let component = format!("components/{name}.wasm");
        let inspected = done(&run(folder.path(), hosts::debug(), &["inspect", &component]));
        assert!(inspected.contains(&format!("plan of {kind} `{}`", name.replace('-', "_"))), "{inspected}");
        let bars = format!("{name}/bars.csv");
        let ran = done(&run(folder.path(), hosts::debug(), &["run", &component, "--data", &bars]));
        assert!(ran.contains("digest"), "{ran}");
    }
    let reported = done(&run(folder.path(), hosts::debug(), &["report", "1"]));
    assert!(reported.contains("my_detector/"), "{reported}");
    let again = run(folder.path(), hosts::debug(), &["new", "my-detector"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(hosts::stderr(&again).contains("hint: "), "{}", hosts::stderr(&again));
}
