#!/usr/bin/env python3
"""The command blocks of a document, and who runs them.

Directly above each block of commands stands one of these two lines:

    <!-- run by: maint/test-deb -->        or several, with commas; scenarios::readme is a test
    <!-- not-run: the reason -->

A test takes its commands from here, and says at the end that it took all of them:

    blocks = Blocks("docs/install-debian.md", "maint/test-deb")
    for command in blocks.take("Upgrade"):     # the next block under this heading
        machine.run(command.text)              # .root for a `# ` prompt; .output, a list of lines
    blocks.finish()                            # fails if a block of this runner was not taken

For a shell script, `maint/docs/blocks.py DOCUMENT RUNNER [HEADING]` prints the commands, each ended
by a zero byte:

    mapfile -d '' -t commands < <(maint/docs/blocks.py docs/install-container.md maint/test-image)
"""
import dataclasses
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

MARK = re.compile(r"\s*<!--\s*(run by|not-run):\s*(.*?)\s*-->\s*$")
FENCE = re.compile(r"(\s*)(```+|~~~+)\s*(\S*)")
PROMPT = re.compile(r"([$#]) (.*)")
HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
SHELLS = {"console", "sh", "bash", "shell", "shell-session"}


class BlockError(Exception):
    """A document and its runner do not fit."""


@dataclasses.dataclass
class Command:
    """One command, joined where it is continued, and the lines it is shown to print."""

    text: str
    root: bool = False
    output: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Mark:
    line: int
    runners: tuple = ()
    reason: str = None


@dataclasses.dataclass
class Block:
    """A fenced block. `line` is that of its fence, `headings` are those above it, outermost first."""

    document: str
    line: int
    language: str
    headings: tuple
    lines: list
    mark: Mark = None

    @property
    def has_commands(self):
        return self.language in SHELLS or any(line.startswith("$ ") for line in self.lines)

    @property
    def commands(self):
        return parse_commands(self.lines)

    def __iter__(self):
        return iter(self.commands)

    def __str__(self):
        return f"{self.document}:{self.line}"


class Blocks:
    """The blocks of a document that one runner runs, in the order of the document."""

    def __init__(self, document, runner, text=None):
        found, _ = parse_document(document) if text is None else parse_text(document, text)
        self.name = f"{document}, run by {runner}"
        self.left = [block for block in found if block.mark and runner in block.mark.runners]
        if not self.left:
            raise BlockError(f"{document} has no block that is run by {runner}")

    def __iter__(self):
        while self.left:
            yield self.left.pop(0)

    def take(self, heading=None):
        """Returns the next block that was not taken, or the next one under a heading."""
        for at, block in enumerate(self.left):
            if heading is None or heading in block.headings:
                return self.left.pop(at)
        raise BlockError(f"{self.name}: no block is left{f' under {heading!r}' if heading else ''}")

    def finish(self):
        """Fails if the runner took less than the document promises."""
        if self.left:
            raise BlockError(f"{self.name}: not run: {', '.join(map(str, self.left))}")


def parse_document(document):
    """Returns all fenced blocks of a document, and the marks that stand above none."""
    return parse_text(document, (ROOT / document).read_text(encoding="utf-8"))


def parse_text(document, text):
    blocks, stray, headings, mark, open_block, fence = [], [], [], None, None, None
    for number, line in enumerate(text.splitlines(), 1):
        if open_block:
            if line.strip().startswith(fence[1]) and not line.strip().strip(fence[1][0]):
                blocks.append(open_block)
                open_block = None
            else:
                open_block.lines.append(line.removeprefix(fence[0]))
            continue
        if found := FENCE.match(line):
            fence = found.groups()
            names = tuple(name for _, name in headings)
            open_block = Block(document, number, found[3], names, [], mark)
            mark = None
            continue
        if mark:
            stray.append(mark)
            mark = None
        if found := MARK.match(line):
            mark = parse_mark(number, *found.groups())
        elif found := re.match(r"(#+) (.*)", line):
            headings = [(level, name) for level, name in headings if level < len(found[1])]
            headings.append((len(found[1]), found[2].strip()))
    if open_block:
        raise BlockError(f"{open_block} is not closed")
    return blocks, stray + ([mark] if mark else [])


def parse_mark(number, kind, text):
    if kind == "not-run":
        return Mark(number, reason=text)
    return Mark(number, runners=tuple(name for name in re.split(r"[,\s]+", text) if name))


def parse_commands(lines):
    """Takes lines apart: prompts, continued lines, here-documents, and output between them."""
    commands, rest = [], iter(lines)
    for line in rest:
        prompt = PROMPT.match(line)
        if prompt is None:
            if not commands:
                raise BlockError(f"there is no prompt before: {line!r}")
            commands[-1].output.append(line)
            continue
        text = prompt[2]
        while text.endswith("\\"):
            text += "\n" + next(rest, "").removeprefix("> ")
        if here := HERE.search(text):
            for line in rest:
                text += "\n" + line
                if line.strip() == here[2]:
                    break
        commands.append(Command(text, prompt[1] == "#"))
    return commands


def listed(*globs):
    """Returns the files of the repository that match, with those that are new."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *globs]
    found = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    return [path for path in sorted(set(found)) if (ROOT / path).is_file()]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    for block in Blocks(*sys.argv[1:3]):
        if len(sys.argv) == 3 or sys.argv[3] in block.headings:
            for command in block:
                print(command.text, end="\0")


if __name__ == "__main__":
    main()
