// Every form that posts, sent in every way that a page of somebody else could send it. All are refused, and
// nothing has changed; sent as the shop's own page does, each is taken.
import { originOf } from "../lib/clear_web.mjs";
import { code, SHIP_TO } from "../lib/journey.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => "own matrix";
/** What makes each form one that would be taken. */
const FILLED = {
  ...SHIP_TO, txid: `0x${"b2".repeat(32)}`, ticket: code("0"), refund: `0x${"c3".repeat(20)}`, code: "TENTH",
};
/** After these an order is not what it was. They are sent last, and once whatever the language. */
const ENDS = ["/order/claim", "/order/refund", "/order/leave", "/order/cancel", "/order/forget"];
/** Landing pages have these: they are the same for everyone, so no token is on them. Where they come from decides. */
const WITHOUT_TOKEN = ["/cart", "/order/enter"];

export async function run() {
  const { states, languages } = await walked();
  const findings = [];
  const forms = everyForm(states);
  let sent = 0;
  for (const [route, { state, form, strangers }] of forms) {
    const { shop } = state;
    const buyer = () => Object.assign(shop.buyer(), { jar: { ...state.jar } });
    const token = form.fields.find((field) => field.name === "token")?.value;
    // A service has no cookie that a token could belong to.
    const isService = Boolean(shop.kind);
    if (!token && !isService && !WITHOUT_TOKEN.includes(bare(route, languages))) findings.push({ where: route, what: "has no token" });
    let before = await standing(shop, state.jar);
    for (const [what, attack] of attacks(shop, form, token, strangers)) {
      const answer = await buyer().send(attack.method ?? "POST", attack.path ?? route, attack);
      sent += 1;
      const wrong = judge(answer, attack, token);
      if (wrong) findings.push({ where: `POST ${route}, ${what}`, what: wrong });
      const after = await standing(shop, state.jar);
      if (after !== before) findings.push({ where: `POST ${route}, ${what}`, what: "something changed" });
      before = after;
    }
  }
  for (const [route, { state, form }] of ownOrder(forms, languages)) {
    const buyer = Object.assign(state.shop.buyer(), { jar: { ...state.jar } });
    const sent = () => buyer.send("POST", route, { headers: ours(state.shop), body: filled(state.shop, form) });
    let own = await sent();
    // At a door with limits orders are some seconds apart, once many were placed.
    for (let i = 0; i < 10 && state.shop.way && own.status === 429; i++) {
      await new Promise((next) => setTimeout(next, 3_000));
      own = await sent();
    }
    // A service shows a page at once.
    if (own.status !== (state.shop.kind ? 200 : 303)) findings.push({ where: `POST ${route}`, what: `the shop's own form is answered ${own.status}` });
  }
  return { looked: `${forms.size} forms, ${sent} forgeries`, findings };
}

/** The form as it would be taken; what is chosen from a list is one that is on it. */
function filled(shop, form, more = {}) {
  const chosen = form.fields.filter(({ options }) => options).map(({ name, options }) => [name, options.find(Boolean)]);
  return form.body({ ...FILLED, ...shop.filled, ...Object.fromEntries(chosen), ...more });
}

/** A path without its language. */
const bare = (route, languages) => languages.reduce((path, language) => (language && path.startsWith(`${language}/`) ? path.slice(language.length) : path), route);

/** Forms in an order in which none spoils another. */
function ownOrder(forms, languages) {
  const rank = (route) => ENDS.indexOf(bare(route, languages));
  const once = [...forms].filter(([route]) => rank(route) < 0 || route === bare(route, languages));
  return once.sort(([a], [b]) => rank(a) - rank(b));
}

/** One of each route, from the state where it was seen first; and tokens of other states. The wallet's shop is full in the end: its states come last, with those that escrow alone has. */
function everyForm(states) {
  const forms = new Map();
  const tokens = new Map();
  const isLast = ({ name }) => /(^|-)(?:wallet|escrow)-/.test(name);
  const usable = states.filter((s) => s.page && s.status === 200).sort((a, b) => isLast(a) - isLast(b));
  for (const state of usable) {
    for (const form of state.page.forms.filter((f) => f.method === "POST")) {
      if (!forms.has(form.action)) forms.set(form.action, { state, form });
      const token = form.fields.find((field) => field.name === "token")?.value;
      if (token) tokens.set(token, state);
    }
  }
  for (const found of forms.values()) {
    const others = [...tokens].filter(([, other]) => JSON.stringify(other.jar) !== JSON.stringify(found.state.jar));
    // A token of another buyer of the same shop, and one of another shop.
    const same = others.filter(([, o]) => o.shop === found.state.shop && differs(o.jar, found.state.jar)).at(-1);
    const other = others.filter(([, o]) => o.shop !== found.state.shop).at(-1);
    found.strangers = [same, other].filter(Boolean).map(([token]) => token);
  }
  return forms;
}

