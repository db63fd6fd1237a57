"""The studio around the goods: backdrop, shadows, lens and film."""

import io

import numpy as np
from PIL import Image

from canvas import Noise, encoded, linear, over, smooth

FINAL = 1200
MOST_BYTES = 110_000


def backdrop(view, color, floor=None):
    """A seamless paper roll, brightest where the soft box falls; floor = y where it turns to the table."""
    base = linear(color)
    glow = np.exp(-(((view.x + 0.25) / 1.25) ** 2 + ((view.y + 0.30) / 1.15) ** 2))
    light = 0.70 + 0.40 * glow
    if floor is not None:
        light = light * (1 + 0.10 * smooth(floor - 0.10, floor + 0.16, view.y))
    paper = Noise(77)
    light = light * (1 + 0.008 * paper.octaves(view.x * 3, view.y * 3, 3))
    return base * light[..., None]


def wall_shadow(view, scene, cover, depth=1.0):
    """The shadow of something that hangs a hand's breadth before the wall."""
    shade = np.zeros_like(cover)
    for dx, dy, sigma, strength in ((0.010, 0.014, 0.008, 0.28), (0.032, 0.045, 0.028, 0.30), (0.07, 0.10, 0.085, 0.26)):
        moved = shifted(view, cover, dx * depth, dy * depth)
        shade = 1 - (1 - shade) * (1 - strength * view.blur(moved, sigma * depth))
    tint = np.float32([1.0, 0.985, 0.955])
    return scene * (1 - shade[..., None] * tint)


def shifted(view, field, dx, dy):
    sx, sy = int(round(dx * view.scale)), int(round(dy * view.scale))
    pad = max(abs(sx), abs(sy)) + 1
    wide = np.pad(field, pad, mode="edge")
    n, m = field.shape
    return wide[pad - sy : pad - sy + n, pad - sx : pad - sx + m]


def place(scene, picture, cover):
    return over(scene, picture, cover)


def developed(view, scene, seed, exposure=1.0, grain=0.008):
    """Lens fall-off, a soft shoulder as film has one, grain; returns an 8-bit picture of the final size."""
    rx, ry = (view.x - view.cx) * view.zoom, (view.y - view.cy) * view.zoom
    scene = scene * (exposure * (1 - 0.10 * (rx * rx + ry * ry) / 1.6))[..., None]
    bloom = np.stack([view.blur(scene[..., i], 0.012 / view.zoom) for i in range(3)], -1)
    scene = 0.94 * scene + 0.06 * bloom
    scene = np.where(scene > 0.72, 0.72 + 0.28 * np.tanh((scene - 0.72) / 0.28), scene)
    tone = encoded(scene)
    tone = tone + 0.035 * (tone - 0.5) * (1 - (2 * tone - 1) ** 2) * 2
    image = Image.fromarray((np.clip(tone, 0, 1) * 255 + 0.5).astype(np.uint8)).resize((FINAL, FINAL), Image.LANCZOS)
    fine = np.random.default_rng(seed).normal(0, 1, (FINAL, FINAL, 1))
    pixels = np.asarray(image, dtype=np.float32) + 255 * grain * fine * 0.6
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


def jpeg(image):
    """The best quality that stays below the limit; no metadata of any kind."""
    for quality in range(90, 40, -3):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
        if out.tell() <= MOST_BYTES:
            return out.getvalue(), quality
    raise SystemExit("a picture does not fit the size limit")
