"""The designs, drawn from vectors. Each returns a square of premultiplied linear RGBA ink.

A design is drawn in its own square of -1..1 with y down, in the few flat inks a screen printer would use.
"""

import functools
import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from canvas import bezier, linear, path

SIZE = 1500
OVER = 2
CREAM, INK, AMBER, TEAL, CORAL, WHITE = "#f2e8d2", "#1f2328", "#e9a83a", "#3f8f8c", "#dd6a4c", "#f4f2ec"


class Sheet:
    """A transparent sheet to print on."""

    def __init__(self):
        self.n = SIZE * OVER
        self.image = Image.new("RGBA", (self.n, self.n), (0, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.image)

    def px(self, points):
        return [((x + 1) / 2 * self.n, (y + 1) / 2 * self.n) for x, y in points]

    def poly(self, points, color):
        self.draw.polygon(self.px(points), fill=rgba(color))

    def line(self, points, width, color):
        w = max(1, round(width * self.n / 2))
        pts = self.px(points)
        self.draw.line(pts, fill=rgba(color), width=w, joint="curve")
        for x, y in (pts[0], pts[-1]):
            self.draw.ellipse((x - w / 2, y - w / 2, x + w / 2, y + w / 2), fill=rgba(color))

    def disc(self, x, y, r, color):
        self.poly(ring(x, y, r), color)

    def circle(self, x, y, r, width, color):
        self.line(path(ring(x, y, r), ring(x, y, r)[:2]), width, color)

    def text(self, words, y, height, color, x=0.0, spacing=0.12, weight=0.07, width=None):
        """A centred line of capitals, letter-spaced; width squeezes or stretches it to fit."""
        letters, total = self._letters(words, height, spacing, weight, color)
        stretch = 1.0 if width is None else width * self.n / 2 / total
        left = (x + 1) / 2 * self.n - total * stretch / 2
        for glyph, at in letters:
            if stretch != 1.0:
                glyph = glyph.resize((max(1, round(glyph.width * stretch)), glyph.height), Image.LANCZOS)
            self.image.alpha_composite(glyph, (round(left + at * stretch), round((y + 1) / 2 * self.n - glyph.height / 2)))

    def arc_text(self, words, x, y, radius, height, color, spacing=0.12, weight=0.07, below=False):
        letters, total = self._letters(words, height, spacing, weight, color)
        r = radius * self.n / 2
        cx, cy = (x + 1) / 2 * self.n, (y + 1) / 2 * self.n
        for glyph, at in letters:
            angle = (at + glyph.width / 2 - total / 2) / r
            if below:
                angle = -angle
            turned = glyph.rotate(-math.degrees(angle), Image.BICUBIC, expand=True)
            gx = cx + r * math.sin(angle)
            gy = cy + (r if below else -r) * math.cos(angle)
            self.image.alpha_composite(turned, (round(gx - turned.width / 2), round(gy - turned.height / 2)))

    def _letters(self, words, height, spacing, weight, color):
        size = height * self.n / 2
        font = ImageFont.load_default(size / 0.72)
        bold = max(0, round(size * weight))
        letters, at = [], 0.0
        for letter in words:
            wide = font.getlength(letter) + 2 * bold
            glyph = Image.new("RGBA", (math.ceil(wide + size * 0.1), math.ceil(size * 1.5)), (0, 0, 0, 0))
            ImageDraw.Draw(glyph).text((bold, size * 1.11), letter, font=font, fill=rgba(color), anchor="ls", stroke_width=bold, stroke_fill=rgba(color))
            letters.append((glyph, at))
            at += wide + spacing * size
        return letters, at - spacing * size

    def ink(self):
        small = np.asarray(self.image.reduce(OVER), dtype=np.float32) / 255
        alpha = small[..., 3:]
        color = linear(small[..., :3])
        return np.concatenate([color * alpha, alpha], -1).astype(np.float32)


def rgba(color):
    return None if color is None else tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) + (255,)



