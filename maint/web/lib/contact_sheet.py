"""One picture of many: every state in both themes, wide and phone, light and dark; then prints. Prints how many bytes it has.

contact_sheet.py FOLDER SHEET NAME... -- PRINTED...
"""

import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

KINDS = [
    (f"{theme}.{scheme}.{window}", {"wide": 150, "phone": 70}[window])
    for theme, scheme, window in [
        ("paper", "light", "wide"),
        ("paper", "light", "phone"),
        ("paper", "dark", "phone"),
        ("kiosk", "light", "wide"),
        ("kiosk", "light", "phone"),
        ("kiosk", "dark", "wide"),
    ]
]
PRINTS = [("paper.print", 150), ("kiosk.print", 150)]
# So much of a long page is shown; the rest looks like its beginning.
TALL = 210
LABEL, GAP, ACROSS = 13, 4, 4
GROUND = "#d8d8d8"


def cell(folder, name, kinds):
    across = sum(width for _, width in kinds) + GAP * (len(kinds) - 1)
    card = Image.new("RGB", (across, TALL + LABEL), GROUND)
    left = 0
    for kind, width in kinds:
        with Image.open(folder / f"{name}.{kind}.png") as shot:
            height = round(shot.height * width / shot.width)
            small = shot.convert("RGB").resize((width, height), Image.LANCZOS)
        card.paste(small.crop((0, 0, width, min(height, TALL))), (left, LABEL))
        left += width + GAP
    ImageDraw.Draw(card).text((1, 0), name, fill="#222", font=ImageFont.load_default(11))
    return card


def rows(folder, names, kinds, across):
    cells = [cell(folder, name, kinds) for name in names]
    for first in range(0, len(cells), across):
        yield cells[first : first + across]


def main():
    folder, sheet = pathlib.Path(sys.argv[1]), sys.argv[2]
    cut = sys.argv.index("--")
    lines = [*rows(folder, sys.argv[3:cut], KINDS, ACROSS), *rows(folder, sys.argv[cut + 1 :], PRINTS, 2 * ACROSS)]
    step = 3 * GAP
    wide = max(sum(card.width + step for card in line) for line in lines) + GAP
    whole = Image.new("RGB", (wide, sum(line[0].height + GAP for line in lines) + GAP), GROUND)
    top = GAP
    for line in lines:
        left = GAP
        for card in line:
            whole.paste(card, (left, top))
            left += card.width + step
        top += line[0].height + GAP
    for quality in (70, 60, 50, 40, 30):
        whole.save(sheet, quality=quality, method=6)
        size = pathlib.Path(sheet).stat().st_size
        if size < 1_400_000:
            break
    print(size)


main()
