"""Debian's tor in front of a shop, alone and as two under one Onionbalance address; and bridges.

    onion.py tor|bridges FOLDER PROGRAM TORBED KEYS
    onion.py onionbalance FOLDER PROGRAM TORBED KEYS ONIONBALANCE

Needs a network namespace of its own with nothing in it but the loopback device: maint/test-front."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "deb"))
from buyer import LOST, Buyer  # noqa: E402  (the path comes first)
from buyers import SHIRT, Browser  # noqa: E402
from machine import Failed, expect, until  # noqa: E402

TOR = shutil.which("tor") or "/usr/sbin/tor"
# Longest time until a change of the network is known everywhere; a client retries for two minutes.
PATIENCE = 240


class Running:
    """Programs that run until the test ends."""

    def __init__(self, folder):
        self.folder, self.running = folder, []

    def start(self, name, words, **more):
        log = (self.folder / f"{name}.log").open("ab")
        running = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log, **more)
        self.running.append(running)
        return running

    def kill(self, running):
        self.running.remove(running)
        running.kill()
        running.wait()

    def end(self):
        for running in reversed(self.running):
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


class Network:
    """A private Tor network, with a buyer's tor."""

    def __init__(self, folder, torbed, keys, *seconds):
        # On a busy machine relays may miss the vote of the first consensus, and nobody waits for ever.
        for attempt in range(3):
            self.folder = folder / f"net{attempt}"
            words = [torbed, self.folder, keys, folder / f"anchor{attempt}.sock", *seconds]
            with (folder / "torbed.log").open("wb") as log:
                self.process = subprocess.Popen([str(word) for word in words], stderr=log,
                                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            if line := self.process.stdout.readline():
                self.said = json.loads(line)
                return
        raise Failed(f"no network: {(folder / 'torbed.log').read_text()}")

    def torrc(self, home, more):
        """Writes the settings of another tor of this network."""
        home.mkdir(mode=0o700, exist_ok=True)
        own = ("DataDirectory", "SocksPort", "Log", "Nickname")
        lines = (self.folder / "buyer/torrc").read_text().splitlines()
        lines = [line for line in lines if line.split(" ")[0] not in own]
        lines += [f"DataDirectory {home}", f"Log notice file {home}/notice.log", *more.splitlines()]
        (home / "torrc").write_text("\n".join(lines) + "\n")
        return home / "torrc"

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


class OnionLine(http.client.HTTPConnection):
    """A connection through the buyer's tor. Another identity comes on another circuit."""

    def __init__(self, socks, onion, identity):
        super().__init__(onion, 80, timeout=90)
        self.socks, self.identity = socks, identity.encode()

    def connect(self):
        self.sock = socket.create_connection(self.socks.split(":"), timeout=90)
        host = self.host.encode()
        self.sock.sendall(b"\5\1\2")
        self.want(b"\5\2", 2)
        self.sock.sendall(bytes([1, len(self.identity)]) + self.identity + b"\1x")
        self.want(b"\1\0", 2)
        self.sock.sendall(b"\5\1\0\3" + bytes([len(host)]) + host + b"\0\x50")
        self.want(b"\5\0", 10)

    def want(self, start, length):
        answer = b""
        while len(answer) < length:
            piece = self.sock.recv(length - len(answer))
            if not piece:
                raise ConnectionResetError("tor closed the connection")
            answer += piece
        if not answer.startswith(start):
            raise ConnectionRefusedError(f"tor answered {answer.hex()}")


class OnionBuyer(Buyer):
    """A buyer whose every request is a connection through Tor, after a failure on a new circuit."""

    def __init__(self, network, onion, name):
        super().__init__(onion)
        self.socks, self.name, self.failures = network.said["socks"], name, 0

    def send(self, method, path, form=None, gzip=False):
        self.line = OnionLine(self.socks, self.at, f"{self.name} {self.failures}")
        try:
            return Browser.send(self, method, path, form, gzip)
        except LOST:
            self.failures += 1
            raise

    def page(self, path):
        """The text of a page, once there is an answer."""
        def attempt():
            try:
                answer = self.get(path)
            except LOST:
                return None
            return answer.body.decode() if answer.status == 200 else None

        return until(f"{path} over Tor", attempt, PATIENCE)


class Shop:
    def __init__(self, folder, program, network):
        self.program, self.dir = program, folder / "my-shop"
        self.run("new", self.dir)
        (self.dir / "network.json").write_text(json.dumps(network.said["network"]))
        self.onion = self.run("onion", "address", self.dir).strip()

    def run(self, *words, succeeds=True):
        run = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=300)
        expect((run.returncode == 0) == succeeds, f"{words}: {run.stdout}{run.stderr}")
        return run.stdout + run.stderr

    def set(self, **settings):
        """Changes settings of [tor], and takes any free port for the preview."""
        path = self.dir / "shop.toml"
        text = path.read_text().replace("127.0.0.1:8080", "127.0.0.1:0")
        head, tor = text.split("\n[tor]\n")
        for key, value in settings.items():
            tor, count = re.subn(rf"^{key} = .*$", lambda _: f"{key} = {value}", tor, flags=re.M)
            expect(count == 1, f"no setting {key}")
        path.write_text(f"{head}\n[tor]\n{tor}")

    def status(self):
        run = subprocess.run([self.program, "status", self.dir, "--json"], capture_output=True)
        return json.loads(run.stdout) if run.stdout else {}


