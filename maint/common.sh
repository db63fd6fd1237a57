# Shared by the scripts of maint/: where things are, and saying what runs. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"

# Says a step on standard error, so that the output of tools stays alone on standard output.
step() { printf '\n== %s\n' "$*" >&2; }

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
