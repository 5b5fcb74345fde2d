"""The sentences of the model cards; the measured numbers come from `card.py`."""

from recipe import TWO_LAYERS as R

SHARED = """It reads byte-level BPE tokens (2,048, shared by both models), at most 256 with the opening `<|endoftext|>`. Positions are
"shortformer": added to the inputs of queries and keys in every layer, never to the residual stream. Names, layouts and hooks are
TransformerLens's; LayerNorm is not folded and nothing is centred."""

OPENING = {
    "induction-2l": f"""An attention-only transformer of two layers, four heads each, grown by this project to show induction heads: a head of the first
layer looks at the token before, a head of the second looks for the place where the present token came before and copies what followed it.
Its control is `induction-1l`: the same data, recipe and seed with one layer, which cannot do this.

{SHARED}
""",
    "induction-1l": f"""An attention-only transformer of one layer with four heads: the control of `induction-2l`, grown from the same data by the same recipe and
seed. Induction needs two layers, so this model must fail where its twin succeeds; its numbers belong beside the twin's.

{SHARED}
""",
}

DATA = f"""## Data

**Half of the training rows are random repeats**: tokens drawn uniformly from the whole vocabulary, in pieces that come again at random
distances. They are there because at this size plain text alone does not make induction heads: too few of its tokens gain by copying. (In the
first {R.first_steps:,} of {R.steps:,} steps all rows are random repeats.) A tenth of the rows repeats random spans of text in the same way; the rest is plain text:

| corpus | share of text rows | licence | origin |
| --- | --- | --- | --- |
| kids_pd | 35 % | public domain | children's books and fairy tales, first published before 1930 |
| novels_pd | 20 % | public domain | classic novels and stories, first published before 1930 |
| tinystories_excerpt_cdla | 15 % | CDLA-Sharing-1.0 | excerpts of TinyStories (Eldan & Li) |
| modern_kids_ccby | 10 % | CC BY | African Storybook; Pratham Books StoryWeaver |
| commonvoice_en_cc0 | 10 % | CC0-1.0 | sentences of Mozilla Common Voice |
| tinyshakespeare | 10 % | public domain | Shakespeare's plays |

The text itself is not part of this repository.
"""

RECIPE = f"""## Recipe

    cargo xtask train induction --corpus FOLDER

Everything that decides the outcome is in `crates/train/python/recipe.py`, and again in `curves.json` here with the learning curves. In short:

- Tokenizer: byte-level BPE by the tokenizers crate, on an equal sample of each corpus.
- Start: fan-in initialisation (0.02 everywhere hinders induction), positions as sinusoids. Muon with weight decay for the attention matrices, AdamW
  for the rest, 2,048 tokens a step in rows of 64, 128 or 256.
- Random tokens come first from 32 ids; while copying works, the ids grow by 1 % a step to the whole vocabulary. A model that does not learn to copy (the one-layer
  twin) gets the whole vocabulary by a schedule instead, between 15 % and 40 % of the steps. A random token that nothing before it foretells weighs 0.05 in the loss.
- After the {R.first_steps:,} steps of random repeats, embedding and unembedding are fitted, heads aside, to the bigram counts of the training text (100 steps over
  one table), so that the remaining steps are spent on what needs context.
- From then on every other step moves its rows to a random position (BOS stays first): otherwise the heads work only as far as most rows reach.

Two CPU cores and less than an hour are enough for both models. The run is seeded and goes on after a kill; another machine's arithmetic may round
differently and end elsewhere.
"""

FAILURES = {
    "induction-2l": """## Known failures

- It is no language model to be taken at its word: it knows words and short phrases, no facts, and rambles. It saw about 4 million tokens of text,
  a seventh of what the bigrams beside it counted; the table says in which corpora a bigram still wins.
- On random tokens that nothing foretells it is worse than uniform guessing (7.62 nats): it expects words, or a copy.
- It copies too readily. Half of what it saw were repeats, so on text it gives "what came next last time" more weight than a model grown on text alone.
- With several earlier places that match, or after only one token of a repeat, it mixes the candidates.
- Old books carry old attitudes, and the model has read them.
- It read only English: other scripts fall into single bytes that it has hardly seen.
- A head that scores high is named by its attention; the ablations say what it is used for, on these rows.
""",
    "induction-1l": """## Known failures

- It cannot do induction; that is its purpose. On the second copy it only knows that a token seen before is likelier than others.
- It is a weak language model: little more than pairs of words. It read only English; other scripts fall into single bytes that it has hardly seen.
- Old books carry old attitudes, and the model has read them.
""",
}

LICENCE = """## Licence

Weights, tokenizer and this card: MIT OR Apache-2.0, as the rest of the project.
"""
