// Programs that run beside the shops: the carrier, attestors, the arbiter.
import { spawn } from "node:child_process";
import { until } from "./common.mjs";

const RUNNING = new Set();

/** Ends what this process started. */
export function killPrograms() {
  for (const program of RUNNING) program.process.kill();
}

export class Program {
  /** Starts a program, and waits until it has said these words. */
  static async start(command, words, ready, more = {}) {
    const program = new Program();
    program.said = "";
    program.process = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], ...more });
    RUNNING.add(program);
    for (const pipe of [program.process.stdout, program.process.stderr]) pipe.on("data", (data) => (program.said += data));
    await until(`${words[0] ?? command} is ready`, () => {
      if (program.process.exitCode !== null) throw new Error(`${command} ${words.join(" ")} ended:\n${program.said}`);
      return program.said.includes(ready);
    });
    return program;
  }

  /** Ends it, and waits for that. */
  async end() {
    RUNNING.delete(this);
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill();
    await ended;
  }
}
