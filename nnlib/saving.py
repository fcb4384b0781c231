"""How a chain of blocks is saved and loaded: JSON text, a block a line, each with its hash."""

import json
import os

from nnlib import files
from nnlib.block import Block, Transaction, checked_chain, transaction_text
from nnlib.text import told

FORMAT, VERSION = "nnlib chain", 1


def dumps(chain: list[Block]) -> str:
    """The chain, sound or not, as JSON text: a block a line, each with its hash."""
    lines = []
    for block in checked_chain(chain):
        transactions = ",".join([transaction_text(each) for each in block.transactions])
        lines.append(
            f'{{"index":{block.index},"timestamp":{block.timestamp},'
            f'"transactions":[{transactions}],"previous_hash":"{block.previous_hash}",'
            f'"difficulty":{block.difficulty},"nonce":{block.nonce},"hash":"{block.hash}"}}'
        )
    blocks = ",\n".join(lines)
    return f'{{"format":"{FORMAT}","version":{VERSION},"blocks":[\n{blocks}\n]}}\n'


def save(chain: list[Block], path: "str | os.PathLike[str]") -> None:
    """Write the chain, sound or not, to the file `path`, whole or not at all; see nnlib.files."""
    files.write(path, dumps(chain))


def load(path: "str | os.PathLike[str]") -> list[Block]:
    """The list of blocks in the file that `save` wrote. OSError as `open` has it; see `loads`."""
    with open(path, encoding="utf-8") as file:
        return loads(file.read())


def loads(text: str) -> list[Block]:
    """The list of blocks that `dumps` wrote.

    ValueError if the text is anything else, names a key twice, or if a block does not have the hash
    stated for it. (The browser's Python does not see a key twice: there the last one counts.)
    """
    if not isinstance(text, str):
        raise ValueError(f"a saved chain must be text, not {told(text)}")
    try:
        data = json.loads(text, **_HOOK)
    except (ValueError, RuntimeError) as error:  # RuntimeError: nested too deeply
        raise ValueError(f"this is no JSON: {error}") from None
    _check_keys("a saved chain", data, ("format", "version", "blocks"))
    if data["format"] != FORMAT or type(data["version"]) is not int or data["version"] != VERSION:
        found = f"{told(data['format'])} and {told(data['version'])}"
        raise ValueError(f"format and version must be {FORMAT!r} and {VERSION}, not {found}")
    if not isinstance(data["blocks"], list):
        raise ValueError(f"blocks must be a list, not {told(data['blocks'])}")
    return [_loaded(place, item) for place, item in enumerate(data["blocks"])]


def _once(pairs):
    if len(pairs) > len(dict(pairs)):
        raise ValueError("a key stands twice in an object")
    return dict(pairs)


_HOOK: dict = {"object_pairs_hook": _once}
try:
    json.loads("0", **_HOOK)
except TypeError:  # MicroPython
    _HOOK.clear()


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
        raise ValueError(f"block {place}: its hash is {block.hash}, not {told(item['hash'])}")
    return block


def _check_keys(what, item, names):
    if not isinstance(item, dict) or set(item) != set(names):
        raise ValueError(f"{what} must be an object with exactly the keys {', '.join(names)}")
