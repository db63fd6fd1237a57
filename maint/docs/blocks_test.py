"""Tests of blocks.py and output.py; maint/check-blocks runs them."""

import unittest

import output
from blocks import BlockError, Blocks, parse_commands, parse_text

PAGE = """\
# A page

<!-- run by: maint/one, maint/two -->
```console
$ first
```

## Below

- In a list:

  <!-- not-run: a reason -->
  ```console
  # second
  said
  ```

<!-- run by: maint/one -->

```json
{}
```
"""


class Parsing(unittest.TestCase):
    def test_marks_belong_to_the_block_directly_below(self):
        blocks, stray = parse_text("a.md", PAGE)
        self.assertEqual([block.mark and (block.mark.runners, block.mark.reason) for block in blocks],
                         [(("maint/one", "maint/two"), None), ((), "a reason"), None])
        self.assertEqual([mark.line for mark in stray], [18])
        self.assertEqual(blocks[1].headings, ("A page", "Below"))
        self.assertEqual(blocks[1].lines, ["# second", "said"])
        self.assertTrue(blocks[1].commands[0].root)

    def test_commands_are_continued_and_have_output(self):
        commands = parse_commands(["$ one \\", "> two", "said", "", "$ cat <<END >file", "$ text", "END", "# three"])
        self.assertEqual([command.text for command in commands],
                         ["one \\\ntwo", "cat <<END >file\n$ text\nEND", "three"])
        self.assertEqual(commands[0].output, ["said", ""])

    def test_output_before_a_prompt_is_refused(self):
        with self.assertRaises(BlockError):
            parse_commands(["said", "$ one"])

    def test_block_without_end_is_refused(self):
        with self.assertRaises(BlockError):
            parse_text("a.md", "```console\n$ one\n")

    def test_runner_must_take_all_its_blocks(self):
        blocks = Blocks("a.md", "maint/one", PAGE.replace("not-run: a reason", "run by: maint/one"))
        self.assertEqual(blocks.take("Below").lines, ["# second", "said"])
        with self.assertRaises(BlockError):
            blocks.take("Below")
        with self.assertRaises(BlockError):
            blocks.finish()
        self.assertEqual(blocks.take().lines, ["$ first"])
        blocks.finish()

    def test_document_without_blocks_of_the_runner_is_refused(self):
        with self.assertRaises(BlockError):
            Blocks("a.md", "maint/nobody", PAGE)


class Comparing(unittest.TestCase):
    SHOWN = ["New order K7Q2-9FXD  at 2026-11-29 14:00 UTC", "SHA-256 51b7…", "...", "43 files, 1 KiB in all"]

    def test_what_differs_from_shop_to_shop_may_differ(self):
        said = ("New order M3XB-0H5T at 2027-01-02 09:00 UTC\nSHA-256    ab12\n"
                "something\nelse\n7 files, 900 MiB in all\n")
        output.compare(self.SHOWN, said, "here")

    def test_all_else_is_compared(self):
        rest = "order M3XB-0H5T at 2027-01-02 09:00 UTC\nSHA-256 ab\nx\n7 files, 9 MiB in all"
        output.compare(self.SHOWN, f"New {rest}", "here")
        for said in ("New order M3XB-0H5T", f"Old {rest}"):
            with self.assertRaises(output.Differs):
                output.compare(self.SHOWN, said, "here")

    def test_nothing_shown_allows_anything(self):
        output.compare([], "whatever\n", "here")

    def test_terminal_lines_are_those_that_were_rewritten_too(self):
        lines = output.terminal_lines("one\r\n\x1b[2Ktwo 10 %\rtwo 20 %\r\nthree\r\n")
        self.assertEqual(lines, ["one", "two 10 %", "two 20 %", "three"])
        self.assertEqual(output.missing_line(["two 70 %", "four"], lines), "four")


if __name__ == "__main__":
    unittest.main()
