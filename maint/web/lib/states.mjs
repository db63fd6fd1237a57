// The states that links alone do not lead to: what is typed and pressed to see them.
import { connect } from "node:net";
import { until } from "./common.mjs";

/** What a buyer types at the checkout, by field. Fields that are not here keep what they have. */
export const SHIP_TO = {
  recipient: "Ada Byron",
  street: "12 St James's Square",
  city: "London",
  province: "England",
  country: "UK",
  postcode: "SW1Y 4JH",
  note: "Ring twice, please.\nThe bell is <b>\"loud\"</b> & old.",
};
const WRONG = { ...SHIP_TO, street: "", email: "not an address", sealed: "not a message", note: "x".repeat(3_900) };
/** Forms that `journeys` sends as they are meant; every other form is sent as it stands, to see what comes. */
const KNOWN = ["/cart", "/cart/change", "/cart/currency", "/cart/destination", "/cart/shipping", "/cart/discount", "/checkout", "/order/enter", "/order/kept", "/order/check", "/order/claim", "/order/leave"];

/** A purchase in one language, and its order in every state, in every language. */
export async function journeys(look, shop, language, languages) {
  const name = (what) => (language ? `${language.slice(1)}-${what}` : what);
  const buyer = shop.buyer();
  const see = async (what, answer) => look(name(what), await answer, buyer);
  await see("cart-empty", buyer.get(`${language}/cart`));
  await see("cart-cookie-lost", buyer.get(`${language}/cart?kept`));
  await see("order-cookie-lost", buyer.get(`${language}/order?opened`));
  await see("checkout-of-nothing", buyer.get(`${language}/checkout`));
  const enter = await see("enter", buyer.get(`${language}/order/enter`));
  const stranger = buyer.twin();
  const unknown = enter.page.form("/order/enter");
  await look(name("enter-unknown"), await stranger.submit(unknown, { ticket: "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA" }), stranger);

  const cart = await fillCart(see, buyer, language);
  for (const option of cart.page.form("/cart/currency")?.fields.find((f) => f.options)?.options ?? []) {
    const twin = buyer.twin();
    await look(name(`cart-in-${option}`), await twin.submit(cart.page.form("/cart/currency"), { currency: option }), twin);
  }
  await see("cart-too-many", buyer.submit(cart.page.form("/cart/change"), { quantity: "99999" }));
  const checkout = await see("checkout", buyer.get(`${language}/checkout`));
  const form = checkout.page.form("/checkout");
  await see("checkout-missing", buyer.submit(form));
  await see("checkout-wrong", buyer.submit(form, WRONG));
  const first = await order(see, buyer, form);
  await orderStates(look, shop, first, language, languages);
  const closing = await first.get(`${language}/order`);
  await look(name("order-closed"), await first.submit(closing.page.form("/order/leave")), first);
}

/** One thing, then two more. */
async function fillCart(see, buyer, language) {
  const list = await buyer.get(`${language}/product`);
  const forms = list.page.forms.filter((form) => form.action.endsWith("/cart"));
  if (forms.length < 3) throw new Error(`${language}/product offers only ${forms.length} products`);
  await see("cart-refused", buyer.submit(forms[0], { quantity: "0" }));
  await see("cart-one", buyer.submit(forms[0]));
  await buyer.submit(forms[1], { quantity: "2" });
  return see("cart", buyer.submit(forms[2]));
}

/** From the filled checkout to the order page. The buyer comes back, with the order's number as `order`. */
async function order(see, buyer, form) {
  const fresh = await see("order-fresh", buyer.submit(form, SHIP_TO));
  if (!fresh.page.form("/order/kept")) throw new Error(`no order was placed: ${fresh.page.text("main")}`);
  const placed = await buyer.submit(fresh.page.form("/order/kept"));
  const number = placed.page.text("h1").match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
  return Object.assign(buyer.twin(), { order: number });
}

/** One more order, unseen, of the same kind as the first. */
export async function another(shop) {
  const buyer = shop.buyer();
  const list = await buyer.get("/product");
  await buyer.submit(list.page.form("/cart"));
  const checkout = await buyer.get("/checkout");
  return order((_, answer) => answer, buyer, checkout.page.form("/checkout"));
}

