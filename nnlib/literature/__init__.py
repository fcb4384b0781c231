"""Working models of the reviewed papers, each with controls that could prove its claims wrong.

Each model has figures(seed), what one repetition shows: {name: number}; and findings(values), what
many repetitions show, {name: [a number for each seed]}: a list of `evidence.Finding`.
`python -m nnlib.literature` runs them all.
"""

MODELS = (
    "deepring",
    "selfish_mining",
    "super_nodes",
    "useful_work",
    "peers",
    "speed",
    "reversal",
)
