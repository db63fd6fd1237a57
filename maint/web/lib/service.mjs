// An onion service that is no shop: an attestor's, an arbiter's. It is looked at by its preview.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { Buyer } from "./buyer.mjs";
import { PROGRAM, freePort, output, until } from "./common.mjs";
import { Program } from "./program.mjs";

/** The library that shows a program another time. */
const FAKE_TIME = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketime.so.1`;

export class Service {
  /** Makes one in `folder` of a place. `make`: the words of the command; `more`: settings behind the others. */
  static async make(place, kind, folder, node, { make = [], more = "" } = {}) {
    const service = Object.assign(new Service(), { place, kind, folder, dir: `${place}/${folder}` });
    output(PROGRAM, [kind, "new", folder, ...make], { cwd: place });
    const settings = `${service.dir}/${kind === "attest" ? "attest" : "arbitrate"}.toml`;
    service.at = `127.0.0.1:${await freePort()}`;
    const text = readFileSync(settings, "utf8")
      .replace(/^chain_id = .*$/m, `chain_id = ${node.chain}`)
      .replace(/^nodes = .*$/m, `nodes = ["${node.url}"]`)
      .replace(/^listen = .*$/m, `listen = "${service.at}"`)
      .replace(/^enabled = true$/m, "enabled = false");
    writeFileSync(settings, text + more);
    return service;
  }

  /** Starts it, with a clock that is so many hours ahead. */
  async open(hours = 0) {
    const ahead = hours ? { LD_PRELOAD: FAKE_TIME, FAKETIME: `+${hours}h`, DONT_FAKE_MONOTONIC: "1", NO_SHM: "1" } : {};
    this.program = await Program.start(PROGRAM, [this.kind, "serve", this.folder], "is open", { cwd: this.place, env: { ...process.env, ...ahead } });
    return this;
  }

  shut() {
    return this.program.end();
  }

  /** Starts it again at another time, and waits until it has asked for its parcels. */
  async later(hours) {
    await this.shut();
    const before = this.orders();
    await this.open(hours);
    await until("the attestor has asked its carrier", () => this.orders() !== before);
  }

  /** Files on its disk: a form of somebody else changes none. */
  orders() {
    const state = `${this.dir}/state`;
    const folders = ["parcels", "signed", "cases", "letters"].map((name) => `${state}/${name}`).filter(existsSync);
    // A name with a dot at its beginning is a file that is being written.
    const paths = folders.flatMap((folder) => readdirSync(folder).filter((name) => !name.startsWith(".")).sort().map((name) => `${folder}/${name}`));
    return paths.map((path) => `${path} ${readFileSync(path).toString("base64")}`).join("\n");
  }

  buyer() {
    return new Buyer(this.at);
  }
}
