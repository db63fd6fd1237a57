"""catalogue: lists and searches of a shop with 10,000 products beside one with 24."""

import json
import urllib.parse

from buyers import wrk
from common import Shop, cpu, folder, load_now, middle, spread, table, until

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 64
SIZES = (24, 10_000)
# A word that is there, one with a slip in it, the beginning of one, and two words.
SEARCHES = ["gentle", "genlte", "brav", "quiet lantern"]


def words():
    """A few thousand made-up words, the same in every run."""
    first = ["gen", "bra", "qui", "lan", "mor", "sil", "tur", "pel", "fen", "ost", "hul", "vik", "nor", "zap", "rim", "cob"]
    last = ["tle", "ver", "et", "tern", "row", "ent", "nip", "lar", "der", "mus", "gan", "ton", "wick", "ling", "stad", "ora"]
    made = [a + b + c for a in first for b in [""] + last for c in last]
    return ["gentle", "brave", "quiet", "lantern"] + sorted(set(made))


def fill(shop, count):
    some, product = words(), 0
    path = shop.dir / "catalog.json"
    catalog = json.loads(path.read_text())
    pictures = [p["images"][:1] for p in catalog["products"].values()]
    products = {}
    for product in range(count):
        pick = lambda k: some[(product * 31 + k * k * 17 + k) % len(some)]
        products[f"p{product}"] = {
            "name": f"{pick(0)} {pick(1)} {product}",
            "description": " ".join(pick(k) for k in range(2, 42)),
            "images": pictures[product % len(pictures)],
            "categories": [f"Group {product % 8}/Part {product % 40}"],
            "prices": [{"price": 1_000_000 + product * 7, "currency": "ETH"}],
            "quantity": 1 + product % 9,
        }
    path.write_text(json.dumps(catalog | {"products": products}))


def main():
    with folder() as parent:
        shops = {}
        for count in SIZES:
            shop = Shop(parent, f"shop{count}")
            fill(shop, count)
            shops[count] = shop.open()
        # Every page is rendered once after a start; what is measured is the time after that.
        for shop in shops.values():
            busy = [sum(cpu(shop.pids()).values())]

            def quiet(shop=shop, busy=busy):
                busy.append(sum(cpu(shop.pids()).values()))
                return len(busy) > 100 and busy[-1] - busy[-100] < 0.02

            until("the pages are rendered", quiet, 300)
        pages = {
            "list, first page": ["/product"],
            "list, last page": ["/product?page=last"],
            "list, sorted": ["/product?sort=price-up"],
            "a category": ["/category/group-3"],
        } | {f"search {s!r}": ["/search?" + urllib.parse.urlencode({"q": s})] for s in SEARCHES}
        load, rows = load_now(), []
        for name, (path,) in pages.items():
            runs = {count: [] for count in SIZES}
            for _ in range(ROUNDS):
                for count, shop in shops.items():
                    here = path.replace("last", str(-(-count // 12)))
                    before = cpu(shop.pids())
                    answer = wrk("get.lua", shop.at, CONNECTIONS, SECONDS, path=here)
                    if answer["errors"]:
                        raise SystemExit(f"{here}: {answer}")
                    used = sum(s - before[n] for n, s in cpu(shop.pids()).items())
                    runs[count].append(answer | {"cpu": used * 1e6 / answer["requests"]})
            few, many = runs[SIZES[0]], runs[SIZES[1]]
            rows.append([
                name, spread([r["p99"] for r in few], "{:.1f}"), spread([r["p99"] for r in many], "{:.1f}"),
                f"{middle([m['p99'] / f['p99'] for m, f in zip(many, few)]):.2f}",
                f"{middle([r['cpu'] for r in few]):.0f}", f"{middle([r['cpu'] for r in many]):.0f}",
            ])
        for shop in shops.values():
            shop.close()
    print(f"## catalogue: c={CONNECTIONS}, {ROUNDS} rounds of {SECONDS} s each, load {load:.1f} at the start\n")
    heads = ["", "24: p99 ms", "10,000: p99 ms", "ratio", "24: CPU us/request", "10,000: CPU us/request"]
    table(heads, rows)


if __name__ == "__main__":
    main()
