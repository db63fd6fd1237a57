// The documents as a site: the Nu HTML checker reads every page, axe looks at it, and no page is wider than a phone.
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { AXE, CHROMIUM, launch, WINDOWS } from "../lib/browser.mjs";
import { version } from "../lib/common.mjs";
import { nu } from "../lib/nu.mjs";
import { RULES, TAGS } from "../lib/rules.mjs";

export const TOOL = () => `vnu ${version("vnu-jar")}, axe-core ${version("axe-core")} in ${CHROMIUM()}`;
const SITE = new URL("../out/site/", import.meta.url).pathname;
const LOOKS = [
  { colorScheme: "light", viewport: WINDOWS.wide },
  { colorScheme: "dark", viewport: WINDOWS.phone },
];

export async function run() {
  const pages = readdirSync(SITE, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  const findings = [...(await nu("--skip-non-html", SITE)), ...(await nu("--skip-non-css", `${SITE}/style.css`))];
  const browser = await launch();
  for (const look of LOOKS) {
    const context = await browser.newContext(look);
    const tab = await context.newPage();
    for (const name of pages) findings.push(...(await look_at(tab, name, `${name}, ${look.colorScheme}`)));
    await context.close();
  }
  await browser.close();
  return { looked: `${pages.length} pages`, findings };
}

async function look_at(tab, name, where) {
  await tab.goto(pathToFileURL(`${SITE}/${name}`).href, { waitUntil: "load" });
  const widths = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  const findings = widths[0] > widths[1] ? [{ where, what: `wider than the window: ${widths.join(" > ")}` }] : [];
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(
    ([values, rules]) => globalThis.axe.run({ runOnly: { type: "tag", values }, rules, resultTypes: ["violations"] }),
    [TAGS, RULES],
  );
  for (const { id, help, nodes } of violations) {
    for (const { target } of nodes) findings.push({ where, what: `${id}: ${help}: ${target.join(" ")}` });
  }
  return findings;
}
