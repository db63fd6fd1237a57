// axe looks at every page and state, in both themes, light and dark, wide and on a phone.
import { album, AXE, CHROMIUM, launch, LOOKS, WINDOWS } from "../lib/browser.mjs";
import { version } from "../lib/common.mjs";
import { RULES, TAGS } from "../lib/rules.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `axe-core ${version("axe-core")} in ${CHROMIUM()}`;

export async function run() {
  const { pages, sheets } = await walked();
  const browser = await launch();
  const findings = [];
  let looks = 0;
  for (const { theme, colorScheme, window } of LOOKS) {
    const { tab, show, strays, close } = await album(browser, { sheet: sheets[theme], colorScheme, viewport: WINDOWS[window] });
    for (const state of pages) {
      await show(state);
      await tab.evaluate(AXE);
      const { violations } = await tab.evaluate(
        ([values, rules]) => globalThis.axe.run({ runOnly: { type: "tag", values }, rules, resultTypes: ["violations"] }),
        [TAGS, RULES],
      );
      looks += 1;
      for (const { id, nodes, help } of violations) {
        for (const { target, any } of nodes) {
          const why = any[0] ? ` (${any[0].message})` : "";
          findings.push({ where: `${state.name}, ${theme}, ${colorScheme}, ${window}`, what: `${id}: ${help}: ${target.join(" ")}${why}` });
        }
      }
    }
    findings.push(...strays.map((what) => ({ where: "asked for something else", what })));
    await close();
  }
  await browser.close();
  return { looked: `${looks} looks at ${pages.length} pages`, findings };
}
