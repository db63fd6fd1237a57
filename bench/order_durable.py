"""order-durable: orders that are on the disk, beside what the disk and a bare SQLite can do."""

import os
import re
import shutil
import sqlite3
import sys
import time

from buyers import order, prepare
from common import Shop, cpu, folder, load_now, middle, spread, table, until

ROUNDS = 5
# Buyers at once, and how many orders they place in a round.
LOADS = [(1, 400), (8, 800), (64, 1600)]
ANCHOR_SECONDS = 1.0
# For the last two tables: orders in one shop, in steps.
DEEP, STEP = 8000, 1000
# What is kept: orders, and mails in the mailbox, beside none; in turns, each on a copy of its own.
KEPT, MAILS, TURNS = 15_000, 5_000, 9
# Orders that are placed before the clock runs, and those that are measured, by so many buyers at once.
WARM, MEASURED, TOGETHER = 100, 400, 8


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


def fill(parent, closed):
    """A shop that keeps many orders, with the mailbox they made beside it. A form is remembered while the
    shop is open, and no more than 10,000 are: it is opened twice."""
    kept = closed.copy("kept")
    for part in (KEPT // 2, KEPT - KEPT // 2):
        shop = kept.open()
        before = shop.delivered()
        order(shop.at, prepare(shop.at, part), 64, parent / "forms", 600)
        until("every mail is written", lambda: shop.delivered() == before + part, 600)
        shop.close()
    box = kept.dir / "mailorders" / "root"
    mailbox = parent / "mailbox"
    with box.open("rb") as all_, mailbox.open("wb") as some:
        mails = 0
        for line in all_:
            mails += line.startswith(b"From ")
            if mails > MAILS:
                break
            some.write(line)
    box.unlink()
    return kept, mailbox


def one_turn(base, parent, lines, mailbox=None):
    """CPU of an order from the form to the mailbox, in microseconds."""
    shop = base.copy("now")
    box = shop.dir / "mailorders" / "root"
    if mailbox:
        box.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(mailbox, box)
        box.chmod(0o600)
    shop.open()
    there = shop.delivered()
    order(shop.at, lines[:WARM], TOGETHER, parent / "forms")
    until("every mail is written", lambda: shop.delivered() == there + WARM)
    before = cpu(shop.pids())
    order(shop.at, lines[WARM:], TOGETHER, parent / "forms")
    until("every mail is written", lambda: shop.delivered() == there + WARM + MEASURED)
    used = sum(cpu(shop.pids()).values()) - sum(before.values())
    shop.close()
    shutil.rmtree(shop.dir)
    return used * 1e6 / MEASURED


def kept(parent, closed, lines):
    """What orders and mails that are there cost those that come."""
    many, mailbox = fill(parent, closed)
    lines, load = lines[:WARM + MEASURED], load_now()
    turns = [
        (one_turn(closed, parent, lines), one_turn(many, parent, lines), one_turn(closed, parent, lines, mailbox))
        for _ in range(TURNS)
    ]
    nothing = [turn[0] for turn in turns]
    rows = [["nothing", spread(nothing), ""]]
    for what, at in ((f"{KEPT:,} orders, no mails", 1), (f"no orders, {MAILS:,} mails", 2)):
        used = [turn[at] for turn in turns]
        rows.append([what, spread(used), f"{middle(used) / middle(nothing):.2f}"])
    print(f"### What is there already; c={TOGETHER}, {MEASURED} orders to the mailbox after {WARM} others, {TURNS} turns, load {load:.1f} at the start\n")
    table(["there before", "CPU us/order", "to nothing"], rows)
    shutil.rmtree(many.dir)


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
    """All of it, or with a word one part: rounds, kept, deep."""
    with folder() as name:
        closed = Shop(name)
        shop = closed.open()
        parent = shop.parent
        only = PARTS.get(sys.argv[1]) if len(sys.argv) > 1 else None
        lines = prepare(shop.at, WARM + MEASURED if only is kept else DEEP)
        shop.close()
        if only:
            only(parent, closed, lines)
            return
        rounds(parent, closed, lines)
        waits(parent, closed, lines[:1600])
        kept(parent, closed, lines)
        deep(parent, closed, lines)


PARTS = {"rounds": rounds, "kept": kept, "deep": deep}

if __name__ == "__main__":
    main()
