"""Machines to try documents on: folders that stand for the seller's home and for servers.

Each command runs in a shell of its own, in the folder of one machine, with a home folder of its own.
`ssh` and `scp` are stand-ins that reach the other folders.
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "deb"))
from buyer import SHIP_TO, SHIRT, Buyer, preview_answers  # noqa: E402  (the path comes first)
from machine import Failed as Late  # noqa: E402
from machine import until  # noqa: E402

import output  # noqa: E402

PATIENCE = 60
SSH = """#!/bin/sh
cd "{0}/$1" || exit 255
shift
HOME=$PWD exec sh -c "$*"
"""
SCP = """#!/bin/sh
for name; do shift; case $name in *:*) name="{0}/${name%%:*}/${name#*:}" ;; esac; set -- "$@" "$name"; done
exec cp "$@"
"""
# Files are the tester's own here, and what is edited was written before.
SUDO = """#!/bin/sh
[ "$1" = chown ] || exec "$@"
"""
SUDOEDIT = """#!/bin/sh
test -f "$1"
"""


class Failed(Exception):
    """A command of a document does not work."""


class World:
    def __init__(self, folder, program):
        self.folder = pathlib.Path(folder)
        self.number, self.places, self.open = None, {}, None
        # What is done in place of a command, by its text.
        self.instead = {}
        self.kept = {name: os.environ[name] for name in ("LANG",) if name in os.environ}
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "cryptocart").symlink_to(program)
        for name, text in (("ssh", SSH), ("scp", SCP), ("sudo", SUDO), ("sudoedit", SUDOEDIT)):
            (tools / name).write_text(text.replace("{0}", str(self.folder)))
            (tools / name).chmod(0o755)
        self.path = f"{tools}:{os.environ['PATH']}"
        self.machine("home")

    # Machines and commands.

    def machine(self, name):
        """Goes to a machine, which is made if it is new."""
        self.at = self.folder / name
        self.at.mkdir(exist_ok=True)
        return self.at

    def variables(self):
        return self.kept | {"PATH": self.path, "HOME": str(self.at), "TERM": "xterm"}

    def run(self, text, status=0, typed=""):
        """Runs a command of a shell; returns what it prints, errors between it."""
        ran = subprocess.run(["bash", "-c", f"set -o pipefail; {text}"], cwd=self.at, input=typed, text=True,
                             env=self.variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=PATIENCE, check=False)
        if ran.returncode not in (status if isinstance(status, list) else [status]):
            raise Failed(f"{text}\nends with {ran.returncode}, not {status}:\n{ran.stdout}")
        return ran.stdout

    def type(self, block, typed="", status=0):
        """Runs a block's commands one after the other, and compares what they print.

        `status` is the exit status, or a list of those that are right.
        """
        for command in block:
            if command.text in self.instead:
                self.instead[command.text]()
                continue
            try:
                printed = self.run(self.real(command.text), status, typed)
            except Failed as failed:
                raise Failed(f"{block}: {failed}") from None
            output.compare([self.real(line) for line in command.output], printed, f"{block}: {command.text}")
            if " demo mine " in command.text:
                # A seller types no faster than the shop reads a block.
                self.becomes("settled")

    def type_in(self, folder, block):
        """Runs a block in a folder that is no machine's, such as the source."""
        for command in block:
            printed = self.run(f"cd '{folder}' && {command.text}")
            output.compare(command.output, printed, f"{block}: {command.text}")

    def real(self, text):
        """Puts what is here in place of the document's examples."""
        for example, here in self.places.items():
            text = text.replace(example, here)
        return text.replace("K7Q2-9FXD", self.number or "K7Q2-9FXD")

    # Shops. One at a time is open, because its preview has one address.

    def new_shop(self, tor="false"):
        """Makes the sample shop in `my-shop`, off the Tor network unless told otherwise."""
        self.run("cryptocart new my-shop")
        self.set("tor", "enabled", tor)

    def set(self, section, key, value):
        """Changes a line of shop.toml."""
        file = self.at / "my-shop/shop.toml"
        pattern = rf"(?ms)^(\[{section}\]\n(?:(?!\[).*?\n)?){key} = [^\n]*$"
        text, changed = re.subn(pattern, lambda found: f"{found[1]}{key} = {value}", file.read_text(), count=1)
        if not changed:
            raise Failed(f"shop.toml has no {key} in [{section}]")
        file.write_text(text)

    def has_package(self):
        """Lets commands of the Debian package mean the shop on this machine."""
        def start():
            self.serve("my-shop", healthy=False)
        self.places["/var/lib/cryptocart/"] = ""
        self.instead["sudo systemctl stop cryptocart"] = self.close
        self.instead["sudo systemctl start cryptocart"] = start

    def passphrase(self, words):
        """Lets gpg take a passphrase on this machine, in place of asking for it."""
        home = self.at / ".gnupg"
        home.mkdir(mode=0o700)
        (home / "phrase").write_text(words)
        (home / "gpg.conf").write_text(f"batch\npinentry-mode loopback\npassphrase-file {home}/phrase\n")

    def own_key(self, of="home"):
        """Makes a key on one machine, and puts its public half into the shop on this one."""
        made = f"HOME={self.folder / of} gpg --batch --quiet"
        self.run(f"{made} --passphrase '' --quick-generate-key nordlys default default never 2>/dev/null")
        self.run(f"{made} --armor --export nordlys > my-shop/seller.asc")

    def sell(self, products):
        """Puts products into the catalogue, before the sample's."""
        file = self.at / "my-shop/catalog.json"
        catalogue = json.loads(file.read_text())
        catalogue["products"] = products | catalogue["products"]
        file.write_text(json.dumps(catalogue))

    def serve(self, *words, healthy=True):
        """Opens the shop, and waits until all of it works, or only until a page comes."""
        self.open = Terminal(["cryptocart", "serve", *words], self.at, self.variables())
        try:
            until("the preview answers", preview_answers)
            if healthy:
                until("all of it works", self.is_healthy)
        except Late as late:
            raise Failed("\n".join([str(late), *self.open.lines()])) from None
        return self.open

    def on_terminal(self, words, shown, keys):
        """Starts a program that fills a terminal, waits until it shows something, and ends it."""
        program = Terminal(words, self.at, self.variables())
        try:
            until(f"{words[0]} shows {shown}", lambda: any(shown in line for line in program.lines()))
        except Late as late:
            raise Failed("\n".join([str(late), *program.lines()])) from None
        program.close(keys.encode())

    def is_healthy(self):
        return self.run("cryptocart status; echo $?").endswith("\n0\n")

    def close(self):
        if self.open:
            self.open.close()
            self.open = None

    def buy(self, shirt=SHIRT, currency=None):
        """Places an order, whose number takes the place of the documents' example."""
        buyer = Buyer()
        cart = buyer.post("/cart", shirt).body.decode()
        if currency:
            buyer.post("/cart/change", {"token": buyer.token(cart, "/cart/change"), "currency": currency})
        token = buyer.token(buyer.get("/checkout").body.decode(), "/checkout")
        buyer.place({"token": token} | SHIP_TO | {"city": "Toronto"})
        self.buyer, self.number = buyer, buyer.number
        return self.number

    def due(self):
        """Returns the address of the order, and the amount due in whole coins."""
        listed = json.loads(self.run("cryptocart orders --json"))["orders"]
        order = next(order for order in listed if order["order"] == self.number)
        return order["pay_to"], order["due"]["amount"]

    def claim(self, txid):
        """Has the last buyer name a payment, which then waits for the seller."""
        token = self.buyer.token(self.buyer.get("/order").body.decode(), "/order/claim#txid")
        self.buyer.post("/order/claim", {"token": token, "txid": txid})
        self.becomes("REVIEW")

    def check(self):
        """Fails if `cryptocart check` has an error or a warning."""
        said = self.run("cryptocart check")
        if "ERROR" in said or "warn" in said:
            raise Failed(said)

    def becomes(self, state):
        """Waits until the order's line in the list has a word."""
        def has_it():
            listed = self.run("cryptocart orders")
            return any(self.number in line and state in line for line in listed.splitlines())
        try:
            until(f"{self.number} becomes {state}", has_it)
        except Late as late:
            raise Failed(f"{late}\n{self.run('cryptocart orders')}") from None

    def pay(self):
        self.run(self.real("cryptocart demo pay K7Q2-9FXD && cryptocart demo mine 2"))
        self.becomes("settled")

    def mails(self, number):
        """Waits until the mailbox has so many mails."""
        box = self.at / "my-shop/mailorders/root"
        until(f"{number} mails", lambda: box.exists() and box.read_text().count("\nFrom ") >= number - 1)

    def end(self):
        self.close()
        for home in self.folder.iterdir():
            if (home / ".gnupg").is_dir() and shutil.which("gpgconf"):
                subprocess.run(["gpgconf", "--kill", "all"], env={"HOME": str(home), "PATH": self.path}, check=False)


