"""serve-cached: the landing page, gzip, 64 kept connections, beside nginx with the same bytes."""

import http.client

from buyers import wrk
from common import Nginx, Shop, cpu, folder, free_port, load_now, middle, spread, table

ROUNDS, SECONDS, CONNECTIONS = 7, 3, 64
# nginx writes these itself.
OWN = {"content-length", "content-type", "connection", "date"}


def landing(at):
    line = http.client.HTTPConnection(*at.split(":"))
    line.request("GET", "/", headers={"Accept-Encoding": "gzip"})
    answer = line.getresponse()
    return answer.getheaders(), answer.read()


def anchors(parent, headers, body):
    """nginx with the same page as a file, and the same again behind a second nginx."""
    root = parent / "static"
    root.mkdir()
    (root / "index.html").write_bytes(body)
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

    subjects = [("nginx, the same bytes", f"127.0.0.1:{one}", alone.pids), ("nginx before nginx", f"127.0.0.1:{two}", both)]
    return subjects, [alone, front, behind]


def main():
    with folder() as parent:
        shop = Shop(parent).open()
        headers, body = landing(shop.at)
        others, started = anchors(shop.parent, headers, body)
        subjects = [("the shop's preview", shop.at, shop.pids)] + others
        rounds = {name: [] for name, _, _ in subjects}
        for name, at, _ in subjects:
            if landing(at)[1] != body:
                raise SystemExit(f"{name} serves something else")
            wrk("get.lua", at, CONNECTIONS, 1)
        load = load_now()
        for _ in range(ROUNDS):
            for name, at, pids in subjects:
                before = cpu(pids())
                answer = wrk("get.lua", at, CONNECTIONS, SECONDS)
                if answer["errors"]:
                    raise SystemExit(f"{name}: {answer}")
                used = {n: (s - before[n]) * 1e6 / answer["requests"] for n, s in cpu(pids()).items()}
                rounds[name].append(answer | {"rate": answer["requests"] / answer["seconds"], "cpu": used})
        for server in started:
            server.stop()
        shop.close()
    say(rounds, len(body), load)


def say(rounds, size, load):
    print(f"## serve-cached: GET / in {size} B gzip, c={CONNECTIONS}, {ROUNDS} rounds of {SECONDS} s each, load {load:.1f} at the start\n")
    shop, nginx = rounds["the shop's preview"], rounds["nginx, the same bytes"]
    rows = []
    for name, runs in rounds.items():
        total = [sum(r["cpu"].values()) for r in runs]
        rows.append([
            name, spread([r["rate"] for r in runs]), spread([r["p50"] for r in runs], "{:.2f}"),
            spread([r["p99"] for r in runs], "{:.2f}"), spread(total, "{:.1f}"),
            f"{middle([r['rate'] / n['rate'] for r, n in zip(runs, nginx)]):.2f}",
            f"{middle([t / sum(n['cpu'].values()) for t, n in zip(total, nginx)]):.2f}",
        ])
    table(["", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "requests/s to nginx", "CPU to nginx"], rows)
    parts = {role: [r["cpu"][role] for r in shop] for role in shop[0]["cpu"]}
    alone = middle([r["cpu"]["shop"] / sum(n["cpu"].values()) for r, n in zip(shop, nginx)])
    print("CPU us/request by process: " + ", ".join(f"{role} {spread(v, '{:.1f}')}" for role, v in parts.items())
          + f"; the shop role alone is {alone:.2f} of nginx.\n")


if __name__ == "__main__":
    main()