def punch(sheet, mask_sheet):
    """Removes ink where the other sheet has some."""
    keep = ImageChops.invert(mask_sheet.image.getchannel("A"))
    sheet.image.putalpha(ImageChops.multiply(sheet.image.getchannel("A"), keep))
    sheet.draw = ImageDraw.Draw(sheet.image)


def ring(x, y, r, n=160, a=0.0, b=2 * math.pi):
    return [(x + r * math.sin(t), y - r * math.cos(t)) for t in np.linspace(a, b, n)]


def turned(points, angle, x=0.0, y=0.0):
    c, s = math.cos(angle), math.sin(angle)
    return [(x + px * c - py * s, y + px * s + py * c) for px, py in points]


def design(make):
    @functools.lru_cache(maxsize=None)
    def once():
        sheet = Sheet()
        make(sheet)
        return sheet.ink()

    return once


@design
def proof_of_work(s):
    for sign in (-1, 1):
        t = lambda p: turned([(sign * x, y) for x, y in p], sign * 0.72, 0, -0.16)
        s.poly(t([(-0.034, -0.52), (0.034, -0.52), (0.046, 0.62), (-0.046, 0.62)]), CREAM)
        s.poly(t([(-0.06, 0.56), (0.06, 0.56), (0.05, 0.66), (-0.05, 0.66)]), AMBER)
        head = path(bezier((-0.46, -0.30), (-0.26, -0.60), (0.26, -0.60), (0.46, -0.30)), bezier((0.46, -0.30), (0.22, -0.46), (-0.22, -0.46), (-0.46, -0.30)))
        s.poly(t(head), CREAM)
        s.poly(t([(-0.075, -0.58), (0.075, -0.58), (0.065, -0.40), (-0.065, -0.40)]), AMBER)
    gap = Sheet()
    gem = [(-0.30, 0.08), (-0.19, -0.10), (0.19, -0.10), (0.30, 0.08), (0.0, 0.42)]
    gap.poly([(x * 1.16, 0.11 + (y - 0.11) * 1.16) for x, y in gem], CREAM)
    punch(s, gap)
    facets = (
        ([0, 1, (-0.10, 0.08)], "#6fc3bb"), ([1, (0.0, -0.10), (-0.10, 0.08)], "#a5dcd3"), ([(0.0, -0.10), (0.10, 0.08), (-0.10, 0.08)], "#d5efe6"),
        ([(0.0, -0.10), 2, (0.10, 0.08)], "#8fd0c8"), ([2, 3, (0.10, 0.08)], "#4fa39d"), ([0, (-0.10, 0.08), 4], "#4fa39d"),
        ([(-0.10, 0.08), (0.10, 0.08), 4], "#8fd0c8"), ([(0.10, 0.08), 3, 4], "#2f7f7c"),
    )  # fmt: skip
    for corners, color in facets:
        s.poly([gem[c] if isinstance(c, int) else c for c in corners], color)
    s.text("PROOF OF WORK", 0.66, 0.135, CREAM, weight=0.085, width=1.62)
    s.line([(-0.81, 0.835), (-0.53, 0.835)], 0.012, AMBER)
    s.line([(0.53, 0.835), (0.81, 0.835)], 0.012, AMBER)
    s.text("NO SHORTCUTS", 0.835, 0.058, AMBER, spacing=0.28, weight=0.05)


@design
def six_confirmations(s):
    s.text("DUG BY HAND", -0.28, 0.15, CREAM, weight=0.08, width=1.5)
    for i in range(6):
        x = -0.625 + 0.25 * i
        s.poly(turned([(-0.08, -0.08), (0.08, -0.08), (0.08, 0.08), (-0.08, 0.08)], math.pi / 4, x, 0.02), AMBER if i < 5 else CREAM)
    s.text("SIX CONFIRMATIONS LATER", 0.30, 0.075, CREAM, spacing=0.2, weight=0.05, width=1.5)


