"""The goods that are not T-shirts: a hoodie, a tote bag on a peg, an enamel mug on a table."""

import numpy as np

from canvas import bezier, blur, linear, offset, over, path, smooth
from cloth import Cloth, Fold, Piece, dressed, knit, printed
from garments import Shirt
from prints import ring


def hoodie(view, color, ink, place, seed, heather=0.10):
    rng = np.random.default_rng(seed)
    r = lambda a, b: rng.uniform(a, b)
    cloth = Cloth(view, seed)
    dark = linear(color)

    hood = path(
        bezier((-0.24, -0.50), (-0.36, -0.72), (-0.24, -0.93), (0.01, -0.925), n=30),
        bezier((0.01, -0.925), (0.25, -0.93), (0.36, -0.72), (0.24, -0.50), n=30)[1:],
        bezier((0.24, -0.50), (0.13, -0.27), (-0.13, -0.27), (-0.24, -0.50), n=20)[1:-1],
    )
    opening = path(
        bezier((0.0, -0.40), (-0.20, -0.48), (-0.245, -0.80), (0.0, -0.845), n=30),
        bezier((0.0, -0.845), (0.245, -0.80), (0.20, -0.48), (0.0, -0.40), n=30)[1:-1],
    )
    hood_folds = [Fold((s * 0.26, -0.54), (s * r(0.16, 0.30), -0.84), 0.012, 0.02, 0.04, bend=s * 0.03) for s in (-1, 1)]
    hood_folds += [Fold((s * r(0.18, 0.24), -0.52), (s * 0.30, -0.70), 0.010, 0.012, 0.03) for s in (-1, 1)]
    cloth.lay(Piece(hood, hood_folds, puff=0.05, lift=0.06))
    inside_folds = [Fold((r(-0.03, 0.03), -0.82), (s * 0.13, -0.50), 0.02, 0.02, 0.05, bend=s * 0.04) for s in (-1, 1)]
    cloth.lay(Piece(opening, inside_folds, puff=0.05, lift=-0.05, tint=0.55))
    cloth.press(view.stroke(offset(opening, -0.028), 0.005), 0.005)

    # sleeves hang beside the body
    cuffs = []
    for s in (-1, 1):
        k = lambda x, y: (s * x + rng.normal(0, 0.006), y + rng.normal(0, 0.006))
        top, out, cuff_out, cuff_in, pit = k(0.38, -0.474), k(0.66, -0.06), k(0.735, 0.50), k(0.600, 0.525), k(0.43, -0.14)
        sleeve = path(
            bezier(top, (s * 0.50, -0.45), (s * 0.58, -0.36), (s * 0.615, -0.22), out, n=30),
            bezier(out, (s * 0.72, 0.12), (s * 0.765, 0.36), cuff_out, n=24)[1:],
            cuff_in,
            bezier(cuff_in, (s * 0.565, 0.30), (s * 0.53, 0.02), pit, n=24),
            (s * 0.38, -0.16), (s * 0.36, -0.40),
        )  # fmt: skip
        folds = []
        for y in (-0.18, -0.05, 0.06, 0.15, 0.25, 0.34, 0.41):
            a = (s * (0.50 + 0.14 * (y + 0.2)), y + r(-0.03, 0.03))
            folds.append(Fold(a, (a[0] + s * r(0.10, 0.17), a[1] + r(-0.08, 0.10)), r(0.010, 0.020), 0.012, r(0.024, 0.036), bend=r(-0.03, 0.03), skew=r(-0.4, 0.4)))
            if y > 0:
                b = (s * (0.72 + 0.05 * y), y + r(-0.04, 0.04))
                folds.append(Fold(b, (b[0] - s * r(0.08, 0.14), b[1] + r(-0.05, 0.09)), r(0.008, 0.016), 0.012, 0.028, bend=r(-0.03, 0.03)))
        cloth.lay(Piece(sleeve, folds, puff=0.05, lift=0.075, rumple=1.2))
        cuff = [cuff_out, (cuff_out[0] - s * 0.012, cuff_out[1] + 0.095), (cuff_in[0] + s * 0.018, cuff_in[1] + 0.09), cuff_in]
        mask = cloth.lay(Piece(cuff, [], puff=0.03, lift=0.045, rumple=0.4))
        cuffs.append((mask, 0.22 * s))

    side = lambda s: bezier((s * 0.435, -0.14), (s * 0.425, 0.15), (s * 0.445, 0.40), (s * 0.425, 0.60), n=30)
    arm = lambda s: bezier((s * 0.455, -0.452), (s * 0.42, -0.37), (s * 0.40, -0.24), (s * 0.435, -0.14), n=20)
    neck = bezier((-0.235, -0.52), (-0.13, -0.40), (-0.05, -0.375), (0.012, -0.345), n=24) + bezier((0.012, -0.345), (0.06, -0.38), (0.14, -0.41), (0.235, -0.52), n=24)[1:]
    shoulder = lambda s: bezier((s * 0.235, -0.52), (s * 0.33, -0.50), (s * 0.40, -0.475), (s * 0.455, -0.452), n=12)
    body = path(neck, shoulder(1)[1:], arm(1)[1:], side(1)[1:], side(-1)[::-1], arm(-1)[::-1][1:], shoulder(-1)[::-1][1:-1])
    folds = []
    for s in (-1, 1):
        for dx, dy in ((0.25, 0.02), (0.30, 0.18), (0.20, 0.30), (0.08, 0.34)):
            a = (s * 0.43, -0.13 + r(-0.04, 0.04))
            folds.append(Fold(a, (s * (0.43 - dx), a[1] + dy), r(0.012, 0.020), 0.014, r(0.035, 0.05), bend=s * r(-0.02, 0.04), skew=r(-0.4, 0.4)))
        for _ in range(4):
            a = (s * 0.44, r(0.2, 0.58))
            folds.append(Fold(a, (s * r(0.26, 0.34), a[1] + r(-0.06, 0.04)), r(0.008, 0.014), 0.014, 0.030, bend=r(-0.02, 0.02)))
    for x in np.linspace(-0.33, 0.33, 6):
        folds.append(Fold((x + r(-0.03, 0.03), r(0.40, 0.48)), (x + r(-0.03, 0.03), 0.68), r(0.008, 0.016), 0.018, 0.035, skew=r(-0.4, 0.4)))
    bulk = [(-0.75, -0.8), (0.75, -0.8)] + side(1) + [(0.425, 0.9), (-0.425, 0.9)] + side(-1)[::-1]
    cloth.lay(Piece(body, folds, puff=0.085, lift=0.10, rumple=1.2, round=bulk))
    band = path(bezier((-0.425, 0.598), (0, 0.622), (0.425, 0.598), n=30), bezier((0.405, 0.69), (0, 0.722), (-0.405, 0.69), n=30))
    band_mask = cloth.lay(Piece(band, folds[-6:], puff=0.07, lift=0.08, rumple=0.5, round=path(band[:30], (0.41, 1.1), (-0.41, 1.1))))

    pocket = [(-0.175, 0.235), (0.175, 0.235), *bezier((0.175, 0.235), (0.20, 0.34), (0.275, 0.42), n=14), (0.280, 0.602), (-0.280, 0.602), *bezier((-0.275, 0.42), (-0.20, 0.34), (-0.175, 0.235), n=14)]
    pocket_folds = [Fold((s * 0.22, 0.34), (s * r(0.0, 0.1), 0.50), 0.010, 0.02, 0.05, bend=s * 0.03) for s in (-1, 1)]
    pocket_folds += [Fold((r(-0.15, 0.15), 0.46), (r(-0.15, 0.15), 0.62), 0.010, 0.02, 0.04) for _ in range(3)]
    cloth.lay(Piece(pocket, pocket_folds + folds[-6:], puff=0.05, lift=0.118, rumple=0.9, round=bulk))
    edge = path(pocket, pocket[0])
    cloth.press(view.stroke(edge, 0.006), 0.006)
    for d in (0.012, 0.020):
        Shirt._stitch(view, cloth, offset(edge, -d))
    for s in (-1, 1):
        cloth.press(view.stroke(arm(s), 0.006), 0.005)
        Shirt._stitch(view, cloth, offset(arm(s), 0.012 * s))
    for mask, lean in cuffs:
        cloth.light *= 1 + np.sin((view.x + lean * 0.5 * view.y) * 2 * np.pi * 85) * 0.08 * mask
    cloth.light *= 1 + np.sin(view.x * 2 * np.pi * 85) * 0.08 * band_mask
    cloth.press(view.stroke(band[:30], 0.006), 0.006)
    cloth.press(view.stroke(neck, 0.007), 0.007)
    cloth.finish()

    albedo = np.empty(view.x.shape + (3,), np.float32)
    albedo[:] = dark
    lining = view.fill(opening) * (1 - view.fill(body))
    albedo *= (1 - 0.35 * lining)[..., None]
    albedo = printed(view, cloth, ink, place, albedo, seed + 7)
    picture = dressed(cloth, albedo, knit(view, seed + 5, heather))
    for s in (-1, 1):
        eyelet = ring(s * 0.105, -0.375, 0.012, 30)
        cord = bezier((s * 0.105, -0.372), (s * 0.135, -0.28), (s * 0.095, -0.20), (s * (0.118 + 0.010 * s), -0.125 + 0.018 * s), n=60)
        shadow = view.blur(view.stroke([(x + 0.012, y + 0.012) for x, y in cord], 0.020), 0.008)
        picture = picture * (1 - 0.5 * shadow[..., None])
        picture = over(picture, np.float32([0.25, 0.24, 0.22]), view.fill(eyelet))
        picture = tube(view, picture, cord, 0.018, linear("#d9d7d1"), twist=True)
        x, y = cord[-1]
        picture = tube(view, picture, [(x, y - 0.002), (x + 0.002 * s, y + 0.030)], 0.021, np.float32([0.30, 0.29, 0.27]), shine=0.9)
    return picture, cloth


