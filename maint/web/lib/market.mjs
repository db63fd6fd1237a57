// A shop with everything that the sample does without: theme `kiosk`, English and Arabic, rules for sending, tax and
// discounts, nested categories, two axes, a download, more products than a page holds, and texts that say who it is.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { called, sendTo } from "./journey.mjs";
import { offer } from "./goods.mjs";
import { Shop } from "./shop.mjs";

/** There is one of it, and then there is none. */
export const LAST = "lantern";

/** It is not open yet. A node it has is where it is paid. */
export function market(node) {
  const shop = new Shop();
  node?.paysTo(shop);
  shop.set("shop", "name", '"Night Market"');
  shop.set("shop", "tagline", '"Open while you are awake"');
  shop.set("shop", "contact", '"the lamp by the north gate"');
  shop.set("shop", "languages", '["en", "ar"]');
  shop.set("orders", "minimum", "{ ETH = 6000000 }");
  shop.run("theme", "new", "--base", "kiosk", "my-shop");
  for (const name of ["shipping", "tax"]) writeFileSync(`${shop.dir}/${name}.toml`, shop.run("config", "example", name) + (MORE[name] ?? ""));
  shop.run("discount", "add", "TENTH", "--percent", "10", "--dir", "my-shop");
  shop.run("discount", "add", "FREEPOST", "--free-shipping", "--dir", "my-shop");
  stock(shop);
  identity(shop);
  return shop;
}

/** A country that takes letters alone. */
const MORE = { shipping: '\n[[zone]]\nto = ["FR"]\n[[zone.rate]]\nname = "Letter"\nby_weight = [{ up_to = 500, price = { ETH = 3000000 } }]\n' };

function stock(shop) {
  const path = `${shop.dir}/catalog.json`;
  const catalog = JSON.parse(readFileSync(path, "utf8"));
  const { products } = catalog;
  for (const [name, product] of Object.entries(products)) {
    product.weight ??= 220;
    product.categories = product.categories.map((kind) => (["men", "women", "kids"].includes(kind) ? `clothing/${kind}` : kind));
    if (ARABIC[name]) product.translations = { ar: ARABIC[name] };
  }
  products["rope"] = {
    name: "Rope, by the Fathom",
    description: "Left over from the hash range. Two thicknesses, *two* moods.\n\n| thickness | holds |\n|---|---|\n| thin | a hammock |\n| thick | an argument |",
    categories: ["accessories"],
    axes: [{ name: "Thickness", values: ["Thin", "Thick"] }, { name: "Colour", values: ["Hemp", "Tar", "Signal orange"] }],
    variants: [
      { choice: ["Thin", "Hemp"], quantity: 9 },
      { choice: ["Thin", "Tar"], quantity: 2, price: 7200000 },
      { choice: ["Thick", "Hemp"], quantity: 0 },
      { choice: ["Thick", "Signal orange"], quantity: 5, price: 9800000, image: "heavy-bags.jpg", weight: 1900 },
    ],
    price: 6400000,
    weight: 900,
    new: true,
    featured: true,
  };
  products["field-guide"] = {
    name: "A Field Guide to Waiting for Confirmations, with Eleven Drawings and an Index of Excuses",
    description: "Forty pages to read while blocks arrive.",
    friendlyLink: "field-guide",
    categories: ["to read"],
    price: 6500000,
    digital: { file: "guide.txt" },
  };
  products[LAST] = { name: "Lantern", description: "There is one.", categories: ["accessories"], price: 8000000, quantity: 1, weight: 400 };
  writeFileSync(path, JSON.stringify(catalog));
  mkdirSync(`${shop.dir}/digital`, { recursive: true });
  writeFileSync(`${shop.dir}/digital/guide.txt`, "Wait.\n");
}

const ARABIC = {
  "proof-of-work": { name: "إثبات العمل", description: "معولان وجوهرة واحدة **بلا طرق مختصرة**.\n\n- قطن خالص\n- طباعة يدوية من الأمام والخلف" },
  "heavy-bags": { name: "حقائب ثقيلة", description: "حقيبة من القماش المتين تحمل أكثر مما تظن." },
  "hash-range": { name: "سلسلة الجبال", description: "جبال لم يتسلقها أحد بسهولة." },
};

/** Two texts with the seller's signature, and one without. */
function identity(shop) {
  const folder = `${shop.dir}/identity`;
  mkdirSync(folder, { recursive: true });
  const next = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  shop.gpg((gpg) => {
    gpg(["--import"], readFileSync(`${shop.dir}-seller/secret.asc`));
    writeFileSync(`${folder}/mirrors.txt`, gpg(["--clearsign"], "This shop has one address: the one you came by.\n"));
    writeFileSync(`${folder}/canary.txt`, gpg(["--clearsign"], `Nobody has asked for anything.\nValid until: ${next}\n`));
  });
  writeFileSync(`${folder}/security.txt`, `Contact: the lamp by the north gate\nExpires: ${next}T00:00:00Z\n`);
}

/** What a cart says of places, ways to send, tax and codes, until it can be ordered. */
export async function bills(look, shop, language) {
  const buyer = shop.buyer();
  const see = async (what, answer) => look(called(language, what), await answer, buyer);
  const sends = async (values, button = null) => {
    const form = (await buyer.get(`${language}/cart`)).page.form("/cart/change");
    return buyer.submit(form, values, form.buttons.find((b) => b.name === button));
  };
  await see("cart-below-least", buyer.submit(await offer(buyer, "unconfirmed", language)));
  await buyer.submit(await offer(buyer, "cold-storage", language));
  await see("cart-nowhere", buyer.get(`${language}/cart`));
  const asked = await see("checkout-nowhere", sends({}, "checkout"));
  await see("checkout-still-nowhere", buyer.submit(asked.page.form("/cart/change")));
  await see("cart-to-region", sendTo(buyer, "CA-QC", language));
  await see("cart-by-parcel", sends({ rate: "parcel" }));
  await see("cart-code-wrong", sends({ code: "nothing" }));
  await see("cart-code", sends({ code: "ten-th" }));
  await see("checkout-to-region", buyer.get(`${language}/checkout`));
  await see("cart-code-away", sends({}, "uncode"));
  await see("cart-free-post", sends({ code: "FREEPOST" }));
  await see("cart-tax-included", sends({ country: "DE" }));
  // What the rules have no price for.
  await see("cart-too-heavy", sends({ country: "FR" }));
  const reader = shop.buyer();
  await look(called(language, "cart-nothing-sent"), await reader.submit(await offer(reader, "field-guide", language)), reader);
  await sendTo(reader, "DE", language);
  await look(called(language, "checkout-nothing-sent"), await reader.get(`${language}/checkout`), reader);
}
