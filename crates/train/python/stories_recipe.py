"""Everything that decides what comes out of a training run of `stories`, in one place."""

import json
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class StoriesShape:
    n_layers: int = 1
    d_model: int = 256
    n_heads: int = 8
    d_head: int = 32
    d_mlp: int = 256  # a dictionary of sixteen times as many features fits into 6 MB
    n_ctx: int = 256
    d_vocab: int = 1024


@dataclass(frozen=True)
class StoriesRecipe:
    shape: StoriesShape = StoriesShape()
    seed: int = 1
    steps: int = 3_600
    cool_down_steps: int = 1_500  # of them, at the end: the rate falls linearly to zero; before, it is constant
    warm_up_steps: int = 50
    rows_per_step: int = 16  # of n_ctx tokens
    # Embedding and unembedding are first fitted, attention and MLP aside, to the bigram counts of the training text.
    bigram_steps: int = 150
    bigram_lr: float = 0.02
    # Of each target: what a trigram counted on the whole training text says there, instead of the one token that came.
    # It falls to zero with the rate: counts say at once what many more steps would, and context says the rest.
    trigram_share: float = 0.7
    matrix_lr: float = 0.004  # Muon, the matrices of attention and MLP
    other_lr: float = 1e-3  # AdamW, everything else
    weight_decay: float = 0.01  # decoupled, of the matrices
    momentum: float = 0.95
    # The corpora read, with the share of the rows that each gives.
    corpora: dict = field(
        default_factory=lambda: {"kids_pd": 0.75, "tinystories_excerpt_cdla": 0.15, "modern_kids_ccby": 0.1}
    )

    def describe(self):
        return asdict(self)


def add_recipe_arguments(parser):
    """`--set`, for experiments."""
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=JSON", help="change the recipe (never for shipped weights)"
    )


def chosen_recipe(arguments):
    """The recipe with every `--set` applied."""
    recipe = StoriesRecipe()
    for assignment in arguments.set:
        name, value = assignment.split("=", 1)
        change = {name: json.loads(value)}
        if name in StoriesShape.__dataclass_fields__:
            change = {"shape": replace(recipe.shape, **change)}
        recipe = replace(recipe, **change)
    return recipe
