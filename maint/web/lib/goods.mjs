// What can be bought: forms of product pages, which is where things go into the cart.

/** The forms of the first so many products that can be bought, in the order of the list. */
export async function offers(buyer, language = "", most = 1) {
  const list = await buyer.get(`${language}/product`);
  const forms = [];
  for (const path of new Set(list.page.links.filter((path) => path.startsWith(`${language}/product/`)))) {
    const form = (await buyer.get(path)).page?.form("/cart");
    if (form) forms.push(form);
    if (forms.length === most) return forms;
  }
  throw new Error(`${language}/product leads to only ${forms.length} products that can be bought`);
}

/** The form of one product. */
export async function offer(buyer, name, language = "") {
  const form = (await buyer.get(`${language}/product/${name}`)).page?.form("/cart");
  if (!form) throw new Error(`${language}/product/${name} cannot be bought`);
  return form;
}
