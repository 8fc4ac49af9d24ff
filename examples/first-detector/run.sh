#!/usr/bin/env bash
# The story of a first detector: builds it, looks at it, runs it over a made-up year of daily bars, and shows what
# became of what it said. Arguments go to `run`; TAPEWRIGHT names another program than the one of this checkout.
set -euo pipefail
cd "$(dirname "$0")/../.."
tapewright() { ${TAPEWRIGHT:-cargo run --quiet --release --package tapewright --} "$@"; }
if [ -z "${TAPEWRIGHT_HOME:-}" ]; then
    TAPEWRIGHT_HOME="$(mktemp -d)"
    export TAPEWRIGHT_HOME
    trap 'rm -rf "$TAPEWRIGHT_HOME"' EXIT
fi
plugin=target/components/example-first-detector.wasm

tapewright build examples/first-detector --out target/components --install
tapewright inspect "$plugin"
tapewright run "$plugin" --data examples/first-detector/bars.csv "$@"
tapewright report last --html target/first-detector.html
