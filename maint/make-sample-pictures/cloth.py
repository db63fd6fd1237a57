"""Cloth: a height field of folds, lit like a studio lights it."""

from dataclasses import dataclass, field

import numpy as np

from canvas import Noise, smooth

KEY = np.array([-0.52, -0.60, 0.61], dtype=np.float32)  # the big soft box, upper left
KEY /= np.linalg.norm(KEY)
RIM = np.array([0.85, 0.15, 0.5], dtype=np.float32)  # a reflector at the right
RIM /= np.linalg.norm(RIM)


@dataclass
class Fold:
    """A ridge from a to b: it starts thin, opens towards b, and falls off steeper on one side."""

    a: tuple
    b: tuple
    height: float
    start: float = 0.012
    end: float = 0.04
    bend: float = 0.0
    skew: float = 0.35

    def add_to(self, field, x, y):
        (ax, ay), (bx, by) = self.a, self.b
        length = np.hypot(bx - ax, by - ay)
        ux, uy = (bx - ax) / length, (by - ay) / length
        u = ((x - ax) * ux + (y - ay) * uy) / length
        v = (x - ax) * -uy + (y - ay) * ux - self.bend * 4 * u * (1 - u)
        width = self.start + (self.end - self.start) * np.clip(u, 0, 1)
        near = (u > -0.1) & (u < 1.1) & (np.abs(v) < 4.2 * width)
        if not near.any():
            return
        u, s = u[near], v[near] / width[near]
        ends = smooth(-0.08, 0.22, u) * (1 - smooth(0.45, 1.08, u))
        side = np.where(s > 0, s / (1 - self.skew), s / (1 + self.skew))
        ridge = np.exp(-side * side) - 0.42 * np.exp(-((s - 1.7) ** 2)) - 0.3 * np.exp(-((s + 1.9) ** 2))
        field[near] += self.height * (width[near] / self.end) ** 0.5 * ends * ridge


@dataclass
class Piece:
    """One piece of cloth as cut; pieces are laid over each other in order."""

    outline: list
    folds: list = field(default_factory=list)
    puff: float = 0.06  # how far its edge curves away
    lift: float = 0.05
    rumple: float = 1.0
    tint: float = 1.0  # of the light that reaches it
    grain: tuple = (1.0, 0.0)  # direction across the knit's columns
    round: list = None  # outline to curve away from instead; reaches beyond edges that hang flat


class Cloth:
    """Lays pieces, then answers with light, cover and height over the view."""

    def __init__(self, view, seed):
        self.view, self.seed = view, seed
        shape = view.x.shape
        self.cover = np.zeros(shape, np.float32)
        self.height = np.zeros(shape, np.float32)
        self.light = np.zeros(shape, np.float32)
        self.warp = Noise(seed)
        self.soft = Noise(seed + 1)
        x, y = view.x[::2, ::2], view.y[::2, ::2]
        self.hx = x + 0.030 * self.warp.at(x * 2.3, y * 2.3) + 0.006 * self.warp.at(x * 9, y * 9)
        self.hy = y + 0.030 * self.warp.at(x * 2.3 + 31, y * 2.3)

    def lay(self, piece):
        view = self.view
        mask = view.fill(piece.outline)
        if not mask.any():
            return mask
        h = np.zeros(self.hx.shape, np.float32)
        for fold in piece.folds:
            fold.add_to(h, self.hx, self.hy)
        gx, gy = piece.grain
        along, across = self.hy * gx - self.hx * gy, self.hx * gx + self.hy * gy
        n = self.soft.octaves(across * 3.1, along * 1.5, 3)
        m = self.soft.octaves(across * 9 + 50, along * 4.5, 2)
        h += piece.rumple * (0.010 * n + 0.0021 * m - 0.004 * np.abs(self.soft.at(across * 4.2 + 9, along * 1.9)))
        h = np.repeat(np.repeat(h, 2, 0), 2, 1)[: mask.shape[0], : mask.shape[1]]
        h = view.blur(h, 0.0022 / view.zoom**0.5)
        bulk = mask if piece.round is None else view.fill(piece.round)
        wide = smooth(0.42, 1.0, view.blur(bulk, piece.puff))
        tight = smooth(0.45, 1.0, view.blur(mask, 0.006))
        h = h * (0.35 + 0.65 * wide) + piece.lift * wide + 0.004 * tight
        light = self._lit(h) * piece.tint
        total = 1 - (1 - self.cover) * (1 - mask)
        share = mask / np.maximum(total, 1e-4)
        self.light = self.light * (1 - share) + light * share
        self.height = self.height * (1 - mask) + (h + 0.01) * mask
        self.cover = total
        return mask

    def _lit(self, h):
        dy, dx = np.gradient(h, 1 / self.view.scale)
        k = 1.25
        z = 1 / np.sqrt(1 + (k * dx) ** 2 + (k * dy) ** 2)
        nx, ny = -k * dx * z, -k * dy * z
        key = np.clip(nx * KEY[0] + ny * KEY[1] + z * KEY[2] + 0.12, 0, None) / 1.12
        rim = np.clip(nx * RIM[0] + ny * RIM[1] + z * RIM[2], 0, None)
        sky = 0.5 - 0.5 * ny
        return 0.98 * key + 0.16 * rim + 0.26 * sky

    def press(self, mask, depth):
        """A seam or hem pressed into what was laid: light catches its upper side."""
        view = self.view
        line = view.blur(mask, 0.0016)
        dy, dx = np.gradient(line, 1 / view.scale)
        self.light = self.light * (1 + np.clip(depth * (dx * KEY[0] + dy * KEY[1]), -0.35, 0.25))
        self.light = self.light * (1 - 0.16 * np.clip(line, 0, 1))

    def finish(self):
        """Darkens hollows, and what lies in the shadow of a ridge towards the key light."""
        view, h = self.view, self.height
        for sigma, strength, most in ((0.012, 16, 0.40), (0.045, 6.5, 0.40)):
            hollow = view.blur(h, sigma) - h
            self.light *= 1 - np.clip(strength * hollow, -0.10, most)
        shade = np.zeros_like(h)
        for distance in (0.006, 0.012, 0.02, 0.03, 0.045, 0.06):
            sx, sy = (int(round(distance * view.scale * c / 0.8)) for c in (KEY[0], KEY[1]))
            pad = max(abs(sx), abs(sy)) + 1
            caster = np.roll(np.pad(h, pad, mode="edge"), (-sy, -sx), (0, 1))[pad:-pad, pad:-pad]
            shade = np.maximum(shade, smooth(0.22, 0.75, (caster - h) / distance))
        shade = view.blur(shade, 0.006)
        self.light *= 1 - 0.30 * shade * self.cover


