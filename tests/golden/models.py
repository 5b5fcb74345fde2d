"""The models: one entry per corner of what an engine must support."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from transformer_lens import HookedTransformer, HookedTransformerConfig

BASE = dict(n_layers=2, d_model=24, n_ctx=12, d_head=8, n_heads=3, d_mlp=40, d_vocab=31, act_fn="gelu")
ATTN_ONLY = dict(attn_only=True, d_mlp=None, act_fn=None)
PROCESSING = ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases")


@dataclass
class Model:
    """`config` is what config.json will say on top of BASE; None removes a field."""

    id: str
    config: dict = field(default_factory=dict)
    n_tokens: int = 9
    disk_dtype: torch.dtype = torch.float32
    drop_biases: bool = False
    keep_buffers: bool = False
    folded: bool = False
    adjust: Callable[[dict], None] | None = None
    use_base: bool = True

    def written_config(self) -> dict:
        merged = {**(BASE if self.use_base else {}), **self.config}
        nullable = {"normalization_type"}
        return {name: value for name, value in merged.items() if value is not None or name in nullable}


def large_scores(weights: dict) -> None:
    """Scores of about ±140 (exp overflows, or all of a row underflows, unless the row's maximum is subtracted first), and a
    residual stream with a mean of 60 (a variance taken as E[x²] − E[x]² loses three digits in f32)."""
    for name, value in weights.items():
        if name.endswith("b_Q"):
            value[:, 0] = 4
        if name.endswith("b_K"):
            value[:, 0] = torch.tensor([100.0, -100.0, 100.0])
    weights["embed.W_E"] += 60


def small_residual(weights: dict) -> None:
    """A variance below eps at the first LayerNorm: the default eps and its place inside the root show."""
    weights["embed.W_E"] *= 1e-3
    weights["pos_embed.W_pos"] *= 1e-3


def left_tail(weights: dict) -> None:
    """Pre-activations near −2.3, where gelu and gelu_new differ most and are themselves small."""
    for name, value in weights.items():
        if name.endswith("W_in"):
            value *= 0.3
        if name.endswith("b_in"):
            value -= 2.3


MODELS = [
    Model("standard-ln-gelu", dict(use_attn_result=True)),
    Model("shortformer-attn-only-ln", dict(positional_embedding_type="shortformer", **ATTN_ONLY), n_tokens=12),
    Model("rotary-half-rms-silu", dict(positional_embedding_type="rotary", rotary_dim=6, d_head=10, normalization_type="RMS",
                                       act_fn="silu", attn_scale=-1.0)),
    Model("rotary-adjacent-with-buffers", dict(positional_embedding_type="rotary", rotary_dim=8, rotary_adjacent_pairs=True,
                                               rotary_base=500, act_fn="gelu_new"), keep_buffers=True),
    Model("odd-sizes-relu", dict(d_model=37, d_head=5, d_mlp=29, d_vocab=41, d_vocab_out=7, n_ctx=19, act_fn="relu"), n_tokens=17),
    Model("wide-heads-one-layer", dict(n_layers=1, d_model=12, n_heads=2, d_head=20, act_fn="gelu_new"), adjust=left_tail),
    Model("one-position", dict(n_layers=1, n_ctx=1, act_fn="silu"), n_tokens=1),
    Model("no-norm-relu", dict(normalization_type=None, act_fn="relu")),
    Model("no-norm-shortformer-attn-only", dict(n_layers=1, normalization_type=None, positional_embedding_type="shortformer", **ATTN_ONLY)),
    Model("folded-lnpre", dict(normalization_type="LN"), folded=True),
    Model("bidirectional-rms-gelu", dict(attention_dir="bidirectional", normalization_type="RMS"), adjust=left_tail),
    Model("unscaled-attention", dict(n_layers=1, use_attn_scale=False, attn_scale=-1.0, act_fn="gelu_new")),
    Model("custom-attn-scale-and-eps", dict(n_layers=1, use_attn_scale=True, attn_scale=3.7, eps=0.01, act_fn="relu")),
    Model("folded-rmspre-rotary-bidirectional", dict(positional_embedding_type="rotary", rotary_dim=4, d_head=7, rotary_adjacent_pairs=True,
                                                     attention_dir="bidirectional", normalization_type="RMS", act_fn="silu"), folded=True),
    Model("f16-three-layers-full-context", dict(n_layers=3, d_model=32, n_heads=4, d_mlp=48, d_vocab=61, d_vocab_out=60, n_ctx=16),
          n_tokens=16, disk_dtype=torch.float16),
    Model("bf16-rotary-attn-only", dict(positional_embedding_type="rotary", rotary_dim=8, **ATTN_ONLY), disk_dtype=torch.bfloat16),
    Model("large-scores-and-offset", adjust=large_scores),
    Model("small-residual-default-eps", dict(n_layers=1), adjust=small_residual),
    Model("defaults-without-biases", dict(n_layers=2, d_model=24, n_ctx=12, d_head=8, d_vocab=31, act_fn="relu"),
          drop_biases=True, use_base=False),
]


def generator(*names: str) -> np.random.Generator:
    """A random stream of its own for each name, so that adding a model leaves the others as they were."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


def build(model: Model, config: dict, dtype: torch.dtype) -> HookedTransformer:
    """An uninitialised HookedTransformer. use_attn_result is on so that hook_result fires; it changes no value."""
    fields = {name: value for name, value in config.items() if name != "format_version" and name not in PROCESSING}
    fields["use_attn_result"] = True
    return HookedTransformer(HookedTransformerConfig(**fields, device="cpu", dtype=dtype, init_weights=False))


def is_buffer(name: str) -> bool:
    return name.endswith((".mask", ".IGNORE", ".rotary_sin", ".rotary_cos"))


def is_bias(name: str) -> bool:
    last = name.rsplit(".", 1)[1]
    return last == "b" or last.startswith("b_")


def random_weights(model: Model, state: dict) -> dict:
    """Nothing left at 0 or 1: biases and LayerNorm weights are random too, and queries and keys large enough for uneven patterns."""
    rng = generator("weights", model.id)
    weights = {}
    for name in sorted(name for name in state if not is_buffer(name)):
        shape = tuple(state[name].shape)
        normal = rng.standard_normal(shape)
        last = name.rsplit(".", 1)[1]
        if last in ("W_E", "W_pos"):
            value = normal
        elif last == "w":
            value = 1 + 0.3 * normal
        elif is_bias(name):
            value = 0.3 * normal
        else:
            value = normal / np.sqrt(shape[-2]) * (1.6 if last in ("W_Q", "W_K") else 1.0)
        weights[name] = torch.from_numpy(np.asarray(value, dtype=np.float32))
    if model.adjust:
        model.adjust(weights)
    return weights



def fold(model: Model, state: dict) -> tuple[dict, dict]:
    """The same model after TransformerLens's own weight processing (its defaults): LN → LNPre, RMS → RMSPre."""
    folded = build(model, model.written_config(), torch.float64)
    folded.load_state_dict({name: value.double() for name, value in state.items()}, strict=False)
    folded.process_weights_()
    ids = torch.tensor([tokens(model, model.written_config())])
    before = load(model, model.written_config(), state, torch.float64)(ids)
    assert torch.allclose(folded(ids).log_softmax(-1), before.log_softmax(-1), atol=1e-9), "folding must not change predictions"
    config = {**model.written_config(), "normalization_type": folded.cfg.normalization_type}
    centred = folded.cfg.normalization_type == "LNPre"
    config |= {"fold_ln": True, "center_writing_weights": centred, "center_unembed": True, "fold_value_biases": True}
    kept = {name: value.float() for name, value in folded.state_dict().items() if not is_buffer(name)}
    return config, kept


def make(model: Model) -> tuple[dict, dict]:
    """`(config.json, model.safetensors)` of a model, its weights in the type they have on disk."""
    config = model.written_config()
    weights = random_weights(model, build(model, config, torch.float32).state_dict())
    if model.folded:
        config, weights = fold(model, weights)
    if model.drop_biases:
        weights = {name: value for name, value in weights.items() if not is_bias(name)}
    weights = {name: value.to(model.disk_dtype) for name, value in weights.items()}
    if model.keep_buffers:
        state = build(model, config, torch.float32).state_dict()
        weights.update({name: value for name, value in state.items() if is_buffer(name)})
    return {"format_version": 1, **config}, weights


def load(model: Model, config: dict, weights: dict, dtype: torch.dtype) -> HookedTransformer:
    """The model as a reader of its folder would load it into TransformerLens, computing in `dtype`."""
    transformer = build(model, config, dtype)
    state = {name: value.to(dtype) for name, value in weights.items() if not is_buffer(name)}
    missing, unexpected = transformer.load_state_dict(state, strict=False)
    absent = [name for name in missing if not is_buffer(name)]
    assert not unexpected and (model.drop_biases or not absent), (model.id, absent, unexpected)
    for name in absent:
        assert is_bias(name), name
        transformer.state_dict()[name].zero_()
    return transformer.eval()


def tokens(model: Model, config: dict, stream: str = "tokens") -> list[int]:
    """Random ids that include the first, the last and a repeated one where there is room."""
    ids = generator(stream, model.id).integers(0, config["d_vocab"], model.n_tokens)
    if model.n_tokens >= 4:
        ids[1], ids[-2], ids[-1] = config["d_vocab"] - 1, 0, ids[0]
    return [int(i) for i in ids]
