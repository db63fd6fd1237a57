"""Visitors of the clear web: each from an address of its own, over TLS."""

import http.client
import pathlib
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "deb"))
from buyer import Browser, Buyer  # noqa: E402  (the path comes first)
from proxies import HOST  # noqa: E402

# Addresses of this network namespace alone, from the ranges for documents. The last two are one
# visitor's: they are of one network of 64 bits.
ADA, BOB = "198.51.100.77", "203.0.113.88"
EVE, EVES_OTHER = "2001:db8:aaaa:bbbb::7777", "2001:db8:aaaa:bbbb:cccc::8888"
ALL = [ADA, BOB, EVE, EVES_OTHER]


def set_up_addresses():
    for address in ALL:
        more = ["nodad"] if ":" in address else []
        subprocess.run(["ip", "addr", "add", address, "dev", "lo", *more], check=True)


class Line(http.client.HTTPSConnection):
    """A connection to the proxy on this machine, from one address."""

    def __init__(self, address, trusted):
        super().__init__(HOST, timeout=60)
        self.address = address
        self.context = ssl.create_default_context(cafile=trusted)

    def connect(self):
        proxy = "::1" if ":" in self.address else "127.0.0.1"
        plain = socket.create_connection((proxy, 443), self.timeout, (self.address, 0))
        self.sock = self.context.wrap_socket(plain, server_hostname=HOST)


class Visitor(Buyer):
    """A buyer with a browser without scripts."""

    def __init__(self, address, trusted):
        Browser.__init__(self, HOST)
        self.origin = f"https://{HOST}"
        self.address, self.trusted = address, trusted
        self.number = self.code = None
        self.line = Line(address, trusted)

    def send(self, method, path, form=None, gzip=False):
        # A connection of its own, as Buyer does it: the last one may have been ended.
        self.line = Line(self.address, self.trusted)
        return Browser.send(self, method, path, form, gzip)

    def status(self, path):
        """The status of a page; 0 where the connection ends without an answer. Keeps a connection."""
        try:
            return Browser.send(self, "GET", path).status
        except (OSError, http.client.HTTPException):
            self.line.close()
            return 0


CURL = ["curl", "-sS", "--max-time", "60", "--resolve", f"{HOST}:443:127.0.0.1",
        "--resolve", f"{HOST}:80:127.0.0.1"]


def statuses(trusted, paths):
    """The statuses of all these at once, over one connection."""
    wanted = [word for path in paths for word in ("-o", "/dev/null", f"https://{HOST}{path}")]
    words = ["-Z", "--parallel-max", "60", "-w", "%{http_code}\\n", "--cacert", trusted]
    return subprocess.run([*CURL, *words, *wanted], capture_output=True, text=True).stdout.split()


def curl(trusted, *words, path="/"):
    """What a browser that speaks HTTP/2 gets: status line, headers, body."""
    address = path if path.startswith("http") else f"https://{HOST}{path}"
    run = subprocess.run([*CURL, "-i", "--cacert", trusted, *words, address], capture_output=True)
    head, _, body = run.stdout.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = [tuple(line.lower().split(": ", 1)) for line in lines]
    return first, headers, body
