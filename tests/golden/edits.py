"""Edited runs: the cases, and what each edit means, applied through TransformerLens's own hooks."""

from functools import partial

import numpy as np
import torch

from models import Model, generator

HEAD_FIRST = ("hook_attn_scores", "hook_pattern")
INF = float("inf")


def edit(hook, how, **fields):
    return {"hook": hook, **fields, "how": how}


def b(layer, hook):
    return f"blocks.{layer}.{hook}"


class Random:
    """A value of N(0, 1) numbers, of this shape; `FROM_RUN` is the selected value of the unedited run."""

    def __init__(self, *shape):
        self.shape = shape


FROM_RUN = object()
ROW_OF_MINUS_INF = object()

# The sizes these values assume are models.BASE with 9 tokens.
STANDARD = [
    ("head off", [edit(b(0, "attn.hook_z"), "zero", heads=[1])]),
    ("head off at the last position only", [edit(b(1, "attn.hook_z"), "zero", heads=[-1], positions=[-1])]),
    ("head halved", [edit(b(0, "attn.hook_z"), "scale", heads=[0], positions=[4, 5], scale=0.5)]),
    ("some components of z", [edit(b(0, "attn.hook_z"), "add", heads=[2], features=[0, -1], value=1.5)]),
    ("head at its mean", [edit(b(0, "attn.hook_z"), "mean", heads=[2])]),
    ("heads at their mean, some positions", [edit(b(1, "attn.hook_z"), "mean", heads=[0, 1], positions=[-1, 3])]),
    ("mean pattern", [edit(b(0, "attn.hook_pattern"), "mean", heads=[1])]),
    ("attention output at its mean", [edit(b(0, "hook_attn_out"), "mean")]),
    ("neurons at their mean", [edit(b(0, "mlp.hook_post"), "mean", features=[3, 7, -1])]),
    ("pattern replaced", [edit(b(1, "attn.hook_pattern"), "replace", heads=[0], value=Random(1, 9, 9))]),
    ("pattern to one number", [edit(b(0, "attn.hook_pattern"), "replace", heads=[2], positions=[5], features=[1, 2], value=0.5)]),
    ("pattern column off", [edit(b(0, "attn.hook_pattern"), "zero", features=[0])]),
    ("scores halved", [edit(b(0, "attn.hook_attn_scores"), "scale", heads=[2], scale=0.5)]),
    ("scores of one key raised", [edit(b(0, "attn.hook_attn_scores"), "add", features=[1], value=2.0)]),
    ("scores of one query zero, so it sees the future", [edit(b(1, "attn.hook_attn_scores"), "zero", heads=[0], positions=[2])]),
    ("scores of one query −inf, so it sees nothing", [
        edit(b(0, "attn.hook_attn_scores"), "replace", heads=[1], positions=[4], value=ROW_OF_MINUS_INF)]),
    ("steering", [edit(b(1, "hook_resid_pre"), "add", value=Random(24), scale=2.0)]),
    ("steering backwards at two positions", [edit(b(0, "hook_resid_post"), "add", positions=[0, -2], value=Random(24), scale=-0.5)]),
    ("add a whole tensor", [edit(b(0, "hook_resid_mid"), "add", value=Random(9, 24))]),
    ("add to some features of some positions", [
        edit(b(1, "hook_resid_post"), "add", positions=[-1, 1], features=[5, 0], value=Random(2, 2))]),
    ("add a vector of the selected features", [edit(b(0, "mlp.hook_post"), "add", positions=[2, 3], features=[-1, 4, 9], value=Random(3))]),
    ("residual zero", [edit(b(1, "hook_resid_pre"), "zero", positions=[0, -1])]),
    ("neuron set", [edit(b(0, "mlp.hook_post"), "replace", features=[7], value=5.0)]),
    ("neurons turned round", [edit(b(1, "mlp.hook_post"), "scale", features=[0, -1], scale=-1.5)]),
    ("neuron before its activation", [edit(b(1, "mlp.hook_pre"), "replace", positions=[3], features=[2, 4], value=-0.75)]),
    ("MLP off", [edit(b(0, "hook_mlp_out"), "scale", scale=0.0)]),
    ("keys of the first position", [edit(b(0, "attn.hook_k"), "zero", positions=[0])]),
    ("queries doubled", [edit(b(1, "attn.hook_q"), "scale", heads=[-1], scale=2.0)]),
    ("values replaced, heads and positions out of order", [
        edit(b(0, "attn.hook_v"), "replace", heads=[2, 0], positions=[-1, 1], value=Random(2, 2, 8))]),
    ("value vector added to every head", [edit(b(0, "attn.hook_v"), "add", value=Random(8), scale=3.0)]),
    ("token embedding", [edit("hook_embed", "add", positions=[2], features=[0, 3], value=1.25)]),
    ("another token's embedding", [edit("hook_embed", "replace", positions=[3], value=Random(1, 24))]),
    ("no positions", [edit("hook_pos_embed", "zero")]),
    ("LayerNorm scale frozen while the residual moves", [
        edit(b(0, "hook_resid_pre"), "add", value=Random(24)), edit(b(0, "ln1.hook_scale"), "replace", value=FROM_RUN)]),
    ("LayerNorm scale to one", [edit(b(1, "ln2.hook_scale"), "replace", value=1.0)]),
    ("normalised input", [edit(b(0, "ln1.hook_normalized"), "zero", features=[1, 2, 3])]),
    ("final scale", [edit("ln_final.hook_scale", "scale", positions=[-1, 0], scale=0.5)]),
    ("final normalised", [edit("ln_final.hook_normalized", "replace", positions=[-1], value=Random(1, 24))]),
    ("one head's result", [edit(b(1, "attn.hook_result"), "zero", heads=[1], positions=[-1])]),
    ("one head's result moved", [edit(b(0, "attn.hook_result"), "add", heads=[0, 2], value=Random(24))]),
    ("attention output replaced", [edit(b(1, "hook_attn_out"), "replace", value=Random(9, 24))]),
    ("add, then scale", [edit(b(0, "hook_resid_post"), "add", value=Random(24)), edit(b(0, "hook_resid_post"), "scale", scale=2.0)]),
    ("scale, then add", [edit(b(0, "hook_resid_post"), "scale", scale=2.0), edit(b(0, "hook_resid_post"), "add", value=Random(24))]),
    ("replace, then zero a part, then add", [
        edit(b(1, "attn.hook_z"), "replace", value=0.5), edit(b(1, "attn.hook_z"), "zero", heads=[0], positions=[1, 2]),
        edit(b(1, "attn.hook_z"), "add", positions=[2, 3], value=Random(8), scale=-1.0)]),
    ("several sites at once, listed backwards", [
        edit(b(1, "attn.hook_z"), "zero", heads=[0]), edit(b(0, "mlp.hook_post"), "scale", scale=0.0),
        edit(b(0, "attn.hook_pattern"), "scale", heads=[1], scale=0.25), edit("hook_embed", "add", value=Random(24))]),
    ("an edit that changes nothing", [edit(b(0, "attn.hook_q"), "replace", heads=[1], value=FROM_RUN)]),
]

