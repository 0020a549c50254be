# Sourced by the other scripts.

# Makes a virtual environment at $1 with what the requirements file $2 names, unless it is there.
python_venv() {
    mark="$1/.installed-from"
    hash=$(sha256sum "$2" | cut -d' ' -f1)
    if [ -f "$mark" ] && [ "$(cat "$mark")" = "$hash" ]; then
        return
    fi
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
    printf '%s\n' "$hash" >"$mark"
}
