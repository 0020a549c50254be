#!/bin/sh
# Tests the sandbox with a client outside the workspace (tests/wire). Arguments go to `cargo nextest run`.
set -eu
cd "$(dirname "$0")/.."

# The network under test is the workspace's binary. The target folder is shared: what both builds have in common is
# built once, and the client's own features make artifacts of their own.
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --package wagon --bin wagon
cargo nextest run --manifest-path tests/wire/Cargo.toml --target-dir "$target" "$@"
