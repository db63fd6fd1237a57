"""The shop on the clear web: Compose with Caddy, by the commands of docs/install-container.md."""

import shutil
import subprocess

from engines import USER, expect, until
from seller import Seller

HOST = "shop.example"


class InFront(Seller):
    """A seller with another program in front of the shop, in a container of its own."""

    def __init__(self, folder, engine, image):
        super().__init__(folder / type(self).__name__, folder / "first", engine)
        # In place of an image that is built or pulled, which has the same program.
        engine.call("load", "-i", str(image))

    def set(self, section, values):
        """Changes keys of a section of the settings."""
        settings = self.engine.place("cryptocart-shop") / "my-shop/shop.toml"
        before, rest = settings.read_text().split(f"[{section}]\n")
        lines = rest.splitlines()
        for key, value in values.items():
            at = next(n for n, line in enumerate(lines) if line.startswith(f"{key} ="))
            lines[at] = f"{key} = {value}"
        settings.write_text(f"{before}[{section}]\n" + "\n".join(lines) + "\n")
        shutil.chown(settings, USER, USER)


class ClearWeb(InFront):
    def do(self):
        with self.failing_aloud():
            self.compose("up -d")
            self.opened()
            self.compose("down")
            caddyfile = self.server / "Caddyfile"
            # No authority knows the name. What this does not test is in maint/test-front.
            caddyfile.write_text(caddyfile.read_text().replace(f"{HOST} {{", f"{HOST} {{\n\ttls internal"))
            self.set("clear_web", {"enabled": "true", "host": f'"{HOST}"', "socket": '"/run/shop/web.sock"'})
            self.read("The clear web")
            page = until("a page comes through Caddy", self.page)
            for wanted in ("onion-location: http://", "strict-transport-security:", "Plain Sight Tees"):
                expect(wanted in page, f"{wanted} is not in {page}")
            self.is_kept_apart()

    def page(self):
        got = subprocess.run(["curl", "-sk", "-m", "10", "-D", "-", "--resolve", f"{HOST}:443:127.0.0.1",
                              f"https://{HOST}/"], capture_output=True, text=True)
        return got.stdout if got.stdout.startswith("HTTP/2 200") else None

    def is_kept_apart(self):
        """Caddy sees the socket and nothing of the shop, and no log has the visitor's address."""
        mounts = self.engine.inspect("cryptocart-caddy", "{{range .Mounts}}{{.Destination}} {{end}}").split()
        expect(sorted(mounts) == ["/data", "/etc/caddy/Caddyfile", "/run/shop"], f"Caddy sees {mounts}")
        place = self.engine.place("cryptocart-web")
        names = [file.name for file in place.iterdir()]
        expect(names == ["web.sock"], f"the volume that both see has {names}")
        gateway = self.engine.inspect("cryptocart-caddy", "{{range .NetworkSettings.Networks}}{{.Gateway}} {{end}}")
        for name in ("cryptocart", "cryptocart-caddy"):
            for address in gateway.split():
                expect(address not in self.engine.log(name), f"{address} is in the log of {name}")