def knit(view, seed, heather=0.0):
    """Fine variation of cloth colour around 1: jersey columns in a close-up, fibres everywhere."""
    rng = np.random.default_rng(seed)
    fibre = rng.normal(0, 1, view.x.shape).astype(np.float32)
    texture = 1 + 0.020 * view.blur(fibre, 0.9 / view.scale) / 0.35
    near = smooth(1.6, 2.6, np.float32(view.zoom))
    if near > 0:
        soft = Noise(seed + 3)
        x = view.x + 0.0006 * soft.at(view.x * 30, view.y * 30)
        y = view.y + 0.0006 * soft.at(view.x * 30 + 9, view.y * 30)
        column = x / 0.0052
        c = np.abs((column % 1) - 0.5) * 2
        leg = np.cos(2 * np.pi * (y / 0.0044 - 0.55 * c))
        texture *= 1 + near * (0.052 * leg * (1 - c**4) - 0.075 * c**3 + 0.018)
    if heather:
        long = rng.normal(0, 1, view.x.shape).astype(np.float32)
        streak = _smear(long, max(1, int(0.007 * view.scale)), 1)
        flecks = _smear(rng.normal(0, 1, view.x.shape).astype(np.float32), max(1, int(0.003 * view.scale)), 0)
        texture *= 1 + heather * (1 - 0.55 * near) * (streak / streak.std() + 0.35 * flecks / flecks.std())
    return np.clip(texture, 0.3, 1.8)


def _smear(field, radius, axis):
    n = field.shape[axis]
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius, radius)
    total = np.cumsum(np.pad(field, pad, mode="reflect"), axis=axis)
    late, early = np.arange(2 * radius, n + 2 * radius), np.arange(n)
    return (np.take(total, late, axis) - np.take(total, early, axis)) / (2 * radius)


def printed(view, cloth, ink, place, albedo, seed):
    """Lays a print (premultiplied linear RGBA) on the cloth's colour, so that the folds light it too.

    place = (x, y, half width) of the print in scene units. The folds shift it a little.
    """
    cx, cy, half = place
    dy, dx = np.gradient(view.blur(cloth.height, 0.016), 1 / view.scale)
    u = (view.x - cx + 0.008 * dx) / half
    v = (view.y - cy + 0.008 * dy) / half
    n = ink.shape[0]
    px, py = (u + 1) / 2 * n - 0.5, (v + 1) / 2 * n - 0.5
    inside = (px > 0) & (py > 0) & (px < n - 2) & (py < n - 2)
    qx, qy = px[inside], py[inside]
    ix, iy = qx.astype(np.int32), qy.astype(np.int32)
    fx, fy = (qx - ix)[:, None], (qy - iy)[:, None]
    sample = (ink[iy, ix] * (1 - fx) + ink[iy, ix + 1] * fx) * (1 - fy) + (
        ink[iy + 1, ix] * (1 - fx) + ink[iy + 1, ix + 1] * fx
    ) * fy
    worn = Noise(seed)
    x, y = view.x[inside], view.y[inside]
    rub = 0.972 - 0.022 * smooth(0.0, 0.9, worn.octaves(x * 40, y * 40, 3))
    sample = sample * (rub * cloth.cover[inside])[:, None]
    out = albedo.copy()
    out[inside] = out[inside] * (1 - sample[:, 3:]) + sample[:, :3]
    return out


def dressed(cloth, albedo, texture, sheen=0.014):
    """The colour of lit cloth: cotton has a little fuzz that even black keeps."""
    light = (cloth.light * texture)[..., None]
    return albedo * light + sheen * light
