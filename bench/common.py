"""What the benchmarks share: a sample shop of our own, a stopwatch for processes, tables."""

import atexit
import fcntl
import http.client
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

BENCH = pathlib.Path(__file__).resolve().parent
# bench/run hands over a copy, so that a build in between changes nothing.
PROGRAM = os.environ.get("BENCHED_PROGRAM", BENCH.parent / "target" / "release" / "cryptocart")
# The libraries and the shop's router, each alone: crates/shop-web/examples/stand.rs. Its shop has this name.
STAND = BENCH.parent / "target" / "release" / "examples" / "stand"
STAND_HOST = "shop" * 14 + ".onion"
TICK = os.sysconf("SC_CLK_TCK")


# What we started; whatever goes wrong, nothing of it stays behind.
STARTED = []


@atexit.register
def end_all():
    for process in STARTED:
        if process.poll() is None:
            process.terminate()
    for process in STARTED:
        process.wait(30)


def start(*words, **more):
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **more)
    STARTED.append(process)
    return process


def folder():
    """A folder that goes away, on the disk of the checkout: /tmp may be memory, which syncs nothing."""
    out = BENCH / "out"
    out.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="run-", dir=out)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, ask, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.01)
    raise SystemExit(f"it did not become true within {seconds} s: {what}")