async function orderStates(look, shop, first, language, languages) {
  const see = async (what, buyer, paths = ["/order"]) => {
    for (const other of language ? [] : languages) {
      for (const path of paths) {
        const tail = path === "/order" ? "" : path.replace(/\//g, "-").replace("-order", "");
        await look(`${other ? `${other.slice(1)}-` : ""}order-${what}${tail}`, await buyer.get(other + path), buyer);
      }
    }
  };
  if (language) return;
  const more = ["/order", "/order/watch", "/order/receipt", "/order/receipt.txt"];
  await see("waiting", first, more);
  await pressAll(look, "waiting", await another(shop));
  const [short, over, paid, gone] = [await another(shop), await another(shop), await another(shop), await another(shop)];
  const pay = async (buyer, ...words) => {
    const before = (await buyer.get("/order")).page.text("main h2");
    shop.run("demo", "pay", buyer.order, ...words);
    await changed(buyer, before);
  };
  await pay(short, "--amount", "0.001");
  await see("short", short, more);
  await pay(over, "--amount", "9");
  await pay(paid);
  await see("confirming", paid, more);
  const before = (await paid.get("/order")).page.text("main h2");
  shop.run("demo", "mine", "20");
  await changed(paid, before);
  await see("paid", paid, more);
  await see("over", over, more);
  await pressAll(look, "paid", paid);
  // What is not paid in full yet just waits again when its block goes.
  await pay(gone);
  const confirming = (await gone.get("/order")).page.text("main h2");
  shop.run("demo", "mine", "20");
  await changed(gone, confirming);
  const settled = (await gone.get("/order")).page.text("main h2");
  shop.run("demo", "reorg", "21");
  await changed(gone, settled);
  await see("reversed", gone, more);
}

/** Waits until the order page says something else. */
const changed = (buyer, before) =>
  until(`order ${buyer.order} moves on from "${before}"`, async () => {
    const { page } = await buyer.get("/order");
    const now = page.text("main h2");
    // The shop looks at the chain soon when it is asked to.
    if (page.form("/order/check")) await buyer.submit(page.form("/order/check"));
    return now !== before;
  });

/** Sends the forms that nobody here knows as they stand, each from the same state. */
async function pressAll(look, what, buyer) {
  const paths = new Set(["/order", ...(await buyer.get("/order")).page.links.filter((path) => path.startsWith("/order/"))]);
  for (const path of paths) {
    const at = buyer.twin();
    const answer = await at.get(path);
    if (!answer.isPage) continue;
    for (const form of answer.page.forms.filter((f) => f.method === "POST" && !KNOWN.includes(f.action))) {
      for (const button of form.buttons) {
        const twin = at.twin();
        const tail = form.action.replace(/[^a-z0-9]+/gi, "-");
        await look(`order-${what}${tail}${button.name ? `-${button.name}` : ""}`, await twin.submit(form, {}, button), twin);
      }
    }
  }
}

/** What is said to those who ask for what there is not, or what they may not have. */
export async function refusals(look, shop, languages) {
  const buyer = shop.buyer();
  const own = { origin: `http://${shop.at}`, "sec-fetch-site": "same-origin" };
  const body = "id=x";
  for (const language of languages) {
    const name = (status) => `${language ? `${language.slice(1)}-` : ""}refused-${status}`;
    const see = async (status, sent) => {
      const answer = await sent;
      if (answer.status !== Number(status.slice(0, 3))) throw new Error(`${name(status)} came as ${answer.status}`);
      await look(name(status), answer, buyer);
    };
    await see("404", buyer.send("GET", `${language}/nowhere`));
    await see("405", buyer.send("PUT", `${language}/cart`, { headers: own }));
    await see("413", buyer.send("POST", `${language}/order/enter`, { headers: own, body: `ticket=${"x".repeat(20_000)}` }));
    await see("414", buyer.send("GET", `${language}/${"x".repeat(3_000)}`));
    await see("403-other-site", buyer.send("POST", `${language}/cart`, { headers: { "sec-fetch-site": "cross-site" }, body }));
    await see("403-stale", buyer.send("POST", `${language}/cart/change`, { headers: own, body }));
    await see("422", buyer.send("POST", `${language}/cart`, { headers: { ...own, "content-type": "text/plain" }, body }));
  }
  const plain = async (status, sent) => look(`refused-${status}`, await sent, buyer);
  await plain("431", buyer.send("GET", "/", { headers: { "x-long": "x".repeat(9_000) } }));
  await plain("421", buyer.send("GET", "/", { headers: { host: "shop.invalid" } }));
  await plain("403-proxy", buyer.send("GET", "/", { headers: { "x-tor2web": "1" } }));
}

/** Bytes that are no HTTP; all that comes back. */
export const garbage = (at) =>
  new Promise((done, failed) => {
    const [host, port] = at.split(":");
    let said = "";
    const socket = connect(Number(port), host, () => socket.write("garbage\r\n\r\n"));
    socket.on("data", (data) => (said += data)).on("end", () => done(said)).on("error", failed);
  });

/** A shop with one wallet, where a buyer may name a transaction; and one that is full. */
export async function walletStates(look, shop) {
  const buyer = await another(shop);
  const see = async (what, answer) => look(`wallet-${what}`, await answer, buyer);
  const page = await see("order-waiting", buyer.get("/order"));
  const claim = page.page.form("/order/claim");
  await see("claim-wrong", buyer.submit(claim, { txid: "that one" }));
  await see("claim-looked-up", buyer.submit(claim, { txid: `0x${"a1".repeat(32)}` }));
  await see("claim-again", buyer.submit(claim, { txid: `0x${"a1".repeat(32)}` }));
  const late = shop.buyer();
  await late.submit((await late.get("/product")).page.form("/cart"));
  const checkout = await late.get("/checkout");
  await look("wallet-shop-full", await late.submit(checkout.page.form("/checkout"), SHIP_TO), late);
}
