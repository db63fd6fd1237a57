"""The clear web: a shop behind Caddy, with a certificate from an ACME authority, and behind nginx.

    clear.py FOLDER PROGRAM CADDY

Needs a network namespace of its own with nothing in it but the loopback device: maint/test-front."""

import json
import pathlib
import re
import socket
import subprocess
import sys
import time

import traces
from proxies import HOST, Failed, Processes, authority, authority_root, caddy, expect, nginx, until
from visitors import ADA, ALL, BOB, EVE, EVES_OTHER, Visitor, curl, set_up_addresses, statuses

# What the shop answers everywhere, and on this door in addition.
HSTS = ("strict-transport-security", "max-age=31536000")


class Shop:
    """A shop whose Tor finds no network; its address is known all the same."""

    def __init__(self, processes, program):
        self.processes, self.program = processes, program
        self.dir = processes.folder / "my-shop"
        self.socket = processes.folder / "run" / "web.sock"
        self.socket.parent.mkdir()
        self.run("new", self.dir)
        text = (self.dir / "shop.toml").read_text()
        section = f'[clear_web]\nenabled = true\nhost = "{HOST}"\nsocket = "{self.socket}"\n'
        text = re.sub(r"\[clear_web\].*?(?=\n\[)", section, text, flags=re.S)
        (self.dir / "shop.toml").write_text(text.replace("127.0.0.1:8080", "127.0.0.1:0"))

    def run(self, *words):
        run = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=300)
        return run.stdout + run.stderr

    def open(self):
        self.serving = self.processes.start("shop", [self.program, "serve", self.dir])
        until("the shop is open", lambda: "  orders " in self.processes.said("shop"), 300)
        # Not reachable, without a Tor network; but it has an address.
        status = subprocess.run([self.program, "status", self.dir, "--json"], capture_output=True)
        self.onion = json.loads(status.stdout)["onion"]
        expect(self.onion.endswith(".onion"), f"no onion address: {self.onion}")

    def asks(self, text):
        """What the shop answers on its socket."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.socket))
            line.sendall(text.replace("\n", "\r\n").encode())
            answer = b""
            try:
                while piece := line.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass  # closed, with something unread
            return answer.decode(errors="replace")


def pages(shop, trusted, version):
    """Headers of a page, as the shop sends them, and nothing of the proxy's."""
    first, headers, body = curl(trusted, path="/policy?x=1")
    expect(first.split()[:2] == [version, "200"], f"{first}, and not {version} 200")
    expect("<h1" in body, f"no page: {body[:200]}")
    names = [name for name, _ in headers]
    wanted = {HSTS, ("onion-location", f"http://{shop.onion}/policy?x=1"), ("x-frame-options", "deny")}
    expect(wanted <= set(headers), f"headers are missing: {wanted - set(headers)}")
    expect(len(names) == len(set(names)), f"a header comes twice: {headers}")
    foreign = {"server", "via", "alt-svc", "x-powered-by", "date"} & set(names)
    expect(foreign <= {"date"}, f"the proxy adds {foreign}")
    return names


def pictures(trusted):
    """All pictures of the catalogue at once, as a browser asks for them over HTTP/2."""
    _, _, body = curl(trusted, path="/product?sort=name")
    paths = sorted(set(re.findall(r'"(/i/[^"]+)"', body)))
    expect(len(paths) >= 10, f"too few pictures to try: {paths}")
    found = statuses(trusted, paths * 3)
    expect(set(found) == {"200"} and len(found) == 3 * len(paths), f"pictures are answered {found}")


def purchase(trusted, address):
    """A whole purchase; returns what the buyer brings back."""
    buyer = Visitor(address, trusted)
    expect(buyer.get("/").status == 200, "no landing page")
    buyer.post("/cart", {"id": "hash-range", "option": "Medium", "quantity": "1"})
    form = buyer.fill_in()
    # Nobody writes an address faster.
    until("the form is old enough", lambda: buyer.place(form) or True)
    expect(buyer.number in buyer.get("/order").body.decode(), "the order is not shown")
    cookies = buyer.cookies
    expect(all(name.startswith("__Host-") for name in cookies), f"cookies: {list(cookies)}")
    return buyer


def limits(trusted, greedy, other, neighbour=None):
    """One visitor asks until it is refused for good; others see nothing of it."""
    ours = Visitor(greedy, trusted)
    statuses = [ours.status("/") for _ in range(120)]
    expect(statuses[0] == 200 and 429 in statuses, f"no limit: {statuses}")
    expect(statuses[-1] in (0, 502), f"never ended: {statuses}")
    expect(Visitor(other, trusted).status("/") == 200, "another visitor is refused too")
    if neighbour:
        expect(Visitor(neighbour, trusted).status("/") != 200, "a network of 64 bits is not one visitor")


