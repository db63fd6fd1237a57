// What OnionScan looked for, and its like: nothing on any page or status tells who runs the shop, or ties it to
// anything else.
import { writeFileSync } from "node:fs";
import { Buyer } from "../lib/buyer.mjs";
import { output } from "../lib/common.mjs";
import { garbage } from "../lib/refusals.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `own crawler (OnionScan's checks), exiftool ${output("exiftool", ["-ver"]).trim()}`;

const ALWAYS = [
  "content-security-policy", "referrer-policy", "x-content-type-options", "x-frame-options", "cross-origin-opener-policy",
  "cross-origin-resource-policy", "cross-origin-embedder-policy", "permissions-policy", "cache-control", "content-type", "content-length",
];
const SOMETIMES = ["set-cookie", "location", "allow", "content-encoding", "refresh", "clear-site-data", "content-disposition"];
// Node's own: how long the connection is kept is between it and the agent here. Of a front: the date.
const WIRE = ["connection", "transfer-encoding"];
const FRONTS = ["date"];
// On the clear web; shops here have no onion address to name.
const STRICT = "strict-transport-security";
const TELLS = {
  "an e-mail address": /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
  "an IP address": /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/i,
  "an absolute address": /\b(?:https?|ftp|wss?|mailto|tel):(?:\/\/)?[\w[]/i,
  "another host": /(?:href|src|action)="\/\/|\b[a-z0-9-]+\.(?:com|net|org|io|onion)\b/i,
  "an analytics id": /\b(?:UA-\d{4,}|G-[A-Z0-9]{8,}|GTM-[A-Z0-9]+|ca-pub-\d+|pub-\d{10,})\b/,
  "a Bitcoin address": /\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{20,})\b/,
  "a listing": /Index of \/|Directory listing/i,
  "the program's version": /cryptocart[ /]v?\d|\d+\.\d+\.\d+|generator/i,
  "a script, a frame or SVG": /<(?:script|iframe|svg|object|embed)\b|\.svg\b|javascript:/i,
  "a comment": /<!--/,
  "a clock": /\b\d{1,2}:\d{2}:\d{2}\b/,
};
// What keys, counters and listings are called elsewhere.
const NOT_THERE = [
  "hs_ed25519_secret_key", "hs_ed25519_public_key", "hostname", "private_key", "server-status", "server-info", "robots.txt", ".git/config", ".env",
  "shop.toml", "catalog.json", "seller.asc", "state/", "state/cookie.key", "mailorders/root", "images/", "i/", "s/", "metrics", "debug",
  "../shop.toml", "i/../shop.toml", "%2e%2e/shop.toml", "i/..%2fshop.toml", "page/../../shop.toml", "wallet.js", "backup", "admin",
];

export async function run(out) {
  const { demo, states } = await walked();
  const findings = [];
  const add = (where, what) => findings.push({ where, what });
  const files = new Map();
  const sets = new Map();
  for (const state of states) {
    const more = state.shop.way && !/421/.test(state.name) ? [STRICT] : [];
    headersOf(state, state.name, more, sets, add);
    if (state.html) tells(state, add);
    for (const [path, file] of Object.entries(state.files)) {
      headersOf(file, `${state.name}: ${path}`, more, sets, add);
      if (file.status !== 200) add(state.name, `${path} is answered ${file.status}`);
      files.set(`${state.shop.at}${path}`, file);
    }
  }
  if (sets.size !== 1) add("headers", `${sets.size} sets: ${[...sets].map(([set, where]) => `${where}: ${set}`).join(" | ")}`);
  const nobody = demo.buyer();
  for (const path of NOT_THERE) {
    const { status } = await nobody.send("GET", `/${path}`);
    if (status !== 404) add(`/${path}`, `answered ${status}`);
  }
  const raw = await garbage(demo.at);
  for (const name of ALWAYS.slice(0, 8)) if (!raw.toLowerCase().includes(`\n${name}:`)) add("what is no HTTP", `is answered without ${name}`);
  pgp(states, add);
  metadata(files, out, add);
  await sameForAll(states, add);
  return { looked: `${states.length} answers, ${files.size} files, ${NOT_THERE.length} names`, findings };
}