@design
def hash_range(s):
    sky = ["#f0c25e", "#eba857", "#e58a52", "#d86d50"]
    for i, color in enumerate(sky):
        s.disc(0, -0.22, 0.70 - 0.0 * i, color) if i == 0 else None
        band = [(-1, -0.48 + 0.15 * i), (1, -0.48 + 0.15 * i), (1, 1), (-1, 1)]
        s.poly(band, color) if i else None
    s.disc(0.20, -0.44, 0.155, "#fbf0d4")
    far = [(-0.9, 0.2), (-0.55, -0.12), (-0.40, 0.0), (-0.12, -0.34), (0.05, -0.16), (0.16, -0.24), (0.46, 0.05), (0.62, -0.06), (0.95, 0.25), (0.95, 0.7), (-0.9, 0.7)]
    s.poly(far, "#a04a4f")
    near = [(-0.9, 0.42), (-0.52, 0.14), (-0.28, -0.10), (-0.04, 0.20), (0.12, 0.08), (0.34, -0.16), (0.70, 0.25), (0.9, 0.36), (0.9, 0.8), (-0.9, 0.8)]
    s.poly(near, "#3d4a63")
    for peak, left, right in (((-0.28, -0.10), (-0.47, 0.09), (-0.13, 0.085)), ((0.34, -0.16), (0.19, 0.01), (0.50, 0.02))):
        mx = (left[0] + right[0]) / 2
        s.poly([peak, left, (left[0] + 0.07, left[1] - 0.02), (mx - 0.05, left[1] + 0.05), (mx + 0.02, right[1] - 0.03), (right[0] - 0.06, right[1] + 0.04), right], CREAM)
        s.poly([peak, (mx + 0.02, right[1] - 0.03), (right[0] - 0.06, right[1] + 0.04), right], "#cfd3cf")
    rng = np.random.default_rng(4)
    for x in np.linspace(-0.66, 0.66, 21):
        h, y = rng.uniform(0.13, 0.26), 0.46 + 0.05 * math.sin(x * 6)
        for k in range(3):
            w = h * (0.20 + 0.10 * k)
            top = y - h + k * h * 0.27
            s.poly([(x, top), (x + w, top + h * 0.42), (x - w, top + h * 0.42)], "#1c2a35")
    s.poly([(-0.9, 0.385), (0.9, 0.385), (0.9, 0.8), (-0.9, 0.8)], "#1c2a35")
    keep, edge = Sheet(), ring(0, -0.22, 0.70)
    keep.poly([(-1, -1), (1, -1), (1, 1), (-1, 1)], INK)
    hole = Sheet()
    hole.poly(edge, INK)
    punch(keep, hole)
    punch(s, keep)
    s.circle(0, -0.22, 0.745, 0.022, CREAM)
    s.text("HASH RANGE", 0.70, 0.15, CREAM, weight=0.085, width=1.5)
    s.text("BRING YOUR OWN ROPE", 0.885, 0.06, "#f0c25e", spacing=0.3, weight=0.05, width=1.5)


