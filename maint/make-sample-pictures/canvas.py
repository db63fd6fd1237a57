"""What every picture is made of: a view onto the scene, masks, blurs and noise.

Scene units: the uncropped picture spans -1..1 in x and y, y pointing down. Everything is defined in scene
units, so that a close-up is the same scene seen through a narrower view and not an enlarged bitmap.
"""

import numpy as np
from PIL import Image, ImageDraw

WORK = 1600  # pixels of the working picture; it is reduced to the final size, which smooths every edge
OVER = 2  # masks are drawn this much larger again


class View:
    def __init__(self, cx=0.0, cy=0.0, zoom=1.0, size=WORK):
        self.cx, self.cy, self.zoom, self.size = cx, cy, zoom, size
        self.scale = size * zoom / 2  # pixels per unit
        axis = (np.arange(size, dtype=np.float32) + 0.5) / self.scale - 1 / zoom
        self.x, self.y = np.meshgrid(axis + np.float32(cx), axis + np.float32(cy))

    def pixels(self, points, over=1):
        half = self.size / 2
        return [
            (((x - self.cx) * self.scale + half) * over, ((y - self.cy) * self.scale + half) * over)
            for x, y in points
        ]

    def fill(self, *outlines):
        """Coverage (0..1) of closed outlines, united."""
        image = Image.new("L", (self.size * OVER,) * 2, 0)
        draw = ImageDraw.Draw(image)
        for outline in outlines:
            draw.polygon(self.pixels(outline, OVER), fill=255)
        return self._reduced(image)

    def stroke(self, path, width, dashes=None):
        """Coverage of a line along a path; dashes = (on, off) in units."""
        image = Image.new("L", (self.size * OVER,) * 2, 0)
        draw = ImageDraw.Draw(image)
        thick = max(1, round(width * self.scale * OVER))
        pieces = [path] if dashes is None else dashed(path, *dashes)
        for piece in pieces:
            draw.line(self.pixels(piece, OVER), fill=255, width=thick, joint="curve")
        return self._reduced(image)

    def _reduced(self, image):
        small = image.reduce(OVER)
        return np.asarray(small, dtype=np.float32) / 255

    def blur(self, field, sigma):
        return blur(field, sigma * self.scale)


def blur(field, sigma):
    """Three box blurs, which is a Gaussian to the eye; sigma in pixels; edges repeat."""
    radius = int(round(np.sqrt(4 * sigma * sigma + 1) / 2 - 0.5)) if sigma > 0.3 else 0
    if radius < 1:
        return field
    for axis in (0, 1):
        for _ in range(3):
            field = _box(field, radius, axis)
    return field


def _box(field, radius, axis):
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis, dtype=np.float64)
    width = 2 * radius + 1
    if axis == 0:
        return ((total[width:] - total[:-width]) / width).astype(np.float32)
    return ((total[:, width:] - total[:, :-width]) / width).astype(np.float32)


class Noise:
    """Seeded gradient noise over scene coordinates."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        angle = rng.uniform(0, 2 * np.pi, (256, 256)).astype(np.float32)
        self.gx, self.gy = np.cos(angle), np.sin(angle)

    def at(self, x, y):
        x, y = x + np.float32(97.3), y + np.float32(41.7)
        ix, iy = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
        fx, fy = x - ix, y - iy
        u, v = fade(fx), fade(fy)

        def corner(dx, dy):
            jx, jy = (ix + dx) & 255, (iy + dy) & 255
            return self.gx[jy, jx] * (fx - dx) + self.gy[jy, jx] * (fy - dy)

        top = corner(0, 0) * (1 - u) + corner(1, 0) * u
        low = corner(0, 1) * (1 - u) + corner(1, 1) * u
        return (top * (1 - v) + low * v) * 1.5

    def octaves(self, x, y, count):
        total, gain = 0, 1.0
        for i in range(count):
            total = total + gain * self.at(x * 2**i + 13 * i, y * 2**i - 7 * i)
            gain *= 0.5
        return total


def fade(t):
    return t * t * t * (t * (t * 6 - 15) + 10)


def smooth(a, b, t):
    t = np.clip((t - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


def bezier(*points, n=40):
    """A Bezier curve of any degree as a list of points."""
    t = np.linspace(0, 1, n)[:, None]
    curve = np.repeat(np.array(points, dtype=float)[None], n, axis=0)
    while curve.shape[1] > 1:
        curve = curve[:, :-1] * (1 - t[:, None]) + curve[:, 1:] * t[:, None]
    return [tuple(p) for p in curve[:, 0]]


def path(*parts):
    """Joins curves and single points to one outline."""
    out = []
    for part in parts:
        out.extend([part] if np.isscalar(part[0]) else part)
    return out


def mirror(points):
    return [(-x, y) for x, y in points]


def offset(points, distance):
    """The open path moved sideways (to its left when y points down and distance > 0)."""
    p = np.array(points, dtype=float)
    d = np.gradient(p, axis=0)
    d /= np.maximum(np.hypot(d[:, 0], d[:, 1]), 1e-9)[:, None]
    return [tuple(q) for q in p + distance * np.stack([d[:, 1], -d[:, 0]], 1)]


def dashed(points, on, off):
    p = np.array(points, dtype=float)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(p, axis=0).T))])
    at = lambda s: (np.interp(s, along, p[:, 0]), np.interp(s, along, p[:, 1]))
    pieces, s = [], 0.0
    while s < along[-1]:
        e = min(s + on, along[-1])
        pieces.append([at(s), at((s + e) / 2), at(e)])
        s += on + off
    return pieces


def linear(color):
    """'#rrggbb' or 0..1 sRGB to linear light."""
    if isinstance(color, str):
        color = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    c = np.asarray(color, dtype=np.float32)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encoded(light):
    """Linear light to sRGB."""
    c = np.clip(light, 0, 1)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


def over(base, color, alpha):
    return base * (1 - alpha[..., None]) + color * alpha[..., None]
