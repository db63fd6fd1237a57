"""Reverse proxies before a shop: Caddy with an ACME authority on this machine, and nginx.

Both run with the files of deploy/clear-web; names, ports and paths alone are put in. What they say
goes into a file each, which is looked through afterwards."""

import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = "shop.example"
ACME, MANAGEMENT, DNS = "127.0.0.1:14000", "127.0.0.1:15000", "127.0.0.1:8053"


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
        time.sleep(0.1)
    raise Failed(f"not in {patience} seconds: {what}")


class Processes:
    """Programs that run until the test ends, each with its output in a file."""

    def __init__(self, folder):
        self.folder, self.running = pathlib.Path(folder), []

    def start(self, name, words, **more):
        log = (self.folder / f"{name}.log").open("wb")
        running = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)
        self.running.append(running)
        return running

    def said(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self, running):
        self.running.remove(running)
        running.terminate()
        try:
            return running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            raise Failed("a program did not end") from None

    def stop_all(self):
        for running in reversed(self.running):
            running.terminate()
        for running in self.running:
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


def certificate(folder, name):
    """A self-signed certificate; paths of it and its key."""
    cert, key = folder / "fullchain.pem", folder / "privkey.pem"
    kinds = f"subjectAltName=DNS:{name},IP:127.0.0.1"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", f"/CN={name}", "-addext", kinds, "-keyout", key, "-out", cert]
    subprocess.run(words, check=True, capture_output=True)
    return cert, key


def authority(processes):
    """Starts an ACME authority that finds every name on this machine; returns what Caddy is to trust."""
    folder = processes.folder / "pebble"
    folder.mkdir()
    cert, key = certificate(folder, "localhost")
    settings = {"listenAddress": ACME, "managementListenAddress": MANAGEMENT, "certificate": str(cert),
                "privateKey": str(key), "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "",
                "externalAccountBindingRequired": False}
    (folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
    processes.start("challtestsrv", ["pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "",
                                     "-dns01", DNS, "-http01", "", "-https01", "", "-tlsalpn01", "",
                                     "-management", "127.0.0.1:8055"])
    # It waits and fails at random otherwise, to try its clients.
    calm = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    processes.start("pebble", ["pebble", "-config", folder / "pebble.json", "-dnsserver", DNS],
                    env={**os.environ, **calm})
    return cert


def put_in(text, **values):
    """Replaces what stands for this machine's own; each must be there."""
    for old, new in values.values():
        expect(old in text, f"the file has no {old!r} to put {new!r} in place of")
        text = text.replace(old, new)
    return text


def caddy(processes, program, socket, trusted):
    """Starts Caddy with the file of deploy/clear-web, under the authority."""
    folder = processes.folder / "caddy"
    folder.mkdir()
    text = (ROOT / "deploy/clear-web/Caddyfile").read_text()
    text = put_in(
        text,
        socket=("unix//run/shop/web.sock", f"unix/{socket}"),
        authority=("\tadmin off\n", f"\tadmin off\n\tacme_ca https://{ACME}/dir\n\tacme_ca_root {trusted}\n"),
    )
    (folder / "Caddyfile").write_text(text)
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    return processes.start("caddy", [program, "run", "--config", folder / "Caddyfile"],
                           env={**os.environ, **homes}, cwd=folder)


def authority_root(processes, trusted):
    """Asks the authority for the certificate that browsers would trust; its path."""
    path = processes.folder / "pebble" / "root.pem"
    words = ["curl", "-sSf", "--cacert", trusted, f"https://{MANAGEMENT}/roots/0", "-o", path]
    until("the authority answers", lambda: subprocess.run(words, capture_output=True).returncode == 0)
    return path


def nginx(processes, socket):
    """Starts nginx with the file of deploy/clear-web and a certificate of its own; what to trust."""
    folder = processes.folder / "nginx"
    folder.mkdir()
    cert, key = certificate(folder, HOST)
    text = (ROOT / "deploy/clear-web/nginx.conf").read_text()
    live = f"/etc/letsencrypt/live/{HOST}"
    # Who is not root cannot become www-data.
    user = "" if os.geteuid() else "user root;"
    text = put_in(
        text,
        socket=("unix:/run/shop/web.sock", f"unix:{socket}"),
        cert=(f"{live}/fullchain.pem", str(cert)),
        key=(f"{live}/privkey.pem", str(key)),
        user=("user www-data;", user),
        pid=("/run/nginx.pid", str(folder / "nginx.pid")),
    )
    (folder / "nginx.conf").write_text(text)
    words = ["nginx", "-c", folder / "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    return processes.start("nginx", words, cwd=folder), cert
