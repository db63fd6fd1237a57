"""Reads the pages of a site as a browser would, and finds what leads nowhere or elsewhere."""

import html.parser
import pathlib
import posixpath
import re
import urllib.parse

# What may run, or bring something along.
STRANGE = {"script", "iframe", "object", "embed", "style", "svg", "form", "base", "audio", "video"}


class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.faults = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in STRANGE:
            self.faults.append(f"<{tag}>")
        for name, value in attributes:
            if name == "id":
                if value in self.ids:
                    self.faults.append(f"two elements have the id {value}")
                self.ids.add(value)
            elif name in ("href", "src"):
                if tag != "a" and re.match(r"[a-z]+:|//", value):
                    self.faults.append(f"{value} is fetched from elsewhere")
                self.links.append(value)
            elif name in ("style", "srcset") or name.startswith("on"):
                self.faults.append(f"{name}= in <{tag}>")


def built_faults(folder):
    """Returns each broken link, doubled id and strange element of the pages in a folder."""
    pages = {
        str(file.relative_to(folder)): Reader(file.read_text(encoding="utf-8"))
        for file in sorted(pathlib.Path(folder).rglob("*.html"))
    }
    faults = [f"{name}: {fault}" for name, page in pages.items() for fault in page.faults]
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"(https?|mailto):", link):
                continue
            found = urllib.parse.urlsplit(urllib.parse.unquote(link))
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), found.path)) if found.path else name
            target = pages.get(path)
            if target is None and not (folder / path).is_file():
                faults.append(f"{name}: {link} is not there")
            elif found.fragment and found.fragment not in getattr(target, "ids", ()):
                faults.append(f"{name}: {link} has no such place")
    return faults
