// The clear web before a shop, with FRONT=clear: Caddy with the file of deploy/clear-web, and visitors who each come
// from an address of their own, because limits count by address.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import * as https from "node:https";
import * as http from "node:http";
import { connect } from "node:net";
import { WEB, freePort, until } from "./common.mjs";

const HOST = "shop.example";

/** Ways to shops on the clear web, by the name that browsers send. */
const WAYS = new Map();

/** The way to the shop of this name; none to a preview, which is reached as it is. */
export const wayTo = (at) => WAYS.get(at);

/** What a browser sends as the origin of this shop's pages. */
export const originOf = (at) => `${WAYS.has(at) ? "https" : "http"}://${at}`;

/** Sets a shop that is not open yet to this door; what `open` needs. */
export async function settings(shop) {
  const port = await freePort();
  const socket = `${shop.parent}/web.sock`;
  shop.set("clear_web", "enabled", "true");
  shop.set("clear_web", "host", `"${HOST}:${port}"`);
  shop.set("clear_web", "socket", `"${socket}"`);
  return { port, socket, at: `${HOST}:${port}`, folder: `${shop.parent}/caddy` };
}

/** Puts Caddy before an open shop. */
export async function open({ port, socket, at, folder }) {
  mkdirSync(folder, { recursive: true });
  const put = (text, old, now) => {
    if (!text.includes(old)) throw new Error(`deploy/clear-web/Caddyfile has no ${old}`);
    return text.replace(old, now);
  };
  let text = readFileSync(`${WEB}/../../deploy/clear-web/Caddyfile`, "utf8");
  text = put(text, "\tadmin off\n", `\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\thttps_port ${port}\n\thttp_port ${await freePort()}\n`);
  text = put(text, "unix//run/shop/web.sock", `unix/${socket}`);
  writeFileSync(`${folder}/Caddyfile`, text);
  const said = openSync(`${folder}/log`, "w");
  const homes = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  const caddy = spawn(process.env.CADDY, ["run", "--config", `${folder}/Caddyfile`], { stdio: ["ignore", said, said], env: { ...process.env, ...homes } });
  const root = `${folder}/caddy/pki/authorities/local/root.crt`;
  await until("Caddy has a certificate", () => {
    if (caddy.exitCode !== null) throw new Error(`Caddy ended:\n${readFileSync(`${folder}/log`, "utf8")}`);
    return existsSync(root) && existsSync(`${folder}/caddy/certificates/local/${HOST}/${HOST}.crt`);
  });
  const way = { port, socket, at, ca: readFileSync(root), close: () => caddy.kill() };
  WAYS.set(at, way);
  return way;
}

/** Requests after which a visitor goes on from another address. */
const EACH = 5;
let asked = 0;

/** An address of this machine that nobody had before. */
function address() {
  const number = Math.floor((asked += 1) / EACH) + 1;
  return `127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

/** One request of a visitor; `done` gets the answer. Caddy answers no other name, so such a request goes to the shop itself. */
export function send(way, options, done) {
  const localAddress = address();
  if (options.headers.host !== way.at) {
    const createConnection = () => {
      const socket = connect(way.socket);
      socket.write(`PROXY TCP4 ${localAddress} 127.0.0.1 50000 443\r\n`);
      return socket;
    };
    return http.request({ ...options, createConnection, setHost: false }, done);
  }
  const tls = { ca: way.ca, servername: HOST, agent: false, localAddress };
  return https.request({ ...options, ...tls, host: "127.0.0.1", port: way.port, setHost: false }, done);
}

/** A stream to the shop itself, as Caddy would open it. */
export function raw(way, connected) {
  const socket = connect(way.socket, () => {
    socket.write(`PROXY TCP4 ${address()} 127.0.0.1 50000 443\r\n`);
    connected(socket);
  });
  return socket;
}
