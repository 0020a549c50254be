#!/bin/sh
# Passes all tests; installs what they need first. Arguments go to `cargo nextest run`.
set -eu
cd "$(dirname "$0")/.."

scripts/test-setup.sh
# The end-to-end tests run the real binary, which a test build alone does not make.
cargo build --package wagon --bin wagon
cargo test --workspace --doc --quiet
TESTS_REQUIRE_POSTGRES=1
TESTS_ANSWERS_SEEN=$(mktemp)
export TESTS_REQUIRE_POSTGRES TESTS_ANSWERS_SEEN
trap 'rm -f "$TESTS_ANSWERS_SEEN"' EXIT
# `--workspace` would win over a package that is named.
case " $* " in
*" -p "* | *" --package "*) everything= ;;
*) everything=--workspace ;;
esac
# shellcheck disable=SC2086 # nothing rather than an empty argument
scripts/with-postgres.sh cargo nextest run $everything "$@"
case " $* " in
*" -p "* | *" --package "* | *" -E "*) ;; # somebody works on one part
*)
    scripts/check-answers.py "$TESTS_ANSWERS_SEEN"
    scripts/test-examples.sh
    scripts/test-openapi.sh
    ;;
esac
if [ $# -eq 0 ]; then
    scripts/test-wire.sh
fi
