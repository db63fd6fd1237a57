// Pictures of every page and state, in both themes, wide and on a phone; a contact sheet for docs/.
import { copyFileSync } from "node:fs";
import { album, CHROMIUM, launch, WINDOWS } from "../lib/browser.mjs";
import { output, WEB } from "../lib/common.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => CHROMIUM();

export async function run(out) {
  const { pages } = await walked();
  const browser = await launch();
  const findings = [];
  let taken = 0;
  for (const colorScheme of ["light", "dark"]) {
    for (const [window, viewport] of Object.entries(WINDOWS)) {
      const { tab, show, strays, close } = await album(browser, { colorScheme, viewport });
      for (const state of pages) {
        await show(state);
        const broken = await tab.evaluate(() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src));
        findings.push(...broken.map((src) => ({ where: state.name, what: `a picture is not shown: ${src}` })));
        await tab.screenshot({ path: `${out}/${state.name}.${window}.${colorScheme}.png`, fullPage: true });
        taken += 1;
      }
      findings.push(...strays.map((what) => ({ where: "asked for something else", what })));
      await close();
    }
  }
  await browser.close();
  const sheet = `${out}/contact-sheet.webp`;
  const bytes = Number(output("python3", [`${WEB}/lib/contact_sheet.py`, out, sheet, ...pages.map(({ name }) => name)]));
  if (bytes > 1_500_000) findings.push({ where: "contact sheet", what: `${bytes} bytes` });
  copyFileSync(sheet, `${WEB}/../../docs/contact-sheet.webp`);
  return { looked: `${taken} pictures, contact sheet of ${Math.round(bytes / 1024)} KiB`, findings };
}
