#!/usr/bin/env python3
"""Plants one mistake at a time in the contracts, and runs their tests: each must be noticed.

  maint/contracts/mutants.py           plants all of them
  maint/contracts/mutants.py NAME...   some
  maint/contracts/mutants.py --list    prints their names

Called by maint/check-contracts, which names the tools (PATH, FOUNDRY_SOLC). The tests that hold the code,
its gas and its hashes to the pinned ones are left out: they notice every change, so they say nothing.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

CONTRACTS = pathlib.Path(__file__).resolve().parents[2] / "contracts"

# name, file, text, what it becomes
MUTANTS = [
    ("silent-arbiter-pays-seller", "Escrow.sol",
     "if (state.status == Status.DisputedDelivered) _paySeller(", "if (state.status != Status.Open) _paySeller("),
    ("refund-in-last-second", "Escrow.sol",
     "if (block.timestamp <= deadline) revert TooEarly(deadline);",
     "if (block.timestamp < deadline) revert TooEarly(deadline);"),
    ("finalize-a-second-early", "Escrow.sol",
     "if (state.status != Status.Delivered) revert WrongStatus(state.status);\n        if (block.timestamp < state.until)",
     "if (state.status != Status.Delivered) revert WrongStatus(state.status);\n        if (block.timestamp + 1 < state.until)"),
    ("dispute-when-final", "Escrow.sol",
     "if (block.timestamp >= state.until) revert TooLate(state.until);\n            state.status = Status.DisputedDelivered;",
     "if (block.timestamp > state.until) revert TooLate(state.until);\n            state.status = Status.DisputedDelivered;"),
    ("early-dispute-shortens-delivery", "Escrow.sol",
     "earliest = uint256(state.until) + 1;", "earliest = 0;"),
    ("report-in-last-second-silences-arbiter", "Escrow.sol",
     "state.until = uint40(_max(state.until, block.timestamp + terms.disputeWindow));", ""),
    ("latest-deadline-overflows", "Terms.sol",
     "terms.deliverBy >= type(uint40).max - MAX_EXTENSION", "terms.deliverBy > type(uint40).max - MAX_EXTENSION"),
    ("seller-disputes-after-delivery", "Escrow.sol",
     "bool isAllowed = by == terms.buyerKey || by == terms.arbiter;",
     "bool isAllowed = by == terms.buyerKey || by == terms.arbiter || by == terms.sellerOp;"),
    ("attestor-counts-twice", "Escrow.sol", "if (signer <= previous || index", "if (signer < previous || index"),
    ("attestor-not-listed", "Escrow.sol", " || signer != attestors[index]", ""),
    ("nobody-attests", "Escrow.sol", "if (count != threshold || count == 0)", "if (count != threshold)"),
    ("report-of-old-delivery", "Escrow.sol", "report.deliveredAt + SHIP_LATENESS < state.shippedAt", "false"),
    ("report-of-lower-match", "Terms.sol",
     "return level & 7 >= terms.minMatch & 7 && level & demands == demands;",
     "return level >= terms.minMatch && level & demands == demands;"),
    ("extend-twice", "Escrow.sol", "bool isFirst = state.until == terms.deliverBy;", "bool isFirst = true;"),
    ("fee-of-all-money", "Escrow.sol",
     "uint256 fee = price * terms.arbiterFeeBps / WHOLE;", "uint256 fee = balance * terms.arbiterFeeBps / WHOLE;"),
    ("seller-gets-excess", "Escrow.sol",
     "_close(terms, id, ending, Payout(price - tip, balance - price, 0, tip));",
     "_close(terms, id, ending, Payout(balance - tip, 0, 0, tip));"),
    ("seller-loses-price-when-token-is-down", "Escrow.sol",
     "uint256 balance = _readBalance(terms.token, vaultOf(id));\n        uint256 price = _min(balance, terms.price);\n        uint256 tip",
     "(, uint256 balance) = _tryBalance(terms.token, vaultOf(id));\n        uint256 price = _min(balance, terms.price);\n        uint256 tip"),
    ("tip-for-void-order", "Escrow.sol",
     "return _refund(terms, id, Ending.Expired, false);", "return _refund(terms, id, Ending.Expired, true);"),
    ("void-terms-are-shipped", "Terms.sol", "return isWindowOut || isArbiterOut", "return isArbiterOut"),
    ("any-chain", "Escrow.sol", "if (block.chainid != terms.chainId) revert WrongChain();", ""),
    ("signature-of-any-chain", "TypedData.sol", "VERSION, block.chainid, address(this)", "VERSION, 1, address(this)"),
    ("signature-of-any-contract", "TypedData.sol",
     "VERSION, block.chainid, address(this)", "VERSION, block.chainid, address(0)"),
    ("signature-with-higher-s", "Signatures.sol", "if (uint256(s) > HALF_ORDER) return address(0);", ""),
    ("wallet-answers-anything", "Signatures.sol", "eq(mload(0), magic)", "gt(mload(0), 0)"),
    ("sweep-takes-what-is-owed", "Escrow.sol", "uint256 reserved = owedTotal[id][token];", "uint256 reserved = 0;"),
    ("second-name-takes-what-is-owed", "Payments.sol", "if (token != own && left < before) revert SameMoney();", ""),
    ("pull-by-anyone", "Escrow.sol", "(msg.sender != payee && to != payee) || ", ""),
    ("pull-twice", "Payments.sol", "owed[id][token][payee] -= amount;", ""),
    ("no-lock", "Payments.sol", "if (_paying) revert Paying();", ""),
    ("lock-stays-shut", "Payments.sol", "_;\n        _paying = false;", "_;"),
    ("caller-starves-payee", "Vault.sol",
     "if (gasleft() < gasLimit + gasLimit / 63 + CALL_GAS) revert TooLittleGas();", ""),
    ("payee-gets-all-gas", "Vault.sol", "if (gasLimit == 0) gasLimit = gasleft();", "gasLimit = gasleft();"),
    ("vault-obeys-anyone", "Vault.sol", "if (msg.sender != ESCROW) revert NotEscrow();", ""),
    ("false-counts-as-paid", "Vault.sol",
     "if returndatasize() { paid := and(paid, and(gt(returndatasize(), 31), eq(mload(0), 1))) }", ""),
    ("silence-counts-as-unpaid", "Vault.sol",
     "if returndatasize() { paid := and(paid, and(gt(returndatasize(), 31), eq(mload(0), 1))) }",
     "paid := and(paid, and(gt(returndatasize(), 31), eq(mload(0), 1)))"),
]


def squeeze(text):
    """Spaces as one pattern: a formatter may break lines elsewhere."""
    return r"\s+".join(re.escape(word) for word in text.split())


def plant(folder, file, text, becomes):
    path = folder / "src" / file
    source = path.read_text()
    pattern = squeeze(text)
    count = len(re.findall(pattern, source))
    if count != 1:
        sys.exit(f"mutants.py: this text is {count} times in {file}, and must be there once: {text}")
    path.write_text(re.sub(pattern, lambda _: becomes, source))


def run_tests(folder):
    command = [
        "forge", "test", "--fail-fast", "--no-match-contract", "(Pinned|Vectors|Gas)Test",
        "--out", str(folder / "out"), "--cache-path", str(folder / "cache"),
    ]
    environment = {
        **os.environ,
        "FOUNDRY_GAS_SNAPSHOT_CHECK": "false",
        # A mistake may leave a variable unused.
        "FOUNDRY_DENY": "never",
        # A change in the contracts does not make the tests be compiled again.
        "FOUNDRY_DYNAMIC_TEST_LINKING": "true",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800)
    return done.returncode, done.stdout + done.stderr


def copy(folder):
    for name in ("src", "test", "pinned", "foundry.toml"):
        source = CONTRACTS / name
        if source.is_dir():
            shutil.copytree(source, folder / name, dirs_exist_ok=True)
        else:
            shutil.copy(source, folder / name)


def noticed_by(output):
    found = re.search(r"^\[FAIL[^\n]*?\]?\s(\w+)\(", output, re.M) or re.search(r"\] (\w+)\(", output)
    names = re.findall(r"^\[FAIL.*\] ((?:test|testFuzz|invariant)_\w+)", output, re.M)
    return names[0] if names else found.group(1) if found else "?"


def main():
    names = sys.argv[1:]
    if names == ["--list"]:
        print("\n".join(name for name, *_ in MUTANTS))
        return
    unknown = set(names) - {name for name, *_ in MUTANTS}
    if unknown:
        sys.exit(f"mutants.py: there is no mutant {', '.join(sorted(unknown))}; --list prints them")
    missed = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        copy(folder)
        code, output = run_tests(folder)
        if code:
            sys.exit(f"mutants.py: the tests fail without any mutant:\n{output[-3000:]}")
        for name, file, text, becomes in MUTANTS:
            if names and name not in names:
                continue
            copy(folder)
            plant(folder, file, text, becomes)
            began = time.monotonic()
            code, output = run_tests(folder)
            seconds = time.monotonic() - began
            if "Compiler run failed" in output:
                sys.exit(f"mutants.py: {name} does not compile:\n{output[-3000:]}")
            if code:
                print(f"{name}: noticed by {noticed_by(output)} ({seconds:.0f} s)", flush=True)
            else:
                print(f"{name}: NOT NOTICED ({seconds:.0f} s)", flush=True)
                missed.append(name)
    if missed:
        sys.exit(f"mutants.py: no test notices {', '.join(missed)}")


main()