/** Whether no cookie is shared. */
const differs = (a, b) => Object.entries(a).every(([name, value]) => b[name] !== value);

const ours = (shop) => ({ origin: originOf(shop.at), "sec-fetch-site": "same-origin" });

function attacks(shop, form, token, strangers) {
  const origin = originOf(shop.at);
  const body = filled(shop, form);
  const elsewhere = origin.replace(/\/\/[^:]+/, (host) => (host === "//127.0.0.1" ? "//localhost" : `${host}.example`));
  const otherwise = origin.startsWith("https") ? origin.replace("https:", "http:") : origin.replace("http:", "https:");
  const all = [
    ["Origin null", { headers: { origin: "null" }, body }],
    ["Origin null, said to be ours", { headers: { origin: "null", "sec-fetch-site": "same-origin" }, body }],
    ["another Origin", { headers: { origin: "http://shop.invalid" }, body }],
    ["Origin by another name", { headers: { origin: elsewhere }, body }],
    ["Origin by the other scheme", { headers: { origin: otherwise }, body }],
    ["neither Origin nor Sec-Fetch-Site", { headers: {}, body }],
    ["no Origin, but a Referer", { headers: { referer: `${origin}/cart` }, body }],
    ...["cross-site", "same-site", "none"].map((site) => [`Sec-Fetch-Site ${site}`, { headers: { origin, "sec-fetch-site": site }, body }]),
    ["GET instead", { method: "GET", path: `${form.action}?${body}`, headers: { "sec-fetch-site": "cross-site" } }],
    ["PUT instead", { method: "PUT", headers: { "sec-fetch-site": "cross-site" }, body }],
    ["GET that says it is a POST", { method: "GET", path: `${form.action}?${body}&_method=POST`, headers: { "x-http-method-override": "POST" } }],
    ["as plain text", { headers: { ...ours(shop), "content-type": "text/plain" }, body, refused: [422, 415, 403] }],
    ["as plain text from elsewhere", { headers: { "sec-fetch-site": "cross-site", "content-type": "text/plain" }, body }],
  ];
  if (!token) return all;
  const own = ours(shop);
  // A checkout that is too old is shown again with what was typed in it.
  const refused = [403, 422];
  const other = token.replace(/[0-9a-zA-Z]/g, (c) => (c === "x" ? "y" : "x"));
  const flipped = token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + token.at(-1);
  return [
    ...all,
    ["no token", { headers: own, body: filled(shop, form, { token: undefined }), refused }],
    ["an empty token", { headers: own, body: filled(shop, form, { token: "" }), refused }],
    ["a made-up token", { headers: own, body: filled(shop, form, { token: other }), refused }],
    ["one letter changed", { headers: own, body: filled(shop, form, { token: flipped }), refused }],
    ["the token twice", { headers: own, body: `${body}&token=${encodeURIComponent(token)}`, refused }],
    ["without the cookie", { headers: own, body, cookies: {}, refused: [303, ...refused] }],
    ...strangers.map((stranger, i) => [i ? "another shop's token" : "another buyer's token", { headers: own, body: filled(shop, form, { token: stranger }), refused }]),
  ];
}

/** A forgery is refused, and leaves no cookie. A GET may show a page. */
function judge(answer, { method = "POST", refused = [403] }) {
  if (answer.headers.some(([name]) => name === "set-cookie")) return `answered ${answer.status} with a cookie`;
  if (method === "POST") return refused.includes(answer.status) ? "" : `answered ${answer.status}`;
  if (method === "PUT") return answer.status === 405 ? "" : `answered ${answer.status}`;
  // An address that has a statement in it is too long.
  return [200, 303, 404, 405, 414].includes(answer.status) ? "" : `answered ${answer.status}`;
}

/** What there is to change: the cart, the order, and what the seller has. */
async function standing(shop, jar) {
  const buyer = Object.assign(shop.buyer(), { jar: { ...jar } });
  const cart = await buyer.get("/cart");
  const order = await buyer.get("/order");
  const bare = (answer) => answer.text.replace(/name="token" value="[^"]*"/g, "");
  return [bare(cart), bare(order), Object.keys(buyer.jar).join(), shop.orders()].join("\n");
}
