"""The blocks of the pages with which a seller begins."""

import decimal
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request

import output
from blocks import ROOT
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
    first, waiting, order, end = blocks
    shop = world.serve(healthy=False)
    shop.shows(first.commands[0].output, first)
    shop.shows(waiting.lines, waiting)
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
        listed = json.loads(world.run("cryptocart orders --json"))["orders"]
        order = next(order for order in listed if order["order"] == world.number)
        node.pay(order["pay_to"], order["due"]["amount"])
        world.becomes("settled")
        world.close()


class Node:
    """An Ethereum node on this machine, in place of the three that the page names."""

    ADDRESS = "http://127.0.0.1:8545"

    def __enter__(self):
        words = ["--host", "127.0.0.1", "--port", "8545", "--chain-id", "1", "--no-mining", "--silent"]
        self.node = subprocess.Popen([os.environ["ANVIL"], *words], stdin=subprocess.DEVNULL)
        until("the node answers", lambda: self.ask("eth_chainId"))
        return self

    def __exit__(self, *_):
        self.node.kill()
        self.node.wait()

    def ask(self, method, *words):
        asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words}).encode()
        request = urllib.request.Request(self.ADDRESS, asked, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)["result"]
        except OSError:
            return None

    def pay(self, address, amount):
        payer = self.ask("eth_accounts")[0]
        wei = int(decimal.Decimal(amount) * 10**18)
        self.ask("eth_sendTransaction", {"from": payer, "to": address, "value": hex(wei)})
        self.ask("anvil_mine", hex(14))


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
