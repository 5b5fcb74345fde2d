import type { View } from './view.ts';

/** A TransformerLens program that computes the numbers of a view from a copy of the model folder. */
export function python({ ids, ablations, report }: View, modelAddress: string): string {
  const folder = modelAddress.split('/').at(-2) ?? 'model';
  const heads = ablations.map(({ layer, head, how }) => `(${layer}, ${head}, "${how}")`).join(', ');
  return `# pip install "transformer-lens==2.16.1" safetensors
# Model folder: ${modelAddress}
# (download config.json, model.safetensors${ablations.some(({ how }) => how === 'mean') ? ' and means.safetensors' : ''} into ./${folder}/)
import json

import torch
from safetensors.torch import load_file
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.head_detector import (
    compute_head_attention_similarity_score,
    get_duplicate_token_head_detection_pattern,
    get_induction_head_detection_pattern,
    get_previous_token_head_detection_pattern,
)

FOLDER = "${folder}/"
TOKENS = torch.tensor([[${ids.join(', ')}]])
POSITION = ${report.top.position}
ABLATIONS = [${heads}]  # (layer, head, how)

with open(FOLDER + "config.json") as file:
    config = json.load(file)
known = HookedTransformerConfig.__dataclass_fields__
model = HookedTransformer(HookedTransformerConfig(**{k: v for k, v in config.items() if k in known}))
# Masks and absent biases, which are zeros, are there already: hence strict=False.
model.load_state_dict({k: v.float() for k, v in load_file(FOLDER + "model.safetensors").items()}, strict=False)
model.eval()


def switch_off(z, hook):  # z: [batch, pos, head, d_head]
    for layer, head, how in ABLATIONS:
        if hook.name == f"blocks.{layer}.attn.hook_z":
            # Means are kept for each position: [n_ctx, head, d_head].
            z[:, :, head] = 0 if how == "zero" else load_file(FOLDER + "means.safetensors")[hook.name][: z.shape[1], head].float()
    return z


def next_token_prob(logits):
    return logits[0, :-1].softmax(-1).gather(1, TOKENS[0, 1:, None])[:, 0]


patterns = {
    "previousToken": get_previous_token_head_detection_pattern(TOKENS),
    "duplicateToken": get_duplicate_token_head_detection_pattern(TOKENS),
    "induction": get_induction_head_detection_pattern(TOKENS),
}
with torch.no_grad():
    logits, cache = model.run_with_cache(TOKENS)
    ablated = model.run_with_hooks(TOKENS, fwd_hooks=[(lambda name: name.endswith("hook_z"), switch_off)])

for layer in range(model.cfg.n_layers):
    for head in range(model.cfg.n_heads):
        scores = {
            name: compute_head_attention_similarity_score(
                cache["pattern", layer][0, head].clone(), target, exclude_bos=False, exclude_current_token=False, error_measure="mul"
            )
            for name, target in patterns.items()
        }
        print(f"head {layer}.{head}", {name: round(score, 4) for name, score in scores.items()})

print("nextTokenProb", next_token_prob(logits).tolist())
print("ablatedNextTokenProb", next_token_prob(ablated).tolist())
probs, top = logits[0, POSITION].softmax(-1).topk(${Math.max(1, report.top.baseline.length)})
print("top", list(zip(top.tolist(), probs.tolist())))
`;
}
