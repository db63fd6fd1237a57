// Runs the steps over a shop of its own and prints what came of them. Started by maint/check-web.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { OUT, table } from "./lib/common.mjs";
import { closeAll, killAll } from "./lib/shop.mjs";
import { killNodes } from "./lib/node.mjs";
import { killPrograms } from "./lib/program.mjs";
import { walked } from "./lib/walk.mjs";
import { EXCEPTIONS } from "./exceptions.mjs";

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
process.on("exit", () => (killPrograms(), killAll(), killNodes()));

/** A finding either stands or is explained; an explanation nothing needs is a finding too. */
function sift(step, findings) {
  const known = EXCEPTIONS.filter((exception) => exception.step === step);
  const explained = (finding) => known.find(({ what }) => what.test(`${finding.where}: ${finding.what}`));
  const stale = known.filter(({ what, maybe }) => !maybe && !findings.some((f) => what.test(`${f.where}: ${f.what}`)));
  const stand = findings.filter((finding) => !explained(finding));
  for (const { what } of stale) stand.push({ where: "exceptions.mjs", what: `nothing needs ${what}` });
  return { stand, excused: findings.length - findings.filter((f) => !explained(f)).length };
}

async function take(name) {
  const began = performance.now();
  let row, stand;
  try {
    rmSync(`${OUT}/${name}`, { recursive: true, force: true });
    mkdirSync(`${OUT}/${name}`, { recursive: true });
    const { TOOL, run } = await import(`./steps/${name}.mjs`);
    const { looked, findings } = await run(`${OUT}/${name}`);
    const sifted = sift(name, findings);
    stand = sifted.stand;
    const excused = sifted.excused ? `, ${sifted.excused} explained` : "";
    row = [name, TOOL(), `${looked}: ${stand.length} findings${excused}`];
  } catch (error) {
    stand = [{ where: name, what: `the step broke: ${error.stack}` }];
    row = [name, "", "broke"];
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  writeFileSync(`${OUT}/${name}/findings.json`, JSON.stringify(stand, null, 1));
  for (const [what, places] of grouped(stand)) {
    const more = places.length > 1 ? ` and ${places.length - 1} more` : "";
    console.log(`${name}: ${what}\n    ${places[0]}${more}`);
  }
  return { row: [...row, seconds], bad: stand.length };
}

/** The same said of many places is said once. */
function grouped(findings) {
  const places = new Map();
  for (const { where, what } of findings) places.set(what, [...(places.get(what) ?? []), where]);
  return places;
}

const rows = [];
let bad = 0;
const began = performance.now();
const { pages } = await walked();
rows.push(["walk", "", `${pages.length} pages and states`, Math.round((performance.now() - began) / 1000)]);
for (const name of process.argv.slice(2)) {
  process.stderr.write(`\n== ${name}\n`);
  const taken = await take(name);
  rows.push(taken.row);
  bad += taken.bad;
}
const result = table(["step", "tool", "result", "seconds"], rows);
writeFileSync(`${OUT}/table.md`, result);
console.log(`\n${result}`);
await closeAll();
process.exit(bad ? 1 : 0);
