"""A chain of blocks: whether it is sound, how much work is in it, how it is saved and loaded.

The module to import from: it also offers what nnlib.block and nnlib.bitcoin define.
"""

import json

from nnlib.bitcoin import (
    bits_to_target,
    double_sha256,
    header_hash,
    meets_target,
    merkle_proof,
    merkle_root,
    parse_header,
    verify_proof,
)
from nnlib.block import COINBASE, Block, Transaction, expected_hashes, mine, transaction_text, txid

__all__ = [
    "COINBASE",
    "NO_PARENT",
    "REWARD",
    "Block",
    "Transaction",
    "bits_to_target",
    "double_sha256",
    "dumps",
    "expected_hashes",
    "header_hash",
    "loads",
    "meets_target",
    "merkle_proof",
    "merkle_root",
    "mine",
    "parse_header",
    "txid",
    "verify",
    "verify_proof",
    "work",
]

NO_PARENT = "0" * 64  # the previous hash of the first block
REWARD = 50  # the most coins that one block may create
FORMAT, VERSION = "nnlib chain", 1


def verify(chain):
    """None if the chain (a list of Block) is sound, else (index, reason) of its first fault.

    Each block must stand in its place, hold the hash of the block before, be mined to the
    difficulty that it states, be no older than the block before, and spend only coins that are
    there. A chain of low difficulty can be sound; it loses against one with more `work`.
    """
    if not _blocks(chain):
        return 0, "The chain has no first block."
    balances = {}
    for place, block in enumerate(chain):
        fault = _misplaced(place, block, chain) or _overspent(block, balances)
        if fault:
            return place, fault
    return None


def work(chain):
    """The hashes it takes on average to mine the whole chain: of two sound chains, more wins."""
    return sum([expected_hashes(block.difficulty) for block in _blocks(chain)])


def dumps(chain):
    """The chain, sound or not, as JSON text: a block a line, each with its hash."""
    lines = []
    for block in _blocks(chain):
        transactions = ",".join([transaction_text(each) for each in block.transactions])
        lines.append(
            f'{{"index":{block.index},"timestamp":{block.timestamp},'
            f'"transactions":[{transactions}],"previous_hash":"{block.previous_hash}",'
            f'"difficulty":{block.difficulty},"nonce":{block.nonce},"hash":"{block.hash}"}}'
        )
    blocks = ",\n".join(lines)
    return f'{{"format":"{FORMAT}","version":{VERSION},"blocks":[\n{blocks}\n]}}\n'


def loads(text):
    """The list of blocks that `dumps` wrote.

    ValueError if the text is anything else, or if a block does not have the hash stated for it.
    """
    if not isinstance(text, str):
        raise ValueError(f"a saved chain must be text, not {text!r}")
    try:
        data = json.loads(text)
    except (ValueError, RuntimeError) as error:  # RuntimeError: nested too deeply
        raise ValueError(f"this is no JSON: {error}") from None
    _check_keys("a saved chain", data, ("format", "version", "blocks"))
    if data["format"] != FORMAT or type(data["version"]) is not int or data["version"] != VERSION:
        found = f"{data['format']!r} and {data['version']!r}"
        raise ValueError(f"format and version must be {FORMAT!r} and {VERSION}, not {found}")
    if not isinstance(data["blocks"], list):
        raise ValueError(f"blocks must be a list, not {data['blocks']!r}")
    return [_loaded(place, item) for place, item in enumerate(data["blocks"])]


def _loaded(place, item):
    _check_keys(f"block {place}", item, Block.fields + ("hash",))  # noqa: RUF005
    fields = {name: item[name] for name in Block.fields}
    try:
        if isinstance(fields["transactions"], list):
            fields["transactions"] = [
                Transaction(*each) if isinstance(each, list) and len(each) == 3 else each
                for each in fields["transactions"]
            ]
        block = Block(**fields)
    except ValueError as error:
        raise ValueError(f"block {place}: {error}") from None
    if item["hash"] != block.hash:
        raise ValueError(f"block {place}: its hash is {block.hash}, not {item['hash']!r}")
    return block


def _check_keys(what, item, names):
    if not isinstance(item, dict) or set(item) != set(names):
        raise ValueError(f"{what} must be an object with exactly the keys {', '.join(names)}")


def _blocks(chain):
    if not isinstance(chain, (list, tuple)) or not all(isinstance(each, Block) for each in chain):
        raise ValueError(f"a chain must be a list of Block, not {chain!r}")
    return chain


def _misplaced(place, block, chain):
    """Why the block cannot stand there, as a sentence; None if it can."""
    parent = chain[place - 1] if place else None
    if block.index != place:
        return f"It stands at place {place} but calls itself block {block.index}."
    if not parent and block.previous_hash != NO_PARENT:
        return f"The first block must have 64 zeros as previous hash, not {block.previous_hash}."
    if parent and block.previous_hash != parent.hash:
        return f"Its previous hash is {block.previous_hash}; block {place - 1} has {parent.hash}."
    if not block.is_mined:
        return f"Its hash {block.hash} does not start with {block.difficulty} zero bits."
    if parent and block.timestamp < parent.timestamp:
        return f"Its time {block.timestamp} is before {parent.timestamp}, the time of its parent."
    return None


def _overspent(block, balances):
    """The first transaction against the rules, as a sentence; the others change the balances."""
    for place, each in enumerate(block.transactions):
        if isinstance(each, str):
            continue
        owned = balances.get(each.sender, 0)
        if each.sender == COINBASE:
            if place:
                return "Only the first transaction of a block may create coins."
            if each.amount > REWARD:
                return f"It creates {each.amount} coins; a block may create {REWARD}."
        elif each.amount > owned:
            return f"{each.sender} pays {each.amount} but owns {owned}."
        else:
            balances[each.sender] = owned - each.amount
        balances[each.receiver] = balances.get(each.receiver, 0) + each.amount
    return None
