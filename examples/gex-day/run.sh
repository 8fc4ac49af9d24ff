#!/usr/bin/env bash
# One day of a made-up index on which gamma turned: builds the plugin gex, runs it, and shows what became of what it
# said. Arguments go to `run`; TAPEWRIGHT names another program than the one of this checkout.
set -euo pipefail
cd "$(dirname "$0")/../.."
tapewright() { ${TAPEWRIGHT:-cargo run --quiet --release --package tapewright --} "$@"; }
if [ -z "${TAPEWRIGHT_HOME:-}" ]; then
    TAPEWRIGHT_HOME="$(mktemp -d)"
    export TAPEWRIGHT_HOME
    trap 'rm -rf "$TAPEWRIGHT_HOME"' EXIT
fi

tapewright build plugins/gex --out target/components --install
# the defaults are for days: a minute is nearer to a level, and a reaction takes more rows
tapewright run "target/components/plugin-gex.wasm#gex" --data examples/gex-day/bars.csv \
    --param near=0.003 --param velocity_rows=10 --param touch=0.001 --param tolerance=0.0005 \
    --param level_rows=60 --param sustain=5 --param min_move=0.005 "$@"
tapewright report last --html target/gex-day.html
