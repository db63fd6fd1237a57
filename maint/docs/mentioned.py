"""Commands that the documents mention in passing, held against the program's own help.

mentioned.py PROGRAM prints each `cryptocart ...` of a sentence or block whose command or option the
program does not have.
"""

import functools
import re
import subprocess
import sys

from blocks import ROOT, listed, parse_text

PROGRAM = sys.argv[1]
# Arguments that look like commands.
FILES = {"root"}
CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
NAME = re.compile(r"(?:^|[|;&(]\s*|\bsudo |\bssh \w+ )cryptocart ([^|;&>)]*)")


def main():
    faults = [
        f"{document}:{number}: {fault}"
        for document in listed("*.md")
        for number, words in mentioned((ROOT / document).read_text(encoding="utf-8"), document)
        for fault in faults_of(words)
    ]
    if faults:
        sys.exit("\n".join(faults))


def mentioned(text, document):
    """Yields the line and the words of each command, in sentences and in blocks."""
    in_blocks = set()
    for block in parse_text(document, text)[0]:
        in_blocks |= set(range(block.line, block.line + len(block.lines) + 2))
        for command in block.commands if block.has_commands else ():
            for found in NAME.finditer(command.text):
                yield block.line, found[1].split()
    # A command may go on in the next line; numbers stay those of the lines it begins in.
    prose = "\n".join("" if at in in_blocks else line for at, line in enumerate(text.splitlines(), 1))
    for code in CODE.finditer(prose):
        for found in NAME.finditer(code[1]):
            yield prose.count("\n", 0, code.start()) + 1, found[1].split()


def faults_of(words):
    path = ()
    for word in words:
        word = word.strip("\"'.,:")
        names, options = help_of(path)
        if found := re.match(r"--[a-z][a-z-]*", word):
            if found[0] not in options:
                yield f"cryptocart {' '.join(path)} has no {found[0]}"
        elif word in names:
            path += (word,)
        elif names and re.fullmatch(r"[a-z]+", word) and word not in FILES:
            yield f"cryptocart {' '.join(path)} has no command {word}"
            return


@functools.cache
def help_of(path):
    """Returns the commands below one, and its options."""
    said = subprocess.run([PROGRAM, *path, "--help"], capture_output=True, text=True, check=True).stdout
    listed_commands = re.search(r"(?ms)^Commands:\n(.*?)(?:\n\n|\Z)", said)
    names = re.findall(r"(?m)^  (\w[\w-]*)", listed_commands[1]) if listed_commands else []
    options = set(re.findall(r"--[a-z][a-z-]*", said)) | {"--help"}
    return set(names), options


main()
