"""Writes the cards of Othello-GPT and of its probes from what was measured.

python othello_card.py --model www/models/othello
python othello_card.py --model www/models/othello --probes www/models/othello-probes
"""

import argparse
import json
from pathlib import Path

from card import table
from othello_recipe import OthelloRecipe
from othello_card_text import CHANGED, FAILURES, LICENCE, MODEL_OPENING, PROBES_OPENING, RECIPE, TRIED

# What the card promises: at most so many top-1 moves illegal, at most so far above the floor, in nats.
PROMISED_ILLEGAL, PROMISED_ABOVE_FLOOR = 0.01, 0.03
# And of the probes: so many squares right at the best layer.
PROMISED_PROBE = 0.97
# And of changed beliefs: so many errors left at the best layers.
PROMISED_ERRORS = 0.5


def percent(share):
    return f"{100 * share:.2f} %"


def scores(measured):
    untrained = measured["untrained"]
    rows = []
    for what, name, show in (
        ("top-1 move illegal", "illegal_top1", percent),
        ("probability of illegal moves", "illegal_mass", percent),
        ("cross-entropy, nats", "cross_entropy", lambda value: f"{value:.4f}"),
    ):
        twin = f"{show(untrained[name]['mean'])} ± {show(untrained[name]['sd'])}"
        own = f"{show(measured['model'][name])} ± {show(measured['sd_over_tenths_of_the_games'][name])}"
        rows.append((what, own, twin, show(measured["unplayed_squares"][name])))
    floor = f"{measured['model']['floor']:.4f}"
    rows.append(("its floor, E ln(number of legal moves)", floor, floor, floor))
    head = (
        "",
        "this model (± over tenths of the games)",
        f"untrained twin ({untrained['models']} seeds)",
        "any square not yet played",
    )
    return table(head, rows)


def by_ply(measured):
    plies, twin = measured["model"]["by_ply"], measured["unplayed_squares"]["by_ply"]

    def mean(of, name, part):
        weights = plies["positions"][part]
        return sum(value * weight for value, weight in zip(of[name][part], weights)) / sum(weights)

    rows = []
    for first in range(0, 59, 6):
        part = slice(first, min(first + 6, 59))
        shares = (percent(mean(of, name, part)) for name in ("illegal_top1", "illegal_mass") for of in (plies, twin))
        above = mean(plies, "cross_entropy", part) - mean(plies, "floor", part)
        rows.append((f"{part.start + 2}–{part.stop + 1}", *shares, f"{above:.3f}"))
    head = ("move number", "top-1 illegal", "(unplayed)", "illegal mass", "(unplayed)", "nats above the floor")
    return table(head, rows)


def curve(curves):
    points, rows = curves["points"], []
    for wanted in (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0):
        point = points[max(0, round(wanted * len(points)) - 1)]
        row = (f"{point['step']:,}", f"{point['games']:,}", f"{point['rate']:.2f}", percent(point["illegal_top1"]))
        rows.append((*row, f"{point['above_floor']:.3f}"))
    return table(
        ("step", "games", "share of the full rate", "top-1 illegal", "nats above the floor"), dict.fromkeys(rows)
    )


def run_in_words(curves):
    """What was done, from the record of the run."""
    end, rows, since = curves["end"], [], 0
    last = {"until_step": end["step"], "recipe": curves["recipe"], "decay_over": end["decay_over"]}
    for part in [*curves["earlier"], last]:
        recipe, over = part["recipe"], part.get("decay_over")
        steps = f"{since:,}–{part['until_step']:,}"
        fall = "constant" if not over else f"falling linearly to zero over the last {over:,}"
        rows.append((steps, recipe["games_per_step"], recipe["matrix_lr"], recipe["other_lr"], fall))
        since = part["until_step"]
    told = f"These weights: {end['games']:,} games in all, {end['seconds'] / 3600:.1f} hours on one thread of a shared CPU."
    return f"{told}\n\n{table(('steps', 'games a step', 'rate of Muon', 'of AdamW', 'rates'), rows).rstrip()}"


def promises(measured):
    illegal, above = measured["model"]["illegal_top1"], measured["model"]["above_floor"]
    yes = {True: "yes", False: "**no**"}
    rows = [
        ("at most 1 % of top-1 moves illegal", percent(illegal), yes[illegal <= PROMISED_ILLEGAL]),
        ("cross-entropy within 0.03 nats of its floor", f"{above:.3f} above", yes[above <= PROMISED_ABOVE_FLOOR]),
    ]
    return table(("aim", "measured", "reached"), rows)


