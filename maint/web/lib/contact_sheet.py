"""One picture of many: every state, wide and phone, light and dark. Prints how many bytes it has.

contact_sheet.py FOLDER SHEET NAME...
"""

import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

KINDS = [("wide", "light", 220), ("phone", "light", 100), ("wide", "dark", 220), ("phone", "dark", 100)]
# So much of a long page is shown; the rest looks like its beginning.
TALL = 280
LABEL, GAP, ACROSS = 13, 6, 5


def cell(folder, name):
    across = sum(width for *_, width in KINDS) + GAP * (len(KINDS) - 1)
    card = Image.new("RGB", (across, TALL + LABEL), "#d8d8d8")
    left = 0
    for window, theme, width in KINDS:
        with Image.open(folder / f"{name}.{window}.{theme}.png") as shot:
            height = round(shot.height * width / shot.width)
            small = shot.convert("RGB").resize((width, height), Image.LANCZOS)
        card.paste(small.crop((0, 0, width, min(height, TALL))), (left, LABEL))
        left += width + GAP
    ImageDraw.Draw(card).text((1, 0), name, fill="#222", font=ImageFont.load_default(11))
    return card


def main():
    folder, sheet, names = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    cells = [cell(folder, name) for name in names]
    width, height = cells[0].size
    rows = -(-len(cells) // ACROSS)
    whole = Image.new("RGB", (ACROSS * (width + 2 * GAP) + GAP, rows * (height + GAP) + GAP), "#d8d8d8")
    for number, card in enumerate(cells):
        row, column = divmod(number, ACROSS)
        whole.paste(card, (GAP + column * (width + 2 * GAP), GAP + row * (height + GAP)))
    for quality in (70, 60, 50, 40, 30):
        whole.save(sheet, quality=quality, method=6)
        size = pathlib.Path(sheet).stat().st_size
        if size < 1_400_000:
            break
    print(size)


main()
