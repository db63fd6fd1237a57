"""The documents as pages: where each one goes, its headings, and where its links lead."""

import dataclasses
import pathlib
import posixpath
import re
import urllib.parse

from blocks import ROOT
from markdown_it import MarkdownIt

SUMMARY = "docs/SUMMARY.md"

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


@dataclasses.dataclass
class Page:
    """A document. `path` is that in the repository, `address` that in the site."""

    path: str
    tokens: list

    def __post_init__(self):
        self.address = address_of(self.path)
        self.headings = []
        seen = {}
        for at, token in enumerate(self.tokens):
            if token.type == "heading_open":
                text = plain_text(self.tokens[at + 1])
                anchor = anchor_of(text, seen)
                token.attrSet("id", anchor)
                self.headings.append((int(token.tag[1]), text, anchor))
        self.anchors = {anchor for _, _, anchor in self.headings}
        if not self.headings or self.headings[0][0] != 1:
            raise LinkError(f"{self.path} does not begin with a title")
        self.title = self.headings[0][1]


class LinkError(Exception):
    """Something leads nowhere."""


def parse(path):
    return Page(path, MARKDOWN.parse((ROOT / path).read_text(encoding="utf-8")))


def address_of(path):
    """Returns where a document is in the site."""
    path = pathlib.PurePosixPath(path)
    if path.parts[0] == "docs":
        return str(pathlib.PurePosixPath(*path.parts[1:]).with_suffix(".html"))
    if path.name == "README.md" and len(path.parts) > 1:
        return f"{'-'.join(path.parts[:-1])}.html"
    return f"{path.stem.lower()}.html"


def plain_text(inline):
    """Returns the text of a heading as it is read."""
    return "".join(child.content for child in inline.children if child.type in ("text", "code_inline"))


def anchor_of(text, seen):
    """Returns the anchor of a heading, made as forges make it."""
    anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    seen[anchor] = seen.get(anchor, 0) + 1
    return anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor] - 1}"


def contents():
    """Returns the parts of the contents: each a title, and names and paths of the documents in it."""
    parts = []
    tokens = MARKDOWN.parse((ROOT / SUMMARY).read_text(encoding="utf-8"))
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            parts.append((plain_text(tokens[at + 1]), []))
        elif token.type == "inline" and parts:
            for child in token.children:
                if child.type == "link_open":
                    path, _ = repository_path(SUMMARY, child.attrGet("href"))
                    parts[-1][1].append((plain_text(token), path))
    return parts


def repository_path(document, link):
    """Returns the path in the repository that a link of a document means, and its anchor."""
    found = urllib.parse.urlsplit(urllib.parse.unquote(link))
    if not found.path:
        return document, found.fragment
    path = posixpath.normpath(posixpath.join(posixpath.dirname(document), found.path))
    if path.startswith(".."):
        raise LinkError(f"{document}: {link} leads out of the repository")
    return path, found.fragment


def resolve(page, link, pages):
    """Returns the address that a link leads to, seen from a page; None if it is none of the site.

    Other files of the repository must be there, and are none of the site.
    """
    if re.match(r"[a-z]+:", link):
        return link
    path, anchor = repository_path(page.path, link)
    target = pages.get(path)
    if target is None:
        if (ROOT / path).exists() and not anchor:
            return None
        raise LinkError(f"{page.path}: there is no {link}")
    if anchor and anchor not in target.anchors:
        raise LinkError(f"{page.path}: there is no heading #{anchor} in {path}")
    here = posixpath.dirname(page.address)
    address = "" if target is page and anchor else posixpath.relpath(target.address, here or ".")
    return f"{address}#{anchor}" if anchor else address
