"""Runs the blocks of documents that are marked so. Started by maint/run-blocks, in a network of its
own: run.py PROGRAM [DOCUMENT...]"""

import os
import pathlib
import sys
import tempfile
import time

from blocks import ROOT, Blocks
from pages import PAGES
from world import World

RUNNER = "maint/run-blocks"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    os.chdir(ROOT)
    for document in sys.argv[2:] or PAGES:
        began = time.monotonic()
        blocks = Blocks(document, RUNNER)
        with tempfile.TemporaryDirectory(prefix="docs-") as folder:
            world = World(folder, program)
            try:
                PAGES[document](world, blocks)
            finally:
                world.end()
        blocks.finish()
        print(f"{document}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


main()
