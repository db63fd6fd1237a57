// Pictures of every page and state, in both themes, light and dark, wide and on a phone, and of some on paper; a contact
// sheet for docs/ of those that differ by more than their words.
import { copyFileSync } from "node:fs";
import { album, CHROMIUM, launch, LOOKS, PAPER, WINDOWS } from "../lib/browser.mjs";
import { output, WEB } from "../lib/common.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => CHROMIUM();
/** Most buyers see light colours: Tor Browser asks for them. */
const ALL = [...LOOKS, { theme: "paper", colorScheme: "light", window: "phone" }, { theme: "kiosk", colorScheme: "light", window: "wide" }];
const PRINTED = /^(?:at-product-proof-of-work|at-page-how-to-pay|at-policy|checkout|order-fresh|order-waiting|order-sent|(?:market-)?(?:fr-CA-|ar-)?order-(?:paid|missed|refunded)-receipt|market-ar-order-sent)$/;
/** Not on the sheet: other languages but for one page of each kind, products and receipts that only differ by what is in them. */
const ALIKE = /^(?:fr-CA-|at-fr-CA-(?!product$)|at-product-(?!proof-of-work|lost|cold)|at-category-(?!men)|.*-sort-|.*-watch$|(?:market-)?(?:ar-)?order-(?:short|over|confirming|reversed)-receipt|market-at-(?:ar-)?(?:page|policy|category|search|order|product-(?!rope))|market-ar-cart-(?!by-parcel|empty)|market-ar-checkout-|market-cart-(?:one|refused|empty|too-many|cookie)|market-checkout-of|market-ar-order-(?:forget|cancel-too|cookie))/;
const SHOWN = /^fr-CA-(?:cart|checkout-missing|order-waiting|order-paid-receipt)$/;

export async function run(out) {
  const { pages, sheets } = await walked();
  const browser = await launch();
  const findings = [];
  let taken = 0;
  for (const { theme, colorScheme, window } of ALL) {
    const { tab, show, strays, close } = await album(browser, { sheet: sheets[theme], colorScheme, viewport: WINDOWS[window] });
    for (const state of pages) {
      await show(state);
      const broken = await tab.evaluate(() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src));
      findings.push(...broken.map((src) => ({ where: state.name, what: `a picture is not shown: ${src}` })));
      await tab.screenshot({ path: `${out}/${state.name}.${theme}.${colorScheme}.${window}.png`, fullPage: true });
      taken += 1;
    }
    findings.push(...strays.map((what) => ({ where: "asked for something else", what })));
    await close();
  }
  const printed = pages.filter(({ name }) => PRINTED.test(name));
  for (const theme of Object.keys(sheets)) taken += await print(browser, sheets[theme], printed, `${out}/%.${theme}.print`, findings);
  await browser.close();
  const shown = pages.filter(({ name }) => SHOWN.test(name) || !ALIKE.test(name)).map(({ name }) => name);
  const sheet = `${out}/contact-sheet.webp`;
  const bytes = Number(output("python3", [`${WEB}/lib/contact_sheet.py`, out, sheet, ...shown, "--", ...printed.map(({ name }) => name)]));
  if (bytes > 1_500_000) findings.push({ where: "contact sheet", what: `${bytes} bytes` });
  copyFileSync(sheet, `${WEB}/../../docs/contact-sheet.webp`);
  return { looked: `${taken} pictures, contact sheet of ${shown.length} pages and ${printed.length} prints with ${Math.round(bytes / 1024)} KiB`, findings };
}

/** On paper. A receipt of one thing is one sheet. */
async function print(browser, sheet, pages, path, findings) {
  const { tab, show, close } = await album(browser, { sheet, viewport: PAPER });
  await tab.emulateMedia({ media: "print" });
  for (const state of pages) {
    await show(state);
    await tab.screenshot({ path: `${path.replace("%", state.name)}.png`, fullPage: true });
    const pdf = await tab.pdf({ format: "A4", path: `${path.replace("%", state.name)}.pdf`, margin: { top: "15mm", bottom: "15mm", left: "10mm", right: "10mm" } });
    const count = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
    if (state.name.endsWith("-receipt") && count !== 1) findings.push({ where: state.name, what: `is printed on ${count} sheets` });
  }
  await close();
  return pages.length;
}
