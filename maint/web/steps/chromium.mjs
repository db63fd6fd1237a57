// A purchase in Chromium with scripts off, by mouse and by keys alone; then every page and state at phone
// width and at 200 %, and every stop of the Tab key.
import { album, CHROMIUM, launch, WINDOWS, ZOOMED } from "../lib/browser.mjs";
import { Keyboard, Mouse } from "../lib/input.mjs";
import { tabOrder } from "../lib/tab_order.mjs";
import { SHIP_TO } from "../lib/journey.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `${CHROMIUM()}, scripts off`;
// 320 pixels are 1280 at 400 % (WCAG 1.4.10).
const NARROW = { "360 px": WINDOWS.phone, "200 %": ZOOMED, "400 %": { width: 320, height: 256 } };

// What the driver does in a page counts as script; a form with a hole in it is refused on purpose.
const EXPECTED = /^Blocked script execution|status of 422/;

export async function run() {
  const { demo, pages, sheets } = await walked();
  const browser = await launch();
  const findings = [];
  for (const Hand of [Mouse, Keyboard]) {
    try {
      await purchase(browser, demo, Hand, findings);
    } catch (error) {
      findings.push({ where: `the purchase by ${Hand.name.toLowerCase()}`, what: error.message.split("\n")[0] });
    }
  }
  for (const [theme, sheet] of Object.entries(sheets)) {
    const { tab, show, close } = await album(browser, { sheet });
    for (const state of pages) {
      await show(state);
      for (const [name, viewport] of Object.entries(NARROW)) {
        await tab.setViewportSize(viewport);
        const wide = await tab.evaluate(sideways);
        if (wide) findings.push({ where: `${state.name}, ${theme}, ${name}`, what: `sticks out sideways: ${wide}` });
      }
    }
    await close();
  }
  let count = 0;
  for (const [name, theme] of [["wide", "paper"], ["phone", "kiosk"]]) {
    const { tab, show, close } = await album(browser, { sheet: sheets[theme], viewport: WINDOWS[name] });
    for (const state of pages) {
      await show(state);
      const { seen, wrong } = await tabOrder(tab);
      count += seen;
      findings.push(...wrong.map((what) => ({ where: `${state.name}, ${theme}, ${name}`, what })));
    }
    await close();
  }
  await browser.close();
  return { looked: `2 purchases, ${pages.length} pages at 360, 640 and 320 px in both themes, ${count} stops`, findings };
}

/** Runs in the page: what is wider than the window, if anything makes it scroll. */
function sideways() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return "";
  const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5);
  return `${scrollWidth} > ${clientWidth}: ${wide.slice(-1).map((e) => e.outerHTML.slice(0, 80))}`;
}

/** From the window to the receipt, and back in with the ticket. */
async function purchase(browser, shop, Hand, findings) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: WINDOWS.wide });
  const tab = await context.newPage();
  const home = `http://${shop.at}/`;
  tab.on("request", (asked) => {
    const own = asked.url().startsWith(home) || asked.url().startsWith("data:");
    if (!own) findings.push({ where: asked.frame().url(), what: `asks ${asked.url()}` });
  });
  tab.on("console", (message) => {
    // A payment that is seen between a page and its picture leaves nothing to scan.
    const late = message.location().url.endsWith("/order/qr.png");
    if (message.type() === "error" && !late && !EXPECTED.test(message.text())) findings.push({ where: tab.url(), what: `console: ${message.text()}` });
  });
  const hand = new Hand(tab);
  const reads = async (selector, wanted) => {
    const text = (await tab.textContent(selector)) ?? "";
    if (!text.includes(wanted)) throw new Error(`${tab.url()}: ${selector} does not say "${wanted}": ${text.trim().slice(0, 200)}`);
    return text.trim();
  };
  await tab.goto(home);
  await hand.goes("main a[href*='hash-range']");
  if (await tab.$("form[action='/cart'] select")) await hand.chooses("form[action='/cart'] select", 4);
  await hand.goes("form[action='/cart'] button");
  await reads("main", "Hash Range");
  await hand.types(".line input[type=number]", "2");
  // Typed, and not updated: the way to the checkout takes it along.
  await hand.goes("button[name=checkout]");
  await reads(".sums", "2 × Hash Range");
  await hand.goes("form[action='/checkout'] button");
  await reads("[role=alert]", "again");
  for (const [name, text] of Object.entries(SHIP_TO)) await hand.types(`[name=${name}]`, text);
  await hand.goes("form[action='/checkout'] button");
  const ticket = await reads(".ticket", "-");
  await hand.goes("form[action='/order/kept'] button");
  const number = (await reads("h1", "Order")).replace("Order ", "");
  shop.run("demo", "pay", number);
  shop.run("demo", "mine", "20");
  for (let i = 0; (await tab.$("form[action='/order/check']")) && i < 100; i++) await hand.goes("form[action='/order/check'] button");
  await reads("main", "Paid");
  await hand.goes("a[href='/order/receipt']");
  await reads("main", "SW1Y 4JH");
  await hand.goes("main a[href='/order']");
  await hand.goes("form[action='/order/leave'] button");
  await hand.types("[name=ticket]", ticket.toLowerCase());
  await hand.goes("form[action='/order/enter'] button");
  await reads("h1", number);
  await context.close();
}
