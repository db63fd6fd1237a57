# Shared by the scripts of maint/: where things are, and saying what runs. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"

# Says a step on standard error, so that the output of tools stays alone on standard output.
step() { printf '\n== %s\n' "$*" >&2; }

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

program_version() { sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml; }

# Sets PROGRAM to the program that is handed to sellers, where it names none yet.
build_program() { # architecture, as of maint/build
  [ -z "${PROGRAM:-}" ] || return 0
  step "building the program"
  PROGRAM=$(maint/build "$@")
}
