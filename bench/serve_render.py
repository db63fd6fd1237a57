"""serve-render: pages that are made for one visitor, beside axum with a fixed body of the same size."""

import urllib.parse

from buyers import SHIP_TO, SHIRT, Browser, wrk
from common import Shop, Stand, cpu, folder, load_now, middle, spread, table
from serve_cached import written

ROUNDS, SECONDS, CONNECTIONS = 5, 2, 64
PAGES = {"cart": "/cart", "checkout": "/checkout", "order": "/order", "search": "/search?" + urllib.parse.urlencode({"q": "whale"})}


def buyer(at):
    """Somebody with a full cart and an order that waits for its money, as headers."""
    browser = Browser(at)
    browser.send("POST", "/cart", SHIRT)
    form = {"token": browser.token(browser.get("/checkout").body.decode(), "/checkout")} | SHIP_TO
    fresh = browser.post("/checkout", form)
    browser.post("/order/kept", {"token": browser.token(fresh.body.decode(), "/order/kept")})
    browser.send("POST", "/cart", SHIRT)
    return browser, ["Cookie: " + "; ".join(f"{n}={v}" for n, v in browser.cookies.items())]


def measured(at, pids, path, headers):
    before = cpu(pids())
    answer = wrk("get.lua", at, CONNECTIONS, SECONDS, path=path, headers=headers)
    if answer["errors"]:
        raise SystemExit(f"{path}: {answer}")
    used = {n: (s - before[n]) * 1e6 / answer["requests"] for n, s in cpu(pids()).items()}
    return answer | {"rate": answer["requests"] / answer["seconds"], "cpu": used}


def main():
    rows, load = [], load_now()
    with folder() as name:
        shop = Shop(name).open()
        router = Stand("shop", shop.dir, "preview")
        browser, carried = buyer(router.at)
        _, at_preview = buyer(shop.at)
        # All at once: a connection that waits is closed.
        answers = {page: browser.get(path) for page, path in PAGES.items()}
        for page, path in PAGES.items():
            answer = answers[page]
            if answer.status != 200 or b"<form" not in answer.body:
                raise SystemExit(f"{path}: {answer.status}")
            bare = Stand("axum", written(shop.parent / page, answer.getheaders(), answer.body))
            runs = []
            for _ in range(ROUNDS):
                runs.append({
                    "router": measured(router.at, router.pids, path, carried),
                    "axum": measured(bare.at, bare.pids, "/", carried),
                    "preview": measured(shop.at, shop.pids, path, at_preview),
                })
            bare.stop()
            of = lambda who, key: [r[who][key] for r in runs]
            used = {who: [sum(c.values()) for c in of(who, "cpu")] for who in runs[0]}
            role = [c["shop"] for c in of("preview", "cpu")]
            rows.append([
                f"{page}, {len(answer.body):,} B", spread(of("router", "rate")), spread(of("router", "p99"), "{:.1f}"),
                spread(used["router"], "{:.1f}"), spread(used["axum"], "{:.1f}"),
                f"{middle([s / a for s, a in zip(used['router'], used['axum'])]):.2f}", spread(role, "{:.1f}"),
            ])
        router.stop()
        shop.close()
    print(f"## serve-render: pages made for one visitor, c={CONNECTIONS}, {ROUNDS} rounds of {SECONDS} s each, load {load:.1f} at the start\n")
    heads = ["page", "requests/s", "p99 ms", "CPU us/request", "bare axum", "ratio", "the real shop role behind its preview"]
    table(heads, rows)


if __name__ == "__main__":
    main()
