"""Tests of the site's generator; maint/site runs them."""

import pathlib
import tempfile
import unittest

from built import built_faults
from documents import MARKDOWN, LinkError, Page, address_of, resolve


def page(path, text):
    return Page(path, MARKDOWN.parse(text))


class Links(unittest.TestCase):
    def setUp(self):
        here = page("docs/a.md", "# A\n\n## What it is, and `why`\n\n## Again\n\n## Again\n")
        there = page("THREAT-MODEL.md", "# Threats\n\n## Who\n")
        self.pages = {one.path: one for one in (here, there, page("docs/adr/0001-b.md", "# B\n"))}
        self.here = here

    def lead(self, link, source="docs/a.md"):
        return resolve(self.pages[source], link, self.pages)

    def test_pages_and_headings_are_found(self):
        self.assertEqual(self.lead("../THREAT-MODEL.md#who"), "threat-model.html#who")
        self.assertEqual(self.lead("#what-it-is-and-why"), "#what-it-is-and-why")
        self.assertEqual(self.lead("#again-1"), "#again-1")
        self.assertEqual(self.lead("../a.md#again", "docs/adr/0001-b.md"), "../a.html#again")
        self.assertEqual(self.lead("https://rustup.rs"), "https://rustup.rs")

    def test_links_that_lead_nowhere_are_refused(self):
        for link in ("gone.md", "#gone", "../THREAT-MODEL.md#gone", "../../etc/passwd", "../README.md#gone"):
            with self.assertRaises(LinkError, msg=link):
                self.lead(link)

    def test_files_of_the_repository_are_no_links(self):
        self.assertIsNone(self.lead("../Cargo.toml"))

    def test_addresses_are_flat(self):
        self.assertEqual(address_of("docs/adr/0001-b.md"), "adr/0001-b.html")
        self.assertEqual(address_of("crates/shop-db/README.md"), "crates-shop-db.html")

    def test_page_without_a_title_is_refused(self):
        with self.assertRaises(LinkError):
            page("docs/a.md", "## Not a title\n")


class Built(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.html").write_text(text)
            return built_faults(pathlib.Path(folder))

    def test_good_page_has_no_fault(self):
        self.assertEqual(self.faults('<h1 id="x">A</h1><a href="#x">x</a><a href="https://rustup.rs">r</a>'), [])

    def test_each_fault_is_found(self):
        for text in ('<a href="b.html">', '<a href="#gone">', "<script>", '<p onclick="x">', '<p style="x">',
                     '<img src="https://elsewhere.example/x.png">', '<p id="x"><p id="x">', '<a href="{root}b">',
                     '<link rel="stylesheet" href="//elsewhere.example/x.css">'):
            self.assertTrue(self.faults(text), text)


if __name__ == "__main__":
    unittest.main()
