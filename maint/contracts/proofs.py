#!/usr/bin/env python3
"""Runs halmos over contracts/proofs: each check_ must be proved, and each reach_ refuted.

  maint/contracts/proofs.py           all of them, ten minutes at most for each
  maint/contracts/proofs.py NAME...   some

A reach_ says that a function never succeeds. That halmos finds a case in which it does shows that the check_
of the same function is about something. Called by maint/check-contracts, which names the tools (PATH,
FOUNDRY_SOLC).
"""
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
OUT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "contracts/proofs-out"
LONGEST = 600

# Proofs that do not finish in ten minutes. contracts/README.md says what stands for each.
UNFINISHED = []


def names():
    found = []
    for file in sorted((CONTRACTS / "proofs").glob("*.sol")):
        found += re.findall(r"function ((?:check|reach)_\w+)", file.read_text())
    return found


def run(name):
    """Returns proved, refuted or unfinished, the number of paths, and seconds."""
    command = [
        "halmos", "--no-status", "--function", name, "--match-test", f"^{name}\\(",
        "--loop", "8", "--forge-build-out", os.path.relpath(OUT, CONTRACTS), "--solver-timeout-assertion", f"{LONGEST}s",
    ]
    if name.startswith("reach_"):
        command.append("--early-exit")
    environment = {**os.environ, "FOUNDRY_PROFILE": "proofs", "NO_COLOR": "1"}
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=CONTRACTS, env=environment, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return "unfinished", "?", time.monotonic() - began
    output = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    result = re.search(rf"^\[(\w+)\] {name}\(.*paths: (\d+), time: ([\d.]+)s", output, re.M)
    if not result:
        sys.exit(f"proofs.py: halmos did not run {name}:\n{output[-3000:]}")
    words = {"PASS": "proved", "FAIL": "refuted", "TIMEOUT": "unfinished"}
    # Anything that halmos could not follow makes a proof worthless.
    if "WARNING" in output or result[1] not in words:
        sys.exit(f"proofs.py: halmos could not follow {name}:\n{output[-3000:]}")
    return words[result[1]], result[2], float(result[3])


def main():
    wanted = sys.argv[1:]
    unknown = set(wanted) - set(names())
    if unknown:
        sys.exit(f"proofs.py: there is no proof {', '.join(sorted(unknown))}; there are: {' '.join(names())}")
    bad = []
    for name in names():
        if wanted and name not in wanted:
            continue
        verdict, paths, seconds = run(name)
        print(f"{name}: {verdict}, {paths} paths, {seconds:.1f} s", flush=True)
        expected = "unfinished" if name in UNFINISHED else "proved" if name.startswith("check_") else "refuted"
        # A proof that finishes after all is welcome.
        if verdict != expected and not (expected == "unfinished" and verdict == "proved"):
            bad.append(name)
    if bad:
        sys.exit(f"proofs.py: not as it must be: {', '.join(bad)}")


main()
