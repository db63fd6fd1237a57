// sqlmap tries SQL on every field of every form. The shop's database is SQLite.
import { bounded, output } from "../lib/common.mjs";
import { heldShop, SECONDS } from "../lib/held.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `sqlmap ${output("sqlmap", ["--version"]).trim().split("#")[0]}`;

export async function run(out) {
  const held = await heldShop();
  const targets = await everyTarget(held);
  const findings = [];
  let finished = 0;
  const end = performance.now() + SECONDS * 1000;
  for (const [index, { url, data, skip }] of targets.entries()) {
    // What is left is shared out evenly.
    const seconds = Math.max(10, Math.round((end - performance.now()) / 1000 / (targets.length - index)));
    const words = ["-u", url, "--batch", "--level", "5", "--risk", "2", "--flush-session", "--output-dir", out, "--disable-coloring", "--technique", "BEUSQ", "--dbms", "SQLite"];
    words.push("--skip", skip.join(), "--time-limit", String(seconds), "--threads", "4", "--ignore-code", "*");
    if (data !== undefined) words.push("--data", data);
    const { said } = await bounded("sqlmap", words, seconds + 30);
    if (/do not appear to be injectable|does not seem to be injectable/.test(said)) finished += 1;
    for (const [line] of said.matchAll(/^Parameter: .*|^ +Payload: .*/gm)) findings.push({ where: `${url} ${data ?? ""}`, what: line.trim() });
    for (const [line] of said.matchAll(/.*\[CRITICAL\](?!.*(?:injectable|time limit|tested parameters)).*/g)) findings.push({ where: url, what: line.replace(/^\[[\d:]+\] /, "") });
  }
  findings.push(...held.faults());
  await held.close();
  return { looked: `${held.seen.length} requests to ${targets.length} forms and addresses (${finished} tried to the end), ${held.faults().length} answered 5xx`, findings };
}

/** Each form of the buyer's pages with its fields as they stand, and each address that takes a query. */
async function everyTarget({ url, buyer }) {
  const { states } = await walked();
  const paths = ["/product", "/cart", "/checkout", "/order", "/order/enter", ...states.filter((s) => s.path.includes("?") && s.method === "GET").map((s) => s.path)];
  const targets = new Map();
  for (const path of new Set(paths)) {
    const answer = await buyer.get(path);
    if (!answer.isPage) continue;
    for (const form of answer.page.forms) {
      if (form.method === "GET") targets.set(form.action, { url: `${url}${form.action.split("?")[0]}?${form.body()}`, skip: ["User-Agent", "Referer", "Host", "Cookie"] });
      else targets.set(form.action, { url: url + form.action, data: form.body(), skip: ["User-Agent", "Referer", "Host", "Cookie", "token"] });
    }
    if (path.includes("?")) targets.set(path.split("?")[0], { url: url + path.replace(/\?(\w+)$/, "?$1=1"), skip: ["User-Agent", "Referer", "Host", "Cookie"] });
  }
  return [...targets.values()];
}
