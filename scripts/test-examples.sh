#!/bin/sh
# Runs the examples as the documentation has them, and the sandbox's page in a browser. Needs a built `wagon`.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
WAGON=${CARGO_TARGET_DIR:-$root/target}/debug/wagon
export WAGON

# The commands of the first block after the mark in docs/sandbox.md, as they stand.
commands=$(awk '/^<!-- A test runs these lines/ { marked = 1 }
    block && /^```$/ { exit }
    block
    marked && /^```sh$/ { block = 1 }' "$root/docs/sandbox.md")
[ -n "$commands" ] || {
    echo 'docs/sandbox.md has lost its pytest example' >&2
    exit 1
}
echo '== pytest example'
(cd "$root" && sh -euc "$commands")

echo '== vitest example'
(cd "$root/examples/vitest-bot" && npm install --no-audit --no-fund --no-package-lock --silent && npm test --silent)

echo '== page of the sandbox'
(cd "$root/crates/sandbox/tests/page" && npm ci --no-audit --no-fund --silent && node --test page.test.mjs)
