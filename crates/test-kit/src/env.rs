//! The environment of the test run, read here and nowhere else.

use std::path::{Path, PathBuf};

/// The maintenance database of a running Postgres server, if the run has one.
pub(crate) fn postgres_url() -> Option<String> {
    var("WAGON_TEST_POSTGRES")
}

/// The gateway binary: `WAGON_BIN`, or the one that the same build put beside the test executable.
pub(crate) fn gateway_binary() -> PathBuf {
    let path = var("WAGON_BIN").map_or_else(beside_the_test, PathBuf::from);
    assert!(
        path.is_file(),
        "{} does not exist: build the gateway first (`cargo build -p wagon`) or set WAGON_BIN",
        path.display()
    );
    path
}

/// What child processes may inherit. Anything else could configure them behind the test's back.
pub(crate) fn inherited() -> impl Iterator<Item = (&'static str, String)> {
    ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"]
        .into_iter()
        .filter_map(|name| Some((name, var(name)?)))
}

fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has an executable");
    // target/<profile>/deps/<test>
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("cargo puts tests into a folder of the profile");
    profile
        .join("wagon")
        .with_extension(std::env::consts::EXE_EXTENSION)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is where the kit reads the environment"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