SHORTFORMER = [
    ("no positions in any layer", [edit("hook_pos_embed", "zero")]),
    ("one position moved", [edit("hook_pos_embed", "add", positions=[5], value=Random(24))]),
    ("positions exchanged", [edit("hook_pos_embed", "replace", positions=[2, 3], value=Random(2, 24))]),
    ("normalised input, without positions", [edit(b(1, "ln1.hook_normalized"), "zero", positions=[4])]),
    ("normalisation scale", [edit(b(0, "ln1.hook_scale"), "scale", positions=[-3], scale=2.0)]),
    ("previous-token head at its mean", [edit(b(0, "attn.hook_z"), "mean", heads=[1])]),
    ("two heads off", [edit(b(0, "attn.hook_z"), "zero", heads=[0]), edit(b(1, "attn.hook_z"), "zero", heads=[2])]),
    ("pattern replaced", [edit(b(1, "attn.hook_pattern"), "replace", heads=[2], positions=[11], value=Random(1, 1, 12))]),
    ("results", [edit(b(1, "attn.hook_result"), "scale", heads=[0], scale=-1.0)]),
]

ROTARY_RMS = [
    ("query before rotation", [edit(b(0, "attn.hook_q"), "add", heads=[1], value=Random(10))]),
    ("key after rotation", [edit(b(0, "attn.hook_rot_k"), "zero", positions=[2, -1])]),
    ("query after rotation", [edit(b(1, "attn.hook_rot_q"), "replace", heads=[0], positions=[3], value=Random(1, 1, 10))]),
    ("value", [edit(b(0, "attn.hook_v"), "scale", features=[9], scale=-2.0)]),
    ("normalised, before the weight", [edit(b(0, "ln1.hook_normalized"), "add", features=[0, 5], value=1.0)]),
    ("normalised, before the weight, MLP", [edit(b(1, "ln2.hook_normalized"), "replace", positions=[6], value=Random(1, 24))]),
    ("final normalised, before the weight", [edit("ln_final.hook_normalized", "zero", features=[-1])]),
    ("final scale", [edit("ln_final.hook_scale", "replace", value=2.0)]),
]

BIDIRECTIONAL = [
    ("scores flat", [edit(b(0, "attn.hook_attn_scores"), "scale", heads=[1], scale=0.0)]),
    ("scores turned round", [edit(b(1, "attn.hook_attn_scores"), "scale", scale=-1.0)]),
    ("pattern to the future off", [edit(b(1, "attn.hook_pattern"), "zero", positions=[0], features=[-1, -2])]),
    ("residual", [edit(b(1, "hook_resid_mid"), "add", positions=[-1], value=Random(24))]),
]

