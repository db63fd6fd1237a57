"""The blocks of the pages with which a seller begins."""

import os
import re
import shutil
import sys

import output
from blocks import ROOT
from node import Node
from world import until

# Unused addresses for a pool.
ADDRESSES = "".join(f"0x{n:040x}\n" for n in range(0xA11CE000, 0xA11CE000 + 60))


def from_source(world, blocks):
    build, serve = blocks
    if os.environ.get("CRYPTOCART"):
        print("docs/install-source.md: nothing is built, because CRYPTOCART is set", file=sys.stderr)
    else:
        world.kept |= {name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
        for name, folder in (("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")):
            world.kept.setdefault(name, os.path.expanduser(f"~/{folder}"))
        world.type_in(ROOT, build)
    assert [command.text for command in serve] == ["cryptocart serve"]
    world.serve(healthy=False)


def start(world, blocks):
    # Which reason Tor gives for waiting is chance here, so that block is nobody's.
    first, order, end = blocks
    shop = world.serve(healthy=False)
    shop.shows(first.commands[0].output, first)
    world.buy()
    shop.shows([world.real(line) for line in order.lines], order)
    world.close()
    shop.shows(end.lines, end)


def shop(world, blocks):
    server = world.machine("SERVER") / "my-shop"
    world.has_package()
    world.new_shop()
    world.serve("my-shop")
    world.type(blocks.take("1. Open the demo"))
    world.buy()
    world.type(blocks.take("2. Buy a shirt"))
    world.machine("home")
    world.passphrase("six words that nobody would guess")
    world.type(blocks.take("3. Make your key, at home"))
    world.machine("SERVER")
    world.type(blocks.take("3. Make your key, at home"))
    (server / "pool.txt").write_text(ADDRESSES)
    world.type(blocks.take("4. Say where the money goes"))
    fill_in(world, blocks.take("4. Say where the money goes").lines)
    (server / "catalog.json").write_text("\n".join(blocks.take("5. Put in your own products").lines))
    own_files(server)
    check = blocks.take("5. Put in your own products")
    # Its node does not run yet.
    world.type(check, status=[0, 78])
    said = world.run(check.commands[-1].text, 78)
    left = [line for line in said.splitlines() if re.match("  (ERROR|warn|to do)", line)]
    if len(left) != 1 or not left[0].startswith("  ERROR  node"):
        raise output.Differs(f"{check}: more is left to do than the page says:\n{said}")
    with Node() as node:
        world.type(blocks.take("6. Open for real money"))
        until("payments are seen", world.is_healthy)
        world.buy(shirt={"id": "candle", "quantity": "1"})
        node.pay(*world.due())
        world.becomes("settled")
        world.close()


def fill_in(world, lines):
    for line in lines:
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif line.startswith("nodes"):
            world.set(section, "nodes", f'["{Node.ADDRESS}"]')
        elif line:
            world.set(section, *line.split(" = ", 1))


def own_files(shop):
    """A picture and texts of the seller's own, in place of the sample's."""
    shutil.copy(shop / "images/layers.jpg", shop / "candle.jpg")
    for file in (shop / "images").iterdir():
        file.unlink()
    (shop / "candle.jpg").rename(shop / "images/candle.jpg")
    for file in (shop / "pages").iterdir():
        if ".fr-CA." in file.name:
            file.unlink()
        else:
            file.write_text(file.read_text().replace("\n\n", "\n\nOurs. ", 1))
    (shop / "words.fr-CA.toml").unlink()