def inline(front):
    return "{ " + ", ".join(f'{key} = "{value}"' for key, value in front.items()) + " }"


def torrc_of(shop, number, service):
    return shop.run("onion", "torrc", shop.dir, "--front", str(number), "--service-dir", service)


def purchase(network, onion):
    """A whole purchase over Tor; returns the buyer, who has a second shirt in the cart."""
    buyer = OnionBuyer(network, onion, "buyer")
    buyer.page("/")
    buyer.buy()
    expect(buyer.number in buyer.page("/order"), "the order's page shows the order")
    buyer.post("/cart", SHIRT)
    return buyer


def same_visit(buyer, when):
    """The order and the cart of before are there."""
    expect(buyer.number in buyer.page("/order"), f"{when}, the order is shown")
    expect("hash-range" in buyer.page("/cart"), f"{when}, the cart has what was put in")


def alone(folder, program, torbed, keys):
    """One tor in front, with the shop's own key; the key moves there and back."""
    running, network = Running(folder), Network(folder, torbed, keys)
    try:
        shop = Shop(folder, program, network)
        home, sockets = folder / "front", folder / "run"
        home.mkdir(mode=0o700)
        sockets.mkdir()
        front = {"socket": sockets / "onion.sock", "control": home / "control",
                 "cookie": home / "cookie", "socks": home / "socks"}
        shop.set(backend='"socket"', fronts=f"[{inline(front)}]")
        service = home / "hs"
        service.mkdir(mode=0o700)
        shop.run("onion", "export", service / "hs_ed25519_secret_key", shop.dir)

        serving = running.start("serve", [program, "serve", shop.dir])
        until("the shop says that tor is not there", lambda: "systemctl start tor" in said(folder), 120)
        tor = running.start("front", [TOR, "-f", network.torrc(home, torrc_of(shop, 1, service))])
        own = until("tor's address", lambda: read(service / "hostname"))
        expect(own == shop.onion, f"tor makes {own} of the key of {shop.onion}")
        until("the shop knows that it can be reached", lambda: shop.status().get("reachable"), PATIENCE)
        buyer = purchase(network, shop.onion)
        kill_role(serving)
        same_visit(buyer, "with a new tor role")
        running.kill(tor)
        until("the seller is told", lambda: "tor has ended" in said(folder))
        running.start("front", [TOR, "-f", home / "torrc"])
        same_visit(buyer, "after tor has started again")
        log = read(home / "notice.log")
        expect("[err]" not in log, log)
    finally:
        running.end()
        network.end()

    # The key comes back, and a sealed one keeps the shop from opening.
    key = service / "hs_ed25519_secret_key"
    shop.set(backend='"arti"', fronts="[]")
    expect(shop.onion in shop.run("onion", "import", key, shop.dir, "--replace"), "the same address")
    phrase = folder / "phrase"
    phrase.write_text("several words of a phrase\n")
    shop.set(passphrase_file=f'"{phrase}"', backend='"socket"')
    shop.run("onion", "lock", shop.dir)
    refused = shop.run("serve", shop.dir, succeeds=False)
    expect("unsealed_key = true" in refused, refused)


def child(serving, *words):
    """The process of the shop that has these words first; none if it does not run."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        if f"PPid:\t{serving.pid}\n" in read(entry / "status") + "\n":
            if tuple(read(entry / "cmdline").split("\0")[:len(words)]) == words:
                return int(entry.name)
    return None


def kill_role(serving):
    """Kills the tor role with no warning: it leaves its socket's file behind."""
    role = child(serving, "cryptocart", "role", "tor")
    expect(role, "there is no tor role")
    os.kill(role, signal.SIGKILL)


def read(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def said(folder):
    return read(folder / "serve.log")


def main():
    part, folder, program, torbed, keys, *more = sys.argv[1:]
    folder = pathlib.Path(folder)
    try:
        if part == "tor":
            alone(folder, program, torbed, pathlib.Path(keys))
        elif part == "bridges":
            import bridged
            bridged.journey(folder, program, torbed, pathlib.Path(keys))
        else:
            import balanced
            balanced.journey(folder, program, torbed, pathlib.Path(keys), *more)
    except (Failed, *LOST) as failure:
        print(f"front: {failure}", file=sys.stderr)
        for log in [*folder.glob("*.log"), *folder.glob("*/notice.log")]:
            print(f"--- {log}\n" + "\n".join(read(log).splitlines()[-15:]), file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