def model_card(folder):
    measured = json.loads((folder / "evaluation.json").read_text())
    curves = json.loads((folder / "curves.json").read_text())
    config = json.loads((folder / "config.json").read_text())
    parts = [
        f"# {config['model_name']}\n",
        MODEL_OPENING.format(**config),
        f"## Recipe\n\n{RECIPE.format(**OthelloRecipe().describe())}\n{run_in_words(curves)}\n\n{TRIED}",
        f"## Evaluation\n\n{measured['games']:,} fresh games (seed {measured['seed']}), every position from which a move is to be predicted; by "
        f"`crates/train/python/evaluate_othello.py`, the last stage of the command above.\n\n{promises(measured)}\n{scores(measured)}",
        f"### By move\n\n{by_ply(measured)}",
        f"### Learning curve\n\nOn 200 other fresh games; all points are in `curves.json`.\n\n{curve(curves)}",
        FAILURES.format(
            illegal=percent(measured["model"]["illegal_top1"]), mass=percent(measured["model"]["illegal_mass"])
        ),
        LICENCE,
    ]
    return "\n".join(parts)


def layer_table(accuracy, frame, number):
    rows = []
    for layer in accuracy["layers"]:
        if layer["frame"] == frame:
            kinds = (layer[name][number] for name in ("probe", "untrained", "shuffled", "two_layer"))
            rows.append((layer["layer"], *(f"{value:.3f}" for value in kinds)))
    return table(("layer", "linear probe", "untrained twin", "shuffled games", "two-layer probe"), rows)


def control_table(accuracy):
    named = {
        "bag_of_moves": "bag of moves (ridge)",
        "owner": "whoever played a square still owns it",
        "majority_per_ply": "commonest state of the square at that ply",
        "majority": "commonest state of the square",
    }
    rows = []
    for key, name in named.items():
        values = [accuracy["controls"][frame][key] for frame in ("mine-theirs", "black-white")]
        rows.append(
            (name, *(f"{value[number]:.3f}" for value in values for number in ("all", "non_empty", "balanced")))
        )
    head = [
        "",
        *(
            f"{frame}, {number}"
            for frame in ("mine/theirs", "black/white")
            for number in ("all", "with a disc", "balanced")
        ),
    ]
    return table(head, rows)


def changed_beliefs(measured):
    """What `othello-interventions` found, as a section."""
    best = next(row for row in measured["rows"] if row["layers"] == measured["best"]["layers"])
    rows = []
    for row in measured["rows"]:
        numbers = (row["edited"], row["random"]["mean"], row["random"]["p95"], row["unrelated"])
        errors = (f"{number:.2f}" for number in numbers)
        layers = ", ".join(map(str, row["layers"]))
        before = f"{measured['before']:.2f}"
        rows.append((layers, row["scale"], measured["cases"], before, *errors, percent(row["without_errors"])))
    head = ("layers", "scale", "cases", "errors before", "after", "random directions", "their 95 %", "unrelated square", "no error left")
    return CHANGED.format(
        cases=measured["cases"],
        plies="–".join(map(str, measured["plies"])),
        tuning=measured["tuning"]["cases"],
        draws=measured["draws"],
        before=measured["before"],
        truth=measured["truth"],
        layers=", ".join(map(str, best["layers"])),
        scale=best["scale"],
        after=best["edited"],
        random=best["random"]["mean"],
        reached="reached" if best["edited"] <= PROMISED_ERRORS else "**not reached**",
        table=table(head, rows),
    )


def probes_card(folder):
    accuracy = json.loads((folder / "accuracy.json").read_text())
    config = json.loads((folder / "config.json").read_text())
    relative = [layer for layer in accuracy["layers"] if layer["frame"] == "mine-theirs"]
    best = max(relative, key=lambda layer: layer["probe"]["all"])
    bag = accuracy["controls"]["mine-theirs"]["bag_of_moves"]["all"]
    reached = "reached" if best["probe"]["all"] >= PROMISED_PROBE else "**not reached**"
    parts = [
        f"# {folder.name}\n",
        PROBES_OPENING.format(fitted=accuracy["games_fitted"], held_out=accuracy["games_held_out"], **config),
        f"## Accuracy\n\nBest layer for mine/theirs: {best['layer']}, with {best['probe']['all']:.3f} of all squares, {best['probe']['non_empty']:.3f} of those "
        f"with a disc, {best['probe']['balanced']:.3f} balanced. Without any network, a ridge on the bag of moves gives {bag:.3f}: only what is above that was "
        f"computed. The aim of 0.97 is {reached}.\n",
        "Layer 0 is the embedding, layer l the residual stream after block l − 1. Balanced: the mean over the three states of the share right.\n",
    ]
    for frame in ("mine-theirs", "black-white"):
        for number, words in (("all", "all squares"), ("non_empty", "squares with a disc"), ("balanced", "balanced")):
            parts.append(f"### {frame.replace('-', '/')}, {words}\n\n{layer_table(accuracy, frame, number)}")
    parts.append(f"### Without a network\n\n{control_table(accuracy)}")
    changed = folder / "interventions.json"
    if changed.exists():
        parts.append(changed_beliefs(json.loads(changed.read_text())))
    parts.append(LICENCE)
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path, help="model folder")
    parser.add_argument("--probes", type=Path, help="folder of its probes: writes their card instead")
    arguments = parser.parse_args()
    if arguments.probes:
        (arguments.probes / "README.md").write_text(probes_card(arguments.probes))
    else:
        (arguments.model / "README.md").write_text(model_card(arguments.model))


if __name__ == "__main__":
    main()
