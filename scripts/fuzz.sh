#!/bin/sh
# Fuzzes what reads the texts of strangers: each target of `fuzz` for $1 seconds (60). Needs a nightly toolchain and a C++
# compiler; installs cargo-fuzz. Stops at the first input that breaks a rule, and says where it is kept.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}

# Rustup's own proxies honour `+nightly`; a cargo that was found otherwise may not.
toolchain=$(dirname "$(rustup which --toolchain nightly cargo)")
PATH=$toolchain:$PATH
RUSTUP_TOOLCHAIN=nightly
export PATH RUSTUP_TOOLCHAIN
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install cargo-fuzz --locked --quiet
fi

targets=$(cargo fuzz list)
for target in $targets; do
    echo "== $target for $seconds seconds"
    # No sanitizer: there is no unsafe code here, and it would make the build several times as long.
    cargo fuzz run --sanitizer none "$target" -- -max_total_time="$seconds" -max_len=512 -timeout=5 -print_final_stats=1 \
        -dict="fuzz/dictionaries/$target"
done
