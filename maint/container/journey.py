"""What a seller does with the container image. Started by maint/test-image, in an empty network
namespace: journey.py FOLDER TORBED KEYS COMPOSE DOCKER MOBY GENERATOR STEPS"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

from engines import IMAGE, ROOT, USER, Docker, Podman, expect, until
from machine import Failed

from buyer import Buyer, preview_answers
from clear_web import ClearWeb
from seller import Seller
from tor_in_front import TorInFront

WALLET = "0xd8da6bf26964af9d7eed9e03e53415d37aa96045"
SUBJECTS = ("serve", "shop", "tor", "pictures")


class Journey:
    def __init__(self, folder, torbed, keys, compose, docker, moby, generator):
        self.folder, self.moby = pathlib.Path(folder), moby
        self.generator = generator
        self.torbed, self.tor = [torbed, f"{folder}/tor", keys, f"{folder}/no-service"], None
        self.start_tor()
        self.podman = Podman(folder, compose)
        self.programs, self.docker = docker, None
        self.onion, self.network, self.buyer = None, None, None

    def end(self):
        for engine in filter(None, (self.podman, self.docker)):
            engine.close()
        self.tor.stdin.close()
        try:
            self.tor.wait(30)
        except subprocess.TimeoutExpired:
            self.tor.kill()

    def start_tor(self):
        """Starts a private Tor network. It says in a line how to reach it, once it is one."""
        self.tor = subprocess.Popen(self.torbed, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def network_is_up(self):
        """Waits for the network. Its first consensus comes at a time that a busy machine may miss."""
        for _ in range(3):
            if line := self.tor.stdout.readline():
                return json.loads(line)
            self.tor.wait(30)
            shutil.rmtree(self.folder / "tor")
            self.start_tor()
        raise Failed("the private Tor network does not start")

    def image(self, which):
        return next((self.folder / which).glob("cryptocart_*.tar"))

    def healthy(self, engine, name):
        def is_healthy():
            status = engine.status(name)
            return status if status and status["healthy"] else None
        return until("the shop is reachable over Tor", is_healthy, 240)

    def same_address(self, engine, name):
        found = self.healthy(engine, name)["onion"]
        expect(found == self.onion, f"the address is {found}, and was {self.onion}")

    # The image alone, with podman.

    def load(self):
        podman = self.podman
        podman.call("load", "-i", str(self.image("first")))
        digest = (self.folder / "first/digest").read_text().strip()
        expect(podman.inspect(IMAGE, "{{.Digest}}") == digest, f"the digest is not {digest}")
        version = podman.inspect(IMAGE, '{{index .Labels "org.opencontainers.image.version"}}')
        expect(f"cryptocart_{version}_" in self.image("first").name, f"the label says {version}")
        podman.call("run", "--rm", "--network=none", "--entrypoint", "/bin/sh", IMAGE, status=127)
        # A shop that is not open is told at once.
        began = time.monotonic()
        podman.call("run", "--rm", "--network=none", *podman.own, IMAGE, "status", status=3)
        expect(time.monotonic() - began < 5, "status waits where no shop is open")

    def start(self):
        began = time.monotonic()
        self.podman.start("shop", '--health-cmd=["cryptocart", "status"]')
        until("a page comes", preview_answers, 5)
        print(f"    first page after {time.monotonic() - began:.1f} s", file=sys.stderr)
        said = self.podman.command("shop", "status", status=75)
        expect(".onion" in said and "not reachable yet" in said, said)

    def confined(self, engine=None, name="shop", is_isolated=True, roles_alone=False):
        """No process of the container has a capability, and the roles that need no network have none."""
        engine = engine or self.podman
        seen = {}
        def all_are_there():
            for subject, pids in engine.processes(name).items():
                seen.setdefault(subject, pids[0])
                if subject not in facts:
                    try:
                        status = pathlib.Path(f"/proc/{pids[0]}/status").read_text()
                        facts[subject] = status, os.readlink(f"/proc/{pids[0]}/ns/net")
                    except OSError:
                        pass
            return set(SUBJECTS) <= set(facts)
        facts = {}
        until("all roles were seen", all_are_there, 30)
        for subject, (status, network) in facts.items():
            if subject == "serve" and roles_alone:
                continue
            for line in ("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
                expect(line in status, f"{subject}: {line} is not in {status}")
            shares = network == facts["serve"][1]
            without = subject in ("shop", "pictures") and is_isolated
            expect(shares != without, f"{subject} is in the network {network}, serve in {facts['serve'][1]}")
        warned = "WARNING" in engine.log(name)
        expect(warned != is_isolated, engine.log(name))

    def over_tor(self):
        podman = self.podman
        self.network = self.network_is_up()
        shop = podman.place("shop") / "my-shop"
        self.join_network(shop)
        podman.call("restart", "shop")
        self.onion = self.healthy(podman, "shop")["onion"]
        def page():
            address = ["--socks5-hostname", self.network["socks"], f"http://{self.onion}/"]
            got = subprocess.run(["curl", "-s", "-m", "30", *address], capture_output=True, text=True)
            return "Plain Sight Tees" in got.stdout
        until("a page comes over Tor", page, 180)
        podman.call("healthcheck", "run", "shop", patience=20)

    def join_network(self, shop):
        """Puts a shop into the private Tor network."""
        settings = shop / "shop.toml"
        (shop / "network.json").write_text(json.dumps(self.network["network"]))
        shutil.chown(shop / "network.json", USER, USER)
        text = settings.read_text().replace('test_network = ""', 'test_network = "network.json"')
        settings.write_text(text)

    def order(self):
        """An order is not mentioned in the log: neither its number nor any line more."""
        podman = self.podman
        # All that the log says of the start itself, and of pictures, has been said.
        log = until("the log is quiet", lambda: self.quiet_log("shop"), 120)
        self.buyer = Buyer().buy()
        found = until("the order is listed",
                      lambda: self.buyer.number in podman.command("shop", "orders") and podman.log("shop"))
        self.is_read(podman.place("shop") / "my-shop")
        time.sleep(6)  # a terminal is told of new orders every five seconds
        found = podman.log("shop")
        expect(found == log, f"an order changed the log:\n{log}\n\n{found}")
        for word in (self.buyer.number, self.buyer.code, "Ada Byron", "St James"):
            expect(word not in found, f"{word} is in the log")

    def quiet_log(self, name):
        before = self.podman.log(name)
        time.sleep(10)
        return before if before == self.podman.log(name) else None

    def is_read(self, shop):
        """The order opens with the demo's key, outside of the container."""
        home = self.folder / "gpg"
        if not home.exists():
            home.mkdir(mode=0o700)
            subprocess.run(["gpg", "--batch", "--quiet", "--homedir", home, "--import",
                            f"{shop}-seller/secret.asc"], check=True)
        read = [os.environ["PROGRAM"], "read", str(shop / "mailorders/root")]
        def is_there():
            run = subprocess.run(read, env=os.environ | {"GNUPGHOME": str(home)}, capture_output=True, text=True)
            return self.buyer.number in run.stdout
        until("the order is read from the mailbox", is_there)

    def stop(self):
        podman = self.podman
        began = time.monotonic()
        podman.call("stop", "-t", "20", "shop")
        took = time.monotonic() - began
        expect(took < 5, f"it took {took:.1f} s to stop")
        expect(podman.inspect("shop", "{{.State.ExitCode}}") == "0", "it did not end well")
        expect("Goodbye" in podman.log("shop"), podman.log("shop"))
        podman.call("start", "shop")
        self.same_address(podman, "shop")

    def killed(self):
        podman = self.podman
        podman.call("kill", "-s", "KILL", "shop")
        podman.call("start", "shop")
        until("the order page is back", self.buyer.sees_order)
        self.same_address(podman, "shop")
        podman.call("stop", "shop")

    def terminal(self):
        """A log that is a terminal (`run -t`) says nothing of an order either."""
        podman = self.podman
        podman.start("other", "-t")
        until("a page comes", preview_answers)
        buyer = Buyer().buy()
        time.sleep(6)
        log = podman.log("other")
        expect("Plain Sight Tees" in log and "New order" not in log and buyer.number not in log, log)
        podman.remove("other")

    def environment(self):
        podman = self.podman
        given = ["-e", 'SITE_NAME="Nordlys"', "-e", f"WALLET={WALLET}", "-e", "CONTACT="]
        podman.start("other", *given)
        until("a page has the name", lambda: preview_answers() and "Nordlys" in Buyer().get("/").body.decode())
        words = "from the environment, not from shop.toml: SITE_NAME (shop.name), WALLET (ether.wallet)"
        for said in (podman.log("other"), podman.command("other", "check"),
                     podman.command("other", "config", "show")):
            expect(words in said, said)
            expect("CONTACT (" not in said, said)
        shown = json.loads(podman.command("other", "config", "show", "--json"))
        expect(shown["settings"]["ether"]["wallet"] == WALLET, shown)
        expect(shown["environment"] == {"shop.name": "SITE_NAME", "ether.wallet": "WALLET"}, shown)
        for pid in podman.processes("other")["tor"]:
            names = pathlib.Path(f"/proc/{pid}/environ").read_text()
            expect("WALLET" not in names and "SITE_NAME" not in names, f"the tor role knows {names}")
        podman.remove("other")
        for name, value in (("CURRENCY", "XYZ"), ("WALLET", "0xnope")):
            podman.start("other", "-e", f"{name}={value}")
            until("the shop has ended", lambda: podman.inspect("other", "{{.State.Status}}") == "exited")
            expect(podman.inspect("other", "{{.State.ExitCode}}") == "78", "the exit status")
            expect(f"{name} in the environment" in podman.log("other"), podman.log("other"))
            podman.remove("other")

    def root(self):
        """Root of a container is confined as any other user, if it may make a user namespace."""
        place = self.folder / "root-shop"
        place.mkdir()
        for options in (["--cap-add=SETFCAP"], []):
            self.podman.start("other", "--user=0", *options, volume=f"{place}:/shop")
            until("a page comes", preview_answers)
            self.confined(self.podman, "other", is_isolated=bool(options), roles_alone=True)
            self.podman.remove("other")

    def not_its_own(self):
        """A volume of somebody else is refused in words."""
        place = self.folder / "foreign"
        place.mkdir(mode=0o755)
        self.podman.start("other", volume=f"{place}:/shop")
        until("the shop has ended", lambda: self.podman.inspect("other", "{{.State.Status}}") == "exited")
        log = self.podman.log("other")
        expect("ermission denied" in log and "panic" not in log, log)
        self.podman.remove("other")

    def quadlet(self):
        """What podman's generator makes of the file for systemd, run without systemd."""
        made = subprocess.run([self.generator, "-dryrun"], capture_output=True, text=True, check=True,
                              env={"QUADLET_UNIT_DIRS": str(ROOT / "deploy/quadlet")}).stdout
        line = re.search(r"^ExecStart=\S+ (.*)$", made, re.M)[1]
        expect("RestartPreventExitStatus=2 3 4 77 78" in made, made)
        # Debian 12's podman, which has no generator, knows the options, but for what systemd is to do.
        changes = {"%t/%N": str(self.folder / "quadlet"), "--cgroups=split ": "", "--sdnotify=conmon ": "--network=host ",
                   "/etc/containers/systemd/seccomp.json": str(ROOT / "deploy/seccomp.json")}
        for old, new in changes.items():
            expect(old in line, f"{old} is not in {line}")
            line = line.replace(old, new)
        self.podman.call(*shlex.split(line))
        until("a page comes", preview_answers)
        self.confined(self.podman, "cryptocart")
        test = self.podman.inspect("cryptocart", "{{.Config.Healthcheck.Test}}")
        expect(test == "[CMD cryptocart status]", f"the health check is {test}")
        # There is no address to be reached here, so it is not healthy.
        self.podman.call("healthcheck", "run", "cryptocart", status=1)
        self.podman.remove("cryptocart")

    # Docker's own profile.

    def default_profile(self, engine=None, profile=None):
        """Without our profile the shop opens, and says what is missing in a container's words."""
        engine = engine or self.podman
        engine.start("other", profile=profile or f"seccomp={self.moby}", volume="fresh:/shop")
        until("a page comes", preview_answers)
        self.confined(engine, "other", is_isolated=False)
        for said in (engine.log("other"), engine.command("other", "status", status=75)):
            expect("it shares the network of this container" in said, said)
            expect("--security-opt seccomp=seccomp.json" in said and "PrivateNetwork" not in said, said)
        engine.remove("other")

    def docker_engine(self):
        self.docker = Docker(self.folder, self.programs)
        self.docker.call("load", "-i", str(self.image("first")))
        test = self.docker.inspect(IMAGE, "{{.Config.Healthcheck.Test}}")
        expect("cryptocart status" in test, f"the image's health check is {test}")

    def default_profile_of_docker(self):
        """What the issue is about: nothing is said of a profile, and the engine uses its own."""
        docker = self.docker
        docker.start("other", profile="", volume="fresh:/shop")
        until("a page comes", preview_answers)
        self.confined(docker, "other", is_isolated=False)
        expect("--security-opt seccomp=seccomp.json" in docker.command("other", "status", status=75), "status")
        docker.remove("other")
        docker.start("other", volume="fresh:/shop")
        until("a page comes", preview_answers)
        shop = docker.processes("other")["shop"][0]
        network = [os.readlink(f"/proc/{pid}/ns/net") for pid in (shop, os.getpid())]
        expect(network[0] != network[1], "the shop role shares the network, with our profile")
        docker.remove("other")

    def by_the_document(self):
        Seller(self.folder / "with-podman", self.folder / "first", self.podman).do(self.folder / "newer")

    def by_the_document_with_docker(self):
        Seller(self.folder / "with-docker", self.folder / "first", self.docker).do(self.folder / "newer")

    def clear_web(self):
        ClearWeb(self.folder, self.podman, self.folder / "caddy.tar").do()

    def tor_in_front(self):
        TorInFront(self.folder, self.podman, self.folder / "tor.tar").do()


STEPS = ("load start confined over_tor order stop killed terminal environment root not_its_own quadlet default_profile "
         "docker_engine default_profile_of_docker by_the_document by_the_document_with_docker clear_web "
         "tor_in_front")


def main():
    *arguments, steps = sys.argv[1:]
    journey = Journey(*arguments)
    try:
        for step in (steps or STEPS).split():
            print(f"  {step}", file=sys.stderr, flush=True)
            began = time.monotonic()
            getattr(journey, step)()
            print(f"    {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    finally:
        journey.end()


main()