@design
def sly_fox(s):
    o1, o2, o3, o4, dark, w1, w2 = "#e8893c", "#d86f2c", "#c45a22", "#f2a355", "#2b2422", "#fbf4e6", "#e6d9c4"
    for m in (-1, 1):
        f = lambda pts: [(m * x, y) for x, y in pts]
        s.poly(f([(0.18, -0.42), (0.56, -0.86), (0.62, -0.30)]), o3 if m > 0 else o2)
        s.poly(f([(0.30, -0.44), (0.53, -0.72), (0.55, -0.32)]), dark)
        s.poly(f([(0.0, -0.44), (0.18, -0.42), (0.30, -0.10), (0.0, 0.02)]), o4 if m < 0 else o1)
        s.poly(f([(0.18, -0.42), (0.62, -0.30), (0.30, -0.10)]), o1 if m < 0 else o2)
        s.poly(f([(0.62, -0.30), (0.74, 0.06), (0.30, -0.10)]), o2 if m < 0 else o3)
        s.poly(f([(0.30, -0.10), (0.74, 0.06), (0.40, 0.22)]), w1 if m < 0 else w2)
        s.poly(f([(0.74, 0.06), (0.34, 0.40), (0.40, 0.22)]), w2 if m < 0 else "#d3c5ae")
        s.poly(f([(0.30, -0.10), (0.40, 0.22), (0.16, 0.30)]), w2 if m < 0 else w1)
        s.poly(f([(0.40, 0.22), (0.34, 0.40), (0.16, 0.30)]), w1 if m < 0 else w2)
        s.poly(f([(0.0, 0.02), (0.30, -0.10), (0.16, 0.30), (0.0, 0.36)]), o2 if m < 0 else o3)
        s.poly(f([(0.16, 0.30), (0.34, 0.40), (0.0, 0.66), (0.0, 0.36)]), w1 if m < 0 else w2)
        s.poly(f([(0.13, 0.02), (0.32, -0.04), (0.28, 0.055), (0.20, 0.075)]), dark)
        s.poly(f([(0.225, 0.0), (0.262, -0.012), (0.25, 0.025)]), w1)
    s.poly([(-0.10, 0.50), (0.10, 0.50), (0.06, 0.60), (0.0, 0.665), (-0.06, 0.60)], dark)
    s.poly([(-0.05, 0.515), (0.01, 0.515), (-0.02, 0.545)], "#6b5c56")
    s.text("TRUST LESS, SNIFF MORE", 0.87, 0.074, dark, spacing=0.16, weight=0.06, width=1.5)


@design
def layers(s):
    def bulb(k, dy=0.0):
        w, top, low = 0.62 * k, -0.62 * k, 0.46 * k
        half = path(
            bezier((0.035 * k, top - 0.10 * k), (0.06 * k, top + 0.25 * k), (w * 0.55, top + 0.22 * k), (w * 0.98, -0.16 * k), n=30),
            bezier((w * 0.98, -0.16 * k), (w * 1.14, 0.12 * k), (w * 0.70, low), (0.06 * k, low), n=30)[1:],
        )
        return [(x, y + 0.04 + dy) for x, y in half] + [(-x, y + 0.04 + dy) for x, y in half[::-1]]

    for k in (-0.16, -0.09, -0.03, 0.04, 0.10, 0.17):
        s.line(bezier((k * 0.5, 0.48), (k * 0.8, 0.57), (k * 1.7, 0.58), (k * 1.9, 0.66 - abs(k) * 0.4)), 0.014, "#e9d9b6")
    for m, lean, tip in ((-1, 0.30, -0.86), (1, 0.24, -0.92), (1, 0.05, -0.98)):
        leaf = path(bezier((-0.03, -0.55), (m * lean * 0.2, -0.72), (m * lean * 0.6, -0.80), (m * lean, tip)), bezier((m * lean, tip), (m * lean * 0.9, -0.74), (m * lean * 0.4 + 0.05, -0.66), (0.04, -0.55)))
        s.poly(leaf, "#9db36a" if lean != 0.05 else "#b8c97f")
    colors = ["#a8486e", "#f4dfe2", "#c46a8e", "#f6e7e6", "#d68aa6", "#f8efe9", "#e2aabd", "#faf4ec", "#eccbd2"]
    for i, k in enumerate((1.0, 0.945, 0.80, 0.755, 0.60, 0.555, 0.41, 0.36, 0.22)):
        s.poly(bulb(k, 0.10 * (1 - k)), colors[i])
    for m in (-1, 1):
        s.poly(path(bezier((0, 0.30), (m * 0.06, 0.22), (m * 0.07, 0.10), (m * 0.015, -0.03)), (0, 0.30)), "#b8c97f" if m < 0 else "#9db36a")
    s.text("LAYERS", 0.81, 0.15, CREAM, weight=0.085, spacing=0.5)


