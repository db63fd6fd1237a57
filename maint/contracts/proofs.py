#!/usr/bin/env python3
"""Runs halmos over contracts/proofs: each check_ must be proved, and each reach_ refuted.

  maint/contracts/proofs.py           all of them, ten minutes of processor time at most for each
  maint/contracts/proofs.py NAME...   some

A reach_ says that a function never succeeds. That halmos finds a case in which it does shows that the check_
of the same function is about something. Called by maint/check-contracts, which names the tools (PATH,
FOUNDRY_SOLC).
"""
import os
import pathlib
import re
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
OUT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "contracts/proofs-out"
# Seconds of processor time for a proof. A machine that does other things besides takes longer by the clock.
LONGEST = 600
PATIENCE = 10

# Proofs that do not finish in that time, and are run only by name. contracts/README.md says what stands for each.
UNFINISHED = ["check_row_9_seller_gets_at_most_price", "check_row_9_fee_is_at_most_what_terms_say"]


def names():
    found = []
    for file in sorted((CONTRACTS / "proofs").glob("*.sol")):
        found += re.findall(r"function ((?:check|reach)_\w+)", file.read_text())
    return found


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def environment():
    return {**os.environ, "FOUNDRY_PROFILE": "proofs", "NO_COLOR": "1"}


def build():
    command = ["forge", "build", "--ast", "--extra-output", "storageLayout", "metadata"]
    done = subprocess.run(command, cwd=CONTRACTS, env=environment(), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"proofs.py: the proofs do not compile:\n{(done.stdout + done.stderr)[-3000:]}")


def run(name):
    """Returns proved, refuted or unfinished, the number of paths, and seconds of processor time."""
    command = [
        "halmos", "--no-status", "--function", name, "--match-test", f"^{name}\\(", "--loop", "8", "--solver-threads", "1",
        "--forge-build-out", os.path.relpath(OUT, CONTRACTS), "--solver-timeout-assertion", f"{LONGEST * PATIENCE}s",
    ]
    if name.startswith("reach_"):
        command.append("--early-exit")
    before = spent()
    try:
        done = subprocess.run(
            command, cwd=CONTRACTS, env=environment(), capture_output=True, text=True, timeout=LONGEST * PATIENCE,
            preexec_fn=limit,
        )
    except subprocess.TimeoutExpired:
        return "unfinished", "?", spent() - before
    seconds = spent() - before
    output = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    if done.returncode < 0 or seconds > LONGEST:
        return "unfinished", "?", seconds
    result = re.search(rf"^\[(\w+)\] {name}\(.*paths: (\d+), time: ([\d.]+)s", output, re.M)
    if not result:
        sys.exit(f"proofs.py: halmos did not run {name}:\n{output[-3000:]}")
    words = {"PASS": "proved", "FAIL": "refuted", "TIMEOUT": "unfinished"}
    # Anything that halmos could not follow makes a proof worthless.
    if "WARNING" in output or result[1] not in words:
        sys.exit(f"proofs.py: halmos could not follow {name}:\n{output[-3000:]}")
    return words[result[1]], result[2], seconds


def missing():
    """Proofs that the table in contracts/README.md does not have."""
    page = (CONTRACTS / "README.md").read_text()
    return [name for name in names() if f"`{name}`" not in page]


def main():
    wanted = sys.argv[1:]
    unknown = set(wanted) - set(names())
    if unknown:
        sys.exit(f"proofs.py: there is no proof {', '.join(sorted(unknown))}; there are: {' '.join(names())}")
    build()
    bad = []
    for name in wanted or [name for name in names() if name not in UNFINISHED]:
        verdict, paths, seconds = run(name)
        print(f"{name}: {verdict}, {paths} paths, {seconds:.0f} s", flush=True)
        if verdict != ("proved" if name.startswith("check_") else "refuted"):
            bad.append(name)
    if bad:
        sys.exit(f"proofs.py: not as it must be: {', '.join(bad)}")
    if not wanted and missing():
        sys.exit(f"proofs.py: contracts/README.md does not have {', '.join(missing())}")


main()
