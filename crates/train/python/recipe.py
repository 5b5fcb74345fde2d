"""Everything that decides what comes out of a training run, in one place."""

import json
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Shape:
    n_layers: int
    d_model: int = 256
    n_heads: int = 4
    d_head: int = 32
    n_ctx: int = 256
    d_vocab: int = 2048


@dataclass(frozen=True)
class Recipe:
    shape: Shape
    seed: int = 1
    steps: int = 4_500
    tokens_per_step: int = 2048
    # Sequence length and how often a step draws it: many short rows teach more than a few long ones.
    lengths: tuple = ((64, 0.6), (128, 0.25), (256, 0.15))
    # First only random repeats, which form the heads. Then embedding and unembedding are fitted, heads aside, to the
    # bigram counts of the training text: all that a model without context can know. Then rows of both kinds.
    first_steps: int = 700
    bigram_steps: int = 100
    bigram_lr: float = 0.02
    random_repeats: float = 0.5  # of the rows; text is the rest
    text_repeats: float = 0.1  # of the rows: spans of text that come again
    # Random tokens come first from few ids. While copying works (knowable tokens cost less than this share of what
    # guessing among those ids would), the ids grow by a factor a step. A model that never learns to copy sees the same
    # data later: between these two shares of the steps the ids grow to the whole vocabulary by themselves.
    first_vocabulary: int = 32
    vocabulary_growth: float = 1.01
    copying_works_below: float = 0.5
    vocabulary_grows_anyway: tuple = (0.15, 0.4)
    unknowable_weight: float = 0.05  # of the loss of a random token that nothing before it tells
    matrix_lr: float = 0.01  # Muon, the attention matrices
    matrix_decay: float = 0.5  # decoupled; keeps what the heads write from drowning the embedding
    other_lr: float = 3e-3  # AdamW, everything else
    weight_decay: float = 0.01
    warm_up_steps: int = 100
    cool_down: float = 0.8  # of the steps, at the end
    # Share of the text rows that each corpus gives; what is not named shares the rest by size.
    corpora: dict = field(
        default_factory=lambda: {
            "kids_pd": 0.35,
            "novels_pd": 0.2,
            "modern_kids_ccby": 0.1,
            "tinystories_excerpt_cdla": 0.15,
            "commonvoice_en_cc0": 0.1,
            "tinyshakespeare": 0.1,
        }
    )

    def describe(self):
        return asdict(self)


TWO_LAYERS = Recipe(Shape(n_layers=2))
ONE_LAYER = Recipe(Shape(n_layers=1))
RECIPES = {"induction-2l": TWO_LAYERS, "induction-1l": ONE_LAYER}
BOS = 0


def add_recipe_arguments(parser):
    """The options that say which recipe: `--model` and, for experiments, `--set`."""
    parser.add_argument("--model", choices=RECIPES, required=True)
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=JSON", help="change the recipe (never for shipped weights)"
    )


def chosen_recipe(arguments):
    """The recipe of `--model` with every `--set` applied."""
    recipe = RECIPES[arguments.model]
    for assignment in arguments.set:
        name, value = assignment.split("=", 1)
        change = {name: json.loads(value)}
        if name in Shape.__dataclass_fields__:
            change = {"shape": replace(recipe.shape, **change)}
        recipe = replace(recipe, **change)
    return recipe
