"""Catching up with chains like the main ones over delays and narrow lines, and what a day costs."""

import pathlib
import subprocess

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "examples"

print("### chain\n", flush=True)
for example, title in ("catch_up", "Ethereum"), ("chain_costs", "Bitcoin and Monero, and matching"):
    print(f"{title}:\n", flush=True)
    subprocess.run([EXAMPLES / example], check=True)
    print(flush=True)
