"""The shop behind Debian's tor: Compose with two containers, by the commands of
docs/install-container.md."""

import re
import socket

from clear_web import InFront
from engines import expect, until

TOR = "cryptocart-tor"


class TorInFront(InFront):
    heading = "Debian's tor"

    def do(self):
        with self.failing_aloud():
            self.compose("up -d")
            onion = self.opened()["onion"]
            self.set("tor", {"backend": '"socket"'})
            self.read(self.heading)
            self.opened()
            expect(self.onion() == onion, "it has another address")
            place = self.engine.place("cryptocart-onion")
            expect((place / "service/hostname").read_text().strip() == onion, "tor has another address")
            page = until("a page comes through the socket", lambda: self.page(place / "onion.sock", onion))
            expect("Plain Sight Tees" in page, page)
            self.is_alone()
            for name in ("control", "control.authcookie", "socks"):
                expect((self.engine.place("cryptocart-tor") / name).exists(), f"tor has made no {name}")
            expect(self.engine.inspect(TOR, "{{.State.Status}} {{.RestartCount}}") == "running 0", "tor has ended")

    def page(self, path, onion):
        """Comes as tor does: with a PROXY line that has the number of a circuit."""
        with socket.socket(socket.AF_UNIX) as stream:
            stream.settimeout(10)
            stream.connect(str(path))
            stream.sendall(b"PROXY TCP6 fc00:dead:beef:4dad::0:35 ::1 53 80\r\n"
                           b"GET / HTTP/1.1\r\nHost: " + onion.encode() + b"\r\nConnection: close\r\n\r\n")
            found = b""
            while part := stream.recv(65536):
                found += part
        return found.decode() if found.startswith(b"HTTP/1.1 200") else None

    def is_alone(self):
        """The shop's container has no interface but its own loopback."""
        pid = self.engine.processes("cryptocart")["serve"][0]
        with open(f"/proc/{pid}/net/dev", encoding="ascii") as devices:
            names = re.findall(r"^\s*(\w+):", devices.read(), re.M)
        expect(set(names) <= {"lo", "tunl0", "sit0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0",
                              "ip6_vti0", "ip6gre0", "ip6gretap0"}, f"the shop's container has {names}")
