"""What a seller does with the Debian package, on a whole Debian. Started by maint/test-deb, in an
empty network namespace: journey.py FOLDER ROOT NAMESPACE TORBED KEYS PACKAGE NEWER NEXT"""

import contextlib
import json
import pathlib
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

from buyer import Buyer, buy_until, preview_answers
from guide import Guide
from machine import Failed, Machine, expect, until

SHOP = "/var/lib/cryptocart/my-shop"
MAILBOX = f"{SHOP}/mailorders/root"
SETTINGS = f"{SHOP}/shop.toml"
BACKUP = "~ann/my-shop.pgp"
OPENED = f"runuser -u cryptocart -- gpg --batch --quiet --decrypt < {BACKUP}"
PASSPHRASE = "six words that nobody would guess"


class Journey:
    def __init__(self, folder, root, namespace, torbed, keys, *packages):
        self.package, self.newer, *next = (pathlib.Path(file).name for file in packages)
        # With another schema of the database; not every journey has one.
        self.next = next and next[0]
        for file in packages:
            shutil.copy(file, pathlib.Path(root) / "srv")
        self.tor = subprocess.Popen([torbed, f"{folder}/tor", keys, f"{folder}/no-service"],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.machine = Machine(folder, root, namespace)
        self.guide = Guide(self.machine)
        self.onion, self.buyers = None, []

    def end(self):
        self.machine.remove()
        self.tor.stdin.close()
        self.tor.wait(30)

    def status(self):
        """What `cryptocart status` says in JSON; none while the shop is not open."""
        _, said = self.machine.attempt("cryptocart status --json 2>/dev/null")
        return json.loads(said) if said.startswith("{") else None

    def healthy(self):
        status = self.status()
        return status if status and status["healthy"] else None

    def set(self, key, value):
        """Changes one key of the settings."""
        lines = self.machine.read(SETTINGS).splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{key} ="))
        before, lines[at] = lines[at], f"{key} = {value}"
        self.machine.write(SETTINGS, "\n".join(lines) + "\n")
        return before.split(" = ", 1)[1]

    def same_address(self):
        try:
            found = until("the shop is reachable over Tor", self.healthy, 240)["onion"]
        except Failed as failed:
            raise Failed(f"{failed}\n{self.status()}") from failed
        expect(found == self.onion, f"the address is {found}, and was {self.onion}")

    def fails_to_start(self, status):
        """The shop does not start, and systemd does not try again."""
        before = self.machine.unit("NRestarts")
        self.machine.run("! systemctl restart cryptocart")
        expect(self.machine.unit("ActiveState") == "failed", "it is tried again")
        found = self.machine.unit("ExecMainStatus"), self.machine.unit("NRestarts")
        expect(found == (str(status), before), f"exit status and restarts: {found}")

    def installing(self, file):
        """The command of root that installs a file of /srv, also over another version, and again."""
        return f"apt-get install -y --reinstall /srv/{file}"

    # The steps, in the order of docs/install-debian.md.

    def boot(self):
        self.machine.boot()

    def install(self):
        machine = self.machine
        machine.run("useradd -m ann && echo 'ann ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ann")
        said = machine.run(self.installing(self.package))
        expect("systemctl start cryptocart" in said, f"the next step is not said: {said}")
        expect(machine.unit("ActiveState") == "inactive", "installing opened the shop")
        machine.run("systemctl is-enabled cryptocart && systemd-analyze verify cryptocart.service")
        said = machine.run("runuser -u ann -- cryptocart status", 3)
        expect("sudo systemctl start cryptocart" in said, said)
        expect(machine.run("stat -c '%a %U' /var/lib/cryptocart") == "700 cryptocart\n", "the folder")
        machine.run("man -w cryptocart cryptocart-orders-sent")

    def start(self):
        machine = self.machine
        machine.run("systemctl start cryptocart")
        # Ready means that pages come, at once.
        expect(preview_answers(), "the service is ready, and no page comes")
        said = machine.run("runuser -u ann -- sudo cryptocart status", 75)
        expect(".onion" in said and "not reachable yet" in said, said)
        said = machine.run("runuser -u ann -- cryptocart status", 3)
        expect("sudo cryptocart status" in said, said)
        machine.run("! runuser -u ann -- ls /var/lib/cryptocart")

    def confined(self):
        expect("WARNING" not in self.machine.journal(), self.machine.journal())
        for pid in [int(self.machine.unit("MainPID")), *self.machine.roles().values()]:
            status = self.machine.run(f"cat /proc/{pid}/status")
            for line in ("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
                expect(line in status, f"{line} is not in {status}")

    def over_tor(self):
        network = json.loads(self.tor.stdout.readline())
        self.machine.write(f"{SHOP}/network.json", json.dumps(network["network"]))
        self.set("test_network", '"network.json"')
        self.machine.run("systemctl restart cryptocart")
        self.onion = until("the shop is reachable over Tor", self.healthy, 240)["onion"]
        def page():
            address = ["--socks5-hostname", network["socks"], f"http://{self.onion}/"]
            got = subprocess.run(["curl", "-s", "-m", "30", *address], capture_output=True, text=True)
            return "Plain Sight Tees" in got.stdout
        until("a page comes over Tor", page, 180)

    def order(self):
        machine = self.machine
        machine.run("runuser -u ann -- sudo cryptocart stock set hash-range 500")
        buyer = Buyer().buy()
        self.buyers.append(buyer)
        seller = "runuser -u ann -- sudo -u cryptocart"
        machine.run(f"{seller} gpg --batch --import /var/lib/cryptocart/my-shop-seller/secret.asc")
        until("the order is read from the mailbox",
              lambda: buyer.number in machine.attempt(f"{seller} cryptocart read {MAILBOX}")[1])
        said = machine.run("runuser -u ann -- sudo cryptocart orders")
        expect(buyer.number in said, said)

    def reload(self):
        machine, catalogue = self.machine, f"{SHOP}/catalog.json"
        machine.run("systemctl reload cryptocart")
        good = machine.read(catalogue)
        machine.write(catalogue, "{")
        machine.run("! systemctl reload cryptocart")
        machine.write(catalogue, good)
        expect(preview_answers(), "the shop does not show what it had")

    def killed(self):
        for role, pid in self.machine.roles().items():
            self.machine.run(f"kill -9 {pid}")
            until(f"the {role} role is back", lambda: self.machine.roles().get(role, pid) != pid)
        self.same_address()
        main = self.machine.unit("MainPID")
        self.machine.run(f"kill -9 {main}")
        until("the service is back", lambda: self.machine.unit("MainPID") not in ("0", main))
        until("the order page is back", self.buyers[0].sees_order)
        expect(self.machine.unit("NRestarts") == "1", "systemd did not start it again")
        self.same_address()

    def stopped_dead(self):
        """A supervisor that does nothing any more is ended by systemd, and started again."""
        machine = self.machine
        folder = "/run/systemd/system/cryptocart.service.d"
        machine.run(f"mkdir -p {folder} && printf '[Service]\\nWatchdogSec=4s\\n' > {folder}/short.conf")
        machine.run("systemctl daemon-reload && systemctl restart cryptocart")
        main = machine.unit("MainPID")
        machine.run(f"kill -{signal.SIGSTOP.value} {main}")
        until("the service is back", lambda: machine.unit("MainPID") not in ("0", main))
        machine.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart cryptocart")

    def wrong_settings(self):
        right = self.set("currency", '"XYZ"')
        self.fails_to_start(78)
        self.set("currency", right)
        self.machine.run("systemctl start cryptocart")

    def passphrase(self):
        machine = self.machine
        machine.run(f"install -o cryptocart -m 600 /dev/null {SHOP}/phrase")
        machine.write(f"{SHOP}/phrase", PASSPHRASE)
        self.set("passphrase_file", '"phrase"')
        machine.run("cryptocart onion lock")
        self.set("passphrase_file", '""')
        machine.run(f"rm {SHOP}/phrase")
        self.fails_to_start(78)
        self.guide.unlock(PASSPHRASE)
        self.same_address()
        machine.run("install -d -m 700 /etc/credstore")
        credential = "credstore/cryptocart.onion-passphrase"
        # For the reboot.
        machine.run(f"mv /run/{credential} /etc/{credential}")

    def use(self):
        """As the document says, with the program of the newer package; then back to this one."""
        self.guide.use(self.newer)
        self.same_address()
        self.machine.run(f"apt-get install -y --allow-downgrades /srv/{self.package}")
        self.same_address()
        self.nothing_lost()

    def upgrade(self):
        """Buyers order all the while, and none of them has to be told to do it twice."""
        machine, placed, stop = self.machine, [], threading.Event()
        buying = threading.Thread(target=buy_until, args=(stop, placed))
        buying.start()
        try:
            until("an order before the upgrade", lambda: placed)
            main = machine.unit("MainPID")
            machine.run(self.installing(self.newer))
            expect(machine.unit("MainPID") != main, "the shop was not restarted")
            before = len(placed)
            until("an order after the upgrade", lambda: len(placed) > before + 1)
        finally:
            stop.set()
            buying.join(120)
        failed = [buyer for buyer in placed if not isinstance(buyer, Buyer)]
        expect(not failed, failed)
        self.buyers += placed
        self.same_address()
        self.nothing_lost()
        machine.run("systemctl stop cryptocart")
        machine.run(self.installing(self.newer))
        expect(machine.unit("ActiveState") == "inactive", "the upgrade opened a closed shop")
        machine.run("systemctl start cryptocart")

    def database(self, question):
        """The one row that answers, from the database of the open shop."""
        file = f"file:{self.machine.root / SHOP.lstrip('/')}/state/shop.db?mode=ro"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
            return database.execute(question).fetchone()

    def new_schema(self):
        """To a version that has changed the database, and back, which is refused, and on again."""
        machine, version = self.machine, "pragma user_version"
        self.backup()
        before, = self.database(version)
        self.buyers.append(Buyer().buy())
        machine.run(self.installing(self.next))
        self.same_address()
        self.nothing_lost()
        expect(self.database(version) == (before + 1,), "the schema is as it was")
        orders = len(self.buyers)
        # The change gave each order a 1.
        expect(self.database("select count(*), sum(upgraded) from orders") == (orders, orders), "the rows are as they were")
        self.buyers.append(Buyer().buy())

        machine.run(f"apt-get install -y --allow-downgrades /srv/{self.newer}")
        until("the older program gives up", lambda: machine.unit("ActiveState") == "failed")
        expect(machine.unit("ExecMainStatus") == "78", "another exit status")
        for said in (machine.journal(), machine.run("cryptocart orders", 78)):
            expect("open the shop with the cryptocart that made it" in said, said)
        machine.run(self.installing(self.next))
        machine.run("systemctl start cryptocart")
        self.same_address()
        self.nothing_lost()

        # A backup of the older version, in the newer one. Reading it changes nothing.
        other = f"{SHOP}-older"
        machine.run(f"{OPENED} | cryptocart restore - {other}")
        listed = json.loads(machine.run(f"cryptocart orders --json --dir {other}"))["orders"]
        expect(len(listed) == orders - 1, f"{len(listed)} orders in the backup")
        machine.run(f"rm -r {other}")

    def backup(self):
        """As the documents say. The file is hers who ran it, and no other place is needed."""
        machine, ann = self.machine, "runuser -u ann --"
        self.guide.back_up()
        expect(machine.run(f"stat -c %U {BACKUP}") == "ann\n", "whose the backup is")
        said = machine.run(f"{ann} sudo cryptocart backup /root", 77)
        expect("/root" in said and "denied" in said, said)
        machine.run(f"{ann} sudo cryptocart backup /var/lib/cryptocart && rm /var/lib/cryptocart/*.pgp")

    def restore(self):
        """The shop is lost, and comes back from its backup."""
        machine = self.machine
        self.backup()
        machine.run("runuser -l ann -c 'gpg --batch --import' < /srv/my-shop-seller/secret.asc")
        machine.run(f"systemctl stop cryptocart && mv {SHOP} /srv/lost")
        bring_back, open_once, go_on = self.guide.restoring()
        self.guide.as_ann(bring_back)
        machine.run(f"cp -a /srv/lost/mailorders /srv/lost/network.json {SHOP}")
        self.fails_to_start(78)
        # The key came back locked, so its passphrase is typed at a terminal.
        machine.run("touch /srv/typed")
        machine.run(f"tail -f /srv/typed | setsid runuser -u ann -- script -qec {shlex.quote(open_once)} /dev/null "
                    ">/srv/after-loss 2>&1 &")
        until("it asks for the passphrase", lambda: "assphrase" in machine.run("cat /srv/after-loss"))
        machine.run(f"echo '{PASSPHRASE}' >> /srv/typed")
        try:
            until("the restored shop opens", preview_answers)
        except Failed as failed:
            raise Failed(f"{failed}\n{machine.run('cat /srv/after-loss')}") from failed
        machine.run("pkill -INT -o -u cryptocart cryptocart")
        until("it is closed", lambda: not preview_answers())
        self.guide.as_ann(go_on)
        self.same_address()
        self.nothing_lost()

    def nothing_lost(self):
        """Each order is there once, opens with its cookie, and is in the mailbox."""
        listed = self.machine.run("cryptocart orders")
        for buyer in self.buyers:
            expect(listed.count(buyer.number) == 1, f"{buyer.number} in {listed}")
            expect(buyer.sees_order(), f"the page of {buyer.number}")
        orders = len(json.loads(self.machine.run("cryptocart orders --json"))["orders"])
        expect(orders == len(self.buyers), f"{orders} orders, {len(self.buyers)} were placed")
        def all_are_read():
            said = self.machine.attempt(f"runuser -u cryptocart -- cryptocart read {MAILBOX}")[1]
            return all(buyer.number in said for buyer in self.buyers)
        until("all are in the mailbox", all_are_read)

    def reboot(self):
        self.machine.reboot()
        until("the shop opens by itself", preview_answers)
        self.same_address()
        self.nothing_lost()

    def silent(self):
        """The journal names no order, no code, and nothing a buyer typed. It is lost in a reboot."""
        journal = self.machine.journal()
        expect("Plain Sight Tees" in journal, "the journal has nothing of the shop")
        for buyer in self.buyers:
            for word in (buyer.number, buyer.code, "Ada Byron", "St James"):
                expect(word not in journal, f"{word} is in the journal")

    def leave(self):
        self.guide.leave()
        expect(self.machine.unit("ActiveState") == "inactive", "the shop is still open")

    def purge(self):
        machine = self.machine
        before = machine.run(f"find {SHOP} -not -path '*/state*' | sort")
        said = machine.run("apt-get purge -y cryptocart")
        expect("the shop is left in /var/lib/cryptocart" in said, said)
        machine.run("! test -e /usr/bin/cryptocart && ! pgrep cryptocart")
        after = machine.run(f"find {SHOP} -not -path '*/state*' | sort")
        expect(after == before and f"{SHOP}/seller.asc" in after, f"{before}\n{after}")

    def move(self):
        """The sealed copy, on a machine that never had a shop."""
        machine = self.machine
        machine.run(f"mv {SHOP}-seller /srv && rm -r /var/lib/cryptocart && userdel cryptocart")
        machine.run(self.installing(self.next))
        self.guide.arrive()
        # The key to read with, which is elsewhere as a rule.
        machine.run("runuser -u cryptocart -- gpg --batch --import < /srv/my-shop-seller/secret.asc")
        self.same_address()
        self.nothing_lost()


STEPS = ("boot install start confined over_tor order reload killed stopped_dead wrong_settings passphrase "
         "use upgrade new_schema silent reboot silent leave purge move restore silent")


def walk(journey, steps):
    try:
        for step in steps.split():
            print(f"  {step}", file=sys.stderr, flush=True)
            try:
                getattr(journey, step)()
            except BaseException:
                print(journey.machine.attempt("journalctl -b -a -u cryptocart --no-pager -n 40")[1], file=sys.stderr)
                raise
    finally:
        journey.end()


if __name__ == "__main__":
    walk(Journey(*sys.argv[1:]), STEPS)
