"""Whose text a passage is: the held-out documents, with title, author and licence where a table names them.

The table (`ATTRIBUTION.tsv` beside the corpora) has the columns file, split, repo, commit, path, title_or_author, licence
and chars. A document is found in it by its order where the held-out ones are listed, else by its length in characters
and, among equally long ones, by standing as far behind the others as they do behind each other.
"""

import csv
from pathlib import Path

import numpy as np

from recipe import BOS


class Documents:
    """The documents of a stream of held-out rows, in order."""

    def __init__(self, val, names, n_ctx, tokenizer, attribution=None):
        table = read(attribution)
        streams = [val[name][: len(val[name]) // n_ctx * n_ctx] for name in names]
        begins = np.cumsum([0] + [len(stream) for stream in streams])
        self.edges = np.concatenate(streams) == BOS  # the separator in front of every document
        self.found = []  # (from, to, source)
        for name, begin, stream in zip(names, begins, streams):
            self.edges[begin] = True
            whole = val[name]
            cuts = np.append(np.flatnonzero(whole == BOS), len(whole))
            texts = [whole[a + 1 : b] for a, b in zip(cuts, cuts[1:])]
            sources = described(name, texts, tokenizer, table.get(name, []))
            for a, b, source in zip(cuts, cuts[1:], sources):
                if a < len(stream):
                    self.found.append((begin + a, begin + min(b, len(stream)), source))

    def within(self, in_pool):
        """Sources as ranges of the pool, `in_pool` telling for every place of the stream its place there."""
        ranges = [(int(in_pool[a]), int(in_pool[b]), source) for a, b, source in self.found]
        return [source | {"from": a, "to": b} for a, b, source in ranges if b > a]


def read(path):
    """`{corpus: rows}`; nothing where there is no table."""
    table = {}
    if path and Path(path).is_file():
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                table.setdefault(row["file"], []).append(row)
    return table


def described(name, texts, tokenizer, rows):
    """One source a document."""
    listed = [row for row in rows if row["split"] == "val"]
    if len(listed) == len(texts):
        return [source(name, row) for row in listed]
    if len(rows) == 1 or len({row["licence"] for row in rows}) == 1 and all(int(row["chars"]) == 0 for row in rows):
        whole = {"title": None, "author": None, "licence": rows[0]["licence"]}
        return [{"corpus": name} | whole for _ in texts]
    lengths = {}
    for at, row in enumerate(rows):
        lengths.setdefault(int(row["chars"]), []).append(at)
    found = [lengths.get(len(tokenizer.decode(text.tolist()).strip()), []) for text in texts]
    certain = [at[0] for at in found if len(at) == 1]
    stride = int(np.median(np.diff(certain))) if len(certain) > 1 else 1
    found = [[at for at in here if (at - certain[0]) % max(1, stride) == 0] if certain else [] for here in found]
    return [source(name, rows[at[0]]) if len(at) == 1 else unknown(name, rows) for at in found]


def source(name, row):
    title, _, author = row["title_or_author"].partition(" -- text: ")
    if not author and "/" in title:
        author, _, title = title.partition("/")
    licence = row["licence"].partition(" (PG")[0]
    return {"corpus": name, "title": title, "author": author or None, "licence": licence}


def unknown(name, rows):
    licences = sorted({row["licence"] for row in rows}) or [None]
    return {"corpus": name, "title": None, "author": None, "licence": licences[0]}
