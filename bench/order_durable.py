"""order-durable: orders that are on the disk, beside what the disk and a bare SQLite can do."""

import os
import re
import shutil
import sqlite3
import time

from buyers import order, prepare
from common import Shop, cpu, folder, load_now, middle, spread, table, until

ROUNDS = 5
# Buyers at once, and how many orders they place in a round.
LOADS = [(1, 400), (8, 800), (64, 1600)]
ANCHOR_SECONDS = 1.0
# For the last two tables: orders in one shop, in steps.
DEEP, STEP = 8000, 1000


def syncs(parent):
    """4 KiB written in place and fdatasync, a second."""
    file = os.open(parent / "syncs", os.O_RDWR | os.O_CREAT)
    os.pwrite(file, bytes(1 << 20), 0)
    os.fsync(file)
    page, count, start = os.urandom(4096), 0, time.perf_counter()
    while time.perf_counter() - start < ANCHOR_SECONDS:
        os.pwrite(file, page, count % 256 * 4096)
        os.fdatasync(file)
        count += 1
    rate = count / (time.perf_counter() - start)
    os.close(file)
    return rate


def bare(parent, together):
    """Rows of 1 KiB a second into SQLite, WAL and synchronous=FULL, so many to a commit."""
    path = parent / "bare.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("pragma journal_mode = wal; pragma synchronous = full; create table t (id integer primary key, row blob)")
    rows, count, start = [(os.urandom(1024),) for _ in range(together)], 0, time.perf_counter()
    while time.perf_counter() - start < ANCHOR_SECONDS:
        db.execute("begin immediate")
        db.executemany("insert into t (row) values (?)", rows)
        db.execute("commit")
        count += together
    rate = count / (time.perf_counter() - start)
    db.close()
    for part in parent.glob("bare.db*"):
        part.unlink()
    return rate


def one_round(parent, closed, lines, connections):
    """One load on a shop without orders. Mails go out meanwhile, as they do."""
    shop = closed.copy("now").open()
    before = cpu(shop.pids())
    answer = order(shop.at, lines, connections, parent / "forms")
    used = sum(cpu(shop.pids()).values()) - sum(before.values())
    if shop.listed() != len(lines):
        raise SystemExit(f"{len(lines)} orders were answered, {shop.listed()} are listed")
    shop.close()
    shutil.rmtree(shop.dir)
    return {"rate": len(lines) / answer["seconds"], "cpu": used * 1e6 / len(lines)} | answer


def rounds(parent, closed, lines):
    table_rows, load = [], load_now()
    runs = {connections: [] for connections, _ in LOADS}
    for _ in range(ROUNDS):
        for connections, count in LOADS:
            anchor = {"sync": syncs(parent), "bare": bare(parent, connections)}
            runs[connections].append(one_round(parent, closed, lines[:count], connections) | anchor)
    for connections, all_ in runs.items():
        of = lambda name: [r[name] for r in all_]
        table_rows.append([
            connections, spread(of("rate")), spread(of("p50"), "{:.1f}"), spread(of("p99"), "{:.1f}"),
            spread(of("cpu")), spread(of("sync")), spread(of("bare")),
            spread([r["rate"] / r["sync"] for r in all_], "{:.2f}"),
            spread([r["rate"] / r["bare"] for r in all_], "{:.3f}"),
        ])
    counts = ", ".join(f"{n} at c={c}" for c, n in LOADS)
    print(f"## order-durable: POST /checkout to 303; {ROUNDS} rounds, each on a shop without orders ({counts}), load {load:.1f} at the start\n")
    table(["c", "orders/s", "p50 ms", "p99 ms", "CPU us/order", "(a) fdatasync/s", "(b) SQLite rows/s, c to a commit", "to (a)", "to (b)"], table_rows)


def deep(parent, closed, lines):
    """The same in a shop that fills up, without rest between; then how long the mailbox takes."""
    shop = closed.copy("deep").open()
    rows, began = [], time.perf_counter()
    for there in range(0, DEEP, STEP):
        before = cpu(shop.pids())
        answer = order(shop.at, lines[there:there + STEP], 64, parent / "forms")
        used = sum(cpu(shop.pids()).values()) - sum(before.values())
        rows.append([f"{there:,}", f"{STEP / answer['seconds']:,.0f}", f"{answer['p50']:.0f}", f"{used * 1e6 / STEP:,.0f}", f"{shop.delivered():,}"])
    print("### A shop that fills up, c=64, one pass\n")
    table(["orders there before", "orders/s", "p50 ms", "CPU us/order", "mails delivered by the end"], rows)
    rows = []
    for _ in range(6):
        there, before, start = shop.delivered(), cpu(shop.pids()), time.perf_counter()
        if there >= DEEP:
            break
        time.sleep(5)
        done = shop.delivered() - there
        used = sum(cpu(shop.pids()).values()) - sum(before.values())
        rows.append([f"{there:,}", f"{done / (time.perf_counter() - start):,.0f}", f"{used * 1e3 / max(1, done):,.1f}"])
    print("### The mailbox catching up afterwards, nobody ordering\n")
    table(["mails there before", "mails/s", "CPU ms/mail"], rows)
    shop.close()


def waits(parent, closed, lines):
    """How often an order waits for the disk, seen by strace: a run of its own, not timed."""
    if not shutil.which("strace"):
        print("strace is missing: waits for the disk not counted.\n")
        return
    trace = parent / "trace"
    shop = closed.copy("traced").open(["strace", "-f", "--seccomp-bpf", "-y", "-e", "trace=fsync,fdatasync", "-o", trace])
    before = len(trace.read_text().splitlines())
    order(shop.at, lines, 64, parent / "forms")
    seen = [l for l in trace.read_text().splitlines()[before:] if re.search(r"f(data)?sync\(", l)]
    database = sum(".db" in l for l in seen)
    mailbox = sum("mailorders" in l for l in seen)
    mails = shop.delivered()
    shop.close(before=True)
    # Each delivered mail is struck from the outbox in a commit, alone or with orders.
    print(f"Waits for the disk while {len(lines):,} orders were placed at c=64 (under strace): {database:,} of the database "
          f"= {database / len(lines):.2f} an order, {mails:,} mails delivered meanwhile with {mailbox:,} of the mailbox.\n")


def main():
    with folder() as name:
        closed = Shop(name)
        shop = closed.open()
        parent = shop.parent
        lines = prepare(shop.at, DEEP)
        shop.close()
        rounds(parent, closed, lines)
        waits(parent, closed, lines[:1600])
        deep(parent, closed, lines)


if __name__ == "__main__":
    main()
