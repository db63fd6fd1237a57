"""Catching up with a chain like the main one over delays and narrow lines, and what it costs."""

import pathlib
import subprocess

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "examples" / "catch_up"

print("### chain\n", flush=True)
subprocess.run([EXAMPLE], check=True)
