"""cold-start: from the program's start to the first page, beside nginx."""

import json
import random
import struct
import time
import zlib

from common import Nginx, Shop, first_answer, folder, free_port, load_now, spread, table

RUNS = 9
MANY = 10_000


def once(start, stop, at):
    began = time.perf_counter()
    start()
    first_answer(at, seconds=600)
    took = (time.perf_counter() - began) * 1e3
    stop()
    return took


def again(shop, at):
    return once(shop.start, shop.close, at)


def fresh(parent, port, number):
    shop = Shop(parent, f"first{number}")
    shop.set("preview", "listen", f'"127.0.0.1:{port}"')
    return shop


def noise(number):
    """A grey PNG that is no other one's, and as large as a photograph once it is made ready: 12 KB in two sizes."""
    side, some = 120, random.Random(number)
    rows = b"".join(b"\0" + some.randbytes(side) for _ in range(side))

    def part(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows, 1)) + part(b"IEND", b"")


def with_many(shop, differ=False):
    """The sample's products again and again, each under a name of its own; with the sample's few pictures, or each
    with a picture of its own."""
    path = shop.dir / "catalog.json"
    catalog = json.loads(path.read_text())
    some = list(catalog["products"].items())
    catalog["products"] = {}
    for number in range(MANY):
        key, product = some[number % len(some)]
        product = json.loads(json.dumps(product)) | {"name": f"{product['name']} {number}"}
        if differ:
            product["images"] = [f"{number}.png"]
            for variant in product.get("variants", []):
                variant.pop("image", None)
            (shop.dir / "images" / f"{number}.png").write_bytes(noise(number))
        catalog["products"][f"{key}-{number}"] = product
    path.write_text(json.dumps(catalog))


def main():
    with folder() as name:
        port, page = free_port(), free_port()
        at = f"127.0.0.1:{port}"
        ready = fresh(name, port, "ready")
        once(ready.start, ready.close, at)
        many = fresh(name, port, "many")
        with_many(many)
        differ = fresh(name, port, "differ")
        with_many(differ, differ=True)
        ready.parent.joinpath("index.html").write_text("<!doctype html><title>ready</title>")
        nginx = Nginx(name, f"server {{ listen 127.0.0.1:{page}; root {name}; }}")
        once(many.start, many.close, at)
        made = once(differ.start, differ.close, at)
        load = load_now()
        kinds = {
            "nginx, one small page": lambda _: once(nginx.start, nginx.stop, f"127.0.0.1:{page}"),
            "the shop, pictures ready": lambda _: again(ready, at),
            "the shop, its first start": lambda number: again(fresh(name, port, number), at),
            f"the shop, {MANY:,} products, 21 pictures": lambda _: again(many, at),
            f"the shop, {MANY:,} products and pictures": lambda _: again(differ, at),
        }
        took = {kind: [] for kind in kinds}
        for number in range(RUNS):
            for kind, run in kinds.items():
                took[kind].append(run(number))
    print(f"## cold-start: exec to the first 200 of the preview, {RUNS} runs, load {load:.1f} at the start\n")
    once_only = [f"the same, its first start (once: {MANY:,} pictures made ready)", f"{made:,.0f}"]
    table(["", "ms"], [[kind, spread(times)] for kind, times in took.items()] + [once_only])


if __name__ == "__main__":
    main()
