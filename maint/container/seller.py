"""A seller who does what docs/install-container.md says, with its own commands, in one engine."""

import contextlib
import os
import shutil
import subprocess
import sys

from engines import ROOT, expect, until

sys.path.insert(0, str(ROOT / "maint/docs"))
from blocks import Blocks  # noqa: E402  (the path comes first)
from buyer import Buyer, preview_answers  # noqa: E402

DOCUMENT, RUNNER = "docs/install-container.md", "maint/test-image"
NAME = "cryptocart"
# Headings about programs in front of the shop, which have sellers of their own.
IN_FRONT = ("The clear web", "Debian's tor")
AT_A_TERMINAL = """(sleep 15; printf '\\003') |
    script -qec 'docker compose run --rm shop serve --after-loss' /dev/null"""


class Seller:
    """`folder` is the seller's, and does not exist yet; `image` has what maint/image makes."""

    def __init__(self, folder, image, engine):
        self.engine, self.buyer = engine, None
        self.server, self.gpg = folder / "server", folder / "gpg"
        shutil.copytree(image, self.server)
        self.gpg.mkdir(mode=0o700)
        self.blocks = Blocks(DOCUMENT, RUNNER)
        self.changes = [
            # The test has no terminal, is root already, and does not edit.
            ("compose exec shop", "compose exec -T shop"),
            ("sudoedit", "ls"),
            ("sudo ", ""),
            ('systemd-ask-password "Onion passphrase:"', "echo six words that nobody would guess"),
            ("mutt -f", "test -s"),
            ("gpg --", f"gpg --batch --quiet --homedir {self.gpg} --trust-model always --"),
            # Somebody presses Ctrl-C after a while.
            ("docker compose run --rm shop serve --after-loss", AT_A_TERMINAL),
            # Nothing is reachable over Tor here.
            ("cryptocart status", "cryptocart status || [ $? = 75 ]"),
        ]

    def type(self, command):
        return self.engine.type(command, self.server, self.changes)

    def read(self, heading):
        """Types the next block under a heading."""
        return self.type("\n".join(command.text for command in self.blocks.take(heading)))

    def compose(self, words):
        return self.type(f"docker compose {words}")

    def onion(self):
        return self.engine.status(NAME)["onion"]

    def opened(self):
        return until("the shop is open", lambda: (found := self.engine.status(NAME)) and found["shop"] and found)

    @contextlib.contextmanager
    def failing_aloud(self):
        """Leaves nothing of this seller's in the engine, and shows the shop's log if something fails."""
        try:
            yield
        except BaseException:
            print(self.engine.attempt(self.engine.name, "logs", NAME)[1], file=sys.stderr)
            raise
        finally:
            _, names = self.engine.attempt(self.engine.name, "ps", "-aq")
            self.engine.remove(*names.split())
            self.engine.attempt(self.engine.name, "volume", "rm", "cryptocart-shop")

    def do(self, newer):
        """Does all that the document says, but for what is in front of the shop."""
        with self.failing_aloud():
            self.open()
            self.settings()
            self.orders()
            self.another()
            self.back_up()
            self.upgrade(newer)
            self.remove()
            self.restore()
            self.lock()
        left = [str(block) for block in self.blocks if not set(block.headings) & set(IN_FRONT)]
        expect(not left, f"the document has more than was done: {left}")

    def open(self):
        self.read("Open a shop")
        self.opened()
        for option in ("{{.HostConfig.ReadonlyRootfs}}", "{{.HostConfig.SecurityOpt}}", "{{.HostConfig.CapDrop}}"):
            found = self.engine.inspect(NAME, option)
            expect(found not in ("false", "[]", ""), f"{option}: {found}")
        expect(not preview_answers(), "the preview can be opened outside of the container")
        said = self.read("Commands")
        expect("No orders." in said and "Plain Sight Tees" in said, said)
        expect("WARNING" not in said, said)
        self.read("Change files")
        self.opened()

    def settings(self):
        """An old cart's `.env`, of which nothing else gets into the container."""
        (self.server / ".env").write_text('SITE_NAME="Nordlys"\nCONTACT=me@example.org\nSECRET=hidden\n')
        self.compose("up -d")
        self.opened()
        words = "from the environment, not from shop.toml: SITE_NAME (shop.name), CONTACT (shop.contact)"
        expect(words in self.engine.log(NAME), self.engine.log(NAME))
        variables = self.engine.inspect(NAME, "{{.Config.Env}}")
        expect("Nordlys" in variables and "hidden" not in variables, variables)

    def orders(self):
        self.read("See the preview")
        until("a page has the name", lambda: preview_answers() and "Nordlys" in Buyer().get("/").body.decode())
        self.buyer = Buyer().buy()
        until("the mail is written", lambda: self.engine.status(NAME)["shop"]["backlog"]["mails"] == 0)
        self.read("Read your orders")
        self.read("Read your orders")
        read = subprocess.run([os.environ["PROGRAM"], "read", self.server / "orders.mbox"],
                              env=os.environ | {"GNUPGHOME": str(self.gpg)}, capture_output=True, text=True)
        expect(self.buyer.number in read.stdout, f"{read.stdout}{read.stderr}")
        log = self.engine.log(NAME)
        expect(self.buyer.number not in log, "the order is in the log")

    def another(self):
        self.read("The shop's own network")
        until("it is open", lambda: (found := self.engine.status("another")) and found["shop"])
        expect("WARNING" not in self.engine.log("another"), self.engine.log("another"))
        self.engine.remove("another")

    def back_up(self):
        self.read("Back up, restore and move")

    def upgrade(self, newer):
        onion, before = self.onion(), self.engine.inspect(NAME, "{{.Image}}")
        image = next(newer.glob("*.tar"))
        shutil.copy(image, next(self.server.glob("*.tar")))
        self.read("Upgrade")
        # The same page as before, which needs the preview.
        self.compose("-f compose.yaml -f compose.preview.yaml up -d")
        until("the order page is back", self.buyer.sees_order)
        expect(self.engine.inspect(NAME, "{{.Image}}") != before, "it runs the old image")
        expect(self.onion() == onion, "it has another address")
        expect(self.engine.command(NAME, "orders").count(self.buyer.number) == 1, "the order is gone")

    def remove(self):
        onion = self.onion()
        self.compose("down")
        self.type("docker volume inspect cryptocart-shop")
        self.compose("up -d")
        self.opened()
        expect(self.onion() == onion, "it has another address")

    def restore(self):
        onion = self.onion()
        self.compose("down")
        self.type("docker volume rm cryptocart-shop")
        self.read("Back up, restore and move")
        said = self.read("Back up, restore and move")
        expect("Goodbye" in said, said)
        expect(self.opened()["onion"] == onion, "it has another address")
        expect(self.buyer.number in self.engine.command(NAME, "orders"), "the order is gone")

    def lock(self):
        onion = self.onion()
        said = self.read("Lock the onion key")
        expect("The onion key is encrypted" in said, said)
        self.compose("down")
        # Without the passphrase it does not open.
        self.compose("up -d")
        until("it says what it lacks", lambda: "passphrase" in self.engine.log(NAME))
        self.compose("-f compose.yaml -f compose.locked.yaml up -d")
        expect(self.opened()["onion"] == onion, "it has another address")
