// Walks through every page and state of two shops, by links and forms alone, and keeps what it saw.
//
// A state is { name, shop, method, path, status, headers, html, page, jar, files }: `jar` are the cookies that
// lead there again, `files` what the page brings along.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { OUT } from "./common.mjs";
import { Buyer } from "./buyer.mjs";
import { Shop } from "./shop.mjs";
import { journeys, refusals, walletStates } from "./states.mjs";

/** Pages of one path that differ by their query alone: so many of them are looked at. */
const QUERIES = 4;
const SEARCHES = ["shirt", "no such thing <b>&\"'"];

let once;
/** The walk, made once. { demo, wallet, pages, states, languages } */
export const walked = () => (once ??= walk());

async function walk() {
  const demo = await new Shop().open();
  const wallet = new Shop();
  wallet.set("ether", "wallet", '"0xd24def0856636050cf891befc0fa69ecf96c160b"');
  // Nobody listens there: to be told how to pay, a buyer needs no node.
  wallet.set("ether", "nodes", '["http://127.0.0.1:1"]');
  wallet.set("orders", "most_open", "1");
  await wallet.open();
  const album = new Album();
  const languages = await crawl(album, demo);
  for (const language of languages) await journeys(album.of(demo), demo, language, languages);
  await refusals(album.of(demo), demo, languages);
  await walletStates(album.of(wallet), wallet);
  album.write();
  return { demo, wallet, languages, states: album.states, pages: album.states.filter((state) => state.page) };
}

/** Follows every link and searches with every search form. The languages: "" and such as "/fr-CA". */
async function crawl(album, shop) {
  const look = album.of(shop);
  const buyer = shop.buyer();
  const queue = ["/"];
  const seen = new Set(queue);
  const queries = new Map();
  const push = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (path.includes("?")) {
      const bare = path.split("?")[0];
      queries.set(bare, (queries.get(bare) ?? 0) + 1);
      if (queries.get(bare) > QUERIES) return;
    }
    queue.push(path);
  };
  const languages = new Set([""]);
  while (queue.length) {
    const path = queue.shift();
    const answer = await buyer.get(path);
    if (answer.path !== path && seen.has(answer.path)) continue;
    seen.add(answer.path);
    await look(answer.path === "/" ? "landing" : `at${answer.path.replace(/[^a-zA-Z0-9]+/g, "-")}`.replace(/-$/, ""), answer, buyer);
    if (!answer.isPage) continue;
    answer.page.links.forEach(push);
    if (path === "/") answer.page.languages.forEach((to) => languages.add(to.replace(/\/$/, "")));
    for (const form of answer.page.forms.filter((form) => form.method === "GET")) {
      const text = form.fields.find((field) => !field.options && ["q", "search", "query"].includes(field.name));
      for (const words of text ? SEARCHES : [undefined]) {
        push(`${form.action.split("?")[0]}?${form.body(text ? { [text.name]: words } : {})}`);
      }
    }
  }
  return [...languages];
}

/** What was seen. */
class Album {
  states = [];
  files = new Map();

  of(shop) {
    return (name, answer, buyer) => this.look(shop, name, answer, buyer);
  }

  async look(shop, name, answer, buyer) {
    const taken = new Set(this.states.map((state) => state.name));
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}-${n}`;
    const { method, path, status, headers } = answer;
    const state = { name: unique, shop, method, path, status, headers, jar: { ...buyer.jar }, files: {} };
    state.body = answer.body;
    if (answer.isPage) {
      state.html = answer.text;
      state.page = answer.page;
      for (const file of state.page.files) state.files[file] = await this.file(shop, file, buyer.jar);
    }
    this.states.push(state);
    return answer;
  }

  /** A style sheet or a picture. What is named by its content is the same for everyone. */
  async file(shop, path, jar) {
    const key = `${shop.at}${path}`;
    if (this.files.has(key)) return this.files.get(key);
    const answer = await new Buyer(shop.at, jar).send("GET", path);
    if (answer.header("cache-control")?.includes("immutable")) this.files.set(key, answer);
    return answer;
  }

  write() {
    rmSync(`${OUT}/pages`, { recursive: true, force: true });
    mkdirSync(`${OUT}/pages`, { recursive: true });
    for (const { name, html } of this.states.filter((state) => state.html)) writeFileSync(`${OUT}/pages/${name}.html`, html);
  }
}
