//! The environment of the test run, read here and nowhere else.

use std::path::{Path, PathBuf};

/// The maintenance database of a running Postgres server, if the run has one.
pub(crate) fn postgres_url() -> Option<String> {
    var("TESTS_POSTGRES")
}

/// Whether the run has a Postgres server; panics if it has none and must have one.
pub fn has_postgres() -> bool {
    let found = postgres_url().is_some();
    assert!(
        found || var("TESTS_REQUIRE_POSTGRES").is_none(),
        "TESTS_POSTGRES is not set: run with scripts/with-postgres.sh"
    );
    if !found {
        eprintln!("passed over: TESTS_POSTGRES is not set");
    }
    found
}

/// The gateway binary: `TESTS_BIN`, or the one that the same build put beside the running executable.
pub(crate) fn gateway_binary() -> PathBuf {
    let path = var("TESTS_BIN").map_or_else(beside_the_test, PathBuf::from);
    assert!(
        path.is_file(),
        "{} does not exist: build the gateway first (`cargo build -p wagon`) or set TESTS_BIN",
        path.display()
    );
    path
}

/// The file that gathers which answers of the API the run has seen, if it is to.
pub(crate) fn answers_file() -> Option<PathBuf> {
    var("TESTS_ANSWERS_SEEN").map(PathBuf::from)
}

/// What child processes may inherit. Anything else could configure them behind the test's back.
pub(crate) fn inherited() -> impl Iterator<Item = (&'static str, String)> {
    ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"]
        .into_iter()
        .filter_map(|name| Some((name, var(name)?)))
}

/// Tests run from `target/<profile>/deps`, programs from `target/<profile>`, where the binary is.
fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has an executable");
    let name = Path::new("wagon").with_extension(std::env::consts::EXE_EXTENSION);
    let folder = test.parent().expect("an executable is in a folder");
    let beside = folder.join(&name);
    if beside.is_file() {
        return beside;
    }
    folder.parent().map_or(beside, |profile| profile.join(&name))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is where the kit reads the environment"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
