"""One immutable block of a small blockchain, and the search for its nonce (proof of work).

What is hashed, byte for byte: the header, one line of ASCII without a line end, seven fields
separated by single spaces, whole numbers in decimal:

    index timestamp previous_hash count merkle_root difficulty nonce

The hash of the block is the SHA-256 of that line as 64 hexadecimal digits. `count` is the number
of transactions, `merkle_root` is Bitcoin's tree over their ids. The id of a transaction is the
SHA-256 of its text in UTF-8: `["sender","receiver",amount]`, or just `"any text"`, where quotes,
backslashes and control characters (below U+0020) within a text are written as \\u00xx.

No two different blocks share a header, short of a collision of SHA-256: no field can hold its
separator, and the count tells apart the lists for which Bitcoin's tree gives one root.

What this leaves out of Bitcoin, or does otherwise:

- The header is text, hashed once; Bitcoin's is 80 bytes, hashed twice. Index and count are in it;
  Bitcoin has them elsewhere (the height in the first transaction), and a version besides.
- The difficulty is a count of leading zero bits; Bitcoin's target is finer. It is set anew after 4
  blocks (nnlib.difficulty), not after 2,016, and the first block may choose it.
- Balances of names; Bitcoin keeps a list of unspent outputs, and spends them whole. No fees, and
  the reward neither halves nor has to wait 100 blocks until it may be spent.
- No scripts, keys or signatures: whoever writes a name pays in it. Signing alone would not be
  enough: the same signed payment could be put into every further block (a replay) as long as
  there are coins. So each payment must also carry a number (as Ethereum's do) or spend an output
  that is named and then gone (as Bitcoin's do). Here the same payment, or the same reward, may
  stand in many blocks, and has the same id in all of them; Bitcoin has forbidden that.
- Times may not run backwards, and may stand still. Bitcoin compares a time with the median of the
  eleven before it, and refuses what is more than two hours ahead of its clock. Here nobody looks
  at a clock: a block may be far in the future (2**53 - 1), and then no later one can follow.
- No limit on the size of a block, no witnesses, no network: who sends what to whom is not here.
"""

from hashlib import sha256

from nnlib.bitcoin import is_hash, merkle_root
from nnlib.record import Record
from nnlib.text import is_writable, told

COINBASE = ""  # the sender of new coins
LARGEST = 2**53 - 1  # every JSON reader keeps whole numbers exact up to here

_ESCAPES = {c: f"\\u{ord(c):04x}" for c in [chr(i) for i in range(32)] + ['"', "\\"]}
_HAS_COPY = hasattr(sha256(b""), "copy")  # MicroPython has not


class Transaction(Record):
    """`amount` coins (a whole number) from `sender` to `receiver`; sender COINBASE creates them.

    ValueError if a name is not text or the amount is not from 0 to 2**53 - 1.
    """

    fields = __slots__ = ("sender", "receiver", "amount")
    sender: str
    receiver: str
    amount: int

    def __init__(self, sender: str, receiver: str, amount: int):
        self._set(
            sender=_text("sender", sender),
            receiver=_text("receiver", receiver),
            amount=_whole("amount", amount),
        )


