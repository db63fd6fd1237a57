"""Compares the output of a command with the one that a document shows.

What differs from shop to shop may differ: onion addresses, order numbers, days and hours, keys,
hashes, sizes, and the width of gaps. A word that ends
in `…` stands for any word, and a line of `...` for any
lines.
"""
import re

KINDS = (
    r"[a-z2-7]{56}\.onion",
    r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b",
    r"\b\d{4}-\d\d-\d\d(?:[ -]\d\d(?::00|h))?\b",
    r"\b[0-9A-F]{40}\b",
    r"0x[0-9a-fA-F]{40}\b",
    r"\b[\d,]+ (?:files|[KMG]iB)\b",
    r"\b\d+ %",
)
VARIABLE = "|".join(KINDS)
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Differs(Exception):
    """A command prints something else than the document says."""


def compare(expected, printed, where):
    """Fails if the lines are not those of the document."""
    pattern = "\n".join(map(line_pattern, strip(expected)))
    found = "\n".join(strip(printed.splitlines()))
    if expected and not re.fullmatch(pattern, found):
        shown = "\n".join(strip(expected))
        raise Differs(f"{where}\n--- the document says\n{shown}\n--- it prints\n{found}")


def missing_line(expected, lines):
    """Returns the first line of the document that is not among these."""
    for line in strip(expected):
        pattern = re.compile(line_pattern(line))
        if not any(pattern.fullmatch(found) for found in lines):
            return line
    return None


def terminal_lines(text):
    """Returns each line that a terminal showed, also those that were rewritten in place."""
    return [line.rstrip() for line in re.split(r"[\r\n]+", ESCAPES.sub("\r", text)) if line.strip()]


def strip(lines):
    return [line.rstrip() for line in lines if line.strip()]


def line_pattern(line):
    if line.strip() == "...":
        return r"(?:.*\n)*?.*"
    parts = []
    at = 0
    for found in re.finditer(VARIABLE, line):
        parts += [fixed(line[at : found.start()]), kind_of(found[0])]
        at = found.end()
    return "".join(parts) + fixed(line[at:])


def fixed(text):
    return "".join(map(word_pattern, re.split(r"(\s+|\S*…)", text)))


def word_pattern(word):
    if word.isspace():
        return r"\s+"
    return r"\S+" if word.endswith("…") else re.escape(word)


def kind_of(text):
    """Returns the pattern of the variable thing that this is an example of."""
    return next(f"(?:{kind})" for kind in KINDS if re.fullmatch(kind, text))
