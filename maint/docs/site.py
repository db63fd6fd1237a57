"""Makes the site. Started by maint/site: site.py FOLDER"""

import html
import pathlib
import posixpath
import re
import shutil
import sys
import tempfile

from blocks import ROOT
from built import built_faults
from documents import MARKDOWN, SUMMARY, LinkError, contents, parse, repository_path, resolve

HERE = pathlib.Path(__file__).resolve().parent
LONG = 5  # headings, from which on a page begins with a list of them


class Site:
    def __init__(self):
        self.faults = []
        self.parts = []
        self.pages = {}
        for title, listed in contents():
            there = [(name, path) for name, path in listed if self.is_there(path)]
            if there:
                self.parts.append((title, there))
            for _, path in there:
                if path in self.pages:
                    self.faults.append(f"{SUMMARY} names {path} twice")
                self.pages[path] = parse(path)
        documents = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("docs/**/*.md"))]
        decisions = [path for path in documents if path.startswith("docs/adr/")]
        self.pages |= {path: parse(path) for path in decisions}
        self.parts.append(("Decisions", [(self.pages[path].title, path) for path in decisions]))
        for path in documents:
            if path not in self.pages and path != SUMMARY:
                self.faults.append(f"{SUMMARY} does not name {path}")
        self.order = list(self.pages.values())
        self.files = set()

    def is_there(self, path):
        if (ROOT / path).is_file():
            return True
        self.faults.append(f"{SUMMARY}: there is no {path}")
        return False

    def write(self, folder):
        template = (HERE / "template.html").read_text(encoding="utf-8")
        for page in self.order:
            values = {
                "title": html.escape(page.title if page.address == "index.html" else f"{page.title} - cryptocart"),
                "root": "../" * page.address.count("/"),
                "contents": self.contents(page),
                "onward": self.onward(page),
                "body": self.body(page),
            }
            text = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], template)
            file = folder / page.address
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        shutil.copy(HERE / "style.css", folder)
        for path in self.files:
            shutil.copy(ROOT / path, folder / pathlib.Path(path).name)

    def contents(self, page):
        lines = []
        for title, listed in self.parts:
            lines.append(f"<h2>{html.escape(title)}</h2>\n<ul>")
            for name, path in listed:
                target = self.pages[path]
                current = ' aria-current="page"' if target is page else ""
                lines.append(f'<li><a href="{relative(page, target)}"{current}>{html.escape(name)}</a></li>')
            lines.append("</ul>")
        return "\n".join(lines)

    def onward(self, page):
        """Links to the pages before and after."""
        at = self.order.index(page)
        links = []
        for word, target in (("Before", at and self.order[at - 1]), ("Next", self.order[at + 1 : at + 2])):
            target = target[0] if isinstance(target, list) and target else target
            if target:
                links.append(f'<a href="{relative(page, target)}">{word}: {html.escape(target.title)}</a>')
        return "\n".join(links)

    def body(self, page):
        tokens = [token for token in page.tokens if not is_comment(token)]
        for token in tokens:
            for child, text in pairs(token.children or []):
                self.lead(page, child, text)
                self.refuse_html(page, child)
            self.refuse_html(page, token)
        unlinked(tokens)
        text = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
        text = text.replace("<table>", '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>')
        text = text.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
        text = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", text)
        return self.with_list(page, text)

    def refuse_html(self, page, token):
        """HTML would hide words such as <FILE>, and may be anything."""
        if token.type in ("html_block", "html_inline") and not token.content.startswith("<!--"):
            self.faults.append(f"{page.path}: HTML in the text: {token.content.strip()[:40]}")

    def lead(self, page, token, text):
        """Gives a link or picture its address in the site, and a link that is a file's name its title."""
        name = {"link_open": "href", "image": "src"}.get(token.type)
        if name is None:
            return
        link = token.attrGet(name)
        try:
            if token.type == "image":
                token.attrSet(name, self.picture(page, link))
                return
            address = resolve(page, link, self.pages)
            target = self.pages.get(repository_path(page.path, link)[0]) if address else None
            if target and text and text.type == "text" and re.fullmatch(r"[\w./-]+\.md", text.content):
                text.content = target.title
        except LinkError as error:
            self.faults.append(str(error))
            address = None
        # An address that is none is taken away later, with the end of its link.
        token.attrSet(name, address or "")

    def picture(self, page, link):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), link))
        if not (ROOT / path).is_file():
            raise LinkError(f"{page.path}: there is no {link}")
        self.files.add(path)
        return "../" * page.address.count("/") + posixpath.basename(path)

    def with_list(self, page, text):
        """Puts a list of its headings under the title of a long page."""
        headings = [(name, anchor) for level, name, anchor in page.headings if level == 2]
        if len(headings) < LONG:
            return text
        items = "\n".join(f'<li><a href="#{anchor}">{html.escape(name)}</a></li>' for name, anchor in headings)
        listed = f'</h1>\n<nav class="here" aria-label="On this page"><ul>\n{items}\n</ul></nav>'
        return text.replace("</h1>", listed, 1)


def relative(page, target):
    return posixpath.relpath(target.address, posixpath.dirname(page.address) or ".")


def pairs(tokens):
    """Each token, and the one after it."""
    return zip(tokens, [*tokens[1:], None])


def is_comment(token):
    return token.type == "html_block" and re.fullmatch(r"(<!--.*?-->\s*)+", token.content, re.S)


def unlinked(tokens):
    """Takes away links without an address; their text stays."""
    for token in tokens:
        if not token.children:
            continue
        kept, depth = [], []
        for child in token.children:
            if child.type == "link_open":
                depth.append(bool(child.attrGet("href")))
                if not depth[-1]:
                    continue
            elif child.type == "link_close" and not depth.pop():
                continue
            kept.append(child)
        token.children = kept


def main():
    folder = pathlib.Path(sys.argv[1])
    if folder.exists() and not folder.is_dir():
        sys.exit(f"{folder} is a file: choose another folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / "style.css").is_file():
        sys.exit(f"{folder} is not empty, and no site: choose another folder")
    site = Site()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        made = pathlib.Path(made) / "site"
        made.mkdir()
        site.write(made)
        site.faults += built_faults(made)
        if site.faults:
            sys.exit("\n".join(site.faults))
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{len(site.order)} pages, {size // 1024} KiB, in {folder}")


main()