CASES = {"standard-ln-gelu": STANDARD, "shortformer-attn-only-ln": SHORTFORMER,
         "rotary-half-rms-silu": ROTARY_RMS, "bidirectional-rms-gelu": BIDIRECTIONAL}


def axes(hook: str) -> tuple[str, ...]:
    """Which selector addresses which axis of a tensor without its batch dimension."""
    site = hook.rsplit(".", 1)[-1]
    if site in HEAD_FIRST:
        return ("heads", "positions", "features")
    by_head = ("hook_q", "hook_k", "hook_v", "hook_z", "hook_result", "hook_rot_q", "hook_rot_k")
    return ("positions", "heads", "features") if site in by_head else ("positions", "features")


def selection(case_edit: dict, shape: tuple) -> tuple:
    lists = [case_edit.get(name, range(size)) for name, size in zip(axes(case_edit["hook"]), shape)]
    return tuple(torch.from_numpy(i) for i in np.ix_(*[[k % n for k in chosen] for chosen, n in zip(lists, shape)]))


def edited(x: torch.Tensor, hook, case_edit: dict, values: dict, means: dict) -> torch.Tensor:
    """A TransformerLens hook function: `x` `[1, …]` with one edit made."""
    x = x.clone()
    chosen = selection(case_edit, x.shape[1:])
    value = case_edit.get("value")
    if isinstance(value, dict):
        value = values[value["tensor"]].to(x.dtype)
    target = x[0]
    match case_edit["how"]:
        case "zero":
            target[chosen] = 0
        case "scale":
            target[chosen] *= case_edit["scale"]
        case "add":
            target[chosen] += case_edit.get("scale", 1.0) * value
        case "replace":
            target[chosen] = value
        case "mean":
            target[chosen] = means[case_edit["hook"]].to(x.dtype)[tuple(slice(n) for n in target.shape)][chosen]
    return x


def dataset_means(model: Model, config: dict, transformer) -> dict:
    """Means over 32 random inputs of full length, for the hooks that a case sets to its mean."""
    wanted = {e["hook"] for _, edits in CASES[model.id] for e in edits if e["how"] == "mean"}
    ids = generator("means", model.id).integers(0, config["d_vocab"], (32, config["n_ctx"]))
    _, cache = transformer.run_with_cache(torch.from_numpy(ids), names_filter=lambda name: name in wanted)
    return {name: cache[name].mean(0).float() for name in sorted(wanted)}


def filled(edits: list, number: int, model: Model, clean: dict, values: dict) -> list:
    """The edits as edits.json holds them: every tensor value put into `values` under a name."""
    out = []
    for k, case_edit in enumerate(edits):
        case_edit = dict(case_edit)
        value = case_edit.get("value")
        if value is not None and not isinstance(value, float):
            chosen = clean[case_edit["hook"]][selection(case_edit, clean[case_edit["hook"]].shape)]
            if value is FROM_RUN:
                tensor = chosen
            elif value is ROW_OF_MINUS_INF:
                tensor = torch.full_like(chosen, -INF)
            else:
                tensor = torch.from_numpy(generator("edit", model.id, str(number), str(k)).standard_normal(value.shape))
            name = f"{number}/value.{k}"
            values[name] = tensor.float().contiguous()
            case_edit["value"] = {"tensor": name}
        out.append(case_edit)
    return out


def run_cases(model: Model, config: dict, transformer, ids: list[int], clean: dict) -> tuple[list, dict, dict]:
    """`(edits.json, edits.safetensors, means.safetensors)`. Each case expects every edited hook, what follows directly from
    attention edits, the last residual and the logits. Edits run before the cache's own hooks: a capture shows the edited value."""
    means = dataset_means(model, config, transformer)
    last = f"blocks.{config['n_layers'] - 1}.hook_resid_post"
    cases, tensors = [], {}
    for number, (name, edits) in enumerate(CASES[model.id]):
        edits = filled(edits, number, model, clean, tensors)
        hooks = [(e["hook"], partial(edited, case_edit=e, values=tensors, means=means)) for e in edits]
        expect = dict.fromkeys([e["hook"] for e in edits] + [last])
        for site in [e["hook"] for e in edits if e["hook"].endswith("hook_attn_scores")]:
            expect[site.replace("hook_attn_scores", "hook_pattern")] = None
        with torch.inference_mode(), transformer.hooks(fwd_hooks=hooks):
            logits, cache = transformer.run_with_cache(torch.tensor([ids]), remove_batch_dim=True)
        for hook in expect:
            tensors[f"{number}/{hook}"] = cache[hook].float().contiguous()
        tensors[f"{number}/logits"] = logits[0].float().contiguous()
        cases.append({"name": name, "edits": edits, "expect": {hook: f"{number}/{hook}" for hook in [*expect, "logits"]}})
    return cases, tensors, means
