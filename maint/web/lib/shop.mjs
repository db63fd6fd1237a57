// A running demo shop in a folder of its own: no Tor, a preview on any free port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { OUT, PROGRAM, output, until } from "./common.mjs";
import { Buyer } from "./buyer.mjs";
import * as clear from "./clear_web.mjs";

const OPEN = new Set();

/** Closes the shops that this process opened, and takes their folders away. */
export const closeAll = () => Promise.all([...OPEN].map((shop) => shop.close()));

/** The same where nothing can be waited for. */
export function killAll() {
  for (const { process: shop, way } of OPEN) shop?.kill(), way?.close();
  for (const { parent } of OPEN) rmSync(parent, { recursive: true, force: true, maxRetries: 20 });
}

export class Shop {
  /** `front`: what stands before it; nothing, where its preview is looked at. */
  constructor(front = process.env.FRONT) {
    this.front = front;
    this.parent = mkdtempSync(`${OUT}/shop-`);
    this.dir = `${this.parent}/my-shop`;
    output(PROGRAM, ["new", "my-shop"], { cwd: this.parent });
    this.set("tor", "enabled", "false");
    this.set("preview", "listen", '"127.0.0.1:0"');
    // Tools that try forms out place many orders.
    this.set("orders", "most_open", "20000");
    OPEN.add(this);
  }

  /** Changes one key of shop.toml. */
  set(section, key, value) {
    const path = `${this.dir}/shop.toml`;
    const before = readFileSync(path, "utf8");
    const after = before.replace(new RegExp(`(\\[${section}\\][^]*?\\n${key} = )[^\\n]*`), (_, head) => head + value);
    if (before === after && !before.includes(`${key} = ${value}`)) throw new Error(`shop.toml has no ${section}.${key}`);
    writeFileSync(path, after);
  }

  /** A key of the seller's own in place of the throw-away one, with which no shop takes real money. */
  own() {
    const key = ["--quick-gen-key", "Own Seller <seller@shop.example>", "future-default", "default", "never"];
    this.gpg((gpg) => {
      gpg(["--passphrase", "", ...key]);
      writeFileSync(`${this.dir}-seller/secret.asc`, gpg(["--passphrase", "", "--armor", "--export-secret-keys"]));
      writeFileSync(`${this.dir}/seller.asc`, gpg(["--armor", "--export"]));
    });
  }

  /** What the seller does with gpg, in a home that goes again. */
  gpg(work) {
    const home = mkdtempSync(`${this.parent}/gnupg-`);
    try {
      return work((words, input) => execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...words], { input, stdio: ["pipe", "pipe", "pipe"] }));
    } finally {
      execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    }
  }

  /** Serves it, and waits until it has said that it is open. */
  async open() {
    if (this.front === "clear") this.clear ??= await clear.settings(this);
    this.said = "";
    this.process = spawn(PROGRAM, ["serve", "my-shop"], { cwd: this.parent, stdio: ["ignore", "pipe", "pipe"] });
    for (const pipe of [this.process.stdout, this.process.stderr]) pipe.on("data", (data) => (this.said += data));
    await until("the shop is open", () => {
      if (this.process.exitCode !== null) throw new Error(`the shop ended:\n${this.said}`);
      return this.said.includes("  orders ");
    });
    this.at = this.said.match(/preview +http:\/\/([0-9.:]+)\//)[1];
    if (this.clear) {
      this.way ??= await clear.open(this.clear);
      this.at = this.clear.at;
    }
    // A new shop is open before its pictures are made, and they are to be looked at too. Beside other
    // work on the processor that takes minutes.
    const ready = () => /pictures +(\d+) of \1 ready/.test(this.said);
    if (!this.pictures) await until("the pictures are ready", ready, 900);
    this.pictures = true;
    return this;
  }

  /** Stops serving it. */
  async shut() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill();
    await ended;
  }

  /** The same, and takes its folder away. */
  async close() {
    await this.shut();
    this.way?.close();
    OPEN.delete(this);
    rmSync(this.parent, { recursive: true, force: true });
  }

  /** A command on this shop. */
  run(...words) {
    return output(PROGRAM, words, { cwd: this.parent });
  }

  /** What the seller sees of its orders. */
  orders() {
    return this.run("orders", "my-shop");
  }

  buyer() {
    return new Buyer(this.at);
  }
}
