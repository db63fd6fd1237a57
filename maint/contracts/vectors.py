#!/usr/bin/env python3
"""Hashes and signatures of example orders, by cast alone: contracts/pinned/vectors.json.

  maint/contracts/vectors.py          fails if cast gets something else than is in the file
  maint/contracts/vectors.py --write  writes the file

The Solidity tests hold the contract to the same file, and so does every other program that makes terms,
addresses or signatures. cast (in PATH) gets each value by a way of its own: a signature of typed data is
made from the JSON that a wallet gets, and again from the digest that is put together from its parts.
"""
import hashlib
import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "contracts/pinned"
FILE = FOLDER / "vectors.json"

TERMS = [
    ("chainId", "uint256"),
    ("seller", "address"),
    ("sellerOp", "address"),
    ("refundTo", "address"),
    ("buyerKey", "address"),
    ("arbiter", "address"),
    ("token", "address"),
    ("price", "uint128"),
    ("shipBy", "uint64"),
    ("deliverBy", "uint64"),
    ("disputeWindow", "uint32"),
    ("arbiterWindow", "uint32"),
    ("arbiterFeeBps", "uint16"),
    ("keeperTip", "uint96"),
    ("minMatch", "uint8"),
    ("attestors", "bytes32"),
    ("releaseHash", "bytes32"),
    ("order", "bytes32"),
]
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
MESSAGES = {
    "Act": [("id", "bytes32"), ("action", "string"), ("arg", "uint256")],
    "Delivered": [
        ("id", "bytes32"),
        ("tracking", "bytes32"),
        ("acceptedAt", "uint64"),
        ("deliveredAt", "uint64"),
        ("matchLevel", "uint8"),
        ("evidence", "bytes32"),
    ],
    "Extend": [("id", "bytes32"), ("until", "uint64")],
}
ZERO = "0x" + "00" * 20
ZERO_HASH = "0x" + "00" * 32


def cast(*words):
    done = subprocess.run(["cast", *words], capture_output=True, text=True, timeout=60)
    if done.returncode:
        sys.exit(f"vectors.py: cast {words[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def keccak(data):
    return cast("keccak", data)


def text_hash(text):
    return keccak("0x" + text.encode().hex())


def encode(types, *values):
    return cast("abi-encode", f"f({types})", *values)


def typed_digest(domain_separator, kind, message):
    fields = MESSAGES[kind]
    signature = f"{kind}({','.join(f'{type_} {name}' for name, type_ in fields)})"
    types = ["bytes32"]
    values = [text_hash(signature)]
    for name, type_ in fields:
        types.append("bytes32" if type_ == "string" else type_)
        values.append(text_hash(message[name]) if type_ == "string" else message[name])
    inner = keccak(encode(",".join(types), *values))
    return keccak("0x1901" + domain_separator[2:] + inner[2:])


def sign_typed(key, domain, kind, message):
    document = {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            kind: [{"name": name, "type": type_} for name, type_ in MESSAGES[kind]],
        },
        "primaryType": kind,
        "domain": domain,
        "message": message,
    }
    return cast("wallet", "sign", "--private-key", key, "--data", json.dumps(document))


def signed(key, domain, separator, kind, message):
    digest = typed_digest(separator, kind, message)
    signature = sign_typed(key, domain, kind, message)
    if cast("wallet", "sign", "--private-key", key, "--no-hash", digest) != signature:
        sys.exit(f"vectors.py: cast signs another digest of {kind} {message} than {digest}")
    return {**message, "digest": digest, "signature": signature}


def tracking_of(carrier, number, salt):
    whole = keccak(encode("string,string,bytes32", carrier, number, salt))
    return {"carrier": carrier, "number": number, "salt": salt, "tracking": whole[:44] + "00" * 11}


def order_of(salt, postal_salt, country, postal_code, goods):
    destination = keccak(encode("bytes32,string,string", postal_salt, country, postal_code))
    digest = "0x" + hashlib.sha256(goods.encode()).hexdigest()
    return {
        "salt": salt,
        "postal_salt": postal_salt,
        "country": country,
        "postal_code": postal_code,
        "goods": goods,
        "goods_sha256": digest,
        "destination": destination,
        "order": keccak(encode("bytes32,bytes32,bytes32", salt, destination, digest)),
    }


