# Shared by the scripts of maint/: where things are, and saying what runs. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"

# Says a step on standard error, so that the output of tools stays alone on standard output.
step() { printf '\n== %s\n' "$*" >&2; }

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

program_version() { sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml; }

# Builds the program that packages have, in target/dist. The folders of this machine are not in it.
build_program() {
  local cargo=${CARGO_HOME:-$HOME/.cargo}
  RUSTFLAGS="--remap-path-prefix=$cargo=/cargo --remap-path-prefix=$PWD=/src" \
    CFLAGS="-ffile-prefix-map=$cargo=/cargo -ffile-prefix-map=$PWD=/src" \
    cargo build --quiet --locked --profile dist
}
