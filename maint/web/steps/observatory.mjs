// MDN's Observatory, which knows ports 80 and 443 alone: through a TLS front it is A+; over plain http it misses
// what no onion service has, and nothing else.
import { bounded, version, WEB } from "../lib/common.mjs";
import { front } from "../lib/front.mjs";
import { walked } from "../lib/walk.mjs";

const PACKAGE = "@mdn/mdn-http-observatory";
export const TOOL = () => `${PACKAGE.slice(5)} ${version(PACKAGE)}`;
const NO_ONION_HAS = ["redirection", "strict-transport-security"];

export async function run() {
  const { demo } = await walked();
  const findings = [];
  const tls = await scanned(await front(demo, { port: 443 }));
  if (tls.scan.grade !== "A+") findings.push({ where: "through TLS", what: `${tls.scan.grade}: ${failed(tls).join(", ")}` });
  const plain = await scanned(await front(demo, { port: 80, plain: true }));
  const missed = failed(plain);
  if (missed.join() !== NO_ONION_HAS.join()) findings.push({ where: "over plain http", what: `misses ${missed.join(", ")}` });
  const grades = [tls, plain].map(({ scan }) => `${scan.grade} ${scan.score}`);
  return { looked: `${grades[0]} through TLS, ${grades[1]} over plain http (misses ${missed.join(" and ")})`, findings };
}

async function scanned({ ca, close }) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca ?? "" };
  const cwd = `${WEB}/node_modules/${PACKAGE}`;
  const { said } = await bounded(process.execPath, ["src/scan.js", "127.0.0.1"], 120, { cwd, env });
  close();
  const result = JSON.parse(said.slice(said.indexOf("{")));
  if (result.error) throw new Error(result.error);
  return result;
}

const failed = ({ tests }) => Object.keys(tests).filter((name) => !tests[name].pass).sort();