@design
def three_hops(s):
    for i in range(3):
        x = -0.42 + 0.42 * i
        for k, r in enumerate((0.15, 0.105, 0.06)):
            s.circle(x, -0.42, r, 0.016, ("#d68aa6", CREAM, CREAM)[k])
    for i in range(2):
        x = -0.42 + 0.42 * i
        s.line([(x + 0.165, -0.42), (x + 0.255, -0.42)], 0.014, CREAM)
    s.text("ASK ME WHERE I LIVE.", -0.05, 0.12, CREAM, weight=0.07, width=1.6)
    s.text("GO ON, ASK TWICE.", 0.16, 0.12, "#d68aa6", weight=0.07, width=1.6)


@design
def eventually(s):
    moon, dim = "#efe6cf", "#6d6a72"
    rng = np.random.default_rng(9)
    for _ in range(70):
        a, r = rng.uniform(0, 2 * math.pi), rng.uniform(0.30, 0.92)
        x, y = r * math.cos(a), -0.16 + r * math.sin(a) * 0.72
        if y < 0.42:
            s.disc(x, y, rng.choice([0.004, 0.006, 0.009]), moon)
    s.line(ring(0, 0.80, 1.16, a=-0.78, b=0.78), 0.007, dim)
    for i, phase in enumerate((-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75)):
        angle = (i - 3) * 0.232
        x, y, r = 1.16 * math.sin(angle), 0.80 - 1.16 * math.cos(angle), 0.098 + 0.062 * (i == 3)
        gap = Sheet()
        gap.disc(x, y, r * 1.22, INK)
        punch(s, gap)
        if phase == 0:
            s.disc(x, y, r, moon)
            for cx, cy, cr in ((-0.35, -0.3, 0.2), (0.3, 0.1, 0.27), (-0.15, 0.45, 0.16), (0.25, -0.5, 0.12), (-0.55, 0.15, 0.10)):
                s.disc(x + cx * r, y + cy * r, cr * r, "#cfc3a4")
            continue
        lit = 1 if phase < 0 else -1  # waxing: lit on the right
        s.circle(x, y, r, 0.006, dim)
        bulge = {0.75: -0.55, 0.5: 0.0, 0.25: 0.55}[abs(phase)] * r
        t = np.linspace(0, math.pi, 60)
        limb = [(x + lit * r * math.sin(a), y - r * math.cos(a)) for a in t]
        terminator = [(x - lit * bulge * math.sin(a), y - r * math.cos(a)) for a in t[::-1]]
        s.poly(limb + terminator, moon)
    hills = [(-0.78, 0.30)] + [(x, 0.30 - 0.10 * abs(math.sin(3.1 * x + 0.6)) - 0.05 * math.sin(7 * x) ** 2) for x in np.linspace(-0.78, 0.78, 80)] + [(0.78, 0.30)]
    s.line(hills[1:-1], 0.012, moon)
    s.text("EVENTUALLY", 0.52, 0.115, moon, weight=0.06, spacing=0.42, width=1.56)
    s.text("A CALENDAR FOR THE PATIENT", 0.70, 0.052, "#b9b1a0", weight=0.03, spacing=0.42, width=1.56)


