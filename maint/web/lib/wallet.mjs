// A shop that was a demo and is paid by a wallet now: what its buyers are told while its chain goes its ways.
import { until } from "./common.mjs";
import { another, called, filled, SHIP_TO } from "./journey.mjs";

/** How long it may take until a shop says that it sees nothing: two looks, twelve seconds apart or more. */
const LOOKS = 150;
const ID = `0x${"a1".repeat(32)}`;

/** The shop is open as a demo; from here on it is real, and the node is its own. */
export async function walletStates(look, shop, node, languages) {
  const left = await another(shop);
  await shop.shut();
  node.paysTo(shop);
  shop.set("orders", "most_open", "4");
  await shop.open();
  const see = async (what, buyer, path = "/order") => {
    for (const language of languages) await look(called(language, `wallet-${what}`), await buyer.get(language + path), buyer);
  };
  await see("order-of-the-demo", Object.assign(left, { at: shop.at }));
  const claims = await claimed(look, see, shop);
  await reviewed(see, shop, node, claims);
  await checked(see, shop, node);
  const later = await another(shop);
  const late = await full(look, shop);
  await node.close();
  const words = async () => (await later.get("/order")).page.text("main").includes("can’t see payments");
  await until("the shop says that it sees nothing", words, LOOKS);
  await see("order-unseen", later);
  await see("checkout-unseen", late, "/checkout");
}

/** Orders until no more are taken. The buyer who came too late, with what is in the cart still. */
async function full(look, shop) {
  for (;;) {
    const buyer = await filled(shop);
    const answer = await buyer.submit((await buyer.get("/checkout")).page.form("/checkout"), SHIP_TO);
    if (answer.page.form("/order/kept")) continue;
    await look("wallet-shop-full", answer, buyer);
    return buyer;
  }
}

/** Names transactions that nobody made. The buyer. */
async function claimed(look, see, shop) {
  const buyer = await another(shop);
  await see("order-waiting", buyer);
  const claim = async (txid) => buyer.submit((await buyer.get("/order")).page.form("/order/claim"), { txid });
  await look("wallet-claim-wrong", await claim("that one"), buyer);
  await look("wallet-claim-looked-up", await claim(ID), buyer);
  await look("wallet-claim-again", await claim(ID), buyer);
  return buyer;
}

/** What came is not what was asked for: the seller looks at it, and says that it is for something else. */
async function reviewed(see, shop, node, buyer) {
  const txid = await node.pay("0.5 ETH");
  await node.mine(3);
  await buyer.submit((await buyer.get("/order")).page.form("/order/claim"), { txid });
  await becomes(buyer, "the seller is asked to look", (page) => page.text("main h2").includes("seller is checking"));
  await see("order-reviewed", buyer);
  await see("receipt-reviewed", buyer, "/order/receipt");
  shop.run("orders", "reject", buyer.order);
  await becomes(buyer, "the seller has spoken", (page) => !page.text("main h2").includes("seller is checking"));
  await see("order-rejected", buyer);
}

/** It was paid, and the node tells of another branch that is not as high yet. */
async function checked(see, shop, node) {
  const buyer = await another(shop);
  await node.pay((await buyer.get("/order")).page.text(".ways .big .copy"));
  await node.mine(4);
  await becomes(buyer, "it is paid", (page) => !page.form("/order/check"));
  await node.ask("anvil_rollback", [4]);
  await node.mine(2);
  await becomes(buyer, "it is being checked", (page) => page.text("main h2").includes("being checked"));
  await see("order-checked", buyer);
  // The other branch is the longer one, with the payment in it or without.
  await node.mine(8);
  await becomes(buyer, "it is certain", (page) => !page.text("main h2").includes("being checked"));
  await see("order-gone", buyer);
}

/** Waits until the order page says something, and has the shop look at the chain soon. */
const becomes = (buyer, what, said) =>
  until(
    `order ${buyer.order}: ${what}`,
    async () => {
      const { page } = await buyer.get("/order");
      if (page.form("/order/check")) await buyer.submit(page.form("/order/check"));
      return said(page);
    },
    LOOKS,
  );
