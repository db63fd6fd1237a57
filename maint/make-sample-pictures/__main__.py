"""Renders the sample shop's product pictures, from nothing but numbers.

    python3 -m venv /tmp/pictures && /tmp/pictures/bin/pip install -r maint/make-sample-pictures/requirements.txt
    /tmp/pictures/bin/python maint/make-sample-pictures            # all of them, a few minutes
    /tmp/pictures/bin/python maint/make-sample-pictures hash-range # those whose name starts so

The same numbers give the same pictures: everything random is seeded.
"""

import pathlib
import sys
from dataclasses import dataclass

import prints
from canvas import View
from garments import KIDS, MEN, WOMEN, Shirt
from objects import hoodie, mug, peg, tote
from studio import backdrop, developed, jpeg, place, wall_shadow

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "crates/cryptocart/sample/images"
FULL = (0.0, 0.0, 1.0)


@dataclass
class Tee:
    name: str
    cut: object
    color: str
    wall: str
    design: object
    at: tuple  # centre and half width of the print
    seed: int
    rib: str = None
    heather: float = 0.0
    view: tuple = FULL
    close: tuple = None  # another picture, this close
    back: object = None  # another picture, with this print on the back
    back_at: tuple = (0.0, -0.26, 0.25)

    def pictures(self):
        yield self.name, lambda: self.shot(self.view)
        if self.close:
            yield f"{self.name}-close", lambda: self.shot(self.close)
        if self.back:
            yield f"{self.name}-back", lambda: self.shot(self.view, back=True)

    def shot(self, window, back=False):
        view = View(*window)
        shirt = Shirt(self.cut, self.seed + (100 if back else 0))
        design, at = (self.back, self.back_at) if back else (self.design, self.at)
        picture, cloth = shirt.picture(view, self.color, self.rib, design(), at, back, self.heather)
        scene = wall_shadow(view, backdrop(view, self.wall), cloth.cover)
        return developed(view, place(scene, picture, cloth.cover), self.seed)


def cold_storage(window):
    view = View(*window)
    picture, cloth = hoodie(view, "#a9adb2", prints.cold_storage(), (0.0, 0.035, 0.185), 61)
    scene = wall_shadow(view, backdrop(view, "#cfc8be"), cloth.cover)
    return developed(view, place(scene, picture, cloth.cover), 61)


def heavy_bags(window):
    view = View(*window)
    picture, cloth = tote(view, "#e2d6bd", prints.heavy_bags(), (0.0, 0.38, 0.335), 71)
    scene = wall_shadow(view, backdrop(view, "#b9c2bd"), cloth.cover, 0.8)
    return developed(view, peg(view, place(scene, picture, cloth.cover)), 71)


def unconfirmed(window):
    view = View(*window)
    scene = backdrop(view, "#d8c8b4", floor=0.30)
    return developed(view, mug(view, scene, prints.unconfirmed(), 81), 81)


TEES = [
    Tee("proof-of-work", MEN, "#33353a", "#d9d6d0", prints.proof_of_work, (0.0, -0.17, 0.30), 11, close=(0.0, -0.17, 3.0), back=prints.six_confirmations),
    Tee("hash-range", MEN, "#27344e", "#d3cec5", prints.hash_range, (0.0, -0.15, 0.29), 22, close=(0.05, -0.15, 2.7)),
    Tee("sly-fox", KIDS, "#e4d5b8", "#b7c0bd", prints.sly_fox, (0.0, -0.10, 0.29), 33, rib="#d07a3c", close=(0.02, -0.10, 3.0)),
    Tee("layers", WOMEN, "#54294a", "#ddd0cb", prints.layers, (0.0, -0.15, 0.265), 44, view=(0.0, 0.0, 1.08), close=(0.0, -0.15, 3.3), back=prints.three_hops, back_at=(0.0, -0.20, 0.22)),
    Tee("eventually", WOMEN, "#24252d", "#cdcad2", prints.eventually, (0.0, -0.16, 0.27), 52, view=(0.0, 0.0, 1.08), close=(0.03, -0.18, 3.4)),
    Tee("no-pictures", WOMEN, "#ebe9e3", "#c3b8ac", prints.no_pictures, (0.0, -0.14, 0.24), 12, view=(0.0, 0.0, 1.08), close=(-0.02, -0.12, 3.6)),
    Tee("lost-on-purpose", MEN, "#5b5d3d", "#d8d2c4", prints.lost_on_purpose, (0.0, -0.16, 0.29), 65),
    Tee("slow-growth", WOMEN, "#ebe2cd", "#b9bfae", prints.slow_growth, (0.0, -0.13, 0.27), 76, view=(0.0, 0.0, 1.08)),
    Tee("very-small-whale", KIDS, "#b4dad2", "#e0d3c6", prints.very_small_whale, (0.0, -0.10, 0.29), 87, rib="#3f7f9f"),
]  # fmt: skip


def everything():
    for tee in TEES:
        yield from tee.pictures()
    yield "cold-storage", lambda: cold_storage(FULL)
    yield "cold-storage-close", lambda: cold_storage((0.02, -0.02, 3.0))
    yield "heavy-bags", lambda: heavy_bags(FULL)
    yield "unconfirmed", lambda: unconfirmed((0.02, 0.06, 1.16))


def main(wanted):
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, render in everything():
        if wanted and not name.startswith(tuple(wanted)):
            continue
        data, quality = jpeg(render())
        (IMAGES / f"{name}.jpg").write_bytes(data)
        print(f"{name}.jpg  {len(data):,} bytes  quality {quality}")


main(sys.argv[1:])
