"""Checks a bill of materials: bill.py FILE SHA256, which is that of the program that it is for."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

# Without these the program could not do what it does; each has another source of its version.
EXPECTED = ("arti-client", "rusqlite", "pgp", "sqlite", "libwebp", "xz", "zstd", "rust-std")


def named(components):
    for component in components:
        yield component["name"], component["version"]
        yield from named(component.get("components", ()))


def main(path, digest):
    text = open(path, encoding="utf-8").read()
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        sys.exit(f"{path} is not CycloneDX: {fault}")
    bill = json.loads(text)
    if bill["metadata"]["component"]["hashes"][0]["content"] != digest:
        sys.exit(f"{path} is for another program")
    names = {name for name, _ in named(bill["components"])}
    missing = [name for name in EXPECTED if name not in names]
    lines = {line["ref"] for line in bill["dependencies"]}
    missing += [component["bom-ref"] for component in bill["components"]
                if component["name"] != "rust-std" and component["bom-ref"] not in lines]
    if missing:
        sys.exit(f"{path} does not name {missing}")


main(*sys.argv[1:])
