"""A chain of blocks: whether it is sound, and how much work is in it.

The module to import from: it also offers what nnlib.block, bitcoin, difficulty, branches and saving
define.
What our blocks leave out of Bitcoin's is listed in nnlib.block.
"""

from nnlib.bitcoin import (
    bits_to_target,
    double_sha256,
    header_hash,
    is_hash,
    meets_target,
    merkle_proof,
    merkle_root,
    parse_header,
    verify_proof,
)
from nnlib.block import (
    COINBASE,
    Block,
    Transaction,
    checked_chain,
    expected_hashes,
    mine,
    txid,
)
from nnlib.branches import header_work, most_work
from nnlib.difficulty import PERIOD, SPACING, adjusted, next_bits, target_to_bits
from nnlib.saving import dumps, load, loads, save
from nnlib.text import told

__all__ = [
    "COINBASE",
    "NO_PARENT",
    "PERIOD",
    "REWARD",
    "SPACING",
    "Block",
    "Transaction",
    "bits_to_target",
    "double_sha256",
    "dumps",
    "expected_hashes",
    "header_hash",
    "header_work",
    "load",
    "loads",
    "meets_target",
    "merkle_proof",
    "merkle_root",
    "mine",
    "most_work",
    "next_bits",
    "next_difficulty",
    "parse_header",
    "save",
    "target_to_bits",
    "txid",
    "verify",
    "verify_proof",
    "work",
]

NO_PARENT = "0" * 64  # the previous hash of the first block
REWARD = 50  # the most coins that one block may create


def verify(chain: list[Block], first: str | None = None) -> tuple[int, str] | None:
    """None if the chain (a list of Block) is sound, else (index, reason) of its first fault.

    Each block must stand in its place, hold the hash of the block before, state the difficulty
    that the rule prescribes (see `next_difficulty`) and be mined to it, be no older than the block
    before, and spend only coins that are there. Hashes are computed anew from the fields.

    The first block may choose its difficulty: it founds the network. So give its hash as `first`
    where it is known (ValueError if that is no hash), or compare `work`: of two sound chains the
    cheaper one loses.
    """
    if first is not None and not is_hash(first):
        raise ValueError(f"first must be 64 hexadecimal digits (0-9, a-f), not {told(first)}")
    if not checked_chain(chain):
        return 0, "The chain has no first block."
    balances: dict = {}
    before: list = []
    for place, block in enumerate(chain):
        again = _rebuilt(block)
        if not again or again.hash != block.hash:
            return place, "Its fields do not give the hash that it carries."
        if not place and first not in (None, again.hash):
            return 0, f"The first block must be {first}, not {again.hash}."
        fault = _misplaced(again, before) or _overspent(again, balances)
        if fault:
            return place, fault
        before.append(again)
    return None


def next_difficulty(chain: list[Block]) -> int:
    """How many zero bits the block to come after `chain` (a list of at least one Block) must state.

    As many as the last block, but after every PERIOD blocks as many as nnlib.difficulty.adjusted
    says. ValueError if there is no first block: it may choose.
    """
    if not checked_chain(chain):
        raise ValueError("a chain must have a first block, whose difficulty is free to choose")
    due = chain[-1].difficulty
    if len(chain) % PERIOD == 0:
        took = chain[-1].timestamp - chain[-PERIOD].timestamp
        due = adjusted(due, took, chain[0].difficulty)
    return due


def work(chain: list[Block]) -> int:
    """The hashes it takes on average to mine the whole chain: of two sound chains, more wins."""
    return sum([expected_hashes(block.difficulty) for block in checked_chain(chain)])


def _rebuilt(block):
    """The block made anew from its fields, None if they are not allowed: it was tampered with."""
    try:
        records = [
            Transaction(*[getattr(each, name) for name in Transaction.fields])
            if isinstance(each, Transaction)
            else each
            for each in block.transactions
        ]
        fields = {name: getattr(block, name) for name in Block.fields} | {"transactions": records}
        return Block(**fields)
    except (AttributeError, TypeError, ValueError):
        return None


def _misplaced(block, before):
    """Why the block cannot stand after those `before`, as a sentence; None if it can."""
    place, parent = len(before), before[-1] if before else None
    if block.index != place:
        return f"It stands at place {place} but calls itself block {block.index}."
    if not parent and block.previous_hash != NO_PARENT:
        return f"The first block must have 64 zeros as previous hash, not {block.previous_hash}."
    if parent and block.previous_hash != parent.hash:
        return f"Its previous hash is {block.previous_hash}; block {place - 1} has {parent.hash}."
    due = next_difficulty(before) if parent else block.difficulty
    if block.difficulty != due:
        return f"It states {block.difficulty} zero bits; the rule prescribes {due}."
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
            name = each.sender if len(each.sender) <= 80 else told(each.sender)
            return f"{name} pays {each.amount} but owns {owned}."
        else:
            balances[each.sender] = owned - each.amount
        balances[each.receiver] = balances.get(each.receiver, 0) + each.amount
    return None
