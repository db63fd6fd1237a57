// What is said to those who ask for what there is not, or what they may not have.
import { connect } from "node:net";
import { originOf, raw, wayTo } from "./clear_web.mjs";
import { called } from "./journey.mjs";

export async function refusals(look, shop, languages) {
  const buyer = shop.buyer();
  const own = { origin: originOf(shop.at), "sec-fetch-site": "same-origin" };
  const body = "id=x";
  for (const language of languages) {
    const name = (status) => called(language, `refused-${status}`);
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
    const write = (to) => to.write("garbage\r\n\r\n");
    const socket = wayTo(at) ? raw(wayTo(at), write) : connect(Number(port), host, () => write(socket));
    socket.on("data", (data) => (said += data)).on("end", () => done(said)).on("error", failed);
  });
