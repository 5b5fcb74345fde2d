"""Writes the card of a sparse autoencoder from what was measured, and checks what it promises.

python sae_card.py --sae www/models/stories-sae-x4
"""

import argparse
import json
from pathlib import Path

from card import table
from card_text import LICENCE
from sae_card_text import CONTROLS, FAILURES, OPENING, PASSAGES, RECIPE, ROUNDING, SHORTER, TAUGHT
from sae_recipe import RECIPES

# What the card of a dictionary of `stories` promises, control folders aside.
PROMISED_RECOVERED, PROMISED_L0, PROMISED_DEAD = 0.90, 32, 0.05
COLUMNS = ("l0", "explainedVariance", "loss", "lossRecoveredMean", "lossRecoveredZero", "dead")


def shown(value):
    return "–" if value is None else f"{value:.3f}"


def metrics(measured):
    """This dictionary beside its controls."""
    rows = [("this one", *(shown(measured["metrics"][name]) for name in COLUMNS))]
    rows += [(of["what"], *(shown(of[name]) for name in COLUMNS)) for of in measured["control"].values()]
    head = (
        "",
        "L0",
        "explained variance",
        "loss, nats",
        "recovered from mean ablation",
        "recovered from zero ablation",
    )
    return table((*head, "dead"), rows)


def densities(measured):
    histogram = measured["metrics"]["densityHistogram"]
    edges = histogram["log10Edges"]
    rows = [(f"10^{a:g} to 10^{b:g}", n) for a, b, n in zip(edges, edges[1:], histogram["counts"]) if n]
    return table(("fires on this share of the tokens", "features"), rows)


def board(measured):
    """What single units of every kind tell of the board."""
    told = measured["board"]
    names = {
        "sae": "features of this dictionary",
        "mlpNeurons": "neurons of the same block's MLP, either sign",
        "residualBasis": "coordinates of the residual stream, either sign",
        "pca": "principal components, as many as L0, either sign",
        "random": "features of a random dictionary",
        "untrained": "features of a dictionary of the untrained twin",
    }
    rows = [
        (
            what,
            told[name]["units"],
            told[name]["told"],
            told[name]["told_beyond_always"],
            f"{told[name]['mean_f1']:.3f}",
        )
        for name, what in names.items()
    ]
    of = told["sae"]
    head = ("units", "how many", f"states told, of {of['occurring']}", "of those, not told by a constant", "mean F1")
    return table(head, rows)


def promises(measured):
    own = measured["metrics"]
    return [
        (
            f"at least {PROMISED_RECOVERED} of the loss recovered from mean ablation",
            f"{own['lossRecoveredMean']:.3f}",
            own["lossRecoveredMean"] >= PROMISED_RECOVERED,
        ),
        (f"at most {PROMISED_L0} features at a token", f"{own['l0']:.1f}", own["l0"] <= PROMISED_L0),
        (f"at most {PROMISED_DEAD:.0%} dead", f"{own['dead']:.1%}", own["dead"] <= PROMISED_DEAD),
    ]


def shorter(of, own):
    """Says so where controls had fewer steps than the dictionary beside them."""
    steps = [RECIPES[f"{of}-sae-{control}"].steps for control in ("random", "untrained")]
    if min(steps) >= own:
        return ""
    names = f"{steps[0]} (random directions) and {steps[1]} (untrained network)"
    return SHORTER.format(steps=names, own_steps=own)


def card(folder):
    measured, curves = (json.loads((folder / name).read_text()) for name in ("evaluation.json", "curves.json"))
    loss, own, name = measured["loss"], measured["metrics"], folder.name
    recipe = curves["recipe"] | {"name": name, "of": "stories" if name.startswith("stories") else "othello"}
    recipe["taught"] = TAUGHT.format(**recipe) if recipe.get("silent_after") else ""
    losses = (
        f"Measured on {measured['tokens']:,} tokens of {measured['of']}. Loss of the model as it is {loss['clean']:.4f} nats a token, with the hook at its mean "
        f"{loss['meanAblation']:.4f}, at zero {loss['zeroAblation']:.4f}. Explained variance is 1 − Σ‖x − x̂‖² / Σ‖x − mean‖². Dead: fires nowhere here. "
        f"Nearly always on (more than half of the tokens): {own['nearAlwaysOn']:.1%}.\n"
    )
    parts = [f"# {name}\n", OPENING[name].format(**measured), RECIPE.format(**recipe)]
    if "rounding" in curves:
        parts.append(ROUNDING.format(**curves["rounding"]))
    parts += ["## Evaluation\n", losses]
    if name not in CONTROLS:
        held = [(what, value, "yes" if holds else "**no**") for what, value, holds in promises(measured)]
        parts.append(table(("aim", "measured", "reached"), held))
    parts.append(metrics(measured))
    if name not in CONTROLS:
        parts.append(shorter(recipe["of"], recipe["steps"]))
    parts += ["### How often features fire\n", densities(measured)]
    if "board" in measured:
        parts += [BOARD, board(measured)]
    if (folder / "features.json").is_file():
        parts.append(PASSAGES.format(label=json.loads((folder / "features.json").read_text())["label"]))
    return "\n".join([*parts, FAILURES, LICENCE])


BOARD = """### What single units tell of the board

Of 64 squares × {empty, mine, theirs}: the states that some single unit tells with F1 ≥ 0.9 by firing above a threshold. Unit and threshold are chosen on 400 games and
judged on 400 others. A state that is nearly always there is "told" by a unit that always fires; those states are left out of the second count.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sae", required=True, help="SAE folder")
    folder = Path(parser.parse_args().sae)
    (folder / "README.md").write_text(card(folder))
    if folder.name not in CONTROLS:
        for what, value, holds in promises(json.loads((folder / "evaluation.json").read_text())):
            print(f"{'holds' if holds else 'FAILS'}: {folder.name}: {what}: {value}")


if __name__ == "__main__":
    main()
