"""A node of the real protocol."""

import decimal
import json
import os
import subprocess
import urllib.request

from world import until


class Node:
    """An Ethereum node on this machine, in place of those that documents name."""

    ADDRESS = "http://127.0.0.1:8545"

    def __enter__(self):
        words = ["--host", "127.0.0.1", "--port", "8545", "--chain-id", "1", "--no-mining", "--silent"]
        self.node = subprocess.Popen([os.environ["ANVIL"], *words], stdin=subprocess.DEVNULL)
        until("the node answers", lambda: self.ask("eth_chainId"))
        return self

    def __exit__(self, *_):
        self.node.kill()
        self.node.wait()

    def ask(self, method, *words):
        asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words}).encode()
        request = urllib.request.Request(self.ADDRESS, asked, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)["result"]
        except OSError:
            return None

    def pay(self, address, amount):
        """Pays so many whole coins, and mines until that is settled; returns the transaction's id."""
        payer = self.ask("eth_accounts")[0]
        wei = int(decimal.Decimal(amount) * 10**18)
        txid = self.ask("eth_sendTransaction", {"from": payer, "to": address, "value": hex(wei)})
        self.ask("anvil_mine", hex(14))
        return txid
