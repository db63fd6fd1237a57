"""A whole Debian in qemu, and a shell of root in it that needs no network."""

import base64
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "deb"))
from machine import expect, until  # noqa: E402  (the path comes first)

# Where the relays of the private network are, for the guest.
RELAYS = "10.0.2.100"
# Without KVM everything takes about ten times as long.
BOOT = 420


def drop(lines):
    """Ends connections of a machine that is not there any more. Relays would notice only after minutes,
    and lead visitors to circuits that end nowhere."""
    for number, port in lines:
        with contextlib.suppress(OSError):
            # The number may be another's by now.
            command = pathlib.Path("/proc", number, "cmdline").read_bytes()
            if command == f"nc\0-N\000127.0.0.1\0{port}\0".encode():
                os.kill(int(number), signal.SIGKILL)


class Guest:
    """`relays` are ports of this machine: all that the guest reaches. Its port 22 is `ssh` here."""

    def __init__(self, folder, image, inputs, relays, ssh):
        self.folder = pathlib.Path(folder)
        network = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{ssh}-:22"
        # qemu starts one for each connection, and has no hold on it then.
        self.lines = self.folder / "lines"
        relay = self.folder / "relay"
        relay.write_text(f'#!/bin/sh\necho $$ "$1" >>{self.lines}\nexec nc -N 127.0.0.1 "$1"\n')
        relay.chmod(0o755)
        for port in relays:
            network += f",guestfwd=tcp:{RELAYS}:{port}-cmd:{relay} {port}"
        image = pathlib.Path(image)
        self.command = [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024",
            "-nodefaults", "-no-user-config", "-display", "none", "-rtc", "base=utc",
            "-kernel", image / "vmlinuz", "-initrd", image / "initrd",
            # On a busy machine the emulated timer comes late, which the kernel takes for a fault.
            "-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0 no_timer_check panic=1 quiet",
            # Written to memory and never to the image.
            "-drive", f"file={image}/disk,if=virtio,format=raw,cache=unsafe,snapshot=on",
            "-drive", f"file={inputs},if=virtio,format=raw,readonly=on",
            "-netdev", network, "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=shell,path={folder}/shell,server=on,wait=off",
            "-device", "virtserialport,chardev=shell,name=shell",
            "-monitor", f"unix:{folder}/monitor,server=on,wait=off",
            "-serial", f"file:{folder}/console",
        ]
        self.process = self.line = None

    def start(self):
        self.process = subprocess.Popen(list(map(str, self.command)), stdin=subprocess.DEVNULL)
        until("qemu has started", (self.folder / "shell").exists)
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(self.folder / "shell"))

    def wait_for_boot(self):
        """Waits until the machine is up, which it says once its shell listens."""
        began = time.monotonic()
        until("the shell of the machine answers", lambda: self.ask("true", 5), BOOT)
        def is_up():
            said = self.attempt("systemctl is-system-running")[1].strip()
            return said in ("running", "degraded") and said
        state = until("the machine is up", is_up, BOOT)
        failed = state == "degraded" and self.attempt("systemctl --failed --no-legend")[1]
        expect(not failed, f"the machine is up, but not all of it: {failed}")
        print(f"    up in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def reboot(self):
        """Ends this run of the machine in order, and waits for the next."""
        self.end_run(lambda: self.ask("systemctl reboot", 10))

    def cut_the_power(self):
        """Ends this run of the machine at once, and waits for the next."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self.folder / "monitor"))
            def reset():
                monitor.sendall(b"system_reset\n")
                time.sleep(1)
            self.end_run(reset)

    def end_run(self, end):
        before = self.run("cat /proc/sys/kernel/random/boot_id")
        lines = [line.split() for line in self.lines.read_text().splitlines()]
        end()
        def is_another():
            answer = self.ask("cat /proc/sys/kernel/random/boot_id", 5)
            return answer and answer[1] != before
        until("the machine starts again", is_another, BOOT)
        drop(lines)
        self.wait_for_boot()

    def ask(self, command, patience):
        """Exit status and output of a shell's command; none if no answer comes in time."""
        # The answer is found by its number: one to an earlier question may come late.
        self.asked = getattr(self, "asked", 0) + 1
        mark = f"answer {self.asked}"
        self.line.settimeout(patience)
        self.line.sendall(base64.b64encode(f"echo {mark}\n{command}".encode()) + b"\n")
        ends = time.monotonic() + patience
        answer = b""
        try:
            while time.monotonic() < ends:
                answer += self.line.recv(1 << 16)
                while b"\n" in answer:
                    line, answer = answer.split(b"\n", 1)
                    status, _, said = line.partition(b" ")
                    text = base64.b64decode(said).decode(errors="replace")
                    if text.startswith(f"{mark}\n"):
                        return int(status), text.removeprefix(f"{mark}\n").removesuffix("\n")
        except TimeoutError:
            pass
        return None

    def attempt(self, command):
        answer = self.ask(command, 320)
        expect(answer, f"no answer to {command}")
        return answer

    def run(self, command, status=0):
        """Runs a command as root, which must end with this status; returns what it says."""
        ended, said = self.attempt(command)
        expect(ended == status, f"{command}: exit status {ended}, not {status}\n{said}")
        return said

    def write(self, path, text):
        encoded = base64.b64encode(text.encode()).decode()
        self.run(f"base64 -d > {path} <<< {encoded}")

    def end(self):
        if self.process:
            self.process.kill()
            self.process.wait()
