#!/bin/sh
# What must not be known where. Cargo refuses most of it; this checks the rest of the arrows in ARCHITECTURE.md.
set -eu
cd "$(dirname "$0")/.."

# Below, a cargo that fails would look like one that finds nothing.
cargo metadata --offline --no-deps --format-version 1 >/dev/null

failed=0
# forbid CRATE PATTERN: no normal dependency of CRATE, direct or not, may match.
forbid() {
    found=$(cargo tree --offline -p "$1" -e normal --prefix none -f '{p}' | tail -n +2 | grep -E "^($2) " || true)
    if [ -n "$found" ]; then
        printf '%s must not depend on:\n%s\n' "$1" "$found" >&2
        failed=1
    fi
}

forbid wagon-crash-point '.*'
forbid wagon-domain 'tokio|axum|hyper|sqlx|reqwest|wa[a-z-]*core.*|whatsapp-rust.*'
forbid wagon-engine 'tokio|axum|hyper|sqlx|reqwest|wacore.*|whatsapp-rust.*|wagon-store|wagon-services'
forbid wagon-store 'axum|hyper|wacore.*|whatsapp-rust.*|wagon-engine|wagon-services|wagon-http-kit'
forbid wagon-outbound 'axum|sqlx|wacore.*|whatsapp-rust.*|wagon-store|wagon-services'
forbid wagon-tokens 'axum|sqlx|wacore.*|whatsapp-rust.*|wagon-store|wagon-services'
forbid wagon-delivery 'axum|wacore.*|whatsapp-rust.*|wagon-services|wagon-http-kit|wagon-api-.*'
# They call URLs through wagon-outbound, which has the one HTTP client; a server is none of their business.
forbid wagon-services 'axum|wacore.*|whatsapp-rust.*|wagon-engine-whatsapp|wagon-http-kit|wagon-api-.*'
forbid wagon-openapi 'wacore.*|whatsapp-rust.*|wagon-engine-whatsapp|wagon-api-.*|wagon-realtime'
forbid wagon-api-v1 'wacore.*|whatsapp-rust.*|wagon-engine-whatsapp|wagon-api-openwa|wagon-realtime'
forbid wagon-api-openwa 'wacore.*|whatsapp-rust.*|wagon-engine-whatsapp|wagon-api-v1|wagon-realtime'
forbid wagon-sandbox 'whatsapp-rust.*|wagon-[a-z-]*'

# No check is weakened, neither in the release graph nor, by way of a test, in anything that is built with it.
if cargo tree --offline --workspace -e features --prefix none | grep -E 'danger' >&2; then
    echo 'the workspace has a danger- feature' >&2
    failed=1
fi
# The one package that does weaken a check stays outside.
if cargo metadata --offline --no-deps --format-version 1 | grep -q '"name":"wagon-wire"'; then
    echo 'tests/wire must not be a member of the workspace' >&2
    failed=1
fi
exit $failed
