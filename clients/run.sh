#!/usr/bin/env bash
# Runs the official clients against the mock: clients/run.sh [STEPS], STEPS being a folder of clients/steps.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
work=$root/target/clients
mock=${CONNECTOR_MOCK:-$root/target/debug/connector-mock}
python=${PYTHON:-python3}
passed=0
failed=0
ran=0
mocks=()

mkdir -p "$work"
trap '[ ${#mocks[@]} -eq 0 ] || kill "${mocks[@]}" 2>/dev/null' EXIT

if [ ! -x "$mock" ]; then
    (cd "$root" && cargo build -p mock-server) || { echo "the mock cannot be built"; exit 1; }
fi

# start_mock NAME OPTIONS: starts a mock and sets `url`.
start_mock() {
    local ready=$work/$1.url
    rm -f "$ready"
    "$mock" --listen 127.0.0.1:0 --ready-file "$ready" "${@:2}" >"$work/$1.log" 2>&1 &
    mocks+=($!)
    for _ in $(seq 100); do
        if [ -s "$ready" ]; then
            url=$(cat "$ready")
            return
        fi
        sleep 0.1
    done
    echo "the mock did not start:"
    cat "$work/$1.log"
    exit 1
}

skip() {
    echo "SKIPPED: $1 because $2"
}

# install NAME FILES... -- COMMAND: runs the command unless it succeeded before with the same files.
install() {
    local done=$work/$1.installed log=$work/$1.install.log files=()
    shift
    while [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    shift
    if cat "${files[@]}" | cmp -s - "$done"; then
        return 0
    fi
    rm -f "$done"
    if ! "$@" >"$log" 2>&1; then
        reason=$(grep -m 1 -E '^(ERROR|Error|npm error|npm ERR!)' "$log" || grep . "$log" | tail -n 1)
        reason="its packages cannot be installed${reason:+: $reason}"
        return 1
    fi
    cat "${files[@]}" >"$done"
}

install_python() {
    rm -rf "$work/python-$1"
    "$python" -m venv "$work/python-$1" &&
        "$work/python-$1/bin/python" -m pip install --disable-pip-version-check -r "$here/python/requirements-$1.txt"
}

install_node() {
    mkdir -p "$work/node" &&
        cp "$here/node/package.json" "$here/node/package-lock.json" "$work/node/" &&
        (cd "$work/node" && npm ci --no-audit --no-fund --ignore-scripts)
}

# run COMMAND: shows a session and counts its calls.
run() {
    local output status calls good
    output=$("$@" 2>&1)
    status=$?
    echo "$output"
    ran=$((ran + 1))
    read -r calls good < <(echo "$output" | awk '/^(python|node) .* calls, .* as expected$/ {
        for (i = 1; i <= NF; i++) { if ($i == "calls,") calls += $(i - 1); if ($i == "as") good += $(i - 1) }
    } END { print calls + 0, good + 0 }')
    passed=$((passed + good))
    failed=$((failed + calls - good))
    if [ $status -ne 0 ] && [ "$calls" -eq "$good" ]; then
        failed=$((failed + 1)) # it broke off
    fi
}

# sessions STEPS: runs the steps with all clients against the mock at `url`.
sessions() {
    local major reason
    for major in 8 9; do
        if ! command -v "$python" >/dev/null; then
            skip "elasticsearch-py $major" "$python is missing"
        elif install "python-$major" "$here/python/requirements-$major.txt" -- install_python $major; then
            run "$work/python-$major/bin/python" "$here/python/session.py" "$url" "$1"
        else
            skip "elasticsearch-py $major" "$reason"
        fi
    done
    for major in 8 9; do
        if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
            skip "@elastic/elasticsearch $major" "node or npm is missing"
        elif install node "$here/node/package.json" "$here/node/package-lock.json" -- install_node; then
            NODE_PATH=$work/node/node_modules run node "$here/node/session.mjs" "es$major" "$url" "$1"
        else
            skip "@elastic/elasticsearch $major" "$reason"
        fi
    done
}

start_mock newest
sessions "${1:-session}"
if [ $# -eq 0 ]; then
    start_mock old --es-version 8.19.0
    echo "against 8.19.0:"
    sessions old-server
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $ran -gt 0 ]