class Shop:
    """A sample shop in a folder of its own: no Tor, a preview on any free port."""

    def __init__(self, parent, name="shop"):
        self.parent, self.name = pathlib.Path(parent), name
        self.dir = self.parent / name
        self.process = None
        if not self.dir.exists():
            run = subprocess.run([PROGRAM, "new", name], cwd=parent, capture_output=True, text=True)
            if run.returncode:
                raise SystemExit(f"cryptocart new: {run.stderr}")
            self.set("tor", "enabled", "false")
            self.set("preview", "listen", '"127.0.0.1:0"')
            # A demo's pool and a form's memory end at 20,000 and 10,000; this must not.
            self.set("orders", "most_open", "20000")

    def copy(self, name):
        """The same shop anew, with its keys and its pictures as they are now."""
        shutil.copytree(self.dir, self.parent / name)
        return Shop(self.parent, name)

    def set(self, section, key, value):
        path = self.dir / "shop.toml"
        wanted = rf"(?ms)^(\[{section}\].*?^{key} = )[^\n]*"
        text, count = re.subn(wanted, lambda m: m[1] + value, path.read_text(), count=1)
        if not count:
            raise SystemExit(f"shop.toml has no {section}.{key}")
        path.write_text(text)

    def start(self, before=()):
        """Starts `serve` and returns at once."""
        self.log = open(self.parent / f"{self.name}.log", "w")
        self.process = start(*before, PROGRAM, "serve", self.name, cwd=self.parent, stdout=self.log, stderr=self.log)
        return self

    def open(self, before=()):
        """Starts `serve` and waits until it has said that the shop is open."""
        self.start(before)
        until("the shop is open", lambda: "  orders " in self.said() or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise SystemExit(f"the shop ended:\n{self.said()}")
        self.at = re.search(r"preview +http://([0-9.:]+)/", self.said())[1]
        # A shop opens before its pictures are made; what is measured must not share the processor with that.
        until("the pictures are made", lambda: "pictures" not in self.roles())
        return self

    def said(self):
        return (self.parent / f"{self.name}.log").read_text()

    def close(self, before=False):
        # Under a tracer the supervisor is the tracer's child.
        pid = children(self.process.pid)[0] if before else self.process.pid
        os.kill(pid, signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def pids(self):
        """Process ids of the supervisor and of the roles that stay."""
        staying = {role: pid for role, pid in self.roles().items() if role in ("shop", "tor")}
        return {"supervisor": self.process.pid} | staying

    def roles(self):
        """Process ids of the supervisor's children and theirs, by role: `cryptocart role NAME`."""
        found = {}
        for pid in descendants(self.process.pid):
            try:
                words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it ended meanwhile
            if words[1:2] == [b"role"]:
                found[words[2].decode()] = pid
        return found

    def delivered(self):
        """Mails in the mailbox."""
        box = self.dir / "mailorders" / "root"
        if not box.exists():
            return 0
        return sum(line.startswith(b"From ") for line in box.open("rb"))

    def listed(self):
        """Orders the program says there are."""
        run = subprocess.run([PROGRAM, "orders", self.name], cwd=self.parent, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"cryptocart orders: {run.stderr}")
        return max(0, len(run.stdout.strip().splitlines()) - 1)


class Stand:
    """One of the servers in `examples/stand.rs`."""

    def __init__(self, *words):
        self.process = start(STAND, *words, stdout=subprocess.PIPE, text=True)
        self.at = self.process.stdout.readline().strip()
        if not self.at:
            raise SystemExit(f"stand {' '.join(map(str, words))}: it ended")
        first = {"onion": STAND_HOST}.get(words[-1], self.at)
        first_answer(self.at, host=first)

    def pids(self):
        return {"stand": self.process.pid}

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()


class Nginx:
    """nginx with a configuration of ours, as the anchor. `http` is what goes into its http block."""

    def __init__(self, parent, http, name="nginx"):
        self.dir = pathlib.Path(parent) / name
        self.dir.mkdir()
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
        paths = "".join(
            f"{kind}_temp_path {self.dir}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.dir / "nginx.conf").write_text(
            f"{user} worker_processes 2; daemon off; error_log {self.dir}/error.log;"
            f"pid {self.dir}/pid; events {{ worker_connections 1024; }}"
            f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;"
            f"open_file_cache max=16; {paths} {http} }}"
        )

    def start(self):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = start(
            program, "-p", self.dir, "-c", self.dir / "nginx.conf", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self

    def pids(self):
        return {"master": self.process.pid} | {f"worker{n}": p for n, p in enumerate(children(self.process.pid))}

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def children(pid):
    found = set()
    for tasks in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found.update(int(p) for p in (tasks / "children").read_text().split())
    return sorted(found)


def descendants(pid):
    """The processes below one, at all depths."""
    found, waiting = [], [pid]
    while waiting:
        try:
            below = children(waiting.pop())
        except OSError:
            continue  # it ended meanwhile
        found += below
        waiting += below
    return found


def cpu(pids):
    """Seconds of processor each process has used, by name."""
    used = {}
    for name, pid in pids.items():
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        used[name] = (int(fields[11]) + int(fields[12])) / TICK
    return used


def pss(pids):
    """MiB each process has for itself, shared pages divided among those who share them."""
    sizes = {}
    for name, pid in pids.items():
        rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes[name] = int(re.search(r"^Pss: +(\d+)", rollup, re.M)[1]) / 1024
    return sizes


def first_answer(at, path="/", seconds=60, host=None):
    """Asks until somebody answers 200. Whoever accepts early may answer later."""
    called = {"Host": host or at}
    host, port = at.split(":")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with_ = http.client.HTTPConnection(host, int(port), timeout=seconds)
            with_.request("GET", path, headers=called)
            if with_.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.001)
    raise SystemExit(f"no answer from {at}")


def enclosed():
    """Starts the program again in an empty network namespace, or goes on if we are in it."""
    if "--enclosed" in sys.argv:
        if [name for _, name in socket.if_nameindex()] != ["lo"]:
            raise SystemExit("this is no empty network namespace")
        with socket.socket() as s:
            up = struct.pack("16sh14x", b"lo", 1 | 64)  # IFF_UP, IFF_RUNNING
            fcntl.ioctl(s, 0x8914, up)  # SIOCSIFFLAGS
        return True
    tool = shutil.which("unshare")
    if not tool:
        raise SystemExit("unshare is missing: apt install util-linux")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    subprocess.run([tool, *user, "--net", sys.executable, *sys.argv, "--enclosed"], check=True)
    return False


def middle(values):
    return statistics.median(values)


def spread(values, form="{:,.0f}"):
    """Median, and in brackets the least and the most."""
    return f"{form.format(middle(values))} ({form.format(min(values))}-{form.format(max(values))})"


def table(heads, rows):
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def packed(page):
    """A page as the shop compresses it."""
    pack = zlib.compressobj(7, wbits=31)
    return pack.compress(page.encode()) + pack.flush()


def load_now():
    return os.getloadavg()[0]
