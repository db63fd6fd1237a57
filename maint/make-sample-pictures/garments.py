"""T-shirts and a hoodie: outlines, seams and the folds they hang in."""

from dataclasses import dataclass

import numpy as np

from canvas import bezier, linear, mirror, offset, path
from cloth import Cloth, Fold, Piece, dressed, knit, printed


@dataclass
class Cut:
    """Half a T-shirt, right of its middle line; y grows downwards."""

    neck: tuple = (0.185, -0.705)
    shoulder: tuple = (0.500, -0.600)
    sleeve_out: tuple = (0.765, -0.200)
    sleeve_in: tuple = (0.585, -0.095)
    armpit: tuple = (0.452, -0.290)
    waist: tuple = (0.432, 0.20)
    hem: tuple = (0.452, 0.715)
    front: float = -0.555  # lowest point of the front neckline
    back: float = -0.668
    drop: float = 0.018  # how far the hem sags in the middle
    band: float = 0.034  # width of the ribbed collar


MEN = Cut()
WOMEN = Cut(
    neck=(0.205, -0.685), shoulder=(0.425, -0.610), sleeve_out=(0.618, -0.300), sleeve_in=(0.475, -0.205),
    armpit=(0.392, -0.315), waist=(0.345, 0.10), hem=(0.415, 0.690), front=-0.475, back=-0.640, drop=0.026, band=0.024,
)  # fmt: skip
KIDS = Cut(
    neck=(0.190, -0.640), shoulder=(0.480, -0.545), sleeve_out=(0.755, -0.225), sleeve_in=(0.590, -0.085),
    armpit=(0.452, -0.235), waist=(0.450, 0.15), hem=(0.470, 0.610), front=-0.515, back=-0.605, drop=0.014, band=0.034,
)  # fmt: skip


def jitter(rng, point, by=0.011):
    return (point[0] + rng.normal(0, by), point[1] + rng.normal(0, by * 0.6))


def hem_line(rng, cut, left, right, n=90):
    """A hem is never straight: three slow waves of the hanging cloth."""
    t = np.linspace(0, 1, n)
    x = left[0] + (right[0] - left[0]) * t
    y = left[1] + (right[1] - left[1]) * t + cut.drop * 4 * t * (1 - t)
    for k, size in ((2, 0.006), (3, 0.005), (5, 0.003)):
        y += size * np.sin(np.pi * (k * t + rng.uniform(0, 2))) * np.sin(np.pi * t) ** 0.5
    return list(zip(x, y))


