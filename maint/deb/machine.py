"""A Debian with systemd in a container, and waiting for what it does."""

import contextlib
import pathlib
import re
import subprocess
import time

CONTAINERS = """\
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""
STORAGE = '[storage]\ndriver = "vfs"\nrunroot = "{0}/run"\ngraphroot = "{0}/lib"\n'


class Failed(Exception):
    """What was expected did not happen."""


def expect(holds, what):
    if not holds:
        raise Failed(what)


def until(what, probe, patience=60):
    """Returns the first answer of `probe` that is something."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        found = probe()
        if found:
            return found
        time.sleep(0.2)
    raise Failed(f"not in {patience} seconds: {what}")


class Machine:
    """The container. `folder` is for podman's own files; `root` is the file system."""

    # Longest time for a command, in seconds.
    patience = 180

    def __init__(self, folder, root, namespace):
        self.name, self.root = f"cryptocart-{namespace}", pathlib.Path(root)
        folder = pathlib.Path(folder)
        (folder / "containers.conf").write_text(CONTAINERS)
        (folder / "storage.conf").write_text(STORAGE.format(folder))
        self.variables = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        }
        self.namespace = namespace

    def boot(self):
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost debian\n")
        self.podman("run", "-d", "--name", self.name, "--hostname=debian",
                    f"--network=ns:/run/netns/{self.namespace}", "--systemd=always",
                    "--rootfs", str(self.root), "/lib/systemd/systemd")
        self.wait_for_boot()

    def podman(self, *words, check=True):
        run = subprocess.run(["podman", *words], env=self.variables, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=self.patience)
        expect(run.returncode == 0 or not check, f"podman {' '.join(words)}: {run.stdout}{run.stderr}")
        return run

    def remove(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.podman("rm", "-f", "-t", "5", self.name, check=False)

    def wait_for_boot(self):
        def is_up():
            state = self.podman("exec", self.name, "systemctl", "is-system-running", check=False)
            return state.stdout.strip() in ("running", "degraded")
        until("the machine is up", is_up)

    def reboot(self):
        self.podman("stop", "-t", "60", self.name)
        self.podman("start", self.name)
        self.wait_for_boot()

    def attempt(self, command):
        """Runs a shell's command as root; its exit status, and what it says."""
        run = self.podman("exec", self.name, "sh", "-c", f"exec 2>&1; {command}", check=False)
        return run.returncode, run.stdout

    def run(self, command, status=0):
        """The same, which must end with this status; returns what it says."""
        ended, said = self.attempt(command)
        expect(ended == status, f"{command}: exit status {ended}, not {status}\n{said}")
        return said

    def write(self, path, text):
        """Writes a file, which keeps its owner if it is there."""
        (self.root / path.lstrip("/")).write_text(text)

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def unit(self, key):
        return self.run(f"systemctl show cryptocart -P {key}").strip()

    def roles(self):
        """Process id of each role that lives as long as the shop is open, by its name."""
        listed = self.run("ps -C cryptocart -o pid=,args= || true")
        return {role: int(pid) for pid, role in re.findall(r"(\d+) cryptocart role (shop|tor)", listed)}

    def journal(self):
        return self.run("journalctl -a --no-pager")
