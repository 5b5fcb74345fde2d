"""Where each feature fires on held-out text: passages, histogram and density, into `features.json` and `features.bin`.

python sae_passages.py --model www/models/stories --data ENCODED --sae FOLDER [--twin FILE] [--attribution TSV]

`features.bin` holds the arrays that `features.json` names, little-endian, each at an offset divisible by 4:
pool      u16  token ids of all passages, one behind the other
density   f32  [feature]           share of the tokens on which it fires
maximum   f32  [feature]           its largest activation
histogram u32  [feature, bin]      of activations above 0, bins of equal width up to the maximum
start     u32  [feature, passage]  where a passage begins in the pool, strongest first
length    u8   [feature, passage]  its tokens; 0: there is none
peak      u8   [feature, passage]  which of them is the strongest
activation f32 [feature, passage]  at that token
shades    u8   [feature, passage, token]  activation · 255 / maximum
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from batches import Corpora
from export import write_atomically
from passage_sources import Documents
from recipe import BOS
from sae_evaluate import HeldOut
from sae_model import Dictionary
from stories_export import become, load_stories

BEFORE, AFTER, BINS = 15, 8, 16
WINDOW = BEFORE + 1 + AFTER
PASSAGES = {4: 8, 16: 4}  # by expansion: so that a folder stays below 6 MB


@torch.no_grad()
def firings(model, dictionary, held_out):
    """Sorted by feature, then place: place in the stream of targets, feature and activation of everything that fires;
    and the number of tokens looked at."""
    places, features, values, tokens, n_ctx = [], [], [], 0, held_out.inputs.shape[1]
    for row, (inputs, _) in enumerate(held_out.batches(1)):
        there = (inputs[0] != BOS).nonzero()[:, 0]
        activations = dictionary.encode(model.hook_post(model.before_mlp(inputs))[0, there])
        token, feature = (activations > 0).nonzero().T
        # Input p of a row is target p − 1.
        places.append((row * n_ctx + there[token] - 1).int().numpy())
        features.append(feature.short().numpy())
        values.append(activations[token, feature].numpy())
        tokens += len(there)
    places, features, values = map(np.concatenate, (places, features, values))
    order = np.argsort(features, kind="stable")  # places rise already
    return places[order], features[order], values[order], tokens


class Windows:
    """The strongest passages of every feature, as ranges of the stream."""

    def __init__(self, stream, edges, d_sae, per_feature):
        self.documents = np.maximum.accumulate(np.where(edges, np.arange(len(stream)), 0))  # where each token's begins
        self.ends = np.append(np.flatnonzero(edges), len(stream))
        shape = (d_sae, per_feature)
        self.begin, self.length, self.peak = np.zeros(shape, np.int64), np.zeros(shape, "u1"), np.zeros(shape, "u1")
        self.activation, self.shades = np.zeros(shape, "<f4"), np.zeros((*shape, WINDOW), "u1")

    def find(self, feature, places, values):
        """`places` rise; no passage begins within another's window."""
        taken, slot = [], 0
        for index in np.argsort(-values, kind="stable"):
            place = places[index]
            if any(abs(place - other) < WINDOW for other in taken):
                continue
            begins = max(place - BEFORE, self.documents[place] + 1)  # not the separator itself
            ends = min(place + AFTER + 1, self.ends[np.searchsorted(self.ends, place, "right")])
            within = slice(*np.searchsorted(places, (begins, ends)))
            self.begin[feature, slot], self.length[feature, slot] = begins, ends - begins
            self.peak[feature, slot], self.activation[feature, slot] = place - begins, values[index]
            shade = np.ceil(values[within] * (255 / values.max())).clip(max=255)
            self.shades[feature, slot, places[within] - begins] = shade
            taken.append(place)
            slot += 1
            if slot == self.begin.shape[1]:
                return


def collect(model, dictionary, held_out, stream, edges, per_feature):
    """The arrays of `features.bin` but the pool, with `start` still in the stream; and how many tokens were looked at."""
    places, features, values, tokens = firings(model, dictionary, held_out)
    d_sae = len(dictionary.b_enc)
    bounds = np.searchsorted(features, np.arange(d_sae + 1))
    windows = Windows(stream, edges, d_sae, per_feature)
    maximum, histogram = np.zeros(d_sae, "<f4"), np.zeros((d_sae, BINS), "<u4")
    for feature in np.flatnonzero(np.diff(bounds)):
        here = slice(bounds[feature], bounds[feature + 1])
        maximum[feature] = values[here].max()
        histogram[feature] = np.histogram(values[here], BINS, (0, maximum[feature]))[0]
        windows.find(feature, places[here], values[here])
    density = (np.diff(bounds) / tokens).astype("<f4")
    return density, maximum, histogram, windows, tokens


def write(folder, arrays, described):
    """`features.bin`, then `features.json`, which says where in it each array is."""
    parts, table, offset = [], {}, 0
    for name, array in arrays.items():
        kind = {"u": "u", "f": "f"}[array.dtype.kind] + str(8 * array.dtype.itemsize)
        table[name] = {"dtype": kind, "shape": list(array.shape), "offset": offset}
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        data += bytes(-len(data) % 4)
        parts.append(data)
        offset += len(data)
    write_atomically(folder / "features.bin", lambda path: path.write_bytes(b"".join(parts)))
    told = json.dumps(described | {"arrays": table}) + "\n"
    write_atomically(folder / "features.json", lambda path: path.write_text(told))


def passages(model_folder, data, sae_folder, twin, attribution):
    model, dictionary = load_stories(model_folder), Dictionary.load(sae_folder)
    if twin:
        become(model, twin)
    names = list(json.loads((Path(model_folder) / "curves.json").read_text())["recipe"]["corpora"])
    held_out = HeldOut(data, names, model.shape.n_ctx)
    tokenizer = Tokenizer.from_file(str(Path(model_folder) / "tokenizer.json"))
    documents = Documents(Corpora(data, "val").ids, names, model.shape.n_ctx, tokenizer, attribution)
    stream, edges = held_out.targets.flatten().numpy(), documents.edges
    per_feature = PASSAGES.get(len(dictionary.b_enc) // model.shape.d_mlp, 4)
    density, maximum, histogram, windows, tokens = collect(model, dictionary, held_out, stream, edges, per_feature)
    used = np.zeros(len(stream) + 1, dtype=bool)
    for begin, length in zip(windows.begin.flat, windows.length.flat):
        used[begin : begin + length] = True
    in_pool = np.cumsum(used) - used  # place in the stream → place in the pool
    arrays = {
        "pool": stream[used[:-1]].astype("<u2"),
        "density": density,
        "maximum": maximum,
        "histogram": histogram,
        "start": in_pool[windows.begin].astype("<u4"),
        "length": windows.length,
        "peak": windows.peak,
        "activation": windows.activation,
        "shades": windows.shades,
    }
    described = {
        "format_version": 1,
        "label": f"precomputed over {tokens:,} tokens of {held_out.described()}",
        "tokens": tokens,
        "passagesPerFeature": per_feature,
        "windowLength": WINDOW,
        "histogramBins": BINS,
        "sources": documents.within(in_pool),
    }
    write(Path(sae_folder), arrays, described)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--sae", required=True, help="SAE folder, which the files are written into")
    parser.add_argument("--twin", help="safetensors file of the untrained twin, where the SAE is of that")
    parser.add_argument("--attribution", help="table of the documents' titles, authors and licences")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    passages(given.model, given.data, given.sae, given.twin, given.attribution)


if __name__ == "__main__":
    main()
