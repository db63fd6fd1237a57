"""The libraries that are linked into the program, as cargo resolves them."""

import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def linked():
    """Returns the packages of the program's libraries, sorted, without its own crates; and for each
    package, by its id, the ids of those that it is linked with, its own crates included."""
    said = subprocess.run(
        ["cargo", "metadata", "--locked", "--offline", "--format-version=1", "--filter-platform",
         host()], cwd=ROOT, check=True, capture_output=True, text=True)
    metadata = json.loads(said.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    ours = set(metadata["workspace_members"])
    todo = [id for id in ours if packages[id]["name"] == "cryptocart"]
    edges = {}
    while todo:
        id = todo.pop()
        edges[id] = [dep["pkg"] for dep in nodes[id]["deps"]
                     if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        todo += [dep for dep in edges[id] if dep not in edges]
    libraries = (packages[id] for id in edges.keys() - ours)
    return sorted(libraries, key=lambda p: (p["name"], p["version"])), edges


def host():
    said = subprocess.run(["rustc", "-vV"], cwd=ROOT, check=True, capture_output=True, text=True)
    return re.search(r"host: (.*)", said.stdout)[1]
