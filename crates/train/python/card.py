"""Writes the model cards from the evaluations and checks what the cards promise.

python card.py --work FOLDER_OF_EVALUATIONS --out www/models
"""

import argparse
import json
from pathlib import Path

from card_text import DATA, FAILURES, LICENCE, OPENING, RECIPE

MODELS = ("induction-2l", "induction-1l")


def table(head, rows):
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(map(str, row)) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def copying(name, results):
    own, twin, untrained = results[name], results[other(name)], results[name]["untrained"]["copying"]
    columns = {
        "this model": own["copying"],
        f"trained control: {other(name)}": twin["copying"],
        "same architecture, untrained": untrained,
    }
    rows = [
        ("top-1 accuracy, second copy (tokens 2 to 50)", *(f"{c['copy_accuracy']:.3f}" for c in columns.values())),
        (
            "the same with its unforeseeable first token",
            *(f"{c['copy_accuracy_with_first']:.3f}" for c in columns.values()),
        ),
        (
            "standard deviation over groups of 64 rows",
            *(f"{c['copy_accuracy_sd_over_groups_of_64_rows']:.3f}" for c in columns.values()),
        ),
        ("loss on the first copy, nats", *(f"{c['first_copy_loss']:.2f}" for c in columns.values())),
        ("loss on the second copy (tokens 2 to 50), nats", *(f"{c['second_copy_loss']:.2f}" for c in columns.values())),
    ]
    return table(("512 rows `[BOS, r, r]`, `r` = 50 random tokens", *columns), rows)


def heads(own):
    limits = own["untrained"]["score_95th_percentile_by_layer"]
    rows = []
    for layer in range(len(own["heads"]["induction"])):
        for head in range(len(own["heads"]["induction"][layer])):
            cells = (f"{own['heads'][score][layer][head]:.3f} ({limits[score][layer]:.3f})" for score in limits)
            rows.append((f"{layer}.{head}", *cells))
    return table(("head", *(score.replace("_", "-") for score in limits)), rows)


def single_ablations(own):
    by_head = {}
    for result in own["ablations"]["single"]:
        by_head.setdefault(result["heads"][0], {})[result["how"]] = result
    full = own["copying"]["copy_accuracy"]
    rows = [
        (
            head,
            *(
                f"{how[kind]['copy_accuracy']:.3f} ({how[kind]['copy_accuracy'] / full - 1:+.0%})"
                for kind in ("mean", "zero")
            ),
            f"{how['mean']['second_copy_loss']:.2f}",
        )
        for head, how in by_head.items()
    ]
    return table(
        ("head off", "copy accuracy, mean ablation", "copy accuracy, zero ablation", "second-copy loss, mean ablation"),
        rows,
    )


def pair_ablations(own):
    full = own["copying"]["copy_accuracy"]
    rows = [
        (" and ".join(pair["heads"]), f"{pair['copy_accuracy']:.3f} ({pair['copy_accuracy'] / full - 1:+.0%})")
        for pair in own["ablations"]["pairs"]
    ]
    return table(("heads off together", "copy accuracy, mean ablation"), rows)


def text(own):
    rows = [
        (name, row["tokens"], *(f"{row[key]:.3f}" for key in ("model", "bigram", "own_bigram")))
        for name, row in own["text"].items()
    ]
    return table(
        (
            "held-out text",
            "tokens",
            "this model",
            "bigram of all training text",
            "bigram of the corpus's own training text",
        ),
        rows,
    )


def promises(results):
    """Each promise, what was measured, and whether it holds."""
    two, one = (results[name] for name in MODELS)
    full = two["copying"]["copy_accuracy"]
    previous, induction = two["heads"]["previous_token"][0], two["heads"]["induction"][1]
    best = previous.index(max(previous))
    off = {r["heads"][0]: r["copy_accuracy"] for r in two["ablations"]["single"] if r["how"] == "mean"}
    others = sorted(off[f"0.{head}"] for head in range(len(previous)) if head != best)
    total = two["text"]["total"]
    lost = [name for name, row in two["text"].items() if row["model"] >= min(row["bigram"], row["own_bigram"])]
    return [
        ("two layers: copy accuracy at least 0.80", f"{full:.3f}", full >= 0.80),
        (
            "one layer: copy accuracy at most 0.25",
            f"{one['copying']['copy_accuracy']:.3f}",
            one["copying"]["copy_accuracy"] <= 0.25,
        ),
        (
            "two layers: a previous-token head of at least 0.5 in layer 0",
            f"{max(previous):.3f} (0.{best})",
            max(previous) >= 0.5,
        ),
        (
            "two layers: an induction head of at least 0.5 in layer 1",
            f"{max(induction):.3f} (1.{induction.index(max(induction))})",
            max(induction) >= 0.5,
        ),
        (
            "switching off the best previous-token head costs at least a third of the copy accuracy",
            f"{off[f'0.{best}'] / full - 1:+.0%}",
            off[f"0.{best}"] <= full * 2 / 3,
        ),
        (
            "the median other layer-0 head costs less than a third",
            f"{others[len(others) // 2] / full - 1:+.0%}",
            others[len(others) // 2] > full * 2 / 3,
        ),
        (
            "two layers: text loss below the bigram's",
            f"{total['model']:.3f} against {total['bigram']:.3f}",
            total["model"] < total["bigram"],
        ),
        (
            "and in each corpus below both of the table's bigrams",
            f"not in {', '.join(lost)}" if lost else "in all",
            not lost,
        ),
    ]


def other(name):
    return MODELS[1 - MODELS.index(name)]


def card(name, results):
    own = results[name]
    pairs = f"Pairs of one layer, for redundancy hides behind single ablations:\n\n{pair_ablations(own)}"
    held = table(
        ("promise", "measured", "holds"),
        [(what, value, "yes" if holds else "**no**") for what, value, holds in promises(results)],
    )
    return "\n".join(
        [
            f"# {name}\n",
            OPENING[name],
            DATA,
            RECIPE,
            "## Evaluation\n",
            "Measured on fresh, seeded data by `crates/train/python/evaluate_induction.py`, the last stage of the command above.\n",
            f"### Promises of the pair\n\n{held}",
            f"### Copying random tokens\n\n{copying(name, results)}",
            f"### Heads\n\nMean attention on the same rows; in brackets the 95th percentile of the same score over the heads of {own['untrained']['draws']} "
            f"untrained models.\nPrevious-token: to the token before. Duplicate-token: from the second copy to the same token in the first. Induction: to the token "
            f"after it.\n\n{heads(own)}",
            "### Switching heads off\n\nMean ablation puts the head's mean over text at that position (`means.safetensors`) in place of its `hook_z`. "
            f"In brackets the change of the copy accuracy.\n\n{single_ablations(own)}\n{pairs}",
            f"### Held-out text\n\nMean loss in nats a token, rows of 256 tokens; the bigrams are interpolated Kneser-Ney with the same tokenizer.\n\n{text(own)}",
            FAILURES[name],
            LICENCE,
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True, help="folder of NAME.evaluation.json")
    parser.add_argument("--out", required=True, help="folder of model folders")
    arguments = parser.parse_args()
    results = {name: json.loads((Path(arguments.work) / f"{name}.evaluation.json").read_text()) for name in MODELS}
    for name in MODELS:
        (Path(arguments.out) / name / "README.md").write_text(card(name, results))
    for what, value, holds in promises(results):
        print(f"{'holds' if holds else 'FAILS'}: {what}: {value}")


if __name__ == "__main__":
    main()