class Block(Record):
    """One block: what it records, which block came before, and the nonce found by mining.

    index, timestamp (seconds) and nonce are whole numbers from 0 to 2**53 - 1; transactions is a
    list of at least one Transaction or text; previous_hash is 64 hexadecimal digits; difficulty
    is the number of leading zero bits that the hash must have, 0 to 256. Derived: `merkle_root`,
    `header` (the text that is hashed) and `hash`. ValueError if a field is not as said.
    """

    fields = ("index", "timestamp", "transactions", "previous_hash", "difficulty", "nonce")
    __slots__ = fields + ("merkle_root", "header", "hash")  # noqa: RUF005 (MicroPython has no [*a])
    index: int
    timestamp: int
    transactions: tuple
    previous_hash: str
    difficulty: int
    nonce: int
    merkle_root: str
    header: str
    hash: str

    def __init__(
        self,
        index: int,
        timestamp: int,
        transactions: list | tuple,
        previous_hash: str,
        difficulty: int,
        nonce: int = 0,
    ):
        if not isinstance(transactions, (list, tuple)) or not transactions:
            raise ValueError(
                f"transactions must be a list of at least one, not {told(transactions)}"
            )
        if not is_hash(previous_hash):
            raise ValueError(
                f"previous_hash must be 64 hexadecimal digits (0-9, a-f), not {told(previous_hash)}"
            )
        self._set(
            index=_whole("index", index),
            timestamp=_whole("timestamp", timestamp),
            transactions=tuple(transactions),
            previous_hash=previous_hash,
            difficulty=_whole("difficulty", difficulty, 256),
            nonce=_whole("nonce", nonce),
            merkle_root=merkle_root([txid(transaction) for transaction in transactions]),
        )
        self._set(header=f"{self._before_nonce()}{nonce}")
        self._set(hash=sha256(self.header.encode()).digest().hex())

    def _before_nonce(self):
        return (
            f"{self.index} {self.timestamp} {self.previous_hash} {len(self.transactions)} "
            f"{self.merkle_root} {self.difficulty} "
        )

    @property
    def is_mined(self) -> bool:
        """True if the hash starts with at least `difficulty` zero bits."""
        return int(self.hash, 16) < 2 ** (256 - self.difficulty)


def mine(block: Block, tries: int | None = None) -> Block:
    """The block with the first nonce, from its own upwards, that makes it `is_mined`.

    After `tries` nonces without success: the block with the next nonce to try. Call again to go
    on; mining in slices finds what mining at once finds. ValueError if `tries` is not a whole
    number from 0 to 2**53 - 1 or no nonce is left.
    """
    stop = LARGEST + 1 if tries is None else min(LARGEST + 1, block.nonce + _whole("tries", tries))
    start = block._before_nonce().encode()
    largest = (2 ** (256 - block.difficulty) - 1).to_bytes(32, "big")
    nonce = block.nonce
    if not _HAS_COPY:
        while nonce < stop and sha256(start + str(nonce).encode()).digest() > largest:
            nonce += 1
        return block.replace(nonce=nonce)
    copy = sha256(start).copy  # what comes before the nonce is hashed once
    for nonce in range(block.nonce, stop):
        attempt = copy()
        attempt.update(str(nonce).encode())
        if attempt.digest() <= largest:
            return block.replace(nonce=nonce)
    return block.replace(nonce=stop)


def expected_hashes(difficulty: int) -> int:
    """How many hashes it takes on average to find one with `difficulty` (0-256) zero bits."""
    return 2 ** _whole("difficulty", difficulty, 256)


def txid(transaction: Transaction | str) -> str:
    """The id of a Transaction or of plain text: the SHA-256 of its text, 64 hexadecimal digits."""
    return sha256(transaction_text(transaction).encode()).digest().hex()


def transaction_text(transaction: Transaction | str) -> str:
    """The text of a transaction that is hashed and saved; it is JSON. ValueError if it is neither
    a Transaction nor text."""
    if isinstance(transaction, Transaction):
        names = f"{_quoted(transaction.sender)},{_quoted(transaction.receiver)}"
        return f"[{names},{transaction.amount}]"
    return _quoted(_text("a transaction", transaction, "a Transaction or text"))


def checked_chain(chain: list[Block]) -> list[Block]:
    """Return `chain`; ValueError unless it is a list of Block, which may be empty."""
    if not isinstance(chain, (list, tuple)) or not all(isinstance(each, Block) for each in chain):
        raise ValueError(f"a chain must be a list of Block, not {told(chain)}")
    return chain


def _quoted(text):
    return '"' + "".join([_ESCAPES.get(c, c) for c in text]) + '"'


def _text(name, value, allowed="text"):
    if not isinstance(value, str) or not is_writable(value):
        raise ValueError(f"{name} must be {allowed} without lone surrogates, not {told(value)}")
    return value


def _whole(name, value, largest=LARGEST):
    if type(value) is not int or not 0 <= value <= largest:
        raise ValueError(f"{name} must be a whole number from 0 to {largest}, not {told(value)}")
    return value
