"""cold-start: from the program's start to the first page, beside nginx."""

import json
import time

from common import Nginx, Shop, first_answer, folder, free_port, load_now, spread, table

RUNS = 9
MANY = 10_000


def once(start, stop, at):
    began = time.perf_counter()
    start()
    first_answer(at)
    took = (time.perf_counter() - began) * 1e3
    stop()
    return took


def again(shop, at):
    return once(shop.start, shop.close, at)


def fresh(parent, port, number):
    shop = Shop(parent, f"first{number}")
    shop.set("preview", "listen", f'"127.0.0.1:{port}"')
    return shop


def with_many(shop):
    """The sample's products again and again, each under a name of its own."""
    path = shop.dir / "catalog.json"
    catalog = json.loads(path.read_text())
    some = list(catalog["products"].items())
    catalog["products"] = {}
    for number in range(MANY):
        key, product = some[number % len(some)]
        catalog["products"][f"{key}-{number}"] = product | {"name": f"{product['name']} {number}"}
    path.write_text(json.dumps(catalog))


def main():
    with folder() as name:
        port, page = free_port(), free_port()
        at = f"127.0.0.1:{port}"
        ready = fresh(name, port, "ready")
        once(ready.start, ready.close, at)
        many = fresh(name, port, "many")
        with_many(many)
        ready.parent.joinpath("index.html").write_text("<!doctype html><title>ready</title>")
        nginx = Nginx(name, f"server {{ listen 127.0.0.1:{page}; root {name}; }}")
        once(many.start, many.close, at)
        load = load_now()
        kinds = {
            "nginx, one small page": lambda _: once(nginx.start, nginx.stop, f"127.0.0.1:{page}"),
            "the shop, pictures ready": lambda _: again(ready, at),
            "the shop, its first start": lambda number: again(fresh(name, port, number), at),
            f"the shop, {MANY:,} products": lambda _: again(many, at),
        }
        took = {kind: [] for kind in kinds}
        for number in range(RUNS):
            for kind, run in kinds.items():
                took[kind].append(run(number))
    print(f"## cold-start: exec to the first 200 of the preview, {RUNS} runs, load {load:.1f} at the start\n")
    table(["", "ms"], [[kind, spread(times)] for kind, times in took.items()])


if __name__ == "__main__":
    main()
