"""A browser without script, behind the SOCKS port of a tor: HTTP/1.1, six connections, what it was told to keep it keeps.

As Firefox does, it asks for style sheet and pictures as soon as it reads of them, while the page still comes in;
whatever waits takes the connection that is free first, an old one or a new one.
"""

import asyncio
import html
import re
import zlib
from collections import deque

MOST = 6
PARTS = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<img [^>]*src="(/[^"]+)"')
ASK = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n\r\n"
)


class Browser:
    """One buyer: connections with the same identity share a circuit."""

    def __init__(self, socks, host, identity):
        self.socks, self.host, self.identity = socks, host, identity
        self.kept, self.idle, self.open, self.opening = set(), [], 0, 0
        self.waiting, self.tasks, self.received = deque(), set(), 0

    async def connect(self):
        """RFC 1928 and 1929, each step after the answer to the one before, as browsers do it."""
        reader, writer = await asyncio.open_connection(*self.socks.split(":"))
        name, host = self.identity.encode(), self.host.encode()
        steps = [
            (b"\x05\x01\x02", 2), (bytes([1, len(name)]) + name + b"\x01x", 2),
            (b"\x05\x01\x00\x03" + bytes([len(host)]) + host + b"\x00\x50", 10),
        ]
        try:
            for said, length in steps:
                writer.write(said)
                answer = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            writer.close()
            raise OSError("tor hung up") from error
        if answer[1]:
            writer.close()
            raise OSError(f"SOCKS answered {answer[1]}")
        return reader, writer

    async def ask(self, line, path, seen=lambda _: None):
        """One request on one connection. `seen` gets the body as it comes."""
        reader, writer = line
        writer.write(ASK.format(path=path, host=self.host).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if not head.startswith("HTTP/1.1 200 "):
            raise SystemExit(f"{self.host} {path}: {head[:60]}")
        left = int(re.search(r"(?i)^content-length: (\d+)", head, re.M)[1])
        unpack = zlib.decompressobj(31) if re.search(r"(?i)^content-encoding: gzip", head, re.M) else None
        if re.search(r"(?i)^cache-control:.*immutable", head, re.M):
            self.kept.add(path)
        self.received += len(head) + left
        while left:
            data = await reader.read(left)
            if not data:
                raise OSError("cut off")
            left -= len(data)
            seen(unpack.decompress(data) if unpack else data)

    def fetch(self, path, seen=lambda _: None):
        """Fetches in the background; a future that ends with it."""
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((path, seen, done))
        self.turn()
        return done

    def turn(self):
        while self.waiting and self.idle:
            self.run(self.work(self.idle.pop(0), *self.waiting.popleft()))
        while self.open + self.opening < MOST and self.opening < len(self.waiting):
            self.opening += 1
            self.run(self.more())

    def run(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def more(self):
        try:
            line = await self.connect()
        except OSError as error:
            self.opening -= 1
            for _, _, done in self.waiting:
                if not done.done():
                    done.set_exception(error)
            self.waiting.clear()
            return
        self.opening -= 1
        self.open += 1
        self.idle.append(line)
        self.turn()

    async def work(self, line, path, seen, done):
        try:
            await self.ask(line, path, seen)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.open -= 1
            line[1].close()
            if not done.done():
                done.set_exception(OSError(str(error)))
            return
        self.idle.append(line)
        if not done.done():
            done.set_result(None)
        self.turn()

    async def view(self, path):
        """Looks at a page; seconds until it can be read (text and style), and until all is there."""
        clock = asyncio.get_running_loop().time
        began, before, text, parts, styles = clock(), self.received, [], {}, []

        def seen(data):
            text.append(data)
            for style, picture in PARTS.findall(b"".join(text).decode(errors="ignore")):
                part = html.unescape(style or picture)
                if part not in parts and part not in self.kept:
                    parts[part] = self.fetch(part)
                    if style:
                        styles.append(parts[part])

        await self.fetch(path, seen)
        await asyncio.gather(*styles)
        readable = clock() - began
        await asyncio.gather(*parts.values())
        return {"readable": readable, "complete": clock() - began, "bytes": self.received - before, "requests": 1 + len(parts)}

    async def round_trip(self, path):
        """Seconds for the least that can be asked, on a connection that is open; the circuit is there afterwards."""
        line = await self.connect()
        clock, times = asyncio.get_running_loop().time, []
        for _ in range(3):
            began = clock()
            await self.ask(line, path)
            times.append(clock() - began)
        line[1].close()
        self.kept.clear()
        self.received = 0
        return min(times)

    def close(self):
        for _, writer in self.idle:
            writer.close()
