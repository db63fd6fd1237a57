// wapiti tries injections on every form and address, as a buyer with a cart and an open order.
import { mkdirSync, readFileSync } from "node:fs";
import { bounded, output } from "../lib/common.mjs";
import { scanTargets, SECONDS } from "../lib/scan_targets.mjs";

export const TOOL = () => `wapiti ${output("wapiti", ["--version"]).match(/\d+\.\d+\.\d+/)[0]}`;
// These ask somebody outside, or look for other people's programs by lists from there.
const OUTSIDE = ["ssrf", "xxe", "log4shell", "spring4shell", "takeover", "nikto", "wapp", "cms", "network_device", "htp", "wp_enum"];

export async function run(out) {
  const findings = [];
  const [requests, posts] = [[], new Set()];
  for (const [index, target] of (await scanTargets()).entries()) {
    findings.push(...(await attacked(target, `${out}/${index}`)));
    requests.push(...target.seen);
    for (const { method, path } of target.seen) if (method === "POST") posts.add(path.split("?")[0]);
    await target.close();
  }
  if (posts.size < 8) findings.push({ where: "wapiti", what: `reached these forms only: ${[...posts].join(" ")}` });
  const faults = findings.filter(({ what }) => what.startsWith("answered "));
  return { looked: `${requests.length} requests, ${posts.size} forms, ${faults.length} answered 5xx`, findings };
}

async function attacked(target, out) {
  const modules = ["all", ...OUTSIDE.map((name) => `-${name}`)].join();
  const words = ["-u", `${target.url}/`, "-m", modules, "-f", "json", "-o", `${out}/report.json`, "--flush-session", "--store-session", out];
  words.push("--max-scan-time", String(Math.round(SECONDS / 4)), "--max-attack-time", String(Math.round(SECONDS / 16)), "--verify-ssl", "0", "--no-bugreport");
  // Forms are the same in other languages, and lists in other orders: they would take all the time there is.
  words.push("-x", `${target.url}/ar/*`, "--max-files-per-dir", "8", "-d", "3");
  mkdirSync(out);
  for (const path of ["/product/rope-by-the-fathom", "/cart", "/checkout", "/order", "/order/enter"]) words.push("-s", target.url + path);
  const { said } = await bounded("wapiti", words, 2 * SECONDS + 120);
  const findings = target.faults();
  let report;
  try {
    report = JSON.parse(readFileSync(`${out}/report.json`));
  } catch {
    return [...findings, { where: "wapiti", what: `left no report: ${said.slice(-300)}` }];
  }
  for (const [kind, all] of [...Object.entries(report.vulnerabilities), ...Object.entries(report.anomalies)]) {
    for (const one of all) findings.push({ where: `${one.method} ${one.path}`, what: `${kind}: ${one.info}${typed(one)}` });
  }
  return findings;
}

/** What was typed into the field that is said to be open. */
function typed({ parameter, http_request: request }) {
  const query = request?.startsWith("GET ") ? request.split(" ")[1].split("?")[1] : request?.split("\n").at(-1);
  const body = new URLSearchParams(query);
  return body.has(parameter) ? `: ${JSON.stringify(body.get(parameter))}` : "";
}