class Shirt:
    def __init__(self, cut, seed):
        self.cut, self.rng, self.seed = cut, np.random.default_rng(seed), seed
        rng, c = self.rng, cut
        self.right = {k: jitter(rng, getattr(c, k)) for k in ("shoulder", "sleeve_out", "sleeve_in", "armpit", "waist", "hem")}
        left = {k: jitter(rng, getattr(c, k)) for k in self.right}
        self.left = {k: (-x, y) for k, (x, y) in left.items()}
        nx, ny = c.neck
        depth = c.front - ny
        self.front_neck = bezier((-nx, ny), (-nx * 0.92, ny + depth * 0.72), (-nx * 0.5, c.front), (0, c.front), n=30)
        self.front_neck += mirror(self.front_neck[::-1])[1:]
        self.back_neck = bezier((-nx, ny), (-nx * 0.55, c.back + 0.008), (nx * 0.55, c.back + 0.008), (nx, ny), n=40)
        self.hem = hem_line(rng, c, self.left["hem"], self.right["hem"])

    def side(self, s):
        """From the neck over the shoulder seam and down the side to the hem."""
        sgn = 1 if s is self.right else -1
        n = (self.cut.neck[0] * sgn, self.cut.neck[1])
        top = bezier(n, (n[0] * 0.4 + s["shoulder"][0] * 0.6, n[1] * 0.5 + s["shoulder"][1] * 0.5 - 0.006), s["shoulder"], n=20)
        return top, self.armhole(s), bezier(s["armpit"], (s["waist"][0] - sgn * 0.012, s["armpit"][1] + 0.2), s["waist"], (s["hem"][0], s["hem"][1] - 0.25), s["hem"], n=40)

    def armhole(self, s):
        sgn = 1 if s is self.right else -1
        (sx, sy), (ax, ay) = s["shoulder"], s["armpit"]
        return bezier((sx, sy), (sx - sgn * 0.035, sy + (ay - sy) * 0.35), (ax - sgn * 0.045, ay - 0.10), (ax, ay), n=30)

    def body(self, neck):
        rt, ra, rs = self.side(self.right)
        lt, la, ls = self.side(self.left)
        return path(neck, rt[1:], ra[1:], rs[1:], self.hem[::-1][1:-1], ls[::-1], la[::-1][1:], lt[::-1][1:-1])

    def bulk(self):
        """The body without its hem, shoulders and neckline: it curves away at the sides only."""
        right, left = self.side(self.right)[2], self.side(self.left)[2]
        (rx, ry), (lx, ly) = right[-1], left[-1]
        up = self.cut.neck[1] - 0.12
        return path((left[0][0] - 0.22, up), (right[0][0] + 0.22, up), right, (rx, ry + 0.4), (lx, ly + 0.4), left[::-1])

    def cuff(self, s):
        sgn = 1 if s is self.right else -1
        (ox, oy), (ix, iy) = s["sleeve_out"], s["sleeve_in"]
        return bezier((ox, oy), ((ox + ix) / 2 + sgn * 0.012, (oy + iy) / 2 + 0.022), (ix, iy), n=24)

    def sleeve(self, s, further=0.0):
        """further: how much longer than it is, for its roundness."""
        sgn = 1 if s is self.right else -1
        (sx, sy), (ox, oy), (ax, ay), (ix, iy) = s["shoulder"], s["sleeve_out"], s["armpit"], s["sleeve_in"]
        if further:
            ox, oy, ix, iy = ox + sgn * further * 0.5, oy + further, ix + sgn * further * 0.5, iy + further
            return [(sx - sgn * 0.07, sy - 0.2), (sx + sgn * 0.05, sy - 0.02), (ox, oy), (ix, iy), (ax, ay), (ax - sgn * 0.2, ay - 0.02)]
        top = bezier((sx - sgn * 0.07, sy - 0.026), (sx + sgn * 0.05, sy + 0.014), (sx + sgn * 0.10, sy + 0.05), (ox - sgn * 0.08, oy - 0.18), (ox, oy), n=40)
        under = bezier((ix, iy), (ix - sgn * 0.05, iy - 0.09), (ax + sgn * 0.02, ay + 0.005), (ax - sgn * 0.05, ay - 0.02), n=20)
        return path(top, self.cuff(s)[1:], under[1:], self.armhole(s)[::-1][4:-2])

    # folds -----------------------------------------------------------------------------------

    def body_folds(self):
        rng, c, folds = self.rng, self.cut, []
        r = lambda a, b: rng.uniform(a, b)
        for s in (self.left, self.right):
            sgn = 1 if s is self.right else -1
            ax, ay = s["armpit"]
            for dx, dy, height, end in (
                (0.30, -0.10, 0.012, 0.030), (0.40, 0.12, 0.015, 0.040), (0.33, 0.34, 0.016, 0.044),
                (0.19, 0.48, 0.017, 0.042), (0.07, 0.40, 0.014, 0.032), (0.22, 0.06, 0.009, 0.020),
            ):  # fmt: skip
                a = (ax - sgn * r(0.0, 0.04), ay + r(-0.03, 0.05))
                b = (ax - sgn * (dx * r(0.8, 1.2)), ay + dy + r(-0.06, 0.06))
                folds.append(Fold(a, b, height * r(0.5, 1.2), 0.010, end * r(0.8, 1.2), bend=sgn * r(-0.02, 0.05), skew=r(-0.4, 0.4)))
            nx = c.neck[0] * sgn
            for _ in range(2):
                a = (nx + sgn * r(0.04, 0.22), c.neck[1] + r(0.06, 0.12))
                b = (a[0] - sgn * r(0.02, 0.16), a[1] + r(0.30, 0.5))
                folds.append(Fold(a, b, 0.007 * r(0.5, 1.1), 0.022, 0.048, bend=r(-0.03, 0.03), skew=r(-0.3, 0.3)))
            wx, wy = s["waist"]
            for _ in range(4):
                a = (wx + sgn * 0.01, wy + r(-0.22, 0.32))
                b = (wx - sgn * r(0.12, 0.30), a[1] + r(0.02, 0.16))
                folds.append(Fold(a, b, 0.010 * r(0.4, 1.2), 0.014, 0.030, bend=sgn * r(-0.03, 0.03), skew=r(-0.5, 0.5)))
        bottom = c.hem[1]
        for x in np.linspace(-0.34, 0.34, 7):
            x0 = x * 0.85 + r(-0.05, 0.05)
            a, b = (x0, r(-0.12, 0.28)), (x * 1.08 + r(-0.06, 0.06), bottom + r(0.02, 0.30))
            folds.append(Fold(a, b, 0.015 * r(0.35, 1.1), 0.022, r(0.035, 0.06), bend=r(-0.03, 0.03), skew=r(-0.5, 0.5)))
        for _ in range(9):
            a = (r(-0.36, 0.36), r(-0.3, bottom - 0.12))
            turn = r(-0.9, 0.9)
            b = (a[0] + r(0.10, 0.22) * np.sin(turn), a[1] + r(0.10, 0.22) * np.cos(turn))
            folds.append(Fold(a, b, 0.0055 * r(0.4, 1.2), 0.010, 0.018, bend=r(-0.02, 0.02), skew=r(-0.5, 0.5)))
        return folds

    def sleeve_folds(self, s):
        rng, folds = self.rng, []
        r = lambda a, b: rng.uniform(a, b)
        sgn = 1 if s is self.right else -1
        (ax, ay), (ox, oy), (ix, iy), (sx, sy) = s["armpit"], s["sleeve_out"], s["sleeve_in"], s["shoulder"]
        for t, height in ((0.05, 0.011), (0.35, 0.014), (0.7, 0.012), (1.0, 0.012)):
            b = (ix + (ox - ix) * t + r(-0.02, 0.02), iy + (oy - iy) * t + r(-0.02, 0.03))
            a = (ax + sgn * r(-0.01, 0.05), ay + r(-0.10, 0.0))
            folds.append(Fold(a, b, height * r(0.6, 1.2), 0.010, 0.030 * r(0.7, 1.2), bend=sgn * r(-0.03, 0.02), skew=r(-0.4, 0.4)))
        for _ in range(2):
            a = (sx + sgn * r(0.0, 0.05), sy + r(0.04, 0.10))
            b = (ox - sgn * r(0.02, 0.14), oy - r(0.02, 0.10))
            folds.append(Fold(a, b, 0.010 * r(0.5, 1.1), 0.014, 0.034, bend=sgn * r(-0.02, 0.03), skew=r(-0.4, 0.4)))
        return folds

    # picture ---------------------------------------------------------------------------------

    def picture(self, view, color, rib=None, ink=None, place=None, back=False, heather=0.0):
        """(colour, cover, height) of the whole shirt over the view."""
        c, rng = self.cut, self.rng
        color = linear(color)
        rib = color * 0.94 if rib is None else linear(rib)
        cloth = Cloth(view, self.seed)
        # what one sees of the inside: back panel below the neck, a sliver at hem and cuffs
        inner = [path(self.back_neck, offset(self.front_neck, -0.02)[::-1])] if not back else []
        inner.append(path(self.hem, [(x * 0.985, y + 0.006 + 0.012 * max(0, 1 - (x / 0.42) ** 2)) for x, y in self.hem[::-1]]))
        inside = np.zeros_like(view.x)
        for outline in inner:
            inside = np.maximum(inside, cloth.lay(Piece(outline, lift=0.0, rumple=0.25, tint=0.50)))
        sleeves = []
        for s in (self.left, self.right):
            sleeves.append(cloth.lay(Piece(self.sleeve(s), self.sleeve_folds(s), puff=0.045, lift=0.055, rumple=0.8, round=self.sleeve(s, 0.2))))
        neck = self.back_neck if back else self.front_neck
        body = cloth.lay(Piece(self.body(neck), self.body_folds(), puff=0.085, lift=0.085, round=self.bulk()))
        tee = {"body": body, "sleeves": sleeves, "inside": inside}
        self._sew(view, cloth, neck, back)
        cloth.finish()

        albedo = np.empty(view.x.shape + (3,), np.float32)
        albedo[:] = color
        shift = cloth.soft.at(view.x * 1.3 + 5, view.y * 1.3)[..., None]
        albedo *= 1 + 0.02 * shift * np.array([1.0, 0.6, -0.4], np.float32)
        band = self.band * tee_mask(tee)
        albedo = albedo * (1 - band[..., None]) + rib * band[..., None]
        if ink is not None:
            albedo = printed(view, cloth, ink, place, albedo, self.seed + 7)
        texture = knit(view, self.seed + 5, heather)
        picture = dressed(cloth, albedo, texture)
        if not back:
            picture = self._label(view, picture, inside)
        return picture, cloth

    def _sew(self, view, cloth, neck, back):
        c = self.cut
        inner = offset(neck, -c.band)
        ring = view.fill(path(neck, inner[::-1])) if not back else view.fill(path(neck, inner[::-1]))
        self.band = ring
        p = np.array(neck)
        # ribs run across the collar: brightness follows the length along the neckline
        angle = np.arctan2(view.y - (c.neck[1] - 0.25), view.x)
        ribs = np.sin(angle * 2 * np.pi * 62) * 0.055
        cloth.light *= 1 + ribs * ring
        cloth.press(view.stroke(inner, 0.005), 0.006)
        cloth.press(view.stroke(neck, 0.004), 0.004)
        shade = view.blur(ring, 0.006)
        cloth.light *= 1 - 0.18 * np.clip(shade - ring, 0, 1) * (view.y > np.min(p[:, 1]))
        stitch = lambda line, d: self._stitch(view, cloth, offset(line, d))
        stitch(inner, -0.008)
        # hem: two rows of stitches and the fold above them
        hem = self.hem
        for d in (0.036, 0.043):
            self._stitch(view, cloth, [(x * 0.995, y - d) for x, y in hem])
        cloth.press(view.stroke([(x, y - 0.039) for x, y in hem], 0.007), 0.004)
        for s in (self.left, self.right):
            sgn = 1 if s is self.right else -1
            cuff = self.cuff(s)
            (ox, oy), (ix, iy) = s["sleeve_out"], s["sleeve_in"]
            up = np.array([-(iy - oy), ix - ox]) * sgn
            up = up / np.linalg.norm(up) * -1
            if up[1] > 0:
                up = -up
            for d in (0.034, 0.041):
                self._stitch(view, cloth, [(x + up[0] * d, y + up[1] * d) for x, y in cuff])
            cloth.press(view.stroke([(x + up[0] * 0.037, y + up[1] * 0.037) for x, y in cuff], 0.006), 0.004)
            cloth.press(view.stroke(self.armhole(s), 0.005), 0.003)
            self._stitch(view, cloth, offset(self.armhole(s), 0.011 * sgn))
            top = self.side(s)[0]
            cloth.press(view.stroke([(x, y + 0.012) for x, y in top], 0.004), 0.004)

    @staticmethod
    def _stitch(view, cloth, line):
        thread = view.stroke(line, 0.0020, (0.0072, 0.0034))
        hole = view.blur(thread, 0.0016)
        cloth.light *= 1 - 0.13 * np.clip(hole * 1.4, 0, 1) + 0.12 * thread

    def _label(self, view, picture, inside):
        x, y = 0.0, self.cut.back + 0.042
        tag = [(-0.034, y), (0.034, y), (0.034, y + 0.044), (-0.034, y + 0.044)]
        cover = view.fill(tag) * inside
        picture = picture * (1 - view.blur(cover, 0.004)[..., None] * 0.35)
        lines = np.maximum(view.fill([(-0.016, y + 0.027), (-0.004, y + 0.011), (0.004, y + 0.020), (0.008, y + 0.015), (0.017, y + 0.027)]),
                           view.fill([(-0.017, y + 0.032), (0.017, y + 0.032), (0.017, y + 0.035), (-0.017, y + 0.035)]))  # fmt: skip
        paper = np.float32([0.46, 0.44, 0.40]) * (1 - 0.45 * lines[..., None])
        return picture * (1 - cover[..., None]) + paper * cover[..., None]


def tee_mask(tee):
    return np.clip(tee["body"], 0, 1)
