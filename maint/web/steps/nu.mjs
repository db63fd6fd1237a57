// The Nu HTML checker reads every page and the style sheet.
import { mkdirSync, writeFileSync } from "node:fs";
import { bounded, version, WEB } from "../lib/common.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `vnu ${version("vnu-jar")}`;
const JAR = `${WEB}/node_modules/vnu-jar/build/dist/vnu.jar`;

export async function run(out) {
  const { pages } = await walked();
  mkdirSync(`${out}/css`);
  const sheets = new Map();
  for (const { html, name, files } of pages) {
    writeFileSync(`${out}/${name}.html`, html);
    for (const [path, { body, header }] of Object.entries(files)) if (path.endsWith(".css")) sheets.set(path.split("/").at(-1), body);
  }
  for (const [name, body] of sheets) writeFileSync(`${out}/css/${name}`, body);
  const html = await check("--skip-non-html", out);
  const css = await check("--skip-non-css", `${out}/css`);
  return { looked: `${pages.length} pages, ${sheets.size} style sheets`, findings: [...html, ...css] };
}

async function check(...words) {
  const { said } = await bounded("java", ["-Xss2m", "-jar", JAR, "--format", "json", ...words], 600);
  const { messages } = JSON.parse(said.slice(said.indexOf("{")));
  return messages.map(({ url, lastLine, type, subType, message }) => ({
    where: `${url?.split("/").at(-1)}:${lastLine ?? ""}`,
    what: `${subType ?? type}: ${message}`,
  }));
}
