"""Runs the blocks of documents that are marked so. Started by maint/run-blocks, in a network of its
own: run.py PROGRAM DOCUMENT; run.py --list prints the documents."""

import os
import pathlib
import sys
import tempfile
import time

from blocks import ROOT, BlockError, Blocks
from output import Differs
from pages import PAGES
from world import Failed, Late, World

RUNNER = "maint/run-blocks"


def main():
    os.chdir(ROOT)
    match sys.argv[1:]:
        case ["--list"]:
            print(*PAGES, sep="\n")
        case [program, document] if document in PAGES:
            try:
                seconds = run(pathlib.Path(program).resolve(), document)
            except (BlockError, Failed, Late, Differs) as error:
                sys.exit(f"{document}: {error}")
            print(f"{document}: {seconds:.0f} s", file=sys.stderr)
        case _:
            sys.exit(f"these documents can be run: {' '.join(PAGES)}")


def run(program, document):
    """Runs one document in a folder of its own; returns the seconds it took."""
    began = time.monotonic()
    blocks = Blocks(document, RUNNER)
    with tempfile.TemporaryDirectory(prefix="docs-") as folder:
        world = World(folder, program)
        try:
            PAGES[document](world, blocks)
        finally:
            world.end()
    blocks.finish()
    return time.monotonic() - began


main()
