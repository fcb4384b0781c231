"""What is shown of a block: its card with signs and reasons, hashes and dates."""

from nnlib.bitcoin import is_hash
from nnlib.blockchain import Block, Transaction
from nnlib.scenes.chain.blocks import TRANSACTIONS, dues, payments, text_of, tip_hash
from nnlib.stage import quantity
from nnlib.text import number


def card(
    chain: list[Block], place: int, fault: tuple[int, str] | None, bits: int, owner: str = ""
) -> dict:
    """Return what is shown of block `place` in a network whose rule begins with `bits`.

    fault: what blocks.fault says of the chain; owner: "peer A ".
    """
    block, name, due = chain[place], f"{owner}block {place}", dues(chain[:place], bits)[-1]
    linked = block.previous_hash == tip_hash(chain[:place])
    broken = fault is not None and place >= fault[0]
    sign, reason = _verdict(block, fault, linked, due)
    zeros = zero_bits(block.hash)
    return {
        "place": place,
        "name": name[0].upper() + name[1:],
        "broken": broken,
        "linked": linked,
        "sign": sign,
        "reason": reason,
        "data": text_of(block),
        "transactions": [[each.sender, each.receiver, each.amount] for each in payments(block)],
        "full": len(payments(block)) == TRANSACTIONS,
        "date": date(block.timestamp),
        "time": quantity(f"time of {name}", block.timestamp, ""),
        "difficulty": quantity(f"difficulty of {name}", block.difficulty, ""),
        "due": quantity(f"prescribed zero bits of {name}", due, str(due)),
        "nonce": quantity(f"nonce of {name}", block.nonce, str(block.nonce)),
        "zeros": quantity(f"zero bits of {name}", zeros, str(zeros)),
        "previous": hash_quantity(f"previous hash of {name}", block.previous_hash),
        "merkle": hash_quantity(f"Merkle root of {name}", block.merkle_root),
        "hash": hash_quantity(f"hash of {name}", block.hash),
    }


def _verdict(block, fault, linked, due):
    """Return the sign of a block, and why it is broken as far as it can be told from here."""
    place = block.index
    if fault is None or place < fault[0]:
        return "valid", ""
    if place == fault[0]:
        return "broken", shortened(fault[1])
    reason = ""
    if not linked:
        reason = f"Its previous hash is not the hash of block {place - 1}."
    elif block.difficulty != due:
        reason = f"It states {block.difficulty} zero bits; the rule prescribes {due}."
    elif not block.is_mined:
        reason = f"Its hash does not start with {block.difficulty} zero bits."
    return "follows a broken block", reason


def describe(record: Transaction | str) -> str:
    """Return a record as a few words."""
    if not isinstance(record, Transaction):
        return f"“{record[:24]}{'…' if len(record) > 24 else ''}”"
    return f"{record.sender or 'new coins'} → {record.receiver}: {record.amount}"


def hash_quantity(name: str, digits: str) -> dict:
    """Return a hash on show, in hexadecimal; its leading zeros are the proof of work."""
    rest = digits.lstrip("0") or digits
    return quantity(name, digits, digits) | {"zeros": len(digits) - len(rest)}


def count_quantity(name: str, value: int) -> dict:
    """Return a whole number on show, its digits in groups of three."""
    return quantity(name, value, grouped(value))


def shortened(sentence: str) -> str:
    """Return the sentence with each hash cut to eight digits, for ears and small screens."""
    words = [(word, word.rstrip(".;,")) for word in sentence.split(" ")]
    return " ".join([bare[:8] + "…" + word[64:] if is_hash(bare) else word for word, bare in words])


def grouped(value: int) -> str:
    """Return a whole number with its digits in groups of three: "16,384"; large ones rounded."""
    return f"{value:,}" if value < 10**15 else number(value, 4)


def zero_bits(digits: str) -> int:
    """Return the number of leading zero bits of a hash in hexadecimal."""
    value = int(digits, 16)
    return 258 - len(bin(value)) if value else 256


def date(seconds: int) -> str:
    """Return seconds since 1970 as a date and time in UTC: "2009-01-03 18:15:05".

    By Hinnant's civil_from_days: the browser's time.gmtime gives 2100 a 29th of February.
    """
    days, rest = divmod(seconds, 86400)
    cycle, day = divmod(days + 719468, 146097)  # of 400 years, from the 1st of March of year 0
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153  # 0 is March, so that a leap day is the last of its year
    day -= (153 * month + 2) // 5
    year, month = year + 400 * cycle + month // 10, (month + 2) % 12
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{year}-{month + 1:02d}-{day + 1:02d} {clock}"