def tube(view, picture, line, width, color, twist=False, shine=0.0):
    """A round cord or rod along a line."""
    steps = 9
    band = lambda wide: view.fill(path(offset(line, wide / 2), offset(line, -wide / 2)[::-1]))
    cover = band(width)
    height = sum(band(width * np.sqrt(1 - ((i + 0.5) / steps) ** 2)) for i in range(steps)) / steps * width / 2
    height = view.blur(height, width * 0.06)
    dy, dx = np.gradient(height, 1 / view.scale)
    z = 1 / np.sqrt(1 + dx * dx + dy * dy)
    lit = np.clip(0.45 + 0.6 * (0.52 * dx * z + 0.60 * dy * z) + 0.35 * z, 0.1, 1.4)
    if twist:
        lit = lit * (1 + 0.12 * np.sin((view.y * 1.0 + view.x * 1.6) * 2 * np.pi * 62))
    body = color * lit[..., None]
    if shine:
        spot = np.exp(-(((-dx * z + 0.35) / 0.22) ** 2) - ((-dy * z + 0.30) / 0.5) ** 2)
        body = body + shine * 0.6 * spot[..., None]
    return over(picture, body, cover)


def tote(view, color, ink, place, seed):
    rng = np.random.default_rng(seed)
    r = lambda a, b: rng.uniform(a, b)
    cloth = Cloth(view, seed)
    top, low = -0.13, 0.80

    def strap(dx, peg_y, width):
        mid = bezier((-0.205 + dx, top + 0.06), (-0.20 + dx, -0.32), (-0.085, peg_y + 0.02), (-0.028, peg_y), n=40) + bezier((-0.028, peg_y), (0.0, peg_y - 0.022), (0.028, peg_y), n=12)[1:] + bezier((0.028, peg_y), (0.085, peg_y + 0.02), (0.20 + dx, -0.32), (0.205 + dx, top + 0.06), n=40)[1:]
        return path(offset(mid, width / 2), offset(mid, -width / 2)[::-1]), mid

    back, back_mid = strap(0.018, -0.845, 0.050)
    cloth.lay(Piece(back, [], puff=0.006, lift=0.008, rumple=0.7, tint=0.72))
    inside = path(bezier((-0.445, top), (0, top - 0.035), (0.445, top), n=30), bezier((0.445, top), (0, top + 0.03), (-0.445, top), n=30))
    cloth.lay(Piece(inside, [], lift=0.0, tint=0.55))
    left = bezier((-0.45, top), (-0.462, 0.2), (-0.470, 0.55), (-0.462, low - 0.03), n=30)
    right = bezier((0.448, top), (0.458, 0.2), (0.475, 0.55), (0.468, low - 0.025), n=30)
    lip = bezier((-0.45, top), (-0.2, top + 0.045), (0.2, top + 0.042), (0.448, top), n=40)
    foot = bezier((0.468, low - 0.025), (0.46, low + 0.012), (0.2, low + 0.016), (-0.2, low + 0.012), (-0.45, low + 0.014), (-0.462, low - 0.03), n=50)
    body = path(lip, right[1:], foot[1:], left[::-1][1:-1])
    folds = []
    for s in (-1, 1):
        for _ in range(3):
            a = (s * 0.205 + r(-0.02, 0.02), top + 0.13)
            folds.append(Fold(a, (a[0] + s * r(-0.14, 0.12), r(0.25, 0.55)), r(0.008, 0.014), 0.018, 0.045, bend=r(-0.03, 0.03), skew=r(-0.4, 0.4)))
        for _ in range(4):
            a = (s * 0.46, low - r(0.02, 0.14))
            folds.append(Fold(a, (s * r(0.12, 0.30), low - r(0.10, 0.42)), r(0.010, 0.020), 0.014, 0.040, bend=s * r(-0.04, 0.04), skew=r(-0.4, 0.4)))
        for _ in range(2):
            a = (s * 0.45, r(0.0, 0.4))
            folds.append(Fold(a, (s * r(0.2, 0.3), a[1] + r(-0.06, 0.14)), r(0.006, 0.012), 0.014, 0.035, bend=r(-0.03, 0.03)))
    for _ in range(9):
        a = (r(-0.38, 0.38), r(0.0, 0.7))
        t = r(-1.2, 1.2)
        folds.append(Fold(a, (a[0] + 0.17 * np.sin(t), a[1] + 0.17 * np.cos(t)), r(0.003, 0.007), 0.008, 0.016, bend=r(-0.02, 0.02)))
    # creases of the warehouse shelf: once folded in four
    folds.append(Fold((-0.55, 0.345), (0.75, 0.352), 0.0045, 0.007, 0.007, skew=0.0))
    for fold in folds:
        fold.height *= 0.62
    cloth.lay(Piece(body, folds, puff=0.055, lift=0.06, rumple=0.8))
    cloth.press(view.stroke([(x, y + 0.062) for x, y in lip], 0.006), 0.005)
    for d in (0.056, 0.068):
        Shirt._stitch(view, cloth, [(x * 0.995, y + d) for x, y in lip])
    front, mid = strap(0.0, -0.85, 0.056)

    cloth.lay(Piece(front, [], puff=0.006, lift=0.008, rumple=0.7))
    for side_x in (-0.205, 0.205):
        patch = [(side_x - 0.028, top + 0.02), (side_x + 0.028, top + 0.02), (side_x + 0.029, top + 0.125), (side_x - 0.029, top + 0.125)]
        cloth.lay(Piece(patch, [], puff=0.006, lift=0.008, rumple=0.7))
        cloth.height += 0.07 * view.fill(patch)
        x0, x1, y0, y1 = side_x - 0.021, side_x + 0.021, top + 0.055, top + 0.118
        Shirt._stitch(view, cloth, [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0), (x1, y1)])
        Shirt._stitch(view, cloth, [(x1, y0), (x0, y1)])
    for line in (offset(mid, 0.021), offset(mid, -0.021)):
        Shirt._stitch(view, cloth, line)
    cloth.finish()
    albedo = np.empty(view.x.shape + (3,), np.float32)
    albedo[:] = linear(color)
    specks = blur(np.random.default_rng(seed + 9).normal(0, 1, view.x.shape).astype(np.float32), 1.1)
    albedo *= (1 - 0.30 * smooth(0.62, 0.95, specks))[..., None]
    albedo = printed(view, cloth, ink, place, albedo, seed + 7)
    weave = 1 + 0.035 * np.sin(view.x * 2 * np.pi * 130) * np.sin(view.y * 2 * np.pi * 130)
    return dressed(cloth, albedo, knit(view, seed + 5, 0.022) * weave), cloth


