"""The Merkle tree over a block's records, and the proof that one of them is in it."""

from nnlib.bitcoin import merkle_levels
from nnlib.blockchain import Block, merkle_proof, txid, verify_proof
from nnlib.scenes.chain.cards import describe


def tree(block: Block, leaf: int) -> dict:
    """Return the Merkle tree over the records of `block` and the proof that record `leaf` is in it.

    Each node has a mark: "path", what the proof computes; "proof", what it must be told; or "".
    """
    txids = [txid(each) for each in block.transactions]
    leaf = min(leaf, len(txids) - 1)
    proof, levels = merkle_proof(txids, leaf), merkle_levels(txids)
    marks, rows, joined = [["" for _ in level] for level in levels], [], leaf
    for height, (side, sibling) in enumerate(proof):
        marks[height][min(joined ^ 1, len(levels[height]) - 1)] = "proof"
        marks[height][joined] = "path"
        joined >>= 1
        node = levels[height + 1][joined]
        rows.append([f"Step {height + 1}", sibling[:8] + "…", side, node[:8] + "…"])
    marks[-1][0] = "path"
    sound = verify_proof(txids[leaf], proof, block.merkle_root)
    return {
        "place": block.index,
        "leaf": str(leaf),
        "records": [
            {"value": str(i), "text": f"{i + 1}: {describe(each)}"}
            for i, each in enumerate(block.transactions)
        ],
        "levels": [
            [{"text": node[:8], "mark": mark} for node, mark in zip(*level, strict=True)]
            for level in zip(levels, marks, strict=True)
        ],
        "table": {
            "caption": f"From record {leaf + 1} ({txids[leaf][:8]}…) to the root: {len(proof)} "
            f"hashes {'prove' if sound else 'do not prove'} that it is in the block",
            "head": ["Proof", "join with", "on the", "gives"],
            "rows": rows,
        },
    }
