// Walks through every page and state of four shops and of the services around one, by links and forms alone, and keeps what it saw.
//
// A state is { name, shop, method, path, status, headers, html, page, jar, files, kept }: `jar` are the cookies that
// lead there again, `files` what the page brings along; what is `kept` was not asked for now.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { OUT, WEB } from "./common.mjs";
import { Buyer } from "./buyer.mjs";
import { Shop } from "./shop.mjs";
import { called, purchase } from "./journey.mjs";
import { escrowStates } from "./escrow.mjs";
import { bills, LAST, market } from "./market.mjs";
import { Node } from "./node.mjs";
import { Orders } from "./orders.mjs";
import { Page } from "./page.mjs";
import { refusals } from "./refusals.mjs";
import { walletStates } from "./wallet.mjs";

/** Pages of one path that differ by their query alone: so many of them are looked at, and as many that are not the first of a list. */
const QUERIES = 1;
/** What is looked at of the second whole shop: its pages are those of the first in other clothes. */
const AGAIN = { products: 3, orders: ["/ar"], own: /^(?:cart|checkout)/ };
/** Products in other languages than the shop's own: all of them say the same around the seller's words. */
const TRANSLATED = 3;
const SEARCHES = ["shirt", "no such thing <b>&\"'"];

let once;
/** The walk, made once. { demo, wallet, stall, pages, states, languages, sheets } */
export const walked = () => (once ??= walk());

async function walk() {
  // The wallet's shop fills up, which takes an hour where orders have to wait for their turn.
  const [demo, wallet, stall] = [new Shop(), new Shop(null), market()];
  const node = await Node.start();
  await Promise.all([demo, wallet, stall].map((shop) => shop.open()));
  const album = new Album();
  // The wallet's shop waits for its chain most of the time.
  const aside = walletStates(album.of(wallet), wallet, node, await tongues(wallet));
  const escrow = escrowStates(album, tongues);
  const [languages] = await Promise.all([open(album, demo, stall), aside, escrow]);
  queue(album, demo);
  album.write();
  const { states } = album;
  return { demo, wallet, stall, languages, states, pages: states.filter((state) => state.page), sheets: await sheets(album, { paper: demo, kiosk: stall }) };
}

/** The two shops that are demos. The languages of both. */
async function open(album, demo, stall) {
  const languages = new Set(await whole(album.of(demo), demo, {}));
  await refusals(album.of(demo), demo, [...languages]);
  const look = album.of(stall, "market");
  for (const language of await whole(look, stall, AGAIN)) {
    await bills(look, stall, language);
    languages.add(language);
  }
  await narrowed(look, stall);
  const orders = new Orders(look, stall, await tongues(stall));
  await orders.missed(LAST);
  await orders.handedOut("field-guide");
  return [...languages];
}

/** Links, a purchase in each language, and what becomes of orders. The languages. */
async function whole(look, shop, most) {
  const languages = await crawl(look, shop, most);
  for (const language of languages) {
    const sees = (name, answer, buyer) => (language || !most.own || most.own.test(name) ? look(name, answer, buyer) : answer);
    const first = await purchase(sees, shop, language);
    if (!language) {
      const orders = new Orders(look, shop, most.orders ?? languages);
      await orders.payments(first);
      await orders.lives();
    }
    const closing = await first.get(`${language}/order`);
    await look(called(language, "order-closed"), await first.submit(closing.page.form("/order/leave")), first);
  }
  return languages;
}

/** The page of those who wait for their turn, as a test of shop-web has it: only the onion service has a queue, and here is none. */
function queue({ states }, shop) {
  const text = readFileSync(`${WEB}/../../crates/shop-web/tests/web/snapshots/web__rush__queue.snap`, "utf8").split("\n---\n")[1];
  const { headers, files } = states.find(({ name }) => name === "checkout");
  const html = text.replace("/s/….css", Object.keys(files).find((path) => path.endsWith(".css")));
  states.push({ name: "queue", shop, method: "GET", path: "/checkout", status: 200, headers, files, html, page: new Page(html, "/checkout"), jar: {}, kept: true, body: Buffer.from(html) });
}

/** A list of what is of one kind and there, in both of its forms: something, and nothing. */
async function narrowed(look, shop) {
  for (const language of await tongues(shop)) {
    const buyer = shop.buyer();
    let answer = await buyer.get(`${language}/category/accessories`);
    for (const what of ["narrowed", "narrowed-twice"]) {
      answer = await look(called(language, `list-${what}`), await buyer.get(narrower(answer.page).at(-1)), buyer);
    }
    const further = [];
    for (const path of narrower(answer.page)) further.push(await buyer.get(path));
    const nothing = further.find(({ page }) => !page.text(".tile"));
    if (!nothing) throw new Error("no way of narrowing leads to nothing");
    await look(called(language, "list-narrowed-to-nothing"), nothing, buyer);
  }
}

/** Where a list's filters lead that are not chosen. */
const narrower = (page) =>
  page
    .attributes(".narrow .chips a:not([aria-current])", "href")
    .filter((to) => to.includes("?"))
    .map((to) => page.own(to));

/** "" and such as "/fr-CA". */
const tongues = async (shop) => ["", ...(await shop.buyer().get("/")).page.languages.map((to) => to.replace(/\/$/, "")).filter(Boolean)];

/** The style sheet of each theme. A theme is a sheet: any page can be shown in each. */
async function sheets(album, shops) {
  const all = {};
  for (const [theme, shop] of Object.entries(shops)) {
    const [path] = (await shop.buyer().get("/")).page.files.filter((file) => file.endsWith(".css"));
    all[theme] = await album.file(shop, path, {});
  }
  return all;
}

/** Follows every link and searches with every search form. The languages. */
async function crawl(look, shop, { products = Infinity }) {
  const buyer = shop.buyer();
  const queue = ["/"];
  const seen = new Set(queue);
  const queries = new Map();
  const push = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (path.includes("?")) {
      const bare = path.split("?")[0] + (path.includes("page=") ? " turned" : "");
      queries.set(bare, (queries.get(bare) ?? 0) + 1);
      if (queries.get(bare) > QUERIES) return;
    } else if (path.includes("/product/")) {
      const list = path.slice(0, path.lastIndexOf("/"));
      queries.set(list, (queries.get(list) ?? 0) + 1);
      if (queries.get(list) > (list === "/product" ? products : TRANSLATED)) return;
    }
    queue.push(path);
  };
  while (queue.length) {
    const path = queue.shift();
    const answer = await buyer.get(path);
    if (answer.path !== path && seen.has(answer.path)) continue;
    seen.add(answer.path);
    await look(answer.path === "/" ? "landing" : `at${answer.path.replace(/[^a-zA-Z0-9]+/g, "-")}`.replace(/-$/, ""), answer, buyer);
    if (!answer.isPage) continue;
    answer.page.links.forEach(push);
    for (const form of answer.page.forms.filter((form) => form.method === "GET")) {
      const text = form.fields.find((field) => !field.options && ["q", "search", "query"].includes(field.name));
      for (const words of text ? SEARCHES : [undefined]) {
        push(`${form.action.split("?")[0]}?${form.body(text ? { [text.name]: words } : {})}`);
      }
    }
  }
  return tongues(shop);
}

/** What was seen. */
class Album {
  states = [];
  files = new Map();

  /** Looks at pages of one shop, for whose names there may be a word before. */
  of(shop, prefix) {
    return (name, answer, buyer) => this.look(shop, prefix ? `${prefix}-${name}` : name, answer, buyer);
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
