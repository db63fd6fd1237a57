// A purchase, from the list to the order page.
import { offers } from "./goods.mjs";

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
/** What looks wrong, and is taken if the buyer says that it is right. */
const DOUBTFUL = { ...SHIP_TO, country: "Germny" };
const WRONG = { ...SHIP_TO, street: "", contact: "yes", email: "not an address", sealed: "not a message", note: "x".repeat(3_900) };

/** What looks like an order code: of this character alone. With "0" it is one that no order has. */
export const code = (character) => Array(7).fill(character.repeat(4)).join("-");

/** What is seen in a language is called by it. */
export const called = (language, what) => (language ? `${language.slice(1)}-${what}` : what);

/** A purchase in one language. The buyer, with the order's number as `order`. */
export async function purchase(look, shop, language) {
  const buyer = shop.buyer();
  const see = async (what, answer) => look(called(language, what), await answer, buyer);
  await see("cart-empty", buyer.get(`${language}/cart`));
  await see("cart-cookie-lost", buyer.get(`${language}/cart?kept`));
  await see("order-cookie-lost", buyer.get(`${language}/order?opened`));
  await see("checkout-of-nothing", buyer.get(`${language}/checkout`));
  const enter = await see("enter", buyer.get(`${language}/order/enter`));
  const stranger = buyer.twin();
  const unknown = enter.page.form("/order/enter");
  await look(called(language, "enter-mistyped"), await stranger.submit(unknown, { ticket: code("A") }), stranger);
  await look(called(language, "enter-unknown"), await stranger.submit(unknown, { ticket: code("0") }), stranger);

  // A cart that stays one: the others' forms lead on to what was ordered with them.
  const left = await filled(shop);
  await look(called(language, "checkout-left"), await left.get(`${language}/checkout`), left);
  const cart = await fillCart(see, buyer, language);
  const all = () => cart.page.form("/cart/change");
  for (const option of all().fields.find((f) => f.name === "currency")?.options ?? []) {
    const twin = buyer.twin();
    await look(called(language, `cart-in-${option}`), await twin.submit(all(), { currency: option }), twin);
  }
  await see("cart-too-many", buyer.submit(all(), { [all().fields.find((f) => f.name.startsWith("quantity:")).name]: "99999" }));
  if (all().has("country")) await sendTo(buyer, "GB", language);
  const checkout = await see("checkout", buyer.get(`${language}/checkout`));
  const form = checkout.page.form("/checkout");
  await see("checkout-missing", buyer.submit(form));
  await see("checkout-wrong", buyer.submit(form, WRONG));
  // Where the cart has said the country it is not asked for again.
  if (form.has("country")) await see("checkout-doubtful", buyer.submit(form, DOUBTFUL));
  return order(see, buyer, form);
}

/** One thing, then two more. */
async function fillCart(see, buyer, language) {
  const forms = await offers(buyer, language, 3);
  await see("cart-refused", buyer.submit(forms[0], { quantity: "0" }));
  await see("cart-one", buyer.submit(forms[0]));
  await buyer.submit(forms[1], { quantity: "2" });
  return see("cart", buyer.submit(forms[2]));
}

/** Says where the cart goes, in a shop that asks: a country, or a region of one. */
export async function sendTo(buyer, place, language = "") {
  const cart = await buyer.get(`${language}/cart`);
  return buyer.submit(cart.page.form("/cart/change"), { country: place });
}

/** From the filled checkout to the order page. The buyer comes back, with the order's number as `order`. */
export async function order(see, buyer, form) {
  const fresh = await see("order-fresh", buyer.submit(form, SHIP_TO));
  if (!fresh.page.form("/order/kept")) throw new Error(`no order was placed: ${fresh.page.text("main")}`);
  const placed = await buyer.submit(fresh.page.form("/order/kept"));
  const number = placed.page.text("h1").match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
  return Object.assign(buyer.twin(), { order: number });
}

/** Somebody with the first thing that there is in the cart, or with what a form says; where it goes is said. */
export async function filled(shop, form) {
  const buyer = shop.buyer();
  const cart = await buyer.submit(form ?? (await offers(buyer))[0]);
  if (cart.page.form("/cart/change").has("country")) await sendTo(buyer, "GB");
  return buyer;
}

/** One more order, unseen, of the same. */
export async function another(shop, form) {
  const buyer = await filled(shop, form);
  const checkout = await buyer.get("/checkout");
  return order((_, answer) => answer, buyer, checkout.page.form("/checkout"));
}
