"""The computer at home: a Debian in a container, from which the seller reaches the server."""

import shlex

from machine import Machine, expect

# Asks for nothing: no passphrase for the key, and the password that the host gave to ann.
PASSWORD = "the password of the first day"
ASKPASS = f'#!/bin/sh\ncase "$1" in *assword*) echo "{PASSWORD}" ;; *) echo ;; esac\n'


class Home(Machine):
    # It waits for a machine that is emulated.
    patience = 600

    def set_up(self, port, torrc, package):
        """Makes `SERVER` the name of the server's open port, as in the documents."""
        self.boot()
        self.write("/usr/local/bin/askpass", ASKPASS)
        self.write("/etc/profile.d/askpass.sh",
                   "export SSH_ASKPASS=/usr/local/bin/askpass SSH_ASKPASS_REQUIRE=force\n")
        self.run("chmod 755 /usr/local/bin/askpass; install -d -m 700 -o ann -g ann ~ann/.ssh")
        self.ann("cat > .ssh/config", stdin=f"ConnectTimeout 60\nHost SERVER\n  HostName 127.0.0.1\n"
                 f"  Port {port}\n  StrictHostKeyChecking accept-new\n")
        self.write("/etc/tor/torrc", torrc)
        self.run("systemctl restart tor@default")
        # The program of the same package, of which nothing is opened here.
        self.run(f"apt-get install -y /srv/{package} && install -o ann /srv/{package} ~ann")

    def ann(self, script, status=0, stdin=""):
        """What ann's shell says to the commands, at home."""
        feed = f"printf '%s' {shlex.quote(stdin)} | " if stdin else ""
        return self.run(f"{feed}runuser -l ann -c {shlex.quote(script)}", status)

    def server(self, script, status=0, by="shop-server"):
        """What the server says to the commands, typed in a login over SSH as `by`."""
        return self.ann(f"ssh {by} {shlex.quote(script)}", status)

    def can_log_in(self, by):
        """True if a login with the key works. One that hangs does not."""
        return self.attempt(f"runuser -l ann -c 'timeout 90 ssh {by} whoami'") == (0, "ann\n")

    def is_refused(self, words, what):
        """A login with these words of ssh does not work."""
        ended, said = self.attempt(f"runuser -l ann -c {shlex.quote(f'timeout 60 ssh {words} true')}")
        expect(ended == 255, f"{what}: {ended} {said}")
        return said
