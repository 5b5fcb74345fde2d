"""Writes the card of `stories` from what was measured, and checks what it promises.

python stories_card.py --model www/models/stories
"""

import argparse
import json
from pathlib import Path

from card import table
from card_text import LICENCE

OPENING = """A transformer of one layer with an MLP, grown by this project on stories so that its neurons can be taken apart: `stories-sae-x4` and
`stories-sae-x16` are sparse autoencoders of `blocks.0.mlp.hook_post`, as in the literature's first dictionary learning on a one-layer model.

{n_heads} heads of {d_head}, {d_mlp} gelu neurons, d_model {d_model}, at most {n_ctx} byte-level BPE tokens ({d_vocab:,}: the first merges of the induction models'
vocabulary) with the opening `<|endoftext|>`. Positions are "shortformer": added to the inputs of queries and keys, never to the residual stream. Names,
layouts and hooks are TransformerLens's; LayerNorm is not folded and nothing is centred.
"""

DATA = """## Data

| corpus | share of rows | licence | origin |
| --- | --- | --- | --- |
| kids_pd | {kids_pd:.0%} | public domain | children's books and fairy tales, first published before 1930 |
| tinystories_excerpt_cdla | {tinystories_excerpt_cdla:.0%} | CDLA-Sharing-1.0 | excerpts of TinyStories (Eldan & Li) |
| modern_kids_ccby | {modern_kids_ccby:.0%} | CC BY | African Storybook; Pratham Books StoryWeaver |

The text itself is not part of this repository, but for the passages beside the autoencoders, which name where they come from.
"""

RECIPE = """## Recipe

    cargo xtask train stories --corpus FOLDER

Everything that decides the outcome is in `crates/train/python/stories_recipe.py`, and again in `curves.json` here with the learning curves. In short:

- Embedding and unembedding are fitted to the bigram counts of the training text; attention and MLP begin by writing nothing.
- {trigram_share:.0%} of each target is what a trigram counted on the training text says there (modified Kneser-Ney, the very one of the table below), the rest the token
  that came. The share falls to zero with the rate, so that the end is learnt from the text alone. Counts say at once what many more steps would.
- Muon for the matrices of attention and MLP, AdamW for the rest; {steps:,} steps of {tokens:,} tokens, the rate constant, then linear to zero over the last
  {cool_down_steps:,}.

The training took {minutes:.0f} minutes on a share of one CPU core. The run is seeded and goes on after a kill; another machine's arithmetic may round
differently and end elsewhere.
"""

FAILURES = """## Known failures

- It knows words, phrases and a little of the last sentences; it has one layer, so nothing like a plot, and it rambles.
- It read {millions:.0f} million tokens. A larger n-gram, or a trigram interpolated with a model of the document, would be a stronger rival than the table's.
- Three quarters of it is old books: old attitudes and old words, which it has read.
- Where a corpus is small and of one kind (TinyStories), a trigram of that corpus alone still does better; the table has it.
- It read only English; other scripts fall into single bytes that it has hardly seen.
"""


def promises(measured):
    total = measured["total"]
    lost = [name for name, row in measured["text"].items() if row["model"] >= row["trigram"]]
    return [
        (
            "held-out loss below the trigram's",
            f"{total['model']:.3f} against {total['trigram']:.3f}",
            total["model"] < total["trigram"],
        ),
        ("in every corpus", f"not in {', '.join(lost)}" if lost else "in all", not lost),
    ]


def text(measured):
    rows = [
        (
            name,
            f"{row['tokens']:,}",
            *(f"{row[key]:.3f}" for key in ("model", "trigram", "own_trigram", "bigram", "untrained")),
        )
        for name, row in (*measured["text"].items(), ("total", measured["total"]))
    ]
    head = (
        "held-out text",
        "tokens",
        "this model",
        "trigram of the same training text",
        "trigram of the corpus's own",
        "bigram",
        "untrained twin",
    )
    return table(head, rows)


def card(folder):
    config, measured, curves = (
        json.loads((folder / name).read_text()) for name in ("config.json", "evaluation.json", "curves.json")
    )
    recipe = curves["recipe"]
    tokens = recipe["rows_per_step"] * recipe["shape"]["n_ctx"]
    numbers = recipe | {"tokens": tokens, "minutes": curves["end"]["seconds"] / 60}
    shares = dict.fromkeys(("kids_pd", "tinystories_excerpt_cdla", "modern_kids_ccby"), 0) | recipe["corpora"]
    held = [(what, value, "yes" if holds else "**no**") for what, value, holds in promises(measured)]
    return "\n".join(
        [
            f"# {config['model_name']}\n",
            OPENING.format(**config),
            DATA.format(**shares),
            RECIPE.format(**numbers),
            "## Evaluation\n",
            "Mean loss in nats a token on all held-out text, rows of 256 tokens without their first two. The n-grams are interpolated, modified Kneser-Ney "
            "(the bigram: Kneser-Ney) with the same tokenizer, and may look across the beginning of a row.\n",
            table(("promise", "measured", "holds"), held),
            text(measured),
            FAILURES.format(millions=recipe["steps"] * tokens / 1e6),
            LICENCE,
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model folder")
    folder = Path(parser.parse_args().model)
    (folder / "README.md").write_text(card(folder))
    for what, value, holds in promises(json.loads((folder / "evaluation.json").read_text())):
        print(f"{'holds' if holds else 'FAILS'}: {what}: {value}")


if __name__ == "__main__":
    main()
