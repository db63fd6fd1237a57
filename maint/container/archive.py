"""Writes a container image of one layer: archive.py ROOT SETTINGS NAME SECONDS FILE [FOLDER...]

ROOT is the file system; SETTINGS is the `config` of the image, in JSON; SECONDS is the date of
everything in it. The FOLDERs belong to its user. The same input gives the same bytes.

The file is an OCI archive and a Docker archive at once: `podman load` takes the one, and `docker
load` of any age the other. Both have the same layer and the same configuration.
"""

import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile
from datetime import datetime, timezone

OCI = "application/vnd.oci.image"


class Archive:
    """A tar file whose entries have one date and one owner."""

    def __init__(self, file, seconds):
        self.tar = tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT)
        self.seconds = seconds

    def entry(self, name, mode, kind=tarfile.REGTYPE, owner=0, data=b""):
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.mtime, entry.size = kind, mode, self.seconds, len(data)
        entry.uid = entry.gid = owner
        self.tar.addfile(entry, io.BytesIO(data))

    def close(self):
        self.tar.close()


def layer(root, owned, seconds):
    """The file system as a tar file. What `owned` does not give another owner belongs to root."""
    file = io.BytesIO()
    archive = Archive(file, seconds)
    for path in sorted(root.rglob("*")):
        name, mode = str(path.relative_to(root)), path.stat().st_mode & 0o7777
        if path.is_dir():
            archive.entry(name, mode, tarfile.DIRTYPE, owned.get(name, 0))
        else:
            archive.entry(name, mode, data=path.read_bytes())
    archive.close()
    return file.getvalue()


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(root, settings, name, seconds, out, *folders):
    seconds, settings = int(seconds), json.loads(settings)
    created = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    owned = dict.fromkeys(folders, int(settings["User"].split(":")[0]))
    unpacked = layer(pathlib.Path(root), owned, seconds)
    packed = gzip.compress(unpacked, 9, mtime=0)
    blobs, kinds = {}, {}

    def blob(kind, data):
        blobs[f"blobs/sha256/{sha256(data)}"] = data
        return {"mediaType": f"{OCI}.{kind}", "digest": f"sha256:{sha256(data)}", "size": len(data)}

    kinds["config"] = blob("config.v1+json", text({
        "created": created,
        "architecture": settings.pop("Architecture"),
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(unpacked)}"]},
        "history": [{"created": created, "created_by": "maint/image"}],
    }))
    kinds["layer"] = blob("layer.v1.tar+gzip", packed)
    manifest = blob("manifest.v1+json", text({
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": kinds["config"],
        "layers": [kinds["layer"]],
    }))
    names = {"org.opencontainers.image.ref.name": name, "io.containerd.image.name": name}
    place = {kind: "blobs/sha256/" + of["digest"].split(":")[1] for kind, of in kinds.items()}
    files = blobs | {
        "oci-layout": text({"imageLayoutVersion": "1.0.0"}),
        "index.json": text({"schemaVersion": 2, "manifests": [manifest | {"annotations": names}]}),
        "manifest.json": text([{"Config": place["config"], "RepoTags": [name], "Layers": [place["layer"]]}]),
    }
    with open(out, "wb") as file:
        archive = Archive(file, seconds)
        for folder in ("blobs", "blobs/sha256"):
            archive.entry(folder, 0o755, tarfile.DIRTYPE)
        for path in sorted(files):
            archive.entry(path, 0o644, data=files[path])
        archive.close()
    print(manifest["digest"])


main(*sys.argv[1:])
