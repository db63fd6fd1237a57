"""tor-first-view: how long a buyer waits for the landing page over Tor, and for the list after it.

On a private Tor network, with the buyer far away from it: the shop itself; nginx behind an onion address of C tor
with the same files; the same with the thumbnails written into the page (`data:`), and with the style sheet too.
"""

import asyncio
import base64
import hashlib
import html
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import zlib

from browser import Browser
from common import BENCH, STARTED, Nginx, Shop, enclosed, folder, free_port, load_now, middle, packed, start, table
from far_away import FarAway

ROUNDS, PATIENCE = 5, 150
# What a request and its answer take through a circuit; and a slow one, in bytes a second.
TRIP, SLOW = 0.6, 100_000
TORBED = BENCH.parent / "target" / "release" / "examples" / "torbed"
VIEWS = ["/", "/product"]
OWN = {"content-length", "content-type", "connection", "date"}
KINDS = {"": "separate files", "/inlined": "thumbnails in the page", "/whole": "thumbnails and style in the page"}


class Network:
    """A private Tor network, its onion service before nginx, and a buyer's tor that goes through a proxy."""

    def __init__(self, parent, socket):
        # On a busy machine relays may miss the vote of the first consensus, and nobody waits for the next.
        for attempt in range(4):
            self.dir = parent / f"net{attempt}"
            self.process = subprocess.Popen(
                [TORBED, self.dir, BENCH / "out" / "keys", socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            STARTED.append(self.process)
            if line := self.process.stdout.readline():
                self.said = json.loads(line)
                return
        raise SystemExit("torbed ended; is Debian's tor installed?")

    def buyer(self, name, proxy):
        """A tor client whose relays are behind the proxy; where it listens."""
        home = self.dir / name
        home.mkdir(mode=0o700)
        lines = (self.dir / "buyer" / "torrc").read_text().splitlines()
        at = f"127.0.0.1:{free_port()}"
        changed = {"DataDirectory": home, "SocksPort": at, "Log": f"notice file {home}/notice.log"}
        kept = [line for line in lines if line.split(" ")[0] not in changed]
        kept += [f"{key} {value}" for key, value in changed.items()] + [f"HTTPSProxy 127.0.0.1:{proxy}"]
        (home / "torrc").write_text("\n".join(kept) + "\n")
        tor = shutil.which("tor") or "/usr/sbin/tor"
        start(tor, "-f", home / "torrc", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return at

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def get(at, path):
    line = http.client.HTTPConnection(*at.split(":"))
    line.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = line.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return answer.getheaders(), answer.read()


def unpacked(body):
    return zlib.decompress(body, 31)


def apart(page, files, headers):
    """A page without what is written into it: pictures as files of the same bytes, the style sheet as one link."""

    def file(match):
        picture = base64.b64decode(match[3])
        path = f"/i/{hashlib.sha256(picture).hexdigest()[:16]}.{match[2].split('/')[1]}"
        kept = [(n, match[2] if n == "content-type" else v) for n, v in headers]
        files[path] = kept, picture
        return f'{match[1]}{path}"'

    page = re.sub(r'(<img [^>]*src=")data:([^;]+);base64,([^"]+)"', file, page)
    if "<style>" not in page:
        return page
    link = re.search(r'<link rel="stylesheet" href="[^"]+">\n', page)[0]
    return re.sub(r"<style>.*?</style>\n", link, page.replace(link, ""), flags=re.S)


def mirror(at):
    """What the shop answers, by path, and what it would with pictures and style in the page."""
    files = {}
    for path in VIEWS:
        headers, body = get(at, path)
        page = apart(unpacked(body).decode(), files, get(at, "/favicon.ico")[0])
        files[path] = headers, packed(page)
        style = re.search(r'<link rel="stylesheet" href="([^"]+)">', page)
        for part in {style[1], *re.findall(r'<img [^>]*src="([^"]+)"', page)} - files.keys():
            files[html.unescape(part)] = get(at, html.unescape(part))

        def data(match):
            kept, picture = files[html.unescape(match[2])]
            kind = dict(kept)["content-type"]
            return f'{match[1]}data:{kind};base64,{base64.b64encode(picture).decode()}"'

        inlined = re.sub(r'(<img [^>]*src=")([^"]+)"', data, page)
        css = unpacked(files[html.unescape(style[1])][1]).decode()
        whole = inlined.replace(style[0], f"<style>{css}</style>")
        for kind, text in {"/inlined": inlined, "/whole": whole}.items():
            # As many bytes of headers as such a policy needs.
            policy = [(n, v.replace("img-src 'self'", "img-src 'self' data:")) for n, v in headers]
            files[kind + path] = policy, packed(text)
    files["/favicon.ico"] = get(at, "/favicon.ico")
    return files


def nginx(parent, socket, files):
    """nginx with these files, each with its headers."""
    (parent / "files").mkdir()
    places = []
    for number, (path, (headers, body)) in enumerate(files.items()):
        file = parent / "files" / str(number)
        file.write_bytes(body)
        kind = dict(headers)["content-type"]
        added = "".join(f'add_header {n} "{v}";' for n, v in headers if n.lower() not in OWN)
        if path.endswith("/"):
            # nginx takes such a path for a folder.
            places.append(f"location = {path} {{ rewrite ^ {path}page last; }}")
            path += "page"
        places.append(f"location = {path} {{ alias {file}; types {{ }} default_type '{kind}'; {added} }}")
    return Nginx(parent, f"server {{ listen unix:{socket} proxy_protocol; {' '.join(places)} }}").start()


async def reached(socks, host):
    """Comes again, as somebody else each time, until the onion address answers."""
    loop = asyncio.get_running_loop()
    end, number = loop.time() + PATIENCE, 0
    while loop.time() < end:
        number += 1
        try:
            return await asyncio.wait_for(Browser(socks, host, f"first {number}").round_trip("/favicon.ico"), 30)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            await asyncio.sleep(1)
    raise SystemExit(f"{host} was not reached")


async def look(socks, host, kind, identity):
    """Both views of a buyer whose circuit is there, and who has seen nothing yet."""
    for again in range(5):
        buyer = Browser(socks, host, f"{identity} {again}")
        try:
            trip = await asyncio.wait_for(buyer.round_trip("/favicon.ico"), 60)
            views = [await asyncio.wait_for(buyer.view(kind + path), 60) for path in VIEWS]
            return {"trip": trip, "first": views[0], "then": views[1]}
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            continue
        finally:
            buyer.close()
    raise SystemExit(f"{host}: five circuits broke")


async def measure(network, shop_onion, rate, tag):
    """All subjects in turns, through one tor at one distance."""
    anchor = network.said["onion"]
    away = FarAway(0.02)
    socks = network.buyer(f"buyer-{tag}", await away.open())
    for host in (anchor, shop_onion):
        await reached(socks, host)
    near = middle([(await look(socks, anchor, "", f"near {n}"))["trip"] for n in range(3)])
    # The rest of the way is the network's own: so much is added that both together are what is wanted.
    away.delay += max(0, TRIP - near) / 2
    away.rate = rate
    subjects = [("the shop", shop_onion, "")] + [(f"nginx, {what}", anchor, kind) for kind, what in KINDS.items()]
    seen = {name: [] for name, _, _ in subjects}
    for number in range(ROUNDS):
        for name, host, kind in subjects:
            seen[name].append(await look(socks, host, kind, f"{name} {number}"))
    away.server.close()
    return near, seen


def say(seen, what, near, load):
    print(f"### {what} ({ROUNDS} rounds, load {load:.1f} at the start; without the distance a round trip takes {near * 1e3:.0f} ms)\n")
    span = lambda values: f"{middle(values):.2f} ({min(values):.2f}-{max(values):.2f})"
    rows = []
    files = [r["first"]["complete"] for r in seen[f"nginx, {KINDS['']}"]]
    for name, looks in seen.items():
        of = lambda view, key: [r[view][key] for r in looks]
        trips = middle([r["first"]["complete"] / r["trip"] for r in looks])
        rows.append([
            name, f"{middle([r['trip'] for r in looks]):.2f}", span(of("first", "readable")), span(of("first", "complete")),
            f"{trips:.1f}", f"{middle([a / b for a, b in zip(of('first', 'complete'), files)]):.2f}", span(of("then", "complete")),
            f"{of('first', 'requests')[0]}, {of('first', 'bytes')[0]:,} B", f"{of('then', 'requests')[0]}, {of('then', 'bytes')[0]:,} B",
        ])
    heads = ["", "round trip s", "first view readable s", "complete s", "in round trips", "to nginx with files",
             "second view s", "first: requests, bytes", "second"]
    table(heads, rows)


def main():
    if not enclosed():
        return
    with folder() as name:
        parent = pathlib.Path(name)
        network = Network(parent, parent / "nginx.sock")
        shop = Shop(name)
        (shop.dir / "network.json").write_text(json.dumps(network.said["network"]))
        shop.set("tor", "enabled", "true")
        shop.set("tor", "test_network", '"network.json"')
        shop.open()
        onion = re.search(r"onion +http://([a-z0-9.]+)", shop.said())[1]
        server = nginx(parent, parent / "nginx.sock", mirror(shop.at))
        print(f"## tor-first-view: a private Tor network, {TRIP * 1e3:.0f} ms there and back\n")
        for tag, rate, what in [("wide", None, "As fast as it goes"), ("slow", SLOW, f"At {SLOW // 1000} kB a second")]:
            load = load_now()
            near, seen = asyncio.run(measure(network, onion, rate, tag))
            say(seen, what, near, load)
        server.stop()
        shop.close()
        network.close()


if __name__ == "__main__":
    main()