/** The same set on everything, each once, and nothing that is not on the list. */
function headersOf(answer, where, more, sets, add) {
  const wire = more.length ? [...WIRE, ...FRONTS] : WIRE;
  const names = answer.headers.map(([name]) => name).filter((name) => !wire.includes(name));
  for (const name of [...ALWAYS, ...more]) if (names.filter((n) => n === name).length !== 1) add(where, `not exactly one ${name}`);
  for (const name of names) if (![...ALWAYS, ...SOMETIMES, ...more].includes(name)) add(where, `sends ${name}`);
  const value = (name) => answer.headers.find(([n]) => n === name)?.[1];
  // A receipt may be saved, a statement, and what an order hands out; no other page offers files.
  // Pictures, and a style sheet with this hash, stand in the pages a stranger sees first, and in none with a buyer's words.
  const usual = (text) => text?.replace(" allow-downloads", "").replace(/ 'sha256-[^']+'/, "").replace(" data:", "");
  const set = ALWAYS.slice(0, 8).map((name) => usual(value(name))).join("; ");
  const writtenIn = /data:|sha256-/.test(value("content-security-policy") ?? "");
  if (writtenIn && /cart|checkout|order|search|receipt|wallet|queue/.test(where)) add(where, "may show what is written into it");
  if (!sets.has(set)) sets.set(set, where);
  if (value("content-security-policy")?.includes("allow-downloads") && !/receipt|order-file|statement/.test(where)) add(where, "may offer files");
  for (const [, cookie] of answer.headers.filter(([name]) => name === "set-cookie")) {
    if (!/^__Host-\w+=[^;]*(?=.*; ?Secure)(?=.*; ?HttpOnly)(?=.*; ?SameSite=Strict)(?!.*Expires)/i.test(cookie)) add(where, `a cookie with ${cookie.replace(/=[^;]*/, "")}`);
  }
}

function tells(state, add) {
  // A buyer's own words come back in a form, and a wallet's address is to be paid to: neither tells of the shop.
  // Nor does a picture's base64.
  const html = state.html.replace(/<textarea[^]*?<\/textarea>/g, "").replace(/ value="[^"]*"/g, "").replace(/ src="data:image[^"]*"/g, "");
  for (const [what, pattern] of Object.entries(TELLS)) {
    const found = html.match(pattern);
    if (found) add(state.name, `${what}: ${found[0]}`);
  }
}

function pgp(states, add) {
  const key = states.find((state) => state.path === "/pgp.txt");
  if (!key) return add("/pgp.txt", "is not linked");
  if (/^(?:Version|Comment):/im.test(key.body.toString())) add("/pgp.txt", "names its software");
}

/** Pictures carry a picture and nothing else. */
function metadata(files, out, add) {
  let number = 0;
  for (const [path, file] of files) {
    const type = file.header("content-type");
    if (!type.startsWith("image/")) continue;
    writeFileSync(`${out}/${String((number += 1)).padStart(4, "0")}.${type.slice(6)}`, file.body);
    if (!["image/png", "image/jpeg", "image/webp"].includes(type)) add(path, `is ${type}`);
  }
  const [all] = [JSON.parse(output("exiftool", ["-json", "-a", "-G1", "-s", "-ee", out]))];
  const plain = /^(?:SourceFile|ExifTool:|System:|File:(?:FileType|MIMEType|ImageWidth|ImageHeight|EncodingProcess|BitsPerSample|ColorComponents|YCbCrSubSampling)|Composite:(?:ImageSize|Megapixels)|JFIF:|PNG:(?:ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Palette)|RIFF:(?:VP8Version|ImageWidth|ImageHeight|HorizontalScale|VerticalScale|WebP_Flags|AlphaIsUsed|ImageType))/;
  for (const picture of all) {
    for (const tag of Object.keys(picture)) if (!plain.test(tag)) add(picture.SourceFile.split("/").at(-1), `carries ${tag}: ${String(picture[tag]).slice(0, 60)}`);
  }
  if (all.length !== number) add("exiftool", `read ${all.length} of ${number} pictures`);
}

/** Files have the same name and the same bytes for two who know nothing of each other. */
async function sameForAll(states, add) {
  const fixed = states.filter((state) => state.page && !state.kept && state.status === 200 && !Object.keys(state.jar).length);
  for (const state of fixed) {
    const [one, two] = await Promise.all([0, 1].map(() => new Buyer(state.shop.at).get(state.path)));
    if (one.text !== two.text || one.text !== state.html) {
      const token = /name="token" value="[^"]*"/g;
      if (one.text.replace(token, "") !== two.text.replace(token, "")) add(state.name, "differs from visitor to visitor");
    }
    for (const path of one.page.files) {
      const [a, b] = await Promise.all([0, 1].map(() => new Buyer(state.shop.at).get(path)));
      if (!a.body.equals(b.body)) add(`${state.name}: ${path}`, "differs from visitor to visitor");
    }
  }
}
