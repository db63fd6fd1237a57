"""A buyer at the preview, who sends a form again when the answer is lost, as browsers offer to."""

import http.client
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from buyers import SHIP_TO, SHIRT, Browser  # noqa: E402  (the path comes first)
from machine import expect, until  # noqa: E402

PREVIEW = "127.0.0.1:8080"

# An answer that is lost, with the shop that was to give it.
LOST = (OSError, http.client.HTTPException)


class Buyer(Browser):
    def __init__(self, at=PREVIEW):
        super().__init__(at)
        self.number = self.code = None

    def send(self, method, path, form=None, gzip=False):
        # No kept connection: the next request may meet another process.
        self.line = self.connect()
        return super().send(method, path, form, gzip)

    def connect(self):
        return http.client.HTTPConnection(*self.at.split(":"), timeout=60)

    def fill_in(self):
        """Puts a shirt into the cart; returns the filled form of the checkout."""
        self.post("/cart", SHIRT)
        page = self.get("/checkout").body.decode()
        return {"token": self.token(page, "/checkout")} | SHIP_TO

    def place(self, form):
        """Sends the form until an answer comes, and keeps the order's number and code."""
        page = until("an answer to the form", lambda: self.try_to_place(form))
        code = re.search(r'class="code copy ticket"[^>]*>(.*?)</p>', page, re.S)
        expect(code, f"no order code: {page}")
        self.code = re.sub(r"<[^>]*>|\s", "", code[1])
        token = self.token(page, "/order/kept")
        self.number = until("the order's page", lambda: self.try_to_keep(token))

    def try_to_keep(self, token):
        """Says that the code is written down; returns the number on the page that follows."""
        try:
            self.post("/order/kept", {"token": token})
            found = re.search(r"Order ([0-9A-Z]{4}-[0-9A-Z]{4})", self.get("/order").body.decode())
        except LOST:
            return None
        return found and found[1]

    def try_to_place(self, form):
        try:
            answer = self.post("/checkout", form)
        except LOST:
            return None
        return answer.body.decode() if answer.status == 200 else None

    def buy(self):
        self.place(self.fill_in())
        return self

    def sees_order(self):
        """True if the order's page shows the order."""
        try:
            return self.number in self.get("/order").body.decode()
        except LOST:
            return False


def preview_answers():
    try:
        return Buyer().get("/").status == 200
    except LOST:
        return False


def buy_until(stop, placed):
    """Places orders, one after the other, until told to stop. What goes wrong is put there too."""
    try:
        while not stop.is_set():
            form, buyer = until("a checkout", lambda: prepare())
            buyer.place(form)
            placed.append(buyer)
            time.sleep(0.3)
    except Exception as failed:  # whatever it is, the journey has failed
        placed.append(failed)


def prepare():
    buyer = Buyer()
    try:
        return buyer.fill_in(), buyer
    except (*LOST, SystemExit):
        return None
