import { squareName } from './settings.ts';
import { plyAt, type View } from './view.ts';

const folderOf = (address: string): string => address.split('/').at(-2) ?? 'model';

/** A TransformerLens program that computes the numbers of a view from copies of the folders. */
export function python(view: View, modelAddress: string, probesAddress: string | null): string {
  const { game, ply, layer, frame, editLayers, scale, report } = view;
  const position = plyAt(game, ply);
  const moves = game.plies.slice(1, ply + 1).map(({ move }) => `"${move}"`).join(', ');
  const changes = (report?.intervention?.changes ?? []).map(({ square, from, to }) => `("${squareName(square)}", ${from}, ${to})`).join(', ');
  const probes = probesAddress && report?.moves;
  return `# pip install "transformer-lens==2.16.1" safetensors
# Model folder:  ${modelAddress}  (config.json, model.safetensors into ./${folderOf(modelAddress)}/)
${probes ? `# Probes folder: ${probesAddress}  (model.safetensors into ./${folderOf(probesAddress)}/)\n` : ''}import json

import torch
from safetensors.torch import load_file
from transformer_lens import HookedTransformer, HookedTransformerConfig

FOLDER = "${folderOf(modelAddress)}/"
MOVES = [${moves}]
LEGAL = [${position.legal.map((square) => `"${squareName(square)}"`).join(', ')}]

SQUARES = [column + row for row in "12345678" for column in "abcdefgh"]
PLAYED = [square for square in SQUARES if square not in ("d4", "e4", "d5", "e5")]  # token ids 1 to 60
TOKENS = torch.tensor([[PLAYED.index(move) + 1 for move in MOVES]])

with open(FOLDER + "config.json") as file:
    config = json.load(file)
known = HookedTransformerConfig.__dataclass_fields__
model = HookedTransformer(HookedTransformerConfig(**{k: v for k, v in config.items() if k in known}))
# Masks, which are no weights, are there already: hence strict=False.
model.load_state_dict({k: v.float() for k, v in load_file(FOLDER + "model.safetensors").items()}, strict=False)
model.eval()


def hook_of(layer):  # layer 0 is the embedding, layer L the residual stream after L blocks
    return "blocks.0.hook_resid_pre" if layer == 0 else f"blocks.{layer - 1}.hook_resid_post"


def show_moves(title, logits, legal):
    probs = logits[0, -1].softmax(-1)
    by_square = {square: probs[id + 1].item() for id, square in enumerate(PLAYED)}
    likeliest = sorted(by_square, key=by_square.get, reverse=True)
    mass = sum(by_square[square] for square in legal)
    errors = set(likeliest[: len(legal)]) ^ set(legal)  # false positives and false negatives
    print(f"{title}: legal mass {mass:.4f}, likeliest {likeliest[0]} {by_square[likeliest[0]]:.4f}, errors {len(errors)} {sorted(errors)}")
    print({square: round(by_square[square], 4) for square in likeliest[:12]})


with torch.no_grad():
    logits, cache = model.run_with_cache(TOKENS)
show_moves("moves", logits, LEGAL)
${probes ? `
# The board as read from layer ${layer}: one linear softmax per square, [d_model, square, state].
PROBES = {k: v.float() for k, v in load_file("${folderOf(probesAddress)}/model.safetensors").items()}
STATES = ["empty", ${frame === 'mine-theirs' ? '"mine", "theirs"' : '"black", "white"'}]
probe = "probe.${frame.replace('-', '_')}.${layer}"
read = torch.einsum("d,dsk->sk", cache[hook_of(${layer})][0, -1], PROBES[probe + ".weight"]) + PROBES[probe + ".bias"]
for square, probs in zip(SQUARES, read.softmax(-1).tolist()):
    print(square, dict(zip(STATES, (round(prob, 4) for prob in probs))))
` : ''}${probes && changes !== '' ? `
# The changed belief: at the last position, SCALE times the stream's length times the unit vectors from the old state's direction to the new one's.
CHANGES = [${changes}]  # square, old and new state: 0 empty, 1 mine, 2 theirs
LAYERS, SCALE = [${editLayers.join(', ')}], ${scale}
EDITED_LEGAL = [${(report?.intervention?.editedLegal ?? []).map((square) => `"${squareName(square)}"`).join(', ')}]


def believe(layer):
    weight = PROBES[f"probe.mine_theirs.{layer}.weight"]
    steps = [weight[:, SQUARES.index(square), new] - weight[:, SQUARES.index(square), old] for square, old, new in CHANGES]

    def edit(resid, hook):  # [batch, pos, d_model]
        resid[:, -1] += SCALE * resid[:, -1].norm() * sum(step / step.norm() for step in steps)
        return resid

    return hook_of(layer), edit


with torch.no_grad():
    changed = model.run_with_hooks(TOKENS, fwd_hooks=[believe(layer) for layer in LAYERS])
show_moves("before", logits, EDITED_LEGAL)
show_moves("after", changed, EDITED_LEGAL)
` : ''}`;
}
