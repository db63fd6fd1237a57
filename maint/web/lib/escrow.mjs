// A shop with escrow and everybody around it: the seller's home, three attestors, their carrier, an arbiter, and a chain
// that has the contract. What buyers are told of an order until its money has arrived, and the pages of the services.
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { PROGRAM, WEB, until } from "./common.mjs";
import { called, code, filled, SHIP_TO } from "./journey.mjs";
import { Node } from "./node.mjs";
import { Program } from "./program.mjs";
import { Service } from "./service.mjs";
import { Shop } from "./shop.mjs";

const run = promisify(execFile);
const pinned = (file) => readFileSync(`${WEB}/../../contracts/pinned/${file}`, "utf8").trim();
const PINNED = JSON.parse(pinned("escrow.json"));
/** Numbers of parcels, with right check digits. */
const PINS = ["1234567890123452", "1371134583769923"];
const HOUR = 3_600;
/** Longest time until a shop has read a block beside other work. */
const LOOKS = 150;
/** An onion address that no service has: services here are looked at by their previews. */
const onion = (letter) => `${letter.repeat(55)}d.onion`;
/** The buyer's release secret, and its SHA-256. */
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const HASH = "3a53d0a064baf78cea93be533489094bf896fb7644d9331619ec25b927e7ce27";
const REFUND = "0x52908400098527886E0F7030069857D2E4169EE7";
/** An address of a wallet that signs. */
const WALLET_KEY = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
const CANADA = { ...SHIP_TO, street: "1 Wellington Street", city: "Ottawa", province: "Ontario", country: "CA", postcode: "K1A 0B1" };
const ESCROW = { ...CANADA, pay: "escrow", release: "none", "escrow-refund": REFUND };
const WORDS = "The box was full of newspapers.\nI have a picture of it.";

/** Goes through all of it. */
export async function escrowStates(album, languages) {
  const market = await EscrowMarket.open();
  const walk = new EscrowWalk(album, market, await languages(market.shop));
  await walk.checkout();
  const [funded, shipped, delivered] = [await walk.paid(), await walk.paid(), await walk.paid()];
  await walk.see("order-funded", funded);
  await walk.see("receipt-funded", funded, "/order/receipt");
  await walk.see("cancel-funded", funded, "/order/cancel");
  await walk.releases();
  await walk.short();
  await market.ship(shipped, PINS[0], "--without-attestors");
  await walk.becomes(shipped, "Shipped");
  await walk.see("order-shipped", shipped);
  await walk.attestor(delivered);
  await market.deliver(delivered, PINS[1]);
  await walk.becomes(delivered, "Delivery reported");
  await walk.see("order-delivered", delivered);
  await walk.dispute(delivered, shipped);
  await market.home("refund", funded.order, "--statement", funded.file, "--yes");
  await walk.becomes(funded, "paid back");
  await walk.see("order-refunded", funded);
  await walk.see("receipt-refunded", funded, "/order/receipt");
  return [market.shop, ...market.services];
}

/** Those who take part. */
class EscrowMarket {
  static async open() {
    const market = new EscrowMarket();
    const node = (market.node = await Node.start());
    await node.ask("evm_setIntervalMining", [1]);
    const zeros = PINNED.salt;
    await node.send(PINNED.deployer, zeros + pinned("escrow.hex").slice(2));
    market.shop = new Shop(null);
    market.place = market.shop.parent;
    node.paysTo(market.shop);
    market.carrier = await Program.start(process.env.CARRIER, ["127.0.0.1:0"], "listening on");
    market.post = `http://${market.carrier.said.match(/listening on ([0-9.:]+)/)[1]}`;
    await market.makeHome();
    await market.makeServices();
    market.set();
    await market.shop.open();
    return market;
  }

  /** The seller's keys, on another machine in a real life. */
  async makeHome() {
    writeFileSync(`${this.place}/phrase`, "six words of a passphrase\n", { mode: 0o600 });
    const made = await this.home("init");
    this.keys = { key: made.shop_key, operator: made.operator };
    const path = `${this.place}/escrow-home/escrow.toml`;
    const text = readFileSync(path, "utf8")
      .replace(/^chain_id = .*$/m, `chain_id = ${this.node.chain}`)
      .replace(/^nodes = .*$/m, `nodes = ["${this.node.url}"]`)
      .replace(/^confirmations = .*$/m, "confirmations = 1");
    writeFileSync(path, text, { mode: 0o600 });
    await this.home("payouts", "--count", "30");
    copyFileSync(`${this.place}/escrow-home/payouts.txt`, `${this.shop.dir}/payouts.txt`);
    await this.node.pay("1 ETH", made.operator);
  }

