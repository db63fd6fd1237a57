"""A buyer who comes over Tor."""

import http.client
import socket

from buyer import LOST, Buyer


class Visitor(Buyer):
    """`socks` is where a tor of somebody's listens."""

    def __init__(self, onion, socks):
        self.socks = socks
        super().__init__(onion)

    def connect(self):
        host, port = self.socks.split(":")
        line = socket.create_connection((host, int(port)), timeout=60)
        name = self.at.encode()
        # RFC 1928: no authentication, then a connection to a name.
        line.sendall(b"\5\1\0" + b"\5\1\0\3" + bytes([len(name)]) + name + b"\0\x50")
        answer = b""
        while len(answer) < 12:
            more = line.recv(12 - len(answer))
            if not more:
                raise OSError("tor hung up")
            answer += more
        if answer[:4] != b"\5\0\5\0":
            line.close()
            raise OSError(f"tor did not reach the shop: {answer}")
        connection = http.client.HTTPConnection(self.at, timeout=60)
        connection.sock = line
        return connection

    def sees_shop(self):
        try:
            return "Plain Sight Tees" in self.get("/").body.decode()
        except LOST:
            return False

    def try_to_fill_in(self):
        """The filled form of the checkout; none if a page did not come."""
        try:
            self.cookies.clear()
            return self.fill_in()
        except LOST:
            return None
