// Chromium, over a running shop or over what the walk has kept.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { output } from "./common.mjs";

export const CHROMIUM = () => output("chromium", ["--version"]).trim().split(/ built/)[0];

export const launch = () =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Nothing here may ask anybody outside; a shop on this machine needs no proxy and no name service.
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
  });

/** The settings of a window. Heights are those of a laptop and of a phone. */
export const WINDOWS = { wide: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
/** A4 between its margins. */
export const PAPER = { width: 718, height: 1009 };
/** Each theme, scheme and width with each other, if not all three. */
export const LOOKS = [
  { theme: "paper", colorScheme: "light", window: "wide" },
  { theme: "paper", colorScheme: "dark", window: "phone" },
  { theme: "kiosk", colorScheme: "light", window: "phone" },
  { theme: "kiosk", colorScheme: "dark", window: "wide" },
];
/** 1280 pixels at 200 %. */
export const ZOOMED = { width: 640, height: 400 };

/**
 * A tab that shows what the walk has kept, without asking the shop again. Scripts work there, for the tools: the
 * policy that forbids them is not sent along, and the pages have none. `sheet` is a theme's, in place of the shop's own.
 */
export async function album(browser, { sheet, ...settings }) {
  const context = await browser.newContext({ ...settings, serviceWorkers: "block" });
  const tab = await context.newPage();
  let shown;
  await tab.route("**/*", (route) => {
    const url = new URL(route.request().url());
    const path = url.pathname + url.search;
    // A service has one sheet of its own.
    const file = sheet && !shown.shop.kind && path.endsWith(".css") ? sheet : shown.files[path];
    if (file) return route.fulfill({ status: file.status, contentType: file.header("content-type"), body: file.body });
    if (route.request().isNavigationRequest()) return route.fulfill({ contentType: "text/html; charset=utf-8", body: dressed(shown.html, sheet) });
    strays.push(`${shown.name}: ${url}`);
    return route.abort();
  });
  const strays = [];
  return {
    tab,
    strays,
    show: (state) => ((shown = state), tab.goto("http://shop.invalid/", { waitUntil: "load" })),
    close: () => context.close(),
  };
}

/** The landing page has its style sheet written into it as well. */
function dressed(html, sheet) {
  return sheet ? html.replace(/<style>[^]*?<\/style>/, () => `<style>${sheet.body}</style>`) : html;
}

export const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