  async makeServices() {
    const more = `\n[canada_post]\nserver = "${this.post}"\nid_file = "id"\nsecret_file = "secret"\n`;
    this.attestors = [];
    for (const name of ["north", "east", "south"]) {
      const attestor = await Service.make(this.place, "attest", name, this.node, { more });
      for (const file of ["id", "secret"]) writeFileSync(`${attestor.dir}/${file}`, `fake-${file}`, { mode: 0o600 });
      attestor.account = (await run(PROGRAM, ["attest", "address", name], { cwd: this.place })).stdout.trim();
      this.attestors.push(await attestor.open());
    }
    this.arbiterKey = (await this.arbitrate("key", "arbiter.key")).address;
    this.shop.gpg((gpg) => {
      gpg(["--passphrase", "", "--quick-gen-key", "An Arbiter", "future-default", "default", "never"]);
      writeFileSync(`${this.place}/arbiter.asc`, gpg(["--armor", "--export"]));
    });
    const make = ["--account", this.arbiterKey, "--certificate", "arbiter.asc"];
    this.arbiter = await Service.make(this.place, "arbitrate", "arbiter", this.node, { make });
    await this.arbiter.open();
    this.services = [...this.attestors, this.arbiter];
    const lines = this.attestors.map(({ account, at }) => `"${account}" = "http://${at}"\n`);
    const path = `${this.place}/escrow-home/escrow.toml`;
    const text = readFileSync(path, "utf8").replace("arbiters = []", `arbiters = ["${this.arbiterKey}"]`);
    writeFileSync(path, text + lines.join(""), { mode: 0o600 });
  }

  /** The shop's settings. */
  set() {
    const party = (address, name, letter) => `{ address = "${address}", name = "${name}", onion = "${onion(letter)}" }`;
    const attestors = this.attestors.map(({ account, folder }) => party(account, folder, folder[0]));
    const all = {
      enabled: "true",
      key: `"${this.keys.key}"`,
      operator: `"${this.keys.operator}"`,
      payouts: '"payouts.txt"',
      attestors: `[${attestors.join(", ")}]`,
      arbiter: party(this.arbiterKey, "The Arbiter", "a"),
      from: "1",
      most: "10000000000",
    };
    for (const [key, value] of Object.entries(all)) this.shop.set("escrow", key, value);
  }

  home(...words) {
    return this.told("escrow", ...words);
  }

  arbitrate(...words) {
    return this.told("arbitrate", ...words);
  }

  async told(...words) {
    const all = [...words, "--passphrase-file", "phrase", "--json"];
    return JSON.parse((await run(PROGRAM, all, { cwd: this.place })).stdout);
  }

  ship(buyer, pin, ...more) {
    return this.home("ship", buyer.order, "--statement", buyer.file, "--carrier", "canada-post", "--pin", pin, "--yes", ...more);
  }

  /** The carrier brings it, the attestors see that for long enough, and the seller takes their reports to the chain. */
  async deliver(buyer, pin) {
    const start = Math.floor(Date.now() / 1000);
    const scans = [{ at: start + HOUR, scan: "accepted" }, { at: start + 50 * HOUR, scan: "delivered" }];
    await this.tell(`parcels/${pin}`, { postal: "K1A0B1", scans });
    await this.ship(buyer, pin);
    await until("every attestor watches the parcel", async () => {
      await this.ship(buyer, pin);
      const { orders } = await this.home("status");
      return orders.find(({ order }) => order === buyer.order).registered === this.attestors.length;
    });
    for (const hours of [60, 70, 110]) {
      await this.tell("clock", start + hours * HOUR);
      await Promise.all(this.attestors.map((attestor) => attestor.later(hours)));
    }
    await this.node.pass(111 * HOUR);
    await this.home("report", buyer.order, "--yes");
  }

  async tell(what, words) {
    const answer = await fetch(`${this.post}/fake/${what}`, { method: "POST", body: JSON.stringify(words) });
    if (!answer.ok) throw new Error(`the carrier: ${await answer.text()}`);
  }

