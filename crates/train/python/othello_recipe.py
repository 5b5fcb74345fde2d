"""Everything that decides what comes out of a training run of Othello-GPT, in one place."""

import json
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class OthelloShape:
    n_layers: int = 6
    d_model: int = 128
    n_heads: int = 8
    d_head: int = 16
    d_mlp: int = 512
    n_ctx: int = 59
    d_vocab: int = 61


@dataclass(frozen=True)
class OthelloRecipe:
    shape: OthelloShape = OthelloShape()
    seed: int = 1  # of the weights and of the games: game n of the run is game n under this seed
    games_per_step: int = 64
    # A constant rate after the warm-up, so that the run has no end; `--decay-over` branches off a finished model.
    warm_up_steps: int = 100
    matrix_lr: float = 0.007  # Muon, the matrices of attention and MLP
    other_lr: float = 0.0015  # AdamW, everything else
    weight_decay: float = 0.01  # decoupled, of the matrices
    momentum: float = 0.95

    def describe(self):
        return asdict(self)


def add_recipe_arguments(parser):
    """`--set`, for experiments."""
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=JSON", help="change the recipe (never for shipped weights)"
    )


def chosen_recipe(arguments):
    """The recipe with every `--set` applied."""
    recipe = OthelloRecipe()
    for assignment in arguments.set:
        name, value = assignment.split("=", 1)
        change = {name: json.loads(value)}
        if name in OthelloShape.__dataclass_fields__:
            change = {"shape": replace(recipe.shape, **change)}
        recipe = replace(recipe, **change)
    return recipe
