"""Distance on one machine: a proxy that hands on every byte a while later, and no faster than a link of that width.

A tor told to go through it (HTTPSProxy) is that far from all relays. It is one long link where a real circuit
has six or seven, but what a browser waits for, the time there and back, is the same.
"""

import asyncio


class FarAway:
    """Delays by `delay` seconds each way; `rate`, in bytes a second, is shared by all that comes back."""

    def __init__(self, delay, rate=None):
        self.delay, self.rate, self.free = delay, rate, 0.0

    async def open(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        ask = await reader.readuntil(b"\r\n\r\n")
        host, port = ask.split()[1].decode().rsplit(":", 1)
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            both = self.carry(reader, far_writer, False), self.carry(far_reader, writer, True)
            await asyncio.gather(*both, return_exceptions=True)
        except asyncio.CancelledError:
            # The measuring is over; the tor behind us is still there.
            far_writer.close()
            writer.close()

    async def carry(self, reader, writer, back):
        clock, pieces = asyncio.get_running_loop().time, asyncio.Queue()

        async def deliver():
            while piece := await pieces.get():
                due, data = piece
                await asyncio.sleep(max(0, due - clock()))
                writer.write(data)
                await writer.drain()
            writer.close()

        handing = asyncio.create_task(deliver())
        try:
            while data := await reader.read(4096 if self.rate else 65536):
                sent = clock()
                if back and self.rate:
                    self.free = max(sent, self.free) + len(data) / self.rate
                    sent = self.free
                pieces.put_nowait((sent + self.delay, data))
        except OSError:
            pass
        pieces.put_nowait(None)
        await handing
