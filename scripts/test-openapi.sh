#!/bin/sh
# Lints the OpenAPI documents, and has schemathesis try each of its operations against a gateway with a linked
# session in the sandbox: every field at its edges, then what chance makes of all of them. The few cases of chance are the
# same each time, unless the first argument is `long`. Needs a built `wagon`. Further arguments go to schemathesis.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/python-venv.sh"
fuzzing='--max-examples 5 --generation-deterministic'
if [ "${1:-}" = long ]; then
    shift
    fuzzing='--max-examples 200 --generation-database none'
fi
WAGON=${CARGO_TARGET_DIR:-$root/target}/debug/wagon
DOCUMENT=$root/openapi/v1.json

echo '== lint of the OpenAPI documents'
cd "$root/openapi/check"
npm ci --no-audit --no-fund --silent
REDOCLY_TELEMETRY=off node_modules/.bin/redocly lint --config redocly.yaml "$DOCUMENT"
REDOCLY_TELEMETRY=off node_modules/.bin/redocly lint --config redocly-openwa.yaml "$root/openapi/openwa.json"

echo '== schemathesis'
python_venv "$root/openapi/check/.venv" requirements.txt
folder=$(mktemp -d)
API_MASTER_KEY=a-key-for-these-tests-only
export API_MASTER_KEY
"$WAGON" serve --sandbox --data-dir "$folder/data" --log error \
    --listen 127.0.0.1:0 --sandbox-listen 127.0.0.1:0 >"$folder/log" 2>&1 &
gateway=$!
trap 'kill $gateway; wait $gateway || true; rm -rf "$folder"' EXIT

# Calls $4 until its output matches $3, twenty times a second for $2 seconds.
until_there() {
    tries=$(($2 * 20))
    while [ $tries -gt 0 ]; do
        found=$(eval "$4" 2>/dev/null | grep -o "$3" | head -n 1) && [ -n "$found" ] && return
        tries=$((tries - 1))
        sleep 0.05
    done
    echo "waited in vain for $1" >&2
    cat "$folder/log" >&2
    exit 1
}
address() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$folder/data/wagon.addr"; }
call() { curl -s -H "Authorization: Bearer $API_MASTER_KEY" "$@"; }

until_there 'the gateway' 60 http "cat '$folder/data/wagon.addr'"
api=http://$(address http)/api/v1
until_there 'a session' 10 'sess_[0-9A-Z]*' "call --json '{\"start\":true,\"label\":\"shop\"}' $api/sessions"
session=$found
until_there 'a QR code' 30 '2@[^"]*' "call $api/sessions/$session/qr"
curl -s -o /dev/null -d "$found" "http://$(address sandbox)/admin/mock-phone/scan-qr?account=15550000100"
until_there 'the link' 60 '"status":"working"' "call $api/sessions/$session"

# What ends the session or the run's own key is tried by other tests; streams do not end by themselves.
{
    cat schemathesis.toml
    printf '[parameters]\n"path.session" = "%s"\n' "$session"
} >"$folder/schemathesis.toml"
# shellcheck disable=SC2086  # several words
.venv/bin/st --config-file "$folder/schemathesis.toml" run "$DOCUMENT" --url "$api" \
    --header "Authorization: Bearer $API_MASTER_KEY" --request-timeout 60 --continue-on-failure \
    --exclude-operation-id listEvents --exclude-operation-id openRealtime \
    --exclude-operation-id deleteSession --exclude-operation-id logoutSession --exclude-operation-id stopSession \
    --phases coverage,fuzzing $fuzzing --warnings off --no-color \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection,unsupported_method \
    "$@"
