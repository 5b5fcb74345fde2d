"""Where activations come from: a model on text, or Othello-GPT on games."""

import hashlib
import json
from pathlib import Path

import torch

import train_stories
from batches import Corpora
from othello_export import load_othello
from othello_games import Games, batch_of
from recipe import BOS
from stories_export import become, load_stories
from stories_recipe import StoriesRecipe


def fingerprint(model):
    """Of a model folder's weights, so that a checkpoint knows whether it is of them."""
    return hashlib.sha256((Path(model) / "model.safetensors").read_bytes()).hexdigest()


class Text:
    """`blocks.0.mlp.hook_post` of `stories` on rows of its own training text."""

    def __init__(self, recipe, model, data, twin=None):
        self.model, self.weights = load_stories(model), fingerprint(model)
        if twin:
            become(self.model, twin)
        corpora = json.loads((Path(model) / "curves.json").read_text())["recipe"]["corpora"]
        seed = recipe.seed + 1000  # other rows than the model was trained on
        self.rows = StoriesRecipe(self.model.shape, seed=seed, rows_per_step=recipe.rows_per_step, corpora=corpora)
        self.corpora = Corpora(data, "train")

    @torch.no_grad()
    def activations(self, step):
        """`[token, d_mlp]` of one step; tokens that only mark where a text begins are left out."""
        inputs, _ = train_stories.rows(self.rows, self.corpora, step)
        return self.model.hook_post(self.model.before_mlp(inputs))[inputs != BOS]

    def close(self):
        pass


class Boards:
    """`blocks.L.hook_resid_post` of Othello-GPT on fresh random games."""

    FIRST_SEED = 5_000_011  # no training and no evaluation of the model or its probes draws games from it

    def __init__(self, recipe, model, games, twin=None):
        self.model, self.weights = load_othello(model), fingerprint(model)
        if twin:
            become(self.model, twin)
        self.hook, self.layer = recipe.hook, int(recipe.hook.split(".")[1])
        self.binary, self.per_step, self.seed = games, recipe.rows_per_step, self.FIRST_SEED + recipe.seed
        self.stream, self.next = None, None

    @torch.no_grad()
    def activations(self, step):
        """`[position, d_model]` of one step, while the games last."""
        if self.next != step:
            self.close()
            self.stream = Games(self.binary, self.seed, step * self.per_step)
        self.next = step + 1
        batch = batch_of(self.stream.read(self.per_step))
        return self.model.residuals(batch.ids)[self.layer + 1][batch.legal.sum(-1) > 0]

    def close(self):
        if self.stream:
            self.stream.close()
        self.stream = None