def closed(shop, trusted):
    """Closes the shop, after which nothing is remembered of who was refused; the proxy says little."""
    shop.processes.stop(shop.serving)
    expect(not shop.socket.exists(), "the socket is left behind")
    first, headers, body = curl(trusted)
    expect(first.split()[1] == "502", f"of a closed shop the proxy says: {first}")
    foreign = {"server", "via", "alt-svc"} & {name for name, _ in headers}
    expect(not foreign, f"of a closed shop the proxy adds {foreign}")


def misdirected(shop):
    """Who asks for another name learns nothing."""
    line = "PROXY TCP4 198.51.100.77 192.0.2.1 50000 443\n"
    for more in ["Host: other.example\n", "", f"Host: {HOST}\nX-Forwarded-For: 198.51.100.77\n"]:
        answer = shop.asks(f"{line}GET / HTTP/1.1\n{more}Connection: close\n\n")
        expect(answer.startswith("HTTP/1.1 421 "), f"{more!r}: {answer[:300]}")
        for ours in [shop.onion, "Plain Sight", "strict-transport", "onion-location"]:
            expect(ours.lower() not in answer.lower(), f"421 names {ours}")
    expect(shop.asks(f"GET / HTTP/1.1\nHost: {HOST}\n\n") == "", "a stream without a line is answered")


def journey(folder, program, caddy_program):
    processes = Processes(folder)
    try:
        set_up_addresses()
        shop = Shop(processes, program)
        check = shop.run("check", shop.dir)
        expect("shows where this machine is" in " ".join(check.split()), f"check does not warn:\n{check}")
        shop.open()
        since = time.time()
        misdirected(shop)

        acme = authority(processes)
        root = authority_root(processes, acme)
        front = caddy(processes, caddy_program, shop.socket, acme)
        until("a certificate", lambda: curl(root)[0].startswith("HTTP/2 200"))
        pages(shop, root, "HTTP/2")
        pictures(root)
        told = curl(root, "-H", "X-Forwarded-For: 192.0.2.99", "-H", "Forwarded: for=192.0.2.99")
        expect(told[0].startswith("HTTP/2 200"), f"Caddy passes on what a visitor says of himself: {told[0]}")
        first, headers, _ = curl(root, path=f"http://{HOST}/cart")
        expect("308" in first and ("location", f"https://{HOST}/cart") in headers, f"no way to TLS: {first}")
        bought = purchase(root, ADA)
        purchase(root, EVE)
        expect(bought.number in shop.run("orders", shop.dir), "the seller does not see the order")
        limits(root, BOB, ADA)
        limits(root, EVE, ADA, neighbour=EVES_OTHER)
        expect(front.poll() is None, "Caddy ended")
        closed(shop, root)
        processes.stop(front)
        print("Caddy: certificate, HTTP/2, purchase, limits")

        shop.open()
        _, trusted = nginx(processes, shop.socket)
        until("nginx answers", lambda: curl(trusted)[0].startswith("HTTP/1.1 200"))
        names = pages(shop, trusted, "HTTP/1.1")
        expect("date" not in names, "a date tells how the clock drifts")
        first, headers, _ = curl(trusted, path=f"http://{HOST}/cart")
        expect("301" in first and ("location", f"https://{HOST}/cart") in headers, f"no way to TLS: {first}")
        purchase(trusted, ADA)
        limits(trusted, BOB, ADA)
        limits(trusted, EVE, ADA, neighbour=EVES_OTHER)
        print("nginx: purchase, limits")

        said = [shop.run(*words, shop.dir) for words in (["orders"], ["check"], ["status", "--json", "--dir"])]
        (processes.folder / "said.txt").write_text("\n".join(said))
        processes.stop(shop.serving)
        found = traces.find(ALL, [processes.folder], since)
        expect(not found, "a visitor's address was written down:\n" + "\n".join(found))
        print("traces: no visitor's address in any file of shop, Caddy and nginx, nor in what they said")
    except Failed as failed:
        for name in ("shop", "caddy", "pebble", "nginx"):
            if (processes.folder / f"{name}.log").exists():
                print(f"--- {name}\n{processes.said(name)[-3000:]}", file=sys.stderr)
        raise SystemExit(f"clear: {failed}") from failed
    finally:
        processes.stop_all()


if __name__ == "__main__":
    folder, program, caddy_program = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    journey(folder, program, caddy_program)
