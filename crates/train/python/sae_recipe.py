"""Everything that decides what comes out of the training of a sparse autoencoder, in one place."""

import json
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class SaeRecipe:
    expansion: int  # features for each number of an activation
    k: int = 12  # features that fire at a token, on average
    hook: str = "blocks.0.mlp.hook_post"
    seed: int = 1
    steps: int = 600
    rows_per_step: int = 8  # of text, n_ctx tokens each; or of games
    lr: float = 3e-3  # Adam, in units of the activations' spread
    warm_up_steps: int = 50
    cool_down: float = 0.5  # of the steps, at the end: the rate falls linearly to zero
    # Features that did not fire since the last of these moments start anew, at activations badly reconstructed.
    replace_at: tuple = (0.1, 0.2, 0.3, 0.4, 0.5)
    # Steps without firing, after which a feature is taught to say what the others leave out; none are where it is null.
    silent_after: int | None = None
    decoder: str = "trained"  # or "random": directions drawn from the sphere, never changed

    def describe(self):
        return asdict(self)


OTHELLO = SaeRecipe(
    expansion=2,  # of more features, those beyond about twice the stream's width fall silent again and again
    k=31,
    hook="blocks.3.hook_resid_post",
    rows_per_step=40,
    steps=800,
    lr=1.5e-3,  # the longer and the faster it learns, the more features fall silent for good
    silent_after=100,
)
RECIPES = {
    "stories-sae-x4": SaeRecipe(expansion=4),
    "stories-sae-x16": SaeRecipe(
        expansion=16, steps=900, replace_at=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), silent_after=100
    ),
    "stories-sae-random": SaeRecipe(expansion=4, steps=400, decoder="random"),
    "stories-sae-untrained": SaeRecipe(expansion=4, steps=400),
    "othello-sae": OTHELLO,
    "othello-sae-random": replace(OTHELLO, decoder="random"),
    "othello-sae-untrained": OTHELLO,
}


def add_recipe_arguments(parser):
    """The options that say which recipe: `--sae` and, for experiments, `--set`."""
    parser.add_argument("--sae", choices=RECIPES, required=True)
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=JSON", help="change the recipe (never for shipped weights)"
    )


def chosen_recipe(arguments):
    """The recipe of `--sae` with every `--set` applied."""
    return changed(RECIPES[arguments.sae], arguments.set)


def changed(recipe, assignments):
    for assignment in assignments:
        name, value = assignment.split("=", 1)
        recipe = replace(recipe, **{name: json.loads(value)})
    return recipe
