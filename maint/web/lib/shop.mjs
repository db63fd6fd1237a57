// A running demo shop in a folder of its own: no Tor, a preview on any free port.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { OUT, PROGRAM, output, until } from "./common.mjs";
import { Buyer } from "./buyer.mjs";

const OPEN = new Set();

/** Closes the shops that this process opened, and takes their folders away. */
export const closeAll = () => Promise.all([...OPEN].map((shop) => shop.close()));

/** The same where nothing can be waited for. */
export function killAll() {
  for (const { process: shop } of OPEN) shop?.kill();
  for (const { parent } of OPEN) rmSync(parent, { recursive: true, force: true, maxRetries: 20 });
}

export class Shop {
  constructor() {
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

  /** Serves it, and waits until it has said that it is open. */
  async open() {
    this.said = "";
    this.process = spawn(PROGRAM, ["serve", "my-shop"], { cwd: this.parent, stdio: ["ignore", "pipe", "pipe"] });
    for (const pipe of [this.process.stdout, this.process.stderr]) pipe.on("data", (data) => (this.said += data));
    await until("the shop is open", () => {
      if (this.process.exitCode !== null) throw new Error(`the shop ended:\n${this.said}`);
      return this.said.includes("  orders ");
    });
    this.at = this.said.match(/preview +http:\/\/([0-9.:]+)\//)[1];
    return this;
  }

  async close() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill();
    await ended;
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
