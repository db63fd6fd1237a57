"""memory: proportional set size of every process of a shop with its Tor role, beside nginx.

It runs in a network namespace of its own with nothing in it but loopback: the Tor role finds no
network there, and nothing can leave the machine.
"""

import pathlib
import time

from buyers import order, prepare
from common import Nginx, Shop, enclosed, first_answer, folder, free_port, load_now, pss, table, until

ORDERS, RESTS = 1000, 5


def at_rest(pids):
    """The least of some looks: at rest is when nothing is at work."""
    looks = []
    for _ in range(RESTS):
        time.sleep(1)
        looks.append(pss(pids()))
    return min(looks, key=lambda look: sum(look.values()))


def main():
    if not enclosed():
        return
    rows, load = [], load_now()
    with folder() as name:
        port, parent = free_port(), pathlib.Path(name)
        nginx = Nginx(parent, f"server {{ listen 127.0.0.1:{port}; root {parent}; index nginx.conf; }}").start()
        (parent / "index.html").write_text("<!doctype html><title>anchor</title>")
        first_answer(f"127.0.0.1:{port}", "/index.html")
        anchor = sum(at_rest(nginx.pids).values())
        nginx.stop()

        shop = Shop(name)
        shop.set("tor", "enabled", "true")
        shop.open().close()
        shop.open()
        until("the Tor role is there", lambda: "tor" in shop.pids())
        rows.append(["at rest, second start", at_rest(shop.pids)])
        lines = prepare(shop.at, ORDERS)
        rows.append([f"{ORDERS:,} carts filled", at_rest(shop.pids)])
        order(shop.at, lines, 8, shop.parent / "forms")
        rows.append([f"{ORDERS:,} orders placed, {shop.delivered():,} mails written", pss(shop.pids())])
        until("every mail is written", lambda: shop.delivered() == ORDERS, 120)
        rows.append([f"{ORDERS:,} mails written, at rest", at_rest(shop.pids)])
        shop.close()
    print(f"## memory: PSS in MiB, load {load:.1f} at the start\n")
    cell = lambda look, role: f"{look[role]:.1f}"
    table(["", "supervisor", "shop role", "tor role, no network", "without tor"], [
        [what, cell(look, "supervisor"), cell(look, "shop"), cell(look, "tor"), f"{look['supervisor'] + look['shop']:.1f}"]
        for what, look in rows
    ])
    print(f"nginx with two workers and one page: {anchor:.1f} MiB.\n")


if __name__ == "__main__":
    main()
