"""The sentences of the cards of Othello-GPT and its probes; the measured numbers come from `othello_card.py`."""

MODEL_OPENING = """An Othello-GPT: a transformer of {n_layers} layers (width {d_model}, {n_heads} heads, MLPs of {d_mlp}) that has only ever seen the moves of random
legal games, as names of squares, and predicts the next one. Nobody told it that there is a board. Whether it keeps one, and whether it uses it, is
what the probes beside it (`othello-probes`) are for.

Tokens are the 60 squares but the four of the centre, row by row from the top left, ids 1 to 60; 0 is padding; at most {n_ctx} moves. Passes are not
written. There is no tokenizer file and no token before the first move. Names, layouts and hooks are TransformerLens's; LayerNorm is not folded and
nothing is centred.
"""

RECIPE = """    cargo xtask train othello                        # constant rate, goes on until stopped; killed, it resumes
    cargo xtask train othello --decay-over STEPS     # branch off, let the rate fall to zero, write this folder
    cargo xtask train othello --keep-branch          # let the run go on from the finished branch, at the full rate again

On another machine, or after the checkpoints are gone, `--start-from www/models/othello` begins from these weights with a fresh optimiser.

- Data: games in which every legal move is equally likely, made on the fly by `crates/othello` (seed {seed}); no game is seen twice, none is stored.
- **Target: the exact distribution of the next move**, uniform over the legal moves, instead of the one move that was drawn. Its expected gradient is the
  same, without the noise of drawing. It also means that the training signal names the legal moves; it never mentions discs, colours or flips.
- Muon (attention matrices per head) at rate {matrix_lr} for the matrices of attention and MLP, AdamW at {other_lr} for the rest, {games_per_step} games a step, warm-up
  of {warm_up_steps} steps, gradient norm clipped at 1, f32. The table says where earlier steps differed. Everything that decides the outcome is in
  `crates/train/python/othello_recipe.py` and again in `curves.json`.
"""

TRIED = """What was tried in short runs on two shared AVX-512 cores (no AMX), and judged by illegal moves per time:

- bf16 matrix products: 2.5 times slower there than f32. A compiled graph, or a step split into pieces that fit the cache: within 10 % of plain.
- 8 layers of width 160: up to 26,000 games no better a game than 6 of width 128, at half the games an hour.
- 32 games a step: the step to 64 lowered the loss by 0.05 nats within 100 steps.
- A lower rate, 0.004 for 0.01 at step 2,142: from 4.4 % to 3.6 % illegal within 100 steps. The rate is worth decaying early.
- Beginning with the first ten moves only: learned the openings about five times as fast, but whole games afterwards no faster.
- AdamW alone was not run again. An earlier run of this shape with it needed 80 to 90 thousand games for 11 % illegal; this one needed 25 thousand.
"""

FAILURES = """## Known failures

- Its most probable move is illegal in {illegal} of positions, and {mass} of its probability lies on illegal moves. It is far from the networks of the
  literature, which are about twenty times larger and saw tens of millions of games. The middle of the game is worst.
- It knows random games. Good play leads to positions that random games hardly contain.
- It does not play well, or at all: it predicts what is legal, not what is wise.
- Moves after the sixtieth, boards other than 8×8 and games from another start are outside what it can read.
"""

PROBES_OPENING = """Linear probes of the board for the model `{model}`: from the residual stream at each layer, one softmax over the three states of each of the 64 squares,
once in the frame of the side to move (empty, mine, theirs), once in absolute colours (empty, black, white). Fitted on {fitted:,} random games, each seen
once, and tested on {held_out:,} games of another seed, all plies and all squares. `config.json` names the hooks and ties the probes to the checksum of the weights.

    cargo xtask train othello-probes

`model.safetensors`: `probe.FRAME.LAYER.weight` `[d_model, 64, 3]` and `.bias` `[64, 3]` read the raw residual stream; `untrained.…` are the same for the untrained
twin that the engine draws with seed {untrained_seed}; `bag_of_moves.…` reads who played which square, the last move and the ply; `majority.…` are the shares of the states
at each ply. A constant over the three states changes no probability; the probes' columns are centred so that there is none.

What a probe finds need not be used by the network; for that, change it and look at the moves.
"""

CHANGED = """## Changed beliefs

One disc is flipped inside the network: at the last position of the given layers, the unit vector from the mine/theirs probe's direction of its true state to that
of the other one is added, `scale` times as long as the residual stream there. Then the N most probable squares are held against the N legal moves of the board
with that disc flipped: false positives and false negatives together. {cases} random positions (after moves {plies}) in which the flip changes the legal
moves; scales and layers chosen on {tuning} others. Controls on the same cases: {draws} random directions of the same length (mean, and 95th percentile within
a case), and the same change to another disc of that side. By the engine itself, on the CPU: `cargo xtask train othello-interventions`, the last stage of the
command above; all numbers are in `interventions.json`.

Without any change the network has {before:.2f} errors against the flipped board, and {truth:.2f} against the true one: so much it gets wrong anyway. Changed at
layer {layers}, the best one in choosing, with scale {scale}, {after:.2f} are left; with random directions {random:.2f}. The aim of 0.5 is {reached}.

{table}"""

LICENCE = """## Licence

Weights, tables and this card: MIT OR Apache-2.0, as the rest of the project.
"""
