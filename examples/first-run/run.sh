#!/usr/bin/env bash
# Builds the toy guests, looks at one, and runs four of them, which read each other, over a small made-up market.
set -euo pipefail
cd "$(dirname "$0")/../.."
tapewright() { cargo run --quiet --release --package tapewright -- "$@"; }
kit=target/components/tapewright-guest-kit.wasm

tapewright build tests/guests/kit --out target/components --install
tapewright inspect "$kit#late_pivot"
tapewright run "$kit#late_pivot" "$kit#follower" "$kit#bracket" "$kit#rank" --data examples/first-run/bars.csv "$@"
