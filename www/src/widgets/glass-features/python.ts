import type { View } from './view.ts';

const folderOf = (address: string): string => address.split('/').at(-2) ?? 'model';

/** A TransformerLens program that computes the numbers of a view from copies of the folders. */
export function python({ tokens, position, hook, push, feature }: View, modelAddress: string, saeAddress: string): string {
  const [model, sae] = [folderOf(modelAddress), folderOf(saeAddress)];
  return `# pip install "transformer-lens==2.16.1" safetensors
# Model folder:      ${modelAddress}  (config.json, model.safetensors into ./${model}/)
# Dictionary folder: ${saeAddress}  (cfg.json, sae_weights.safetensors into ./${sae}/)
import json

import torch
from safetensors.torch import load_file
from transformer_lens import HookedTransformer, HookedTransformerConfig

TOKENS = torch.tensor([[${tokens.map(({ id }) => id).join(', ')}]])
POSITION, FEATURE = ${position}, ${feature}
HOW, AMOUNT = "${push.how}", ${push.amount}
HOOK = "${hook}"

with open("${model}/config.json") as file:
    config = json.load(file)
known = HookedTransformerConfig.__dataclass_fields__
model = HookedTransformer(HookedTransformerConfig(**{k: v for k, v in config.items() if k in known}))
# Masks, which are no weights, are there already: hence strict=False.
model.load_state_dict({k: v.float() for k, v in load_file("${model}/model.safetensors").items()}, strict=False)
model.eval()

with open("${sae}/cfg.json") as file:
    cfg = json.load(file)
sae = {k: v.float() for k, v in load_file("${sae}/sae_weights.safetensors").items()}


def encode(x):  # [..., d_in] -> [..., d_sae]
    pre = (x - (sae["b_dec"] if cfg.get("apply_b_dec_to_input", True) else 0)) @ sae["W_enc"] + sae["b_enc"]
    if cfg["architecture"] == "jumprelu":
        return pre.relu() * (pre > sae["threshold"])
    if cfg["architecture"] == "topk":
        values, indices = pre.topk(cfg["k"], dim=-1)
        return torch.zeros_like(pre).scatter(-1, indices, values.relu())
    assert cfg["architecture"] == "standard", "gated SAEs: load the folder with SAELens"
    return pre.relu()


with torch.no_grad():
    logits, cache = model.run_with_cache(TOKENS)
    acts = encode(cache[HOOK][0])  # [pos, d_sae]
values, indices = acts[POSITION].topk(12)
print("strongest at the token", list(zip(indices.tolist(), [round(v, 4) for v in values.tolist()])))
print("over the text", [round(v, 4) for v in acts[:, FEATURE].tolist()])

# Direct logit effect: decoder row, MLP output, centred, gain of the final norm, unembedding, centred over the vocabulary.
written = sae["W_dec"][FEATURE]${hook.endsWith('mlp.hook_post') ? ` @ model.blocks[${hook.split('.')[1]}].mlp.W_out` : ''}
written = (written - written.mean()) * getattr(model.ln_final, "w", 1)
effect = written @ model.W_U
effect = effect - effect.mean()
print("promotes", effect.topk(10))
print("suppresses", (-effect).topk(10))

row = sae["W_dec"] / sae["W_dec"].norm(dim=1, keepdim=True)
print("neighbours", (row @ row[FEATURE]).topk(7))


def push(x, hook):  # the error term stays: only the feature moves
    f = encode(x)[..., FEATURE]
    moved = (AMOUNT * f if HOW == "scale" else torch.full_like(f, AMOUNT)) - f
    return x + moved[..., None] * sae["W_dec"][FEATURE]


with torch.no_grad():
    steered = model.run_with_hooks(TOKENS, fwd_hooks=[(HOOK, push)])
before, after = logits[0, -1].log_softmax(-1), steered[0, -1].log_softmax(-1)
print("divergence", (before.exp() * (before - after)).sum().item())
print("next token before", before.exp().topk(10))
print("next token after", after.exp().topk(10))
`;
}
