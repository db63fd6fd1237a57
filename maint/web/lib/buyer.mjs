// Somebody with a browser without scripts: cookies, links, forms, redirects.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { originOf, send, wayTo } from "./clear_web.mjs";
import { WEB } from "./common.mjs";
import { Page } from "./page.mjs";

/** Words to somebody who sent a form faster than anybody writes, in each language. */
const TOO_QUICK = ["en", "fr-CA", "ar"].map((language) => {
  const sentences = readFileSync(`${WEB}/../../crates/shop-web/locales/${language}.ftl`, "utf8");
  return sentences.match(/^checkout-quick = (.*)$/m)[1];
});

const agent = new Agent({ keepAlive: true });

export class Answer {
  constructor(method, path, message, body) {
    this.method = method;
    this.path = path;
    this.status = message.statusCode;
    this.body = body;
    this.headers = [];
    const raw = message.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) this.headers.push([raw[i].toLowerCase(), raw[i + 1]]);
  }
  header(name) {
    return this.headers.find(([n]) => n === name)?.[1];
  }
  get text() {
    return this.body.toString("utf8");
  }
  get isPage() {
    return this.header("content-type")?.startsWith("text/html") ?? false;
  }
  get page() {
    return (this.read ??= new Page(this.text, this.path));
  }
}

export class Buyer {
  constructor(at, jar = {}) {
    this.at = at;
    this.jar = { ...jar };
  }

  /** The same buyer at another browser window that never comes back here. */
  twin() {
    return new Buyer(this.at, this.jar);
  }

  /** One request, as it is told; cookies are kept, redirects are not followed. */
  async send(method, path, { headers = {}, body, cookies = this.jar } = {}) {
    const all = { host: this.at, ...headers };
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie) all.cookie = cookie;
    if (body !== undefined) {
      all["content-type"] ??= "application/x-www-form-urlencoded";
      all["content-length"] = Buffer.byteLength(body);
    }
    for (const name in all) if (all[name] === undefined) delete all[name];
    const [host, port] = this.at.split(":");
    const answer = await new Promise((done, failed) => {
      const hear = (message) => {
        const parts = [];
        message.on("data", (part) => parts.push(part));
        message.on("end", () => done(new Answer(method, path, message, Buffer.concat(parts))));
      };
      const way = wayTo(this.at);
      const asked = way ? send(way, { method, path, headers: all }, hear) : request({ agent, host, port, method, path, headers: all, setHost: false }, hear);
      asked.on("error", failed);
      asked.end(body);
    });
    for (const [, cookie] of answer.headers.filter(([name]) => name === "set-cookie")) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      if (/; *max-age=0/i.test(cookie)) delete this.jar[name];
      else this.jar[name] = value;
    }
    return answer;
  }

  get(path) {
    return this.send("GET", path).then((answer) => this.follow(answer));
  }

  /** Sends a form of a page, as that page would. */
  async submit(form, values = {}, button) {
    const body = form.body(values, button);
    if (form.method === "GET") return this.get(`${form.action.split("?")[0]}?${body}`);
    const headers = { origin: originOf(this.at), "sec-fetch-site": "same-origin" };
    const answer = await this.follow(await this.send("POST", form.action, { headers, body }));
    // At a door with limits, a form that comes back faster than anybody writes is asked for again.
    if (!wayTo(this.at) || !answer.isPage || !TOO_QUICK.some((words) => answer.page.text("main").includes(words))) return answer;
    await new Promise((next) => setTimeout(next, 1_000));
    return this.submit(form, values, button);
  }

  async follow(answer) {
    for (let i = 0; i < 5 && answer.status === 303; i++) answer = await this.send("GET", answer.header("location"));
    return answer;
  }
}
