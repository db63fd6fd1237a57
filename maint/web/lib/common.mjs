// What everything here shares: where things are, waiting, running programs, tables.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

export const WEB = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const OUT = `${WEB}/out`;
export const PROGRAM = `${OUT}/cryptocart`;

/** The version of a package in node_modules. */
export const version = (name) => JSON.parse(readFileSync(`${WEB}/node_modules/${name}/package.json`)).version;

/** Asks until there is an answer. */
export async function until(what, ask, seconds = 60) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((next) => setTimeout(next, 20));
  }
  throw new Error(`it did not become true within ${seconds} s: ${what}`);
}

/** Runs a program to its end; what it said. */
export const output = (program, words, more = {}) =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28, ...more });

/** Runs a program for so many seconds at most, beside what goes on here. Exit status and what it said. */
export function bounded(program, words, seconds, more = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], timeout: seconds * 1000, ...more });
    let said = "";
    for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (data) => (said += data));
    const end = () => child.kill();
    process.once("exit", end);
    child.on("error", failed);
    child.on("close", (status) => (process.off("exit", end), done({ status, said })));
  });
}

export const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** A table in Markdown. */
export const table = (heads, rows) =>
  [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