  /** Has somebody send a decision of the arbiter. */
  async decide(buyer, words, reasons) {
    writeFileSync(`${this.place}/why.txt`, reasons);
    const { file, contract, data } = await this.arbitrate(words[0], buyer.file, ...words.slice(1), "--key", "arbiter.key", "--reasons", "why.txt");
    copyFileSync(`${this.place}/${file}`, `${this.arbiter.dir}/rulings/${file.split("/").at(-1)}`);
    await this.node.send(contract, data);
  }
}

class EscrowWalk {
  constructor(album, market, languages) {
    Object.assign(this, { market, shop: market.shop, languages, look: album.of(market.shop, "escrow"), album });
  }

  /** A page of an order, in each language. */
  async see(what, buyer, path = "/order") {
    for (const language of this.languages) await this.look(called(language, what), await buyer.get(language + path), buyer);
  }

  /** Waits until the heading of the order page has these words. */
  becomes(buyer, words) {
    const said = async () => (await buyer.get("/order")).page.text("main h2").includes(words);
    return until(`order ${buyer.order}: ${words}`, said, LOOKS);
  }

  /** The choice, what can be wrong with it, and the way to the payment address. */
  async checkout() {
    const buyer = await filled(this.shop);
    await this.see("checkout", buyer, "/checkout");
    const form = (await buyer.get("/checkout")).page.form("/checkout");
    const sends = async (what, more) => this.look(`checkout-${what}`, await buyer.submit(form, { ...ESCROW, ...more }), buyer);
    await sends("refund-missing", { "escrow-refund": "" });
    await sends("refund-wrong", { "escrow-refund": "nowhere" });
    await sends("refund-ours", { "escrow-refund": this.market.arbiterKey });
    await sends("hash-wrong", { release: "secret", "release-hash": SECRET });
    await sends("wallet-wrong", { release: "wallet", "buyer-key": "0x12" });
    const fresh = await sends("done", {});
    await buyer.submit(fresh.page.form("/order/kept"));
    await this.see("statement", buyer, "/order/statement");
    const asks = (await buyer.get("/order/statement")).page.form("/order/statement");
    await this.look("statement-not-kept", await buyer.submit(asks), buyer);
    await this.look("statement-text", await buyer.get("/order/statement.txt"), buyer);
    await buyer.submit(asks, { kept: "yes" });
    await this.see("order-waiting", buyer);
    await this.see("statement-kept", buyer, "/order/statement");
    await this.see("receipt-waiting", buyer, "/order/receipt");
    await this.see("cancel", buyer, "/order/cancel");
    const asked = await this.placed();
    await asked.submit((await asked.get("/order")).page.form("/order/exchange"));
    await this.see("order-exchange", asked);
  }

  /** An order whose statement is kept. The buyer, with the order's number, and the statement and its file. */
  async placed(more = {}) {
    const buyer = await filled(this.shop);
    const form = (await buyer.get("/checkout")).page.form("/checkout");
    const fresh = await buyer.submit(form, { ...ESCROW, ...more });
    if (!fresh.page.form("/order/kept")) throw new Error(`no order was placed: ${fresh.page.text("main")}`);
    const { page } = await buyer.submit(fresh.page.form("/order/kept"));
    const number = page.text("title").match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
    const statement = (await buyer.get("/order/statement.txt")).text;
    const file = `statement-${number}.txt`;
    writeFileSync(`${this.market.place}/${file}`, statement, { mode: 0o600 });
    await buyer.submit(page.form("/order/statement"), { kept: "yes" });
    return Object.assign(buyer.twin(), { order: number, statement, file });
  }

  /** The same, and its money is there. */
  async paid(more) {
    const buyer = await this.placed(more);
    await this.pays(buyer, 1n);
    await this.becomes(buyer, "Paid into escrow");
    return buyer;
  }

  /** Pays one of so many parts of the price. */
  async pays(buyer, parts) {
    const { page } = await buyer.get("/order");
    const [, whole, part] = page.text(".ways .big .copy").match(/^(\d+)\.(\d+) ETH$/);
    const wei = BigInt(whole + part.padEnd(18, "0")) / parts;
    await this.market.node.send(page.text(".ways dd:not(.big) .copy"), "0x", wei);
  }

