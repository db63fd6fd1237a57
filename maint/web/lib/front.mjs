// A test front before a shop, for tools that believe in https alone or know two ports alone. It calls the shop by
// the name it knows, as the onion service would, and keeps what the shop answers.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { OUT, output } from "./common.mjs";

/** A throw-away authority and its certificate for 127.0.0.1 and localhost. Paths and contents. */
export function certificate() {
  const dir = `${OUT}/tls`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/names`, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  const openssl = (...words) => output("openssl", words, { cwd: dir });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=throw-away", "-days", "2");
  openssl("req", ...key, "-keyout", "front.key", "-out", "front.csr", "-subj", "/CN=127.0.0.1");
  openssl("x509", "-req", "-in", "front.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "front.pem", "-days", "2", "-extfile", "names");
  return { ca: `${dir}/ca.pem`, key: readFileSync(`${dir}/front.key`), cert: readFileSync(`${dir}/front.pem`) };
}

/**
 * Opens a front, with TLS or `plain`. `port` 0 takes any. `jar` holds a state still: its cookies are sent wherever the tool sends
 * none of that name, the shop's new ones are dropped, and
 * each form keeps its first token: for a tool that compares answers, nothing moves by itself. `vouch` lets the tool's POSTs pass for the shop's own
 * pages, so that it reaches what is behind that check; but not for the forms that are `spared`: what they do can be done once.
 */
export async function front(shop, { port = 0, plain = false, jar, vouch = false, spared = [] } = {}) {
  const tls = plain ? {} : certificate();
  const seen = [];
  const tokens = new Map();
  const answer = (asked, reply) => {
    const headers = { ...asked.headers, host: shop.at };
    if (headers.origin) headers.origin = headers.origin.replace(/^https:\/\/[^/]+$/, `http://${shop.at}`);
    if (vouch && !spared.some((path) => asked.url.split("?")[0].endsWith(path))) {
      delete headers.origin;
      headers["sec-fetch-site"] = "same-origin";
    }
    if (jar) {
      headers.cookie = held(headers.cookie, jar);
      delete headers["accept-encoding"];
    }
    const [host, at] = shop.at.split(":");
    const onward = http.request({ host, port: at, method: asked.method, path: asked.url, headers, setHost: false }, (message) => {
      seen.push({ method: asked.method, path: asked.url, status: message.statusCode });
      const back = { ...message.headers };
      if (!plain) back["strict-transport-security"] = "max-age=63072000";
      if (!jar || !back["content-type"]?.startsWith("text/html")) {
        if (jar) delete back["set-cookie"];
        reply.writeHead(message.statusCode, back);
        return message.pipe(reply);
      }
      delete back["set-cookie"];
      const parts = [];
      message.on("data", (part) => parts.push(part));
      message.on("end", () => {
        const still = Buffer.from(stand(Buffer.concat(parts).toString("utf8"), tokens));
        if (still.length) back["content-length"] = still.length;
        reply.writeHead(message.statusCode, back);
        reply.end(still);
      });
    });
    onward.on("error", () => {
      seen.push({ method: asked.method, path: asked.url, status: 0 });
      reply.destroy();
    });
    asked.pipe(onward);
  };
  const server = plain ? http.createServer(answer) : https.createServer(tls, answer);
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  return { url: `${plain ? "http" : "https"}://127.0.0.1:${server.address().port}`, ca: tls.ca, seen, close: () => (server.closeAllConnections(), server.close()) };
}

/** The page with the token that each form had first. */
function stand(html, tokens) {
  return html.replace(/(<form[^>]*action="([^"]*)"[^>]*>\s*<input[^>]*name="token" value=")([^"]*)/g, (_, head, action, token) => {
    if (!tokens.has(action)) tokens.set(action, token);
    return head + tokens.get(action);
  });
}

function held(sent, jar) {
  const all = { ...jar };
  for (const pair of sent?.split(/; */) ?? []) {
    const cut = pair.indexOf("=");
    if (cut > 0) all[pair.slice(0, cut)] = pair.slice(cut + 1);
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`).join("; ");
}
