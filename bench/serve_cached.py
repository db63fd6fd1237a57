"""serve-cached: the landing page, gzip, 64 kept connections, beside bare libraries and nginx with the same bytes."""

import http.client

from buyers import wrk
from common import STAND_HOST, Nginx, Shop, Stand, cpu, folder, free_port, load_now, middle, spread, table

# A page with its pictures in it, and one without.
PATHS = ["/", "/product/hash-range"]
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 64
# nginx and the libraries write these themselves.
OWN = {"content-length", "content-type", "connection", "date"}
ROUTER, HYPER, AXUM, NGINX = "the shop's router", "bare hyper", "bare axum", "nginx"
PREVIEW, TWO_HOPS = "the shop's preview", "nginx before nginx"


def asked(at, host, path="/"):
    line = http.client.HTTPConnection(*at.split(":"))
    line.request("GET", path, headers={"Host": host, "Accept-Encoding": "gzip"})
    answer = line.getresponse()
    return answer.getheaders(), answer.read()


def written(path, headers, body):
    """An answer as `stand` reads it."""
    kept = [f"{n}: {v}" for n, v in headers if n.lower() not in OWN - {"content-type"}]
    path.write_bytes("\n".join(kept).encode() + b"\n\n" + body)
    return path


def nginxes(parent, path, headers, body):
    """nginx with the same page as a file, and the same again behind a second nginx."""
    root = parent / "static"
    file = root / (path[1:] or "index.html")
    file.parent.mkdir(parents=True)
    file.write_bytes(body)
    added = "".join(f'add_header {n} "{v}";' for n, v in headers if n.lower() not in OWN)
    one, two, inner = free_port(), free_port(), parent / "inner"
    page = f"root {root}; index index.html; default_type 'text/html; charset=utf-8'; types {{ }} {added}"
    alone = Nginx(parent, f"server {{ listen 127.0.0.1:{one}; {page} }}", "alone").start()
    behind = Nginx(parent, f"server {{ listen unix:{inner}; {page} }}", "behind").start()
    front = Nginx(
        parent,
        f"upstream inner {{ server unix:{inner}; keepalive 128; }} server {{ listen 127.0.0.1:{two};"
        "location / { proxy_pass http://inner; proxy_http_version 1.1; proxy_set_header Connection '';"
        "proxy_set_header Accept-Encoding gzip; } }",
        "front",
    ).start()

    def both():
        named = [(f"front {n}", p) for n, p in front.pids().items()] + [(f"inner {n}", p) for n, p in behind.pids().items()]
        return dict(named)

    subjects = {NGINX: (f"127.0.0.1:{one}", alone.pids), TWO_HOPS: (f"127.0.0.1:{two}", both)}
    return subjects, [alone, front, behind]


def main():
    for path in PATHS:
        measure(path)


def measure(path):
    with folder() as name:
        shop = Shop(name).open()
        router = Stand("shop", shop.dir, "onion")
        headers, body = asked(router.at, STAND_HOST, path)
        file = written(shop.parent / "answer", headers, body)
        bare = {HYPER: Stand("hyper", file), AXUM: Stand("axum", file)}
        others, started = nginxes(shop.parent, path, headers, body)
        # The name, by which it is called, its processes. All are asked in the same words.
        subjects = {ROUTER: (router.at, STAND_HOST, router.pids)}
        subjects |= {name: (stand.at, STAND_HOST, stand.pids) for name, stand in bare.items()}
        subjects |= {name: (at, STAND_HOST, pids) for name, (at, pids) in others.items()}
        subjects[PREVIEW] = (shop.at, shop.at, shop.pids)
        rounds = {name: [] for name in subjects}
        for name, (at, host, _) in subjects.items():
            if name != PREVIEW and asked(at, host, path)[1] != body:
                raise SystemExit(f"{name} serves something else")
            wrk("get.lua", at, CONNECTIONS, 1, path=path, headers=[f"Host: {host}"])
        load = load_now()
        for _ in range(ROUNDS):
            for name, (at, host, pids) in subjects.items():
                before = cpu(pids())
                answer = wrk("get.lua", at, CONNECTIONS, SECONDS, path=path, headers=[f"Host: {host}"])
                if answer["errors"]:
                    raise SystemExit(f"{name}: {answer}")
                used = {n: (s - before[n]) * 1e6 / answer["requests"] for n, s in cpu(pids()).items()}
                rounds[name].append(answer | {"rate": answer["requests"] / answer["seconds"], "cpu": used})
        for server in [router, *bare.values(), *started]:
            server.stop()
        shop.close()
    say(path, rounds, len(body), load)


def say(path, rounds, size, load):
    print(f"## serve-cached: GET {path} in {size} B gzip, c={CONNECTIONS}, {ROUNDS} rounds of {SECONDS} s each, load {load:.1f} at the start\n")
    total = {name: [sum(r["cpu"].values()) for r in runs] for name, runs in rounds.items()}
    part = lambda some, whole: f"{middle([a / b for a, b in zip(some, whole)]):.2f}"
    rate = lambda name: [r["rate"] for r in rounds[name]]
    rows = [
        [
            name, spread(rate(name)), spread([r["p50"] for r in runs], "{:.2f}"), spread([r["p99"] for r in runs], "{:.2f}"),
            spread(total[name], "{:.1f}"), part(rate(name), rate(NGINX)), part(total[name], total[NGINX]),
            part(total[name], total[HYPER]),
        ]
        for name, runs in rounds.items()
    ]
    table(["", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "requests/s to nginx", "CPU to nginx", "CPU to hyper"], rows)
    shop = rounds[PREVIEW]
    parts = {role: [r["cpu"][role] for r in shop] for role in shop[0]["cpu"]}
    print("CPU us/request of the preview by process: " + ", ".join(f"{role} {spread(v, '{:.1f}')}" for role, v in parts.items())
          + f"; the shop role alone is {part(parts['shop'], total[NGINX])} of nginx.\n")


if __name__ == "__main__":
    main()