  /** Ways to pay the seller before time. */
  async releases() {
    const secret = { release: "secret", "release-hash": HASH };
    const form = async (buyer) => (await buyer.get("/order")).page.form("/order/release");
    const kept = await this.paid(secret);
    await this.see("order-secret", kept);
    await this.look("order-secret-wrong", await kept.submit(await form(kept), { release: "no secret" }), kept);
    const wallet = await this.paid({ release: "wallet", "buyer-key": WALLET_KEY });
    await this.see("order-wallet", wallet);
    await this.look("order-wallet-wrong", await wallet.submit(await form(wallet), { release: "0x00" }), wallet);
    const released = await this.paid(secret);
    await released.submit(await form(released), { release: SECRET });
    await this.see("order-release-sent", released);
    writeFileSync(`${this.market.place}/secret.txt`, `${SECRET}\n`, { mode: 0o600 });
    await this.market.home("release", released.order, "--statement", released.file, "--secret-file", "secret.txt", "--yes");
    await this.becomes(released, "has been paid");
    await this.see("order-released", released);
    // Values for the form that is left, for the step that tries forms out.
    this.shop.filled = { release: SECRET, kept: "yes", "escrow-refund": REFUND };
  }

  async short() {
    const buyer = await this.placed();
    await this.pays(buyer, 2n);
    await this.becomes(buyer, "missing");
    await this.see("order-short", buyer);
  }

  /** An attestor's pages. */
  async attestor({ statement }) {
    const [attestor] = this.market.attestors;
    const look = this.album.of(attestor, "attestor");
    const visitor = attestor.buyer();
    await look("front", await visitor.get("/"), visitor);
    const { page } = await look("check", await visitor.get("/check"), visitor);
    const [part] = statement.split(/^.*part 2/im);
    const check = async (what, text) => look(`check-${what}`, await visitor.submit(page.form("/check"), { statement: text }), visitor);
    await check("sound", part);
    await check("false", part.replaceAll(REFUND, WALLET_KEY));
    await check("unreadable", "no statement <b>&");
    await refused(look, visitor);
    attestor.filled = { statement: part };
  }

  /** The arbiter's pages, and a dispute from an objection to the end. `open`: an order that stays in dispute. */
  async dispute(buyer, open) {
    const { arbiter } = this.market;
    const look = this.album.of(arbiter, "arbiter");
    const visitor = arbiter.buyer();
    const see = async (what, answer) => look(what, await answer, visitor);
    await see("front", visitor.get("/"));
    await see("check", visitor.get("/check"));
    await see("seller", visitor.get("/seller"));
    const form = (await see("buyer", visitor.get("/buyer"))).page.form("/buyer");
    const writes = (what, values) => see(`buyer-${what}`, visitor.submit(form, values));
    await writes("unreadable", { statement: "no statement", words: WORDS });
    await writes("wordless", { statement: buyer.statement, words: " " });
    const taken = await writes("taken", { statement: buyer.statement, words: WORDS });
    const opens = (await see("case", visitor.get("/case"))).page.form("/case");
    await see("case-mistyped", visitor.submit(opens, { code: code("A") }));
    await see("case-unknown", visitor.submit(opens, { code: code("0") }));
    const own = { code: taken.page.text("pre") };
    const mine = await see("case-open", visitor.submit(opens, own));
    await see("case-more", visitor.submit(mine.page.form("/case/add"), { words: "Three shirts were ordered." }));
    await refused(look, visitor);
    await this.market.decide(buyer, ["dispute"], "");
    await this.becomes(buyer, "In dispute");
    await this.see("order-disputed", buyer);
    await this.market.decide(buyer, ["rule", "--buyer-share", "60%"], "Both sides could have looked better.");
    await this.becomes(buyer, "has decided");
    await this.see("order-ruled", buyer);
    await see("case-ruled", visitor.submit(opens, own));
    // The buyer's proof is in the statement's file; this is the seller's.
    const { signature: proof } = await this.market.home("case", open.order);
    arbiter.filled = { statement: open.statement, words: WORDS, proof, ...own };
    await this.market.home("dispute", open.order, "--yes");
    await this.becomes(open, "In dispute");
    await this.see("order-disputed-early", open);
  }
}

/** A service's answers to requests for pages that it does not have. */
async function refused(look, visitor) {
  await look("refused-404", await visitor.send("GET", "/nowhere"), visitor);
  await look("refused-405", await visitor.send("PUT", "/check"), visitor);
  await look("refused-403", await visitor.send("POST", "/check", { headers: { "sec-fetch-site": "cross-site" }, body: "statement=x" }), visitor);
}
