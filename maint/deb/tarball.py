"""What a seller does with the tarball, on an older Debian. Started by maint/test-release, in an empty
network namespace, with the words of journey.py; the packages are tarballs."""

import sys

from buyer import preview_answers
from journey import SHOP, Journey, walk
from machine import expect, until


class TarballJourney(Journey):
    def installing(self, file):
        return f"cd /srv && rm -rf cryptocart-*/ && tar xzf {file} && cryptocart-*/install"

    def by_hand(self):
        """Without root, in a folder of somebody's own."""
        machine = self.machine
        machine.run("useradd -m bob")
        machine.run(f"runuser -u bob -- sh -c 'cd && tar xzf /srv/{self.package}'")
        said = machine.run("runuser -u bob -- sh -c 'cd && cryptocart-*/install'", 1)
        expect("run it as root: sudo ./install" in said, said)
        serve = "cd && exec cryptocart-*/bin/cryptocart serve --dir my-shop"
        machine.run(f"setsid runuser -u bob -- sh -c '{serve}' >/dev/null 2>&1 &")
        until("a page of the shop that bob opened", preview_answers)
        machine.run("pkill -TERM -o -u bob cryptocart")
        until("bob's shop is closed", lambda: not preview_answers())

    def install(self):
        # In a container, systemd before 252 fails where later ones go on without: its user namespace
        # may not mount /proc.
        folder = "/lib/systemd/system/cryptocart.service.d"
        self.machine.run(f"mkdir {folder}")
        self.machine.write(f"{folder}/container.conf",
                           "[Service]\nPrivateUsers=no\nProtectProc=default\nProcSubset=all\n")
        super().install()

    def refused(self):
        """Nothing is changed where the program cannot run, or the package is installed."""
        machine = self.machine
        machine.run(f"cd /srv && rm -rf cryptocart-*/ && tar xzf {self.package}")
        machine.run("cd /srv/cryptocart-*/ && cp -a . /srv/broken"
                    " && printf '#!/bin/sh\\nexit 1\\n' >/srv/broken/bin/cryptocart")
        said = machine.run("/srv/broken/install", 1)
        expect("does not run on this machine" in said, said)
        machine.run("ln -s /bin/true /usr/bin/cryptocart")
        said = machine.run("/srv/cryptocart-*/install", 1)
        expect("the Debian package is installed" in said, said)
        machine.run("rm -r /usr/bin/cryptocart /srv/broken")
        machine.run("/srv/cryptocart-*/install --purge", 1)
        machine.run("! getent passwd cryptocart && ! test -e /usr/local/bin/cryptocart")

    def remove(self):
        machine = self.machine
        before = machine.run(f"find {SHOP} -not -path '*/state*' | sort")
        said = machine.run("/srv/cryptocart-*/install --remove")
        expect("The shop is left in /var/lib/cryptocart" in said, said)
        machine.run("! pgrep cryptocart && ! test -e /etc/systemd/system/cryptocart.service")
        left = machine.run("find /usr/local /etc/systemd -name '*cryptocart*'")
        expect(left == "", left)
        after = machine.run(f"find {SHOP} -not -path '*/state*' | sort")
        expect(after == before and f"{SHOP}/seller.asc" in after, f"{before}\n{after}")

    def again(self):
        """The program comes back, and the shop that was left opens."""
        self.machine.run(self.installing(self.package))
        self.machine.run("systemctl start cryptocart")
        self.same_address()
        self.nothing_lost()


if __name__ == "__main__":
    walk(TarballJourney(*sys.argv[1:]),
         "boot by_hand refused install start confined over_tor order upgrade silent reboot remove again silent")
