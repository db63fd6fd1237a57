"""Podman and Docker, each with its own folder and files, in the network of this process."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "maint/deb"))
from machine import CONTAINERS, STORAGE, Failed, expect, until  # noqa: E402  (the path comes first)

IMAGE = "localhost/cryptocart:latest"
# The user of the image.
USER = 10001
# No file is written but in the volume, and there is nothing to gain by becoming another user.
CONFINED = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
PROFILE = f"seccomp={ROOT}/deploy/seccomp.json"


class Engine:
    """An engine, by its command line. `name` is the word that it is typed by."""

    name = None
    # What `docker compose` is here.
    compose = None
    # Options of `run` that only this engine knows.
    own = []

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / self.name
        self.folder.mkdir()
        self.variables = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}

    def attempt(self, *words, stdin=None, cwd=None, patience=120):
        """Runs a command; its exit status, and what it says on both outputs."""
        run = subprocess.run(words, env=self.variables, input=stdin, stdin=None if stdin else subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd,
                             timeout=patience)
        return run.returncode, run.stdout

    def call(self, *words, status=0, **how):
        """The same of the engine, which must end with this status; returns what is said."""
        ended, said = self.attempt(self.name, *words, **how)
        expect(ended == status, f"{self.name} {' '.join(words)}: exit status {ended}, not {status}\n{said}")
        return said

    def type(self, command, folder, changes=()):
        """Runs commands as the documents have them, for Docker with Compose, but for some changes."""
        for old, new in (*changes, ("docker compose", self.compose), ("docker ", f"{self.name} ")):
            command = command.replace(old, new)
        ended, said = self.attempt("bash", "-euo", "pipefail", "-c", command, cwd=folder)
        expect(ended == 0, f"{command}: exit status {ended}\n{said}")
        return said

    def start(self, name, *options, words=(), profile=PROFILE, volume="shop:/shop"):
        """Runs a container of the image in this network, as confined as it is meant to be."""
        profile = [f"--security-opt={profile}"] if profile else []
        self.call("run", "-d", "--name", name, "--network=host", *CONFINED, *self.own, *profile, "-v", volume,
                  *options, IMAGE, *words)

    def command(self, name, *words, status=0):
        """Runs cryptocart in a container that runs."""
        return self.call("exec", name, "cryptocart", *words, status=status)

    def inspect(self, name, template):
        return self.call("inspect", name, "--format", template).strip()

    def log(self, name):
        return self.call("logs", name)

    def remove(self, *names):
        for name in names:
            self.attempt(self.name, "rm", "-f", name)

    def place(self, volume):
        """The folder of a volume."""
        return pathlib.Path(self.call("volume", "inspect", volume, "--format", "{{.Mountpoint}}").strip())

    def status(self, name):
        """What `cryptocart status` says in JSON; none while the shop is not open."""
        _, said = self.attempt(self.name, "exec", name, "cryptocart", "status", "--json")
        found = said[said.find("{"):said.rfind("}") + 1]
        return json.loads(found) if found else None

    def processes(self, name):
        """Process id of the supervisor and of its roles, by their words, as they are now."""
        found = {"serve": [int(self.inspect(name, "{{.State.Pid}}"))]}
        for process in pathlib.Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                words = (process / "cmdline").read_text().split("\0")
                parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent in found["serve"] and words[1:2] == ["role"]:
                    found.setdefault(words[2], []).append(int(process.name))
        return found

    def close(self):
        """Ends all that runs in this engine: it has no container but those of the test."""
        _, names = self.attempt(self.name, "ps", "-aq")
        self.remove(*names.split())


class Podman(Engine):
    name, own = "podman", ["--read-only-tmpfs=false"]

    def __init__(self, folder, compose):
        super().__init__(folder)
        self.compose = compose
        (self.folder / "containers.conf").write_text(CONTAINERS)
        (self.folder / "storage.conf").write_text(STORAGE.format(self.folder))
        self.variables |= {
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "PYTHONPATH": str(pathlib.Path(compose).parent.parent),
        }


class Docker(Engine):
    """Debian's Docker, with an engine of its own."""

    name, compose = "docker", "docker-compose"

    def __init__(self, folder, programs):
        super().__init__(folder)
        socket = f"unix://{self.folder}/socket"
        self.variables |= {"PATH": f"{programs}/bin:{programs}/sbin:{os.environ['PATH']}", "DOCKER_HOST": socket}
        self.daemon = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "-H", socket,
             "--pidfile", self.folder / "pid", "--iptables=false", "--ip6tables=false", "--bridge=none",
             "--storage-driver=vfs", "--exec-opt", "native.cgroupdriver=cgroupfs"],
            env=self.variables, stdin=subprocess.DEVNULL, stdout=(self.folder / "log").open("w"),
            stderr=subprocess.STDOUT)
        try:
            until("Docker answers", lambda: self.attempt("docker", "version")[0] == 0, 30)
        except Failed:
            self.close()
            raise

    def close(self):
        super().close()
        self.daemon.terminate()
        try:
            self.daemon.wait(30)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
        # What it leaves mounted.
        self.attempt("umount", "-l", f"{self.folder}/exec/netns/default")
