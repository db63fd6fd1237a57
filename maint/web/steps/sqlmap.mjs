// sqlmap tries SQL on every field of every form. The shop's database is SQLite.
import { bounded, output } from "../lib/common.mjs";
import { scanTargets, SECONDS } from "../lib/scan_targets.mjs";

export const TOOL = () => `sqlmap ${output("sqlmap", ["--version"]).trim().split("#")[0]}`;

export async function run(out) {
  const targets = await scanTargets();
  const addresses = new Map((await Promise.all(targets.map(everyAddress))).flat());
  const findings = [];
  let finished = 0;
  const end = performance.now() + SECONDS * 1000;
  for (const [index, { url, data, skip }] of [...addresses.values()].entries()) {
    // What is left is shared out evenly.
    const seconds = Math.max(10, Math.round((end - performance.now()) / 1000 / (addresses.size - index)));
    const words = ["-u", url, "--batch", "--level", "5", "--risk", "2", "--flush-session", "--output-dir", out, "--disable-coloring", "--technique", "BEUSQ", "--dbms", "SQLite"];
    words.push("--skip", skip.join(), "--time-limit", String(seconds), "--threads", "4", "--ignore-code", "*");
    if (data !== undefined) words.push("--data", data);
    const { said } = await bounded("sqlmap", words, seconds + 30);
    if (/do not appear to be injectable|does not seem to be injectable/.test(said)) finished += 1;
    for (const [line] of said.matchAll(/^Parameter: .*|^ +Payload: .*/gm)) findings.push({ where: `${url} ${data ?? ""}`, what: line.trim() });
    for (const [line] of said.matchAll(/.*\[CRITICAL\](?!.*(?:injectable|time limit|tested parameters)).*/g)) findings.push({ where: url, what: line.replace(/^\[[\d:]+\] /, "") });
  }
  const faults = targets.flatMap((one) => one.faults());
  const requests = targets.reduce((sum, { seen }) => sum + seen.length, 0);
  await Promise.all(targets.map((one) => one.close()));
  return { looked: `${requests} requests to ${addresses.size} forms and addresses (${finished} tried to the end), ${faults.length} answered 5xx`, findings: [...findings, ...faults] };
}

const PATHS = [
  "/product/rope-by-the-fathom", "/cart", "/checkout", "/order", "/order/enter", "/search?q=rope",
  "/category/accessories?sort=name&is=Thickness%3AThin&stock=in&page=1",
];

/** Each form of the buyer's pages with its fields as they stand, and each address that takes a query. */
async function everyAddress({ url, buyer }) {
  const skip = ["User-Agent", "Referer", "Host", "Cookie", "token"];
  const addresses = [];
  for (const path of PATHS) {
    if (path.includes("?")) addresses.push([path.split("?")[0], { url: url + path, skip }]);
    const answer = await buyer.get(path);
    for (const form of answer.page.forms) {
      const bare = form.action.split("?")[0];
      if (form.method === "GET") addresses.push([bare, { url: `${url}${bare}?${form.body()}`, skip }]);
      else if (form.fields.some(({ name }) => name !== "token")) addresses.push([bare, { url: url + form.action, data: form.body(), skip }]);
    }
  }
  return addresses;
}
