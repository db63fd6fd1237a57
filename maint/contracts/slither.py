#!/usr/bin/env python3
"""Runs slither over the contracts, and holds what it finds to contracts/slither-answers.json.

  maint/contracts/slither.py           fails at a finding without an answer, and at an answer without a finding
  maint/contracts/slither.py --print   prints the findings as the file has them

Called by maint/check-contracts, which names the tools (PATH, FOUNDRY_SOLC).
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

CONTRACTS = pathlib.Path(__file__).resolve().parents[2] / "contracts"
ANSWERS = CONTRACTS / "slither-answers.json"


def findings():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "contracts"
        folder.mkdir()
        # A copy: slither cleans the folder it is in.
        shutil.copytree(CONTRACTS / "src", folder / "src")
        shutil.copy(CONTRACTS / "foundry.toml", folder / "foundry.toml")
        report = folder / "report.json"
        environment = {**os.environ, "FOUNDRY_OUT": "out", "FOUNDRY_CACHE_PATH": "cache"}
        done = subprocess.run(
            ["slither", ".", "--json", str(report)],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=1200,
        )
        if not report.exists():
            sys.exit(f"slither.py: slither did not finish:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        found = json.loads(report.read_text())
    if not found["success"]:
        sys.exit(f"slither.py: slither failed: {found['error']}")
    places = set()
    for one in found["results"].get("detectors", []):
        element = one["elements"][0]
        parent = element.get("type_specific_fields", {}).get("parent", {}).get("name", "")
        places.add((one["check"], f"{parent}.{element['name']}"))
    return places


def main():
    found = findings()
    if "--print" in sys.argv[1:]:
        for check, where in sorted(found):
            print(json.dumps({"check": check, "where": where}))
        return
    answers = json.loads(ANSWERS.read_text())
    answered = {(one["check"], where) for one in answers for where in one["where"]}
    for check, where in sorted(found - answered):
        print(f"slither.py: {check} at {where} has no answer in {ANSWERS.name}", file=sys.stderr)
    for check, where in sorted(answered - found):
        print(f"slither.py: {check} at {where} has an answer, and slither does not find it", file=sys.stderr)
    if found != answered:
        sys.exit(1)
    print(f"slither: {len(found)} findings, each answered")


main()
