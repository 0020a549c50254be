#!/bin/sh
# with-postgres.sh CMD…: runs CMD with TESTS_POSTGRES naming a throw-away Postgres server, which ends with it.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: $0 CMD…" >&2
    exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/postgres-bin.sh"
bin=$(postgres_bin) || { echo "no Postgres found: run scripts/test-setup.sh" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/wagon-postgres.XXXXXX")
log=$dir/server.log

# Postgres refuses to run as root.
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$dir"
    run() { setpriv --reuid=postgres --regid=postgres --clear-groups env -C "$dir" "$@"; }
else
    run() { "$@"; }
fi

started=false
clean_up() {
    status=$?
    trap - EXIT INT TERM HUP
    if $started; then run "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true; fi
    rm -rf "$dir"
    exit $status
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

run "$bin/initdb" -D "$dir/data" -U wagon -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 \
    || { cat "$dir/initdb.log" >&2; exit 1; }

# Another process may take the port between the choice and the start, hence more than one try.
for _ in 1 2 3 4 5; do
    port=$(shuf -i 20000-32000 -n 1)
    # A test server has nothing to lose: durability would only cost time.
    options="-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
        -c synchronous_commit=off -c max_connections=300"
    if run "$bin/pg_ctl" -D "$dir/data" -l "$log" -o "$options" -w start >/dev/null 2>&1; then
        started=true
        break
    fi
done
$started || { cat "$log" >&2 || true; exit 1; }

TESTS_POSTGRES=postgres://wagon@127.0.0.1:$port/postgres
export TESTS_POSTGRES
# In the background, so that a signal reaches the trap at once instead of after the command; its standard input would
# then be empty, hence the detour.
exec 3<&0
"$@" <&3 3<&- &
command=$!
trap 'kill "$command" 2>/dev/null; wait "$command"; exit 130' INT
trap 'kill "$command" 2>/dev/null; wait "$command"; exit 143' TERM HUP
wait "$command"
