// A shop for tools that try everything: one buyer with a full cart and an open order, held still behind a front.
import { front } from "./front.mjs";
import { Shop } from "./shop.mjs";
import { another } from "./states.mjs";

/** How long each of these tools may take. */
export const SECONDS = Number(process.env.WEB_SECONDS ?? 240);

export async function heldShop() {
  const shop = new Shop();
  // With a wallet there is one more form: the one that takes a transaction's name.
  shop.set("ether", "wallet", '"0xd24def0856636050cf891befc0fa69ecf96c160b"');
  shop.set("ether", "nodes", '["http://127.0.0.1:1"]');
  await shop.open();
  const buyer = await another(shop);
  const list = await buyer.get("/product");
  for (const form of list.page.forms.filter((f) => f.action.endsWith("/cart")).slice(0, 2)) await buyer.submit(form);
  const opened = await front(shop, { jar: buyer.jar, vouch: true });
  return {
    shop,
    buyer,
    url: opened.url,
    seen: opened.seen,
    /** Answers that are our own fault, each path once. */
    faults() {
      const bad = opened.seen.filter(({ status }) => status >= 500 || status === 0);
      const once = new Map(bad.map((one) => [`${one.method} ${one.path.split("?")[0]} ${one.status}`, one]));
      return [...once].map(([what, { path }]) => ({ where: path, what: `answered ${what}` }));
    },
    async close() {
      opened.close();
      await shop.close();
    },
  };
}
