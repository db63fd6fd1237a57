// wapiti tries injections on every form and address, as a buyer with a cart and an open order.
import { readFileSync } from "node:fs";
import { bounded, output } from "../lib/common.mjs";
import { heldShop, SECONDS } from "../lib/held.mjs";

export const TOOL = () => `wapiti ${output("wapiti", ["--version"]).match(/\d+\.\d+\.\d+/)[0]}`;
// These ask somebody outside, or look for other people's programs by lists from there.
const OUTSIDE = ["ssrf", "xxe", "log4shell", "spring4shell", "takeover", "nikto", "wapp", "cms", "network_device", "htp", "wp_enum"];

export async function run(out) {
  const held = await heldShop();
  const modules = ["all", ...OUTSIDE.map((name) => `-${name}`)].join();
  const words = ["-u", `${held.url}/`, "-m", modules, "-f", "json", "-o", `${out}/report.json`, "--flush-session", "--store-session", out];
  words.push("--max-scan-time", String(Math.round(SECONDS * 0.8)), "--max-attack-time", String(Math.round(SECONDS / 6)), "--verify-ssl", "0", "--no-bugreport");
  const { said } = await bounded("wapiti", words, SECONDS + 120);
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(`${out}/report.json`));
  const findings = held.faults();
  for (const [kind, all] of [...Object.entries(vulnerabilities), ...Object.entries(anomalies)]) {
    for (const one of all) findings.push({ where: `${one.method} ${one.path}`, what: `${kind}: ${one.info}${typed(one)}` });
  }
  const tried = new Set(held.seen.map(({ method, path }) => `${method} ${path.split("?")[0]}`));
  const posts = [...tried].filter((one) => one.startsWith("POST"));
  await held.close();
  if (posts.length < 5) findings.push({ where: "wapiti", what: `reached ${posts.length} forms only: ${said.slice(-300)}` });
  return { looked: `${held.seen.length} requests, ${posts.length} forms, ${held.faults().length} answered 5xx`, findings };
}

/** What was typed into the field that is said to be open. */
function typed({ parameter, http_request: request }) {
  const body = new URLSearchParams(request?.split("\n").at(-1));
  return body.has(parameter) ? `: ${JSON.stringify(body.get(parameter))}` : "";
}
