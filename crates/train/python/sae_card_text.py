"""The sentences of the cards of the sparse autoencoders; the measured numbers come from `sae_card.py`."""

CONTROLS = ("stories-sae-random", "stories-sae-untrained")

DICTIONARY = """A sparse autoencoder of `{hook}` of `stories`: {d_sae:,} features for {d_in} neurons. The folder is SAELens's (`cfg.json`, `sae_weights.safetensors`
in f16), architecture `{architecture}`: a BatchTopK autoencoder as it is used after training, with one threshold for all features.
"""

OPENING = {
    "stories-sae-x4": DICTIONARY,
    "stories-sae-x16": DICTIONARY,
    "stories-sae-random": """A control, to be read beside `stories-sae-x4`: its {d_sae:,} decoder directions are random and were never changed; only encoder and threshold were
trained. What its features look like says how much a pretty card proves.
""",
    "stories-sae-untrained": """A control, to be read beside `stories-sae-x4`: the same autoencoder, trained on the same text, of `{hook}` of the **untrained** twin of `stories` (the
network that the page draws from seed 0). Its passages are where it fires in that untrained network. What its features look like says how much a pretty
card proves of what a model has learnt.
""",
    "othello-sae": """A sparse autoencoder of `{hook}` of `othello`: {d_sae:,} features for {d_in} coordinates of the residual stream. Here the truth is known: the board.
The folder is SAELens's (`cfg.json`, `sae_weights.safetensors` in f16), architecture `{architecture}`: a BatchTopK autoencoder as it is used after training.
""",
}

RECIPE = """## Recipe

    cargo xtask train sae --of {of}

Everything that decides the outcome is in `crates/train/python/sae_recipe.py`, and again in `curves.json` here. BatchTopK with k = {k}: of every batch the k·n largest
pre-activations pass, and a running mean of that threshold stays. Adam at {lr:g} (in units of the activations' spread), {steps:,} steps of {rows_per_step} rows; decoder rows
keep length 1; features that never fired are replaced at {replace_at} of the steps.{taught} Seeded, and resumable.
"""

TAUGHT = """
Features silent for {silent_after} steps learn to reconstruct what the others leave out (the auxiliary loss of Gao et al., 2024, as SAELens weighs it)."""

ROUNDING = """On {tokens:,} tokens that no step read, the weights in f32 explain {f32[explainedVariance]:.5f} of the variance with {f32[l0]:.3f} features a token; rounded to f16, as here,
{f16[explainedVariance]:.5f} with {f16[l0]:.3f}.
"""

SHORTER = """The controls were trained like the dictionary, but for {steps} of its {own_steps:,} steps.
"""

PASSAGES = """## Passages

`features.json` and `features.bin`: for every feature its strongest passages, histogram and density, {label}. Each passage names its document; those under CC BY carry title
and author, those of TinyStories are under CDLA-Sharing-1.0, and the text remains under these licences.
"""

FAILURES = """## Known failures

- Few features and low loss do not make features true: they may be split, absorbed or merely frequent. Read the controls first.
- What the dictionary leaves out is spliced in as an error term unless it is switched off; with it, steering moves only what the feature says.
- At the opening token and between documents it was not trained, and is not measured.
"""