def case(name, escrow, copier_hash, chain, keys, terms, attestors, threshold, secret, tracking, order, until):
    by_address = sorted(attestors, key=lambda key: int(cast("wallet", "address", "--private-key", key), 16))
    addresses = [cast("wallet", "address", "--private-key", key) for key in by_address]
    attestors_hash = keccak(encode("uint8,address[]", str(threshold), "[" + ",".join(addresses) + "]"))
    release_hash = "0x" + hashlib.sha256(secret.encode()).hexdigest() if secret else ZERO_HASH
    terms = {**terms, "chainId": chain, "attestors": attestors_hash, "releaseHash": release_hash, "order": order["order"]}
    terms = {field: terms[field] for field, _ in TERMS}
    types = "(" + ",".join(type_ for _, type_ in TERMS) + ")"
    encoded = encode(types, "(" + ",".join(terms.values()) + ")")
    name_of_order = keccak(encoded)
    vault = cast("create2", "--deployer", escrow, "--salt", name_of_order, "--init-code-hash", copier_hash).split()[-1]

    domain = {"name": "cryptocart", "version": "1", "chainId": chain, "verifyingContract": escrow}
    separator = keccak(
        encode(
            "bytes32,bytes32,bytes32,uint256,address",
            text_hash(DOMAIN),
            text_hash("cryptocart"),
            text_hash("1"),
            chain,
            escrow,
        )
    )
    arg_of = {"ship": str(int(tracking["tracking"], 16)), "rule": "6000"}
    acts = []
    for action, key in keys.items():
        message = {"id": name_of_order, "action": action, "arg": arg_of.get(action, "0")}
        acts.append({"key": key, **signed(key, domain, separator, "Act", message)})
    report = {
        "id": name_of_order,
        "tracking": tracking["tracking"],
        "acceptedAt": str(int(until) - 9 * 86400),
        "deliveredAt": str(int(until) - 2 * 86400),
        "matchLevel": "12",
        "evidence": keccak("0x" + name.encode().hex()),
    }
    extension = {"id": name_of_order, "until": until}
    text = "cryptocart release " + vault.lower()
    text_key = keys["release"]
    return {
        "name": name,
        "terms": terms,
        "attestors": {"threshold": str(threshold), "addresses": addresses, "keys": by_address, "hash": attestors_hash},
        "release_secret": secret,
        "tracking": tracking,
        "order": order,
        "encoded": encoded,
        "id": name_of_order,
        "vault": vault,
        "domain_separator": separator,
        "acts": acts,
        "delivered": {"key": by_address[0], **signed(by_address[0], domain, separator, "Delivered", report)},
        "extend": {"key": by_address[0], **signed(by_address[0], domain, separator, "Extend", extension)},
        "release_text": {
            "key": text_key,
            "text": text,
            "digest": cast("hash-message", text),
            "signature": cast("wallet", "sign", "--private-key", text_key, text),
        },
    }


def key(number):
    return f"0x{number:064x}"


def address(number):
    return cast("wallet", "address", "--private-key", key(number))


def cases(pinned):
    keys = {"ship": key(11), "dispute": key(12), "release": key(12), "refund": key(11), "rule": key(13)}
    common = (pinned["escrow"], pinned["vault_init_code_hash"])
    in_ether = {
        "seller": address(21),
        "sellerOp": address(11),
        "refundTo": address(22),
        "buyerKey": address(12),
        "arbiter": address(13),
        "token": ZERO,
        "price": "250000000000000000",
        "shipBy": "1800432000",
        "deliverBy": "1805616000",
        "disputeWindow": "432000",
        "arbiterWindow": "1209600",
        "arbiterFeeBps": "500",
        "keeperTip": "1000000000000000",
        "minMatch": "3",
    }
    in_token = {
        **in_ether,
        "buyerKey": ZERO,
        "arbiter": ZERO,
        "token": address(31),
        "price": "49990000",
        "keeperTip": "0",
        "minMatch": "10",
    }
    largest = {
        **in_ether,
        "price": str(2**128 - 1),
        "shipBy": str(2**40 - 2 - 60 * 86400),
        "deliverBy": str(2**40 - 2 - 60 * 86400),
        "disputeWindow": str(30 * 86400),
        "arbiterWindow": str(60 * 86400),
        "arbiterFeeBps": "1000",
        "keeperTip": str(2**96 - 1),
        "minMatch": "255",
    }
    salts = [keccak("0x" + word.encode().hex()) for word in ("one", "two", "three", "four", "five", "six", "seven")]
    return [
        case(
            "paid in Ether", *common, "1", keys, in_ether, [key(41), key(42), key(43)], 2,
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", tracking_of("cpc", "1234567890123452", salts[0]),
            order_of(salts[1], salts[2], "CA", "K1A0B1", "2 x honey, 500 g"), "1810800000",
        ),
        case(
            "paid in a token, without the buyer's key and an arbiter", *common, "10", keys, in_token, [key(44)], 1,
            "", tracking_of("usps", "9400100000000000000000", salts[3]),
            order_of(salts[4], salts[5], "US", "20500", ""), "1810800000",
        ),
        case(
            "largest values", *common, str(2**64 - 1), keys, largest, [key(45 + each) for each in range(7)], 7,
            "é", tracking_of("", "", ZERO_HASH), order_of(ZERO_HASH, ZERO_HASH, "", "", "é"), str(2**40 - 2),
        ),
    ]


def main():
    pinned = json.loads((FOLDER / "escrow.json").read_text())
    made = {
        "escrow": pinned["escrow"],
        "vault_init_code_hash": pinned["vault_init_code_hash"],
        "cases": cases(pinned),
    }
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    if "--write" in sys.argv[1:]:
        FILE.write_text(text)
    elif not FILE.exists() or FILE.read_text() != text:
        sys.exit(f"vectors.py: cast gets something else than {FILE.name} has; see its help")


main()
