"""page-weight: what a browser without script fetches for each page, in bytes on the wire."""

import html
import re
import socket

from buyers import SHIP_TO, SHIRT, Browser
from common import Shop, folder, packed, table

# perf.md calls 61,752 B the first window of a Tor circuit: 124 cells of 498 B.
WINDOW = 124 * 498
# What may be fetched: HTML and style sheet, all of it, requests. Nobody's first page is an order's.
LEAN = 14_000
BUDGETS = {"landing": (LEAN, 61_700, 14), "product": (LEAN, 120_000, None)}
ORDER = 10 * 1024


def fetch(at, path, cookies):
    """A page or a file as Tor Browser asks for it; the bytes of the whole answer and its body."""
    ask = (
        f"GET {path} HTTP/1.1\r\nHost: {at}\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n"
        "Accept-Encoding: gzip, deflate\r\nConnection: close\r\n"
    )
    if cookies:
        ask += "Cookie: " + "; ".join(f"{n}={v}" for n, v in cookies.items()) + "\r\n"
    host, port = at.split(":")
    with socket.create_connection((host, int(port)), 30) as line:
        line.sendall(ask.encode() + b"\r\n")
        whole = b"".join(iter(lambda: line.recv(65536), b""))
    if not whole.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"{path}: {whole[:60]}")
    return len(ask) + 2, len(whole)


def view(browser, path):
    """Everything one look at a page brings."""
    written = browser.get(path).body.decode()
    page = html.unescape(written)
    wrong = re.findall(r"<script|<svg|<iframe|\bon[a-z]+=|(?:src|href|action)=\"(?:https?:)?//[^\"]*", page, re.I)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    pictures = list(dict.fromkeys(re.findall(r'<img [^>]*src="([^"]+)"', page)))
    cost = lambda paths: [fetch(browser.at, p, browser.cookies) for p in paths if not p.startswith("data:")]
    parts = [cost([path]), cost(styles), cost(pictures)]
    down = [sum(d for _, d in part) for part in parts]
    # Pictures that stand in the page are pictures: what it costs with them, and what it would without.
    bare = re.sub(r'(<img [^>]*src=")data:image[^"]*', r"\1", written)
    within = len(packed(written)) - len(packed(bare)) if bare != written else 0
    down[0], down[2] = down[0] - within, down[2] + within
    return {
        "page": down[0], "style": down[1], "pictures": down[2], "all": sum(down),
        "requests": sum(map(len, parts)), "asked": sum(u for part in parts for u, _ in part), "wrong": wrong,
    }


def main():
    with folder() as name:
        shop = Shop(name).open()
        browser, views = Browser(shop.at), {}
        views["landing"] = view(browser, "/")
        views["all products"] = view(browser, "/product")
        views["product"] = view(browser, f"/product/{SHIRT['id']}")
        browser.post("/cart", SHIRT)
        views["cart"] = view(browser, "/cart")
        views["checkout"] = view(browser, "/checkout")
        form = {"token": browser.token(browser.get("/checkout").body.decode(), "/checkout")} | SHIP_TO
        fresh = browser.post("/checkout", form)
        views["order, its ticket"] = view(browser, "/order?opened")
        browser.post("/order/kept", {"token": browser.token(fresh.body.decode(), "/order/kept")})
        views["order, open"] = view(browser, "/order")
        shop.close()
    print("## page-weight: bytes received, status line and headers included, the style sheet not yet known\n")
    rows, over = [], []
    for name, v in views.items():
        lean, whole, requests = BUDGETS.get(name, (LEAN, None, None))
        checks = [(v["page"] + v["style"], lean, "HTML+CSS"), (v["all"], whole, "in all"), (v["requests"], requests, "requests")]
        over += [f"{name}: {is_:,} {what} > {most:,}" for is_, most, what in checks if most and is_ > most]
        if name == "order, open" and v["page"] + v["pictures"] > ORDER:
            over.append(f"{name}: {v['page'] + v['pictures']:,} without the style sheet > {ORDER:,}")
        over += [f"{name}: {w}" for w in v["wrong"]]
        rows.append([
            name, f"{v['page']:,}", f"{v['style']:,}", f"{v['pictures']:,}", f"{v['all']:,}", v["requests"],
            f"{v['asked']:,}", f"{v['all'] / WINDOW:.2f}",
            " / ".join(f"{b:,}" if b else "-" for b in (lean, whole, requests)),
        ])
    table(["page", "HTML", "CSS", "pictures", "in all", "requests", "bytes asked with", "of the first Tor window", "budget HTML+CSS / all / requests"], rows)
    known = views["order, open"]
    print(f"The order page with its QR code, style sheet known: {known['page'] + known['pictures']:,} of {ORDER:,}.")
    print("Over budget: " + ("; ".join(over) if over else "nothing; no script, no SVG, no foreign address") + ".\n")


if __name__ == "__main__":
    main()
