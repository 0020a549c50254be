#!/bin/sh
# Installs what the tests need beside Rust: a C compiler, curl, the Baileys peer, the Socket.IO client, the OpenWA SDK, ffmpeg, Postgres, Chromium and
# cargo-nextest. Does nothing twice.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/postgres-bin.sh"
. "$root/scripts/python-venv.sh"

step() { printf '== %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# SQLite and the elliptic curves are C.
install_compiler() {
    if command -v cc >/dev/null; then
        step "C compiler: found"
        return
    fi
    step "C compiler: installing the Debian package"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev
}

# The first start prints curl lines, and a test runs them.
install_curl() {
    if command -v curl >/dev/null; then
        step "curl: found"
        return
    fi
    step "curl: installing the Debian package"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends curl
}

# npm_packages FOLDER NAME: what the folder's lock file names.
npm_packages() {
    cd "$root/$1"
    # npm empties node_modules first, so the mark is only ever beside a complete installation.
    mark=node_modules/.installed-from
    hash=$(sha256sum package-lock.json | cut -d' ' -f1)
    if [ -f "$mark" ] && [ "$(cat "$mark")" = "$hash" ]; then
        step "$2: up to date"
        return
    fi
    step "$2: npm ci"
    npm ci --no-audit --no-fund
    printf '%s\n' "$hash" >"$mark"
}

install_openwa_sdk() {
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        step "Python: installing the Debian packages"
        as_root apt-get update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv
    fi
    step "OpenWA SDK: a virtual environment"
    cd "$root/tests/e2e/openwa_sdk"
    python_venv .venv requirements.txt
}

# Converts media in the OpenWA dialect.
install_ffmpeg() {
    if command -v ffmpeg >/dev/null; then
        step "ffmpeg: found"
        return
    fi
    step "ffmpeg: installing the Debian package"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ffmpeg
}

install_postgres() {
    if postgres_bin >/dev/null; then
        step "Postgres: found in $(postgres_bin)"
        return
    fi
    step "Postgres: installing the Debian package"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql
}

# The page of the sandbox is tested in it.
install_browser() {
    if command -v chromium >/dev/null; then
        step "Chromium: found"
        return
    fi
    step "Chromium: installing the Debian package"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium
}

install_nextest() {
    if command -v cargo-nextest >/dev/null; then
        step "cargo-nextest: found"
        return
    fi
    step "cargo-nextest: building"
    cargo install cargo-nextest --locked
}

install_compiler
install_curl
npm_packages tests/e2e/baileys "Baileys peer"
npm_packages tests/e2e/socket_io "Socket.IO client"
install_openwa_sdk
install_ffmpeg
install_postgres
install_browser
install_nextest
step "ready"