class Terminal:
    """A program that keeps its terminal."""

    def __init__(self, words, folder, variables):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
            os.execvpe(words[0], words, variables)
        os.set_blocking(self.terminal, False)
        self.text = ""

    def lines(self):
        """Everything it has shown until now."""
        try:
            while got := os.read(self.terminal, 65536):
                self.text += got.decode(errors="replace")
        except (BlockingIOError, OSError):
            pass
        return output.terminal_lines(self.text)

    def shows(self, expected, where):
        """Waits until it has shown all of these lines."""
        ends = time.monotonic() + PATIENCE
        while missing := output.missing_line(expected, self.lines()):
            if time.monotonic() > ends:
                shown = "\n".join(self.lines())
                raise output.Differs(f"{where}: not shown: {missing}\n--- it shows\n{shown}")
            time.sleep(0.1)

    def close(self, keys=b"\x03"):
        """Presses Ctrl-C, or other keys, and waits for the end."""
        os.write(self.terminal, keys)
        ends = time.monotonic() + PATIENCE
        while True:
            self.lines()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > ends:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise Failed("the shop does not close")
            time.sleep(0.05)
        self.lines()
        if os.waitstatus_to_exitcode(status) != 0:
            raise Failed(f"the shop ends with {os.waitstatus_to_exitcode(status)}:\n{self.text}")