@design
def no_pictures(s):
    k, red, teal = "#22252b", "#c8412f", "#2e6f77"
    body = lambda x0, y0, x1, y1, r: path(ring(x1 - r, y0 + r, r, 20, 0, math.pi / 2), ring(x1 - r, y1 - r, r, 20, math.pi / 2, math.pi), ring(x0 + r, y1 - r, r, 20, math.pi, 1.5 * math.pi), ring(x0 + r, y0 + r, r, 20, 1.5 * math.pi, 2 * math.pi))
    s.poly([(-0.26, -0.44), (-0.19, -0.60), (0.19, -0.60), (0.26, -0.44)], k)
    s.poly(body(-0.13, -0.555, 0.13, -0.485, 0.02), WHITE)
    s.poly(body(-0.62, -0.53, -0.42, -0.44, 0.03), k)
    s.poly(body(0.40, -0.51, 0.60, -0.44, 0.03), red)
    s.poly(body(-0.76, -0.46, 0.76, 0.34, 0.09), k)
    s.poly(body(-0.72, -0.25, 0.72, 0.22, 0.01), WHITE)
    for x in np.arange(-0.70, 0.71, 0.028):
        for y in np.arange(-0.23, 0.21, 0.028):
            s.disc(x, y, 0.006, "#8b8d90")
    for r, color in ((0.40, k), (0.37, WHITE), (0.345, k), (0.27, "#3a3f47"), (0.25, k), (0.20, teal), (0.155, "#1b4a52"), (0.10, k)):
        s.disc(0, -0.04, r, color)
    for i in range(36):
        a = i * math.pi / 18
        s.line([(0.29 * math.sin(a), -0.04 - 0.29 * math.cos(a)), (0.325 * math.sin(a), -0.04 - 0.325 * math.cos(a))], 0.008, "#c9c7c0")
    s.line(ring(0, -0.04, 0.175, 40, -1.1, -0.25), 0.030, "#8cc0bd")
    s.disc(0.075, 0.03, 0.026, "#8cc0bd")
    s.disc(0.60, -0.355, 0.038, red)
    s.text("NO PICTURES, PLEASE", 0.58, 0.115, k, weight=0.07, width=1.52)
    s.text("I AM MOSTLY HERE FOR THE LIGHT", 0.75, 0.055, red, weight=0.04, spacing=0.2, width=1.52)


@design
def lost_on_purpose(s):
    sand, pale = "#e6d5a8", "#f4ead0"
    cy = -0.14
    s.circle(0, cy, 0.66, 0.012, sand)
    s.circle(0, cy, 0.60, 0.028, sand)
    for i in range(72):
        a = i * math.pi / 36
        r0 = 0.52 if i % 6 == 0 else 0.555
        s.line([(r0 * math.sin(a), cy - r0 * math.cos(a)), (0.585 * math.sin(a), cy - 0.585 * math.cos(a))], 0.008, sand)
    gap = Sheet()
    for i in range(8):
        gap.poly(turned([(0, -0.80), (0.13, -0.14), (-0.13, -0.14)] if i % 2 == 0 else [(0, -0.50), (0.11, -0.12), (-0.11, -0.12)], i * math.pi / 4, 0, cy), INK)
    punch(s, gap)
    for order in (1, 0):
        for i in range(8):
            if i % 2 != order:
                continue
            long, waist = (0.76, 0.125) if order == 0 else (0.46, 0.10)
            k = waist * math.sin(math.pi / 4)
            s.poly(turned([(0, -long), (k, -k), (0, 0)], i * math.pi / 4, 0, cy), sand)
            s.poly(turned([(0, -long), (-k, -k), (0, 0)], i * math.pi / 4, 0, cy), pale)
            s.line(turned([(0, -long), (k, -k)], i * math.pi / 4, 0, cy), 0.007, "#6b6a3f")
            s.line(turned([(0, -long), (0, 0)], i * math.pi / 4, 0, cy), 0.007, "#6b6a3f")
            s.line(turned([(0, -long), (-k, -k)], i * math.pi / 4, 0, cy), 0.007, "#6b6a3f")
    s.disc(0, cy, 0.05, "#6b6a3f")
    s.disc(0, cy, 0.032, CORAL)
    s.text("LOST ON PURPOSE", 0.78, 0.108, pale, weight=0.075, width=1.5)


