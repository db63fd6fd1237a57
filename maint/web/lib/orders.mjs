// An order in every state, in every language.
import { offer } from "./goods.mjs";
import { another, called } from "./journey.mjs";
import { until } from "./common.mjs";

const PAPERS = ["/order", "/order/receipt", "/order/receipt.txt"];
const PAGES = [...PAPERS, "/order/watch"];
/** Forms that are sent here as they are meant; every other form is sent as it stands, to see what comes. */
const KNOWN = ["/order/enter", "/order/kept", "/order/check", "/order/claim", "/order/leave", "/order/refund", "/order/cancel", "/order/forget"];
const REFUND = { refund: "0xd24def0856636050cf891befc0fa69ecf96c160b" };

/** What the walk does with orders of one shop, and in which languages it looks at them. */
export class Orders {
  constructor(look, shop, languages) {
    Object.assign(this, { look, shop, languages });
  }

  /** Looks at pages of an order, in every language. */
  async see(what, buyer, paths = ["/order"]) {
    for (const language of this.languages) {
      for (const path of paths) {
        const tail = paths.length === 1 ? "" : path.replace(/^\/order/, "").replaceAll("/", "-");
        await this.look(called(language, `order-${what}${tail}`), await buyer.get(language + path), buyer);
      }
    }
  }

  /** What the chain makes of orders. `first` was just placed. */
  async payments(first) {
    const { shop } = this;
    await this.see("waiting", first, PAGES);
    await this.pressAll("waiting", await another(shop));
    const [short, over, paid, gone] = [await another(shop), await another(shop), await another(shop), await another(shop)];
    await this.pay(short, "--amount", "0.001");
    await this.see("short", short, PAPERS);
    await this.pay(over, "--amount", "9");
    await this.pay(paid);
    await this.see("confirming", paid, PAGES);
    await this.settle(paid);
    await this.see("paid", paid, PAPERS);
    await this.see("over", over, PAPERS);
    await this.pressAll("paid", paid);
    // What is not paid in full yet just waits again when its block goes.
    await this.pay(gone);
    await this.settle(gone);
    await this.moves(gone, () => shop.run("demo", "reorg", "21"));
    await this.see("reversed", gone, PAPERS);
  }

  /** What buyer and seller do with orders. */
  async lives() {
    const { shop } = this;
    // Looked at, and left as they are: their forms are still good when a tool sends them.
    const still = await another(shop);
    await this.see("cancel-asked", still, ["/order/cancel"]);
    await this.see("forget-too-early", still, ["/order/forget"]);
    const cancelled = await another(shop);
    await cancelled.submit((await cancelled.get("/order/cancel")).page.form("/order/cancel"));
    await this.see("cancelled", cancelled);
    const short = await another(shop);
    await this.pay(short, "--amount", "0.002");
    await this.press("refund-wrong", short, "/order/refund", { refund: "nowhere" }, "/order");
    await this.press("refund-kept", short, "/order/refund", REFUND, "/order");
    await this.see("forget-unsettled", short, ["/order/forget"]);
    const kept = await another(shop);
    await this.pay(kept);
    await this.see("cancel-too-late", kept, ["/order/cancel"]);
    await this.settle(kept);
    const told = (...words) => this.moves(kept, () => shop.run("orders", ...words), "main");
    await told("note", kept.order, "--note", "The orange ones are printed on Thursday.\nIs Friday soon enough?");
    await told("sent", kept.order, "--note", "Parcel 00 3401 2345 6789, at the counter of the station for a week.");
    await this.see("sent", kept);
    await told("delivered", kept.order);
    await this.see("delivered", kept);
    await told("refunded", kept.order, "--note", "You sent a little too much: it is on its way back.");
    await this.see("refunded", kept, PAPERS);
    await this.see("forget-asked", kept, ["/order/forget"]);
    const done = await another(shop);
    await done.submit((await done.get("/order/cancel")).page.form("/order/cancel"));
    // What is still on its way to the mailbox is not destroyed.
    await until("the order can be forgotten", async () => {
      const { page } = await done.get("/order/forget");
      return (await done.submit(page.form("/order/forget"))).status === 200;
    });
    await this.see("forgotten", done, ["/order/forgotten"]);
  }

  /** Two who pay for the same last one. */
  async missed(name) {
    const form = await offer(this.shop.buyer(), name);
    this.shop.run("stock", "set", name, "1");
    const [first, second] = [await another(this.shop, form), await another(this.shop, form)];
    await this.see("last-one", second);
    await this.pay(first);
    await this.settle(first);
    await this.pay(second);
    await this.settle(second);
    await this.see("missed", second, PAPERS);
    await this.see("forget-owed", second, ["/order/forget"]);
  }

  /** A file that is waited for, that may be fetched, and that was. */
  async handedOut(name) {
    const buyer = await another(this.shop, await offer(this.shop.buyer(), name));
    await this.see("file-soon", buyer);
    await this.pay(buyer);
    await this.settle(buyer);
    await this.see("file-ready", buyer);
    const begun = await another(this.shop, await offer(this.shop.buyer(), name));
    await this.pay(begun);
    await this.settle(begun);
    await begun.submit((await begun.get("/order")).page.form("/order/download"));
    await this.see("file-begun", begun);
  }

  pay(buyer, ...words) {
    return this.moves(buyer, () => this.shop.run("demo", "pay", buyer.order, ...words));
  }

  settle(buyer) {
    return this.moves(buyer, () => this.shop.run("demo", "mine", "20"));
  }

  /** Does something, and waits until the order page says something else. */
  async moves(buyer, what, where = "main h2") {
    const said = async () => {
      const { page } = await buyer.get("/order");
      return { page, text: page.text(where) };
    };
    const before = (await said()).text;
    what();
    await until(`order ${buyer.order} moves on from "${before}"`, async () => {
      const { page, text } = await said();
      // The shop looks at the chain soon when it is asked to.
      if (page.form("/order/check")) await buyer.submit(page.form("/order/check"));
      return text !== before;
    });
  }

  /** Sends a form of a page, and keeps what comes. */
  async press(what, buyer, action, values = {}, path = action) {
    const { page } = await buyer.get(path);
    const form = page.form(action);
    if (!form) throw new Error(`${path} has no form to ${action}: ${page.text("main")}`);
    return this.look(`order-${what}`, await buyer.submit(form, values), buyer);
  }

  /** Sends the forms that nobody here knows as they stand, each from the same state. */
  async pressAll(what, buyer) {
    const paths = new Set(["/order", ...(await buyer.get("/order")).page.links.filter((path) => path.startsWith("/order/"))]);
    for (const path of paths) {
      const answer = await buyer.twin().get(path);
      if (!answer.isPage) continue;
      for (const form of answer.page.forms.filter((f) => f.method === "POST" && !KNOWN.includes(f.action))) {
        for (const button of form.buttons) {
          const twin = buyer.twin();
          const tail = form.action.replace(/[^a-z0-9]+/gi, "-");
          await this.look(`order-${what}${tail}${button.name ? `-${button.name}` : ""}`, await twin.submit(form, {}, button), twin);
        }
      }
    }
  }
}