def peg(view, scene):
    """A turned wooden peg in the wall, end on."""
    x, y, r = 0.0, -0.783, 0.036
    shade = view.blur(view.fill(ring(x + 0.03, y + 0.045, r, 60)), 0.022)
    scene = scene * (1 - 0.45 * shade[..., None])
    wood = linear("#a9744a") * (1 + 0.12 * np.sin(np.hypot(view.x - x - 0.006, view.y - y) * 900))[..., None]
    d = np.hypot(view.x - x, view.y - y) / r
    lit = 1.05 - 0.30 * smooth(0.55, 1.0, d) - 0.25 * ((view.x - x) + (view.y - y)) / r * 0.5
    return over(scene, wood * lit[..., None], view.fill(ring(x, y, r, 60)))


def mug(view, scene, ink, seed):
    """Everything about it is round, so it is lit by formula."""
    cx, R, top, low = -0.09, 0.43, -0.36, 0.50
    rim, base = 0.088, 0.072
    x, y = view.x, view.y
    u = np.clip((x - cx) / R, -1, 1)

    # shadow: broad to the right, dark where the mug stands
    for dx, dy, sx, sy, blur_by, strength in ((0.20, 0.0, 0.62, 0.105, 0.060, 0.42), (0.06, 0.010, 0.46, 0.080, 0.022, 0.42), (0.0, 0.004, 0.405, 0.068, 0.008, 0.55)):
        spot = view.fill([(cx + dx + sx * np.cos(t), low - 0.005 + dy + sy * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 120)])
        scene = scene * (1 - strength * view.blur(spot, blur_by)[..., None])

    enamel, navy = linear("#efece3"), linear("#23384f")
    ear = bezier((cx + R * 0.93, -0.22), (cx + R + 0.30, -0.30), (cx + R + 0.34, 0.22), (cx + R * 0.90, 0.30), n=90)
    scene = tube(view, scene, ear, 0.088, enamel * 0.92, shine=0.75)

    half = np.linspace(0, np.pi, 100)
    outside = path([(cx - R, top)], [(cx + R * np.cos(t), top - rim * np.sin(t)) for t in half[::-1]], [(cx + R, low - 0.045)], [(cx + R * 0.985 * np.cos(t), low - 0.045 + base * np.sin(t) ** 0.85) for t in half], [(cx - R, low - 0.045)])
    cover = view.fill(outside)
    nz = np.sqrt(np.clip(1 - u * u, 0, 1))
    lit = 0.30 + 0.78 * np.clip(-0.62 * u + 0.66 * nz, 0, None) + 0.22 * smooth(0.72, 1.0, u) - 0.06 * smooth(0.97, 1.0, np.abs(u))
    lit = lit * (1 - 0.22 * smooth(low - 0.16, low + 0.03, y - base * nz * 0.6)) * (1.02 - 0.10 * (y - top))
    # ink wraps round the wall
    phi = np.arcsin(u)
    n = ink.shape[0]
    height = (y - 0.10 - base * 0.75 * nz + base * 0.75) / 0.46
    px = np.clip((phi * R / 0.46 + 1) / 2 * n, 0, n - 1).astype(int)
    py = np.clip((height + 1) / 2 * n, 0, n - 1).astype(int)
    inside = (np.abs(phi * R / 0.46) < 1) & (np.abs(height) < 1)
    sample = np.where(inside[..., None], ink[py, px], 0)
    sample = np.stack([blur(np.ascontiguousarray(sample[..., i]), 0.7) for i in range(4)], -1)
    albedo = enamel * (1 - sample[..., 3:]) + sample[..., :3]
    specks = blur(np.random.default_rng(seed).normal(0, 1, x.shape).astype(np.float32), 1.6)
    albedo = albedo * (1 - 0.55 * smooth(0.62, 0.72, specks) * (sample[..., 3] < 0.1))[..., None]
    color = albedo * lit[..., None]
    window = smooth(0.045, 0.075, 0.13 - np.abs(u + 0.60)) * smooth(-0.24, -0.20, y - 0.05 * u) * (1 - smooth(0.30, 0.34, y - 0.05 * u))
    window *= 1 - 0.55 * (np.abs(y - 0.05) < 0.006) - 0.5 * (np.abs(u + 0.60) < 0.004)
    color = color + 0.26 * view.blur(window.astype(np.float32), 0.004)[..., None]
    color = color + 0.07 * np.exp(-(((u - 0.80) / 0.05) ** 2))[..., None]
    scene = over(scene, color, cover)

    ellipse = lambda k, dy=0.0, kx=None: [(cx + R * (kx or k) * np.cos(t), top + dy + rim * k * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 200)]
    inner = view.fill(ellipse(0.955))
    bowl = enamel * (0.34 + 0.52 * smooth(-0.9, 0.9, u) - 0.30 * smooth(-1.0, 0.2, -(y - top) / rim))[..., None]
    scene = over(scene, bowl, inner)
    coffee = view.fill([(cx + R * 0.93 * np.cos(t), top + 0.040 + rim * 0.90 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 200)]) * inner
    brew = np.float32([0.030, 0.014, 0.007]) * (1 + 0.6 * smooth(-0.5, 1, u))[..., None]
    glint = np.exp(-(((u + 0.30) / 0.20) ** 2) - ((y - top - 0.005) / 0.018) ** 2)
    scene = over(scene, brew + np.float32([0.30, 0.27, 0.24]) * 0.8 * glint[..., None], coffee)
    crema = view.stroke([(cx + R * 0.925 * np.cos(t), top + 0.040 + rim * 0.89 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 200)], 0.008) * inner
    scene = over(scene, np.float32([0.16, 0.075, 0.03]), crema * 0.8)
    lip = ellipse(0.985)
    scene = tube(view, scene, lip, 0.026, navy, shine=0.5)
    return scene
