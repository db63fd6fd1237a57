"""Types what the documents say, as the seller on the machine would."""

import pathlib
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "docs"))
from blocks import Blocks  # noqa: E402  (the path comes first)

RUNNER = "maint/test-deb"
PHRASE = "six words for the copy alone"


class Guide:
    def __init__(self, machine):
        self.machine = machine
        self.debian = Blocks("docs/install-debian.md", RUNNER)
        self.move = Blocks("docs/move.md", RUNNER)
        self.sealing = None

    def type(self, block, answer=None):
        """Runs each command as ann. The answer is for a command that asks at its terminal."""
        for command in block:
            self.as_ann(command.text, answer if "ask-password" in command.text else None)

    def as_ann(self, text, answer=None):
        """Runs a command in her home; an editor changes nothing."""
        typed = f"export EDITOR=true; set -o pipefail; {text}"
        if answer:
            inner = f"bash -c {shlex.quote(typed)}"
            typed = f"echo {shlex.quote(answer)} | script -qec {shlex.quote(inner)} /dev/null"
        self.machine.run(f"runuser -l ann -s /bin/bash -c {shlex.quote(typed)}")

    def unlock(self, passphrase):
        """Gives the service the passphrase of the onion key, and starts it."""
        self.type(self.debian.take("Lock the onion key"), passphrase)

    def use(self, newer):
        """What the page on the package says of an open shop, and of a file that is newer."""
        self.type(self.debian.take("Where things are"))
        self.type(self.debian.take("Read your orders"))
        self.type(self.debian.take("When it does not open"))
        self.as_ann(f"cp /srv/{newer} .")
        # It asks at a terminal alone.
        self.machine.write("/etc/apt/apt.conf.d/90yes", 'APT::Get::Assume-Yes "true";\n')
        self.type(self.debian.take("Upgrade"))

    def back_up(self):
        """Writes a sealed copy of the open shop into her home."""
        self.sealing = self.sealing or self.debian.take("Back up and restore")
        self.type(self.sealing)

    def restoring(self):
        """The commands that bring a backup back. They are the last of the page."""
        commands = [command.text for command in self.debian.take("Back up and restore")]
        self.debian.finish()
        return commands

    def leave(self):
        """Closes the shop, and seals a copy of it."""
        self.as_ann(f"install -d -m 700 .gnupg && echo '{PHRASE}' > .gnupg/phrase && printf '%s\\n' "
                    "batch 'pinentry-mode loopback' \"passphrase-file $HOME/.gnupg/phrase\" > .gnupg/gpg.conf")
        self.type(self.move.take("Copy the closed shop"))

    def arrive(self):
        """Opens the copy, on a machine that never had a shop."""
        self.type(self.move.take("Copy the closed shop"))
        self.move.finish()
