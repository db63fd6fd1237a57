// A node of a chain of its own on this machine (anvil, whose path maint/check-web puts into ANVIL): a shop offers
// nothing in Ether before it has read its chain once.
import { spawn } from "node:child_process";
import { freePort, until } from "./common.mjs";

/** Where shops here are paid: an address nobody has. */
export const WALLET = "0xd24def0856636050cf891befc0fa69ecf96c160b";
const CHAIN = 31_337;
const RUNNING = new Set();

/** Ends the nodes that this process started. */
export function killNodes() {
  for (const node of RUNNING) node.close();
}

export class Node {
  /** A new chain that mines when told. */
  static async start() {
    const node = new Node();
    node.chain = CHAIN;
    const port = await freePort();
    node.url = `http://127.0.0.1:${port}`;
    const words = ["--host", "127.0.0.1", "--no-mining", "--silent", "--chain-id", String(CHAIN), "--port", String(port)];
    node.process = spawn(process.env.ANVIL, words, { stdio: "ignore" });
    let failed;
    node.process.on("error", (error) => (failed = error));
    RUNNING.add(node);
    await until("the node answers", () => {
      if (failed) throw failed;
      return node.ask("eth_chainId").then(Boolean, () => false);
    });
    await node.mine(3);
    return node;
  }

  close() {
    RUNNING.delete(this);
    this.process.kill();
  }

  /** Lets a shop that is not open be paid here, by a wallet; with a key that is not the throw-away one. */
  paysTo(shop) {
    shop.own();
    shop.set("ether", "wallet", `"${WALLET}"`);
    shop.set("ether", "nodes", `["${this.url}"]`);
    shop.set("ether", "chain_id", String(CHAIN));
    shop.set("ether", "confirmations", "2");
  }

  /** Sends so much Ether, as a page writes it: "0.25 ETH". Not mined yet. The transaction's id. */
  async pay(amount, to = WALLET) {
    const [, whole, part = ""] = amount.match(/^(\d+)(?:\.(\d+))? ETH$/);
    const value = `0x${BigInt(whole + part.padEnd(18, "0")).toString(16)}`;
    const [from] = await this.ask("eth_accounts");
    return this.ask("eth_sendTransaction", [{ from, to, value }]);
  }

  /** Sends something from one of the node's own accounts, and waits until it is in a block. */
  async send(to, data, wei = 0n) {
    const [, from] = await this.ask("eth_accounts");
    const hash = await this.ask("eth_sendTransaction", [{ from, to, data, value: `0x${wei.toString(16)}`, gas: "0x5b8d80" }]);
    const receipt = await until("the transaction is in a block", () => this.ask("eth_getTransactionReceipt", [hash]));
    if (receipt.status !== "0x1") throw new Error(`a transaction to ${to} failed`);
  }

  /** Moves the clock of the chain. */
  async pass(seconds) {
    await this.ask("evm_increaseTime", [seconds]);
    await this.mine(1);
  }

  mine(blocks) {
    return this.ask("anvil_mine", [`0x${blocks.toString(16)}`]);
  }

  async ask(method, params = []) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(this.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = await answer.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}