@design
def slow_growth(s):
    green, deep, pale = "#3f6b4a", "#2c5138", "#7fa37a"
    stem = bezier((-0.04, 0.62), (0.06, 0.25), (-0.10, -0.25), (0.04, -0.86), n=80)
    s.line(stem, 0.020, deep)
    count = 7
    for i in range(count):
        t = 0.10 + 0.80 * i / (count - 1)
        x, y = stem[int(t * 79)]
        length = 0.46 * math.sin(math.pi * (0.20 + 0.74 * t)) ** 0.8
        for m in (-1, 1):
            angle = m * (1.18 - 0.55 * t) + 0.06 * math.sin(i * 2.1 + m)
            outline = path(bezier((0, 0), (0.27 * length, -0.18 * length), (0.23 * length, -0.75 * length), (0, -length)), bezier((0, -length), (-0.23 * length, -0.75 * length), (-0.27 * length, -0.18 * length), (0, 0))[1:])
            half = path(bezier((0, 0), (0.27 * length, -0.18 * length), (0.23 * length, -0.75 * length), (0, -length)), (0, 0))
            if m > 0:
                half = [(-px, py) for px, py in half]
            yy = y + (0.03 if m > 0 else 0)
            s.poly(turned(outline, angle, x, yy), green)
            s.poly(turned(half, angle, x, yy), deep if (i + (m > 0)) % 2 else pale)
            s.line(turned([(0, 0), (0, -length * 0.96)], angle, x, yy), 0.008, "#e9e3cf")
            for k in range(1, 6):
                q = -length * k / 6.5
                side = length * 0.13 * math.sin(math.pi * k / 6.5)
                for d in (-1, 1):
                    s.line(turned([(0, q), (d * side, q - 0.055)], angle, x, yy), 0.004, "#e9e3cf")
    s.text("SLOW GROWTH", 0.78, 0.12, deep, weight=0.06, spacing=0.3, width=1.2)
    s.text("Patientia vulgaris", 0.92, 0.062, green, weight=0.01, spacing=0.06)


@design
def very_small_whale(s):
    navy, belly, foam, sea = "#24405f", "#f3efe4", "#fbf8ee", "#3f7f9f"
    body = path(
        bezier((-0.66, 0.02), (-0.66, -0.40), (-0.20, -0.52), (0.16, -0.34), n=40),
        bezier((0.16, -0.34), (0.42, -0.20), (0.50, -0.12), (0.62, -0.34), n=30)[1:],
        bezier((0.62, -0.34), (0.72, -0.20), (0.74, -0.06), (0.60, 0.06), n=20)[1:],
        bezier((0.60, 0.06), (0.42, 0.36), (0.02, 0.42), (-0.26, 0.38), n=30)[1:],
        bezier((-0.26, 0.38), (-0.56, 0.34), (-0.66, 0.20), (-0.66, 0.02), n=30)[1:],
    )
    s.poly(path(bezier((0.54, -0.14), (0.38, -0.32), (0.37, -0.48), (0.42, -0.60)), bezier((0.42, -0.60), (0.58, -0.55), (0.67, -0.40), (0.69, -0.16))), navy)
    s.poly(path(bezier((0.58, -0.26), (0.62, -0.44), (0.78, -0.50), (0.96, -0.46)), bezier((0.96, -0.46), (0.93, -0.28), (0.82, -0.16), (0.66, -0.06))), navy)
    s.poly(body, navy)
    under = path(bezier((-0.655, 0.08), (-0.36, 0.16), (-0.06, 0.14), (0.20, 0.33)), bezier((0.20, 0.33), (0.02, 0.41), (-0.14, 0.39), (-0.26, 0.38))[1:], bezier((-0.26, 0.38), (-0.56, 0.34), (-0.65, 0.22), (-0.655, 0.08))[1:])
    s.poly(under, belly)
    for k in range(5):
        s.line(bezier((-0.60 + 0.10 * k, 0.15 + 0.022 * k), (-0.44 + 0.10 * k, 0.24), (-0.30 + 0.08 * k, 0.30), (-0.16 + 0.07 * k, 0.34)), 0.009, "#9fb4bd")
    s.poly(path(bezier((-0.06, 0.10), (0.10, 0.14), (0.16, 0.30), (0.10, 0.46)), bezier((0.10, 0.46), (-0.04, 0.40), (-0.12, 0.24), (-0.06, 0.10))), "#1a3049")
    s.disc(-0.42, -0.06, 0.042, belly)
    s.disc(-0.425, -0.055, 0.024, "#101c2a")
    s.line(bezier((-0.635, 0.08), (-0.56, 0.115), (-0.48, 0.11), (-0.42, 0.06)), 0.012, "#101c2a")
    s.disc(-0.32, 0.03, 0.035, "#d98a80")
    for m in (-1, 1):
        s.line(bezier((-0.24, -0.50), (-0.25, -0.66), (-0.24 + m * 0.06, -0.76), (-0.24 + m * 0.20, -0.72)), 0.030, sea)
        s.line(bezier((-0.24 + m * 0.20, -0.72), (-0.24 + m * 0.25, -0.70), (-0.24 + m * 0.25, -0.66), (-0.24 + m * 0.23, -0.62)), 0.030, sea)
    for row, (y, color) in enumerate(((0.46, sea), (0.57, "#6fb0bf"), (0.68, sea))):
        wave = [(x, y + 0.035 * math.sin((x + 0.11 * row) * 14)) for x in np.linspace(-0.84 + 0.06 * row, 0.84 - 0.06 * row, 120)]
        s.line(wave, 0.034, color)
    s.text("VERY SMALL WHALE", 0.88, 0.115, navy, weight=0.085, width=1.46)


