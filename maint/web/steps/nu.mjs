// The Nu HTML checker reads every page and the style sheet.
import { mkdirSync, writeFileSync } from "node:fs";
import { version } from "../lib/common.mjs";
import { nu } from "../lib/nu.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `vnu ${version("vnu-jar")}`;

export async function run(out) {
  const { pages } = await walked();
  mkdirSync(`${out}/css`);
  const sheets = new Map();
  for (const { html, name, files } of pages) {
    writeFileSync(`${out}/${name}.html`, html);
    for (const [path, { body, header }] of Object.entries(files)) if (path.endsWith(".css")) sheets.set(path.split("/").at(-1), body);
  }
  for (const [name, body] of sheets) writeFileSync(`${out}/css/${name}`, body);
  const html = await nu("--skip-non-html", out);
  const css = await nu("--skip-non-css", `${out}/css`);
  return { looked: `${pages.length} pages, ${sheets.size} style sheets`, findings: [...html, ...css] };
}
