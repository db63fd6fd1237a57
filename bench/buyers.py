"""Buyers: carts filled and checkout forms opened beforehand, and wrk to send the forms."""

import html
import http.client
import json
import re
import shutil
import subprocess
import urllib.parse

from common import BENCH

SHIP_TO = {
    "recipient": "Ada Byron",
    "street": "12 St James's Square",
    "city": "London",
    "province": "England",
    "country": "UK",
    "postcode": "SW1Y 4JH",
}
SHIRT = {"id": "hash-range", "option": "Medium", "quantity": "1"}


class Browser:
    """One kept connection and a cookie jar."""

    def __init__(self, at):
        self.at, self.cookies = at, {}
        self.origin = f"http://{at}"
        self.line = http.client.HTTPConnection(*at.split(":"), timeout=60)

    def send(self, method, path, form=None, gzip=False):
        headers = {"Host": self.at}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{n}={v}" for n, v in self.cookies.items())
        if gzip:
            headers["Accept-Encoding"] = "gzip, deflate"
        body = None
        if form is not None:
            headers["Origin"] = self.origin
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(form)
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        answer.body = answer.read()
        for cookie in answer.headers.get_all("set-cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def get(self, path, gzip=False):
        return self.send("GET", path, gzip=gzip)

    def post(self, path, form):
        """Sends a form and follows the redirect."""
        answer = self.send("POST", path, form)
        return self.get(answer.headers["location"]) if answer.status == 303 else answer

    def token(self, page, action):
        """The token of the form that goes to `action`."""
        for form in page.split("<form")[1:]:
            if f'action="{action}"' in html.unescape(form.split(">")[0]):
                return html.unescape(re.search(r'name="token" value="([^"]*)"', form)[1])
        raise SystemExit(f"no form for {action}")


def prepare(at, count):
    """`count` carts, each with its open checkout form, as lines of cookie and body."""
    browser = Browser(at)
    lines = []
    for _ in range(count):
        browser.cookies.clear()
        browser.send("POST", "/cart", SHIRT)
        page = browser.get("/checkout").body.decode()
        form = {"token": browser.token(page, "/checkout")} | SHIP_TO
        lines.append(f"__Host-cart={browser.cookies['__Host-cart']}\t{urllib.parse.urlencode(form)}\n")
    return lines


def wrk(script, at, connections, seconds, *words, path="/", headers=()):
    """Runs wrk with one of our scripts; what the script says at the end."""
    tool = shutil.which("wrk")
    if not tool:
        raise SystemExit("wrk is missing: apt install wrk")
    more = [word for header in headers for word in ("-H", header)]
    run = subprocess.run(
        [tool, "-t1", f"-c{connections}", f"-d{seconds}s", "-H", "Accept-Encoding: gzip", *more,
         "-s", BENCH / script, f"http://{at}{path}", "--", *map(str, words)],
        capture_output=True, text=True, timeout=seconds + 60, check=True,
    )
    said = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if not said:
        raise SystemExit(f"wrk said nothing of use:\n{run.stdout}{run.stderr}")
    return json.loads(said[0])


def order(at, lines, connections, into, seconds=60):
    """Sends these forms, each once, over that many connections; ends when all are answered."""
    into.write_text("".join(lines))
    answer = wrk("replay.lua", at, connections, seconds, into, at)
    if answer["placed"] != answer["answered"]:
        raise SystemExit(f"not every form became an order: {answer}")
    return answer
