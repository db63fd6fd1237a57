// Shops for tools that try everything: one buyer with a full cart and an open order, held still behind a front.
import { front } from "./front.mjs";
import { offers } from "./goods.mjs";
import { another, sendTo } from "./journey.mjs";
import { market } from "./market.mjs";
import { Node } from "./node.mjs";
import { Orders } from "./orders.mjs";

/** How long each of these tools may take. */
export const SECONDS = Number(process.env.WEB_SECONDS ?? 240);

/** One shop waits for money and takes the name of a transaction; in the other it came, and may go back somewhere. */
export const scanTargets = () => Promise.all([scanTarget(false), scanTarget(true)]);

async function scanTarget(paid) {
  const node = paid ? undefined : await Node.start();
  const shop = market(node);
  await shop.open();
  const buyer = await another(shop);
  if (paid) await new Orders(undefined, shop, []).pay(buyer);
  for (const form of await offers(buyer, "", 2)) await buyer.submit(form);
  await sendTo(buyer, "CA-QC");
  const opened = await front(shop, { jar: buyer.jar, vouch: true, spared: ["/order/cancel", "/order/forget"] });
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
      node?.close();
    },
  };
}