@design
def cold_storage(s):
    ice = "#2d5f86"
    for i in range(6):
        t = lambda p: turned(p, i * math.pi / 3, 0, -0.22)
        s.line(t([(0, -0.10), (0, -0.62)]), 0.040, ice)
        for y, w in ((-0.56, 0.10), (-0.43, 0.17), (-0.28, 0.12)):
            s.line(t([(-w, y - w * 0.62), (0, y), (w, y - w * 0.62)]), 0.034, ice)
    s.poly(turned(ring(0, 0, 0.15, 7), 0, 0, -0.22), ice)
    s.circle(0, -0.245, 0.042, 0.020, CREAM)
    s.poly([(-0.022, -0.22), (0.022, -0.22), (0.034, -0.12), (-0.034, -0.12)], CREAM)
    s.text("COLD STORAGE", 0.62, 0.13, INK, weight=0.085, width=1.56)
    s.text("KEEP OFFLINE  ·  WASH AT 30°", 0.79, 0.058, INK, weight=0.04, spacing=0.2, width=1.56)


@design
def heavy_bags(s):
    k = "#22252b"
    s.text("HEAVY", -0.50, 0.30, k, spacing=0.04, weight=0.10, width=1.62)
    s.text("BAGS", -0.03, 0.36, k, spacing=0.04, weight=0.10, width=1.62)
    s.poly([(-0.81, 0.28), (0.81, 0.28), (0.81, 0.31), (-0.81, 0.31)], CORAL)
    s.text("MOSTLY GROCERIES", 0.43, 0.095, CORAL, weight=0.06, width=1.62)


@design
def unconfirmed(s):
    k = "#23384f"
    s.text("UNCONFIRMED", -0.20, 0.19, k, weight=0.09, width=1.8)
    s.text("UNTIL THE SECOND CUP", 0.10, 0.088, k, weight=0.05, spacing=0.2, width=1.8)
    for i in range(6):
        x = -0.50 + 0.20 * i
        s.circle(x, 0.36, 0.062, 0.018, CORAL if i == 0 else k)
        if i == 0:
            s.disc(x, 0.36, 0.062, CORAL)
