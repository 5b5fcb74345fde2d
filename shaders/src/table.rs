use crate::{Grid, Shader};

/// A kernel's source, as `build.rs` leaves it.
macro_rules! wgsl {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name, ".wgsl"))
    };
}

/// The tiles of `product_tile.wgsl`, over `[batch, rows, columns]` of the result.
const PRODUCT_TILES: Grid = Grid::Tiles {
    rows: 32,
    columns: 32,
};

/// Every kernel, in the order of the trait.
pub const ALL: &[&Shader] = &[
    &EMBED,
    &ROWS,
    &APPEND_ROWS,
    &ADD,
    &MULTIPLY,
    &LINEAR,
    &LAYER_NORM,
    &NORM_SCALE,
    &NORMALIZE,
    &ACTIVATE,
    &GATE,
    &TOP_K,
    &SCATTER,
    &ROTATE,
    &ATTENTION_SCORES,
    &SOFTMAX,
    &MIX_VALUES,
    &ATTENTION,
    &HEAD_RESULTS,
    &SUM_HEADS,
    &EDIT,
];

/// `embed.wgsl`.
pub const EMBED: Shader = Shader {
    name: "embed",
    source: wgsl!("embed"),
    params: &["size", "width"],
    reads: &["ids", "table"],
    writes: "rows",
    grid: Grid::Elements,
};

/// `rows.wgsl`.
pub const ROWS: Shader = Shader {
    name: "rows",
    source: wgsl!("rows"),
    params: &["size", "start"],
    reads: &["x"],
    writes: "y",
    grid: Grid::Elements,
};

/// `append_rows.wgsl`.
pub const APPEND_ROWS: Shader = Shader {
    name: "append_rows",
    source: wgsl!("append_rows"),
    params: &["size", "x_size"],
    reads: &["x", "more"],
    writes: "y",
    grid: Grid::Elements,
};

/// `add.wgsl`.
pub const ADD: Shader = Shader {
    name: "add",
    source: wgsl!("add"),
    params: &["size", "period"],
    reads: &["x", "y"],
    writes: "sum",
    grid: Grid::Elements,
};

/// `multiply.wgsl`.
pub const MULTIPLY: Shader = Shader {
    name: "multiply",
    source: wgsl!("multiply"),
    params: &["size", "period"],
    reads: &["x", "y"],
    writes: "product",
    grid: Grid::Elements,
};

/// `linear.wgsl` after `product_tile.wgsl`.
pub const LINEAR: Shader = Shader {
    name: "linear",
    source: concat!(wgsl!("product_tile"), wgsl!("linear")),
    params: &["pos", "d_in", "d_out", "has_b"],
    reads: &["x", "w", "b"],
    writes: "y",
    grid: PRODUCT_TILES,
};

/// `layer_norm.wgsl` after `row_reduction.wgsl`.
pub const LAYER_NORM: Shader = Shader {
    name: "layer_norm",
    source: concat!(wgsl!("row_reduction"), wgsl!("layer_norm")),
    params: &["pos", "d", "centre", "eps", "has_w", "has_b"],
    reads: &["x", "w", "b"],
    writes: "y",
    grid: Grid::Rows,
};

/// `norm_scale.wgsl` after `row_reduction.wgsl`.
pub const NORM_SCALE: Shader = Shader {
    name: "norm_scale",
    source: concat!(wgsl!("row_reduction"), wgsl!("norm_scale")),
    params: &["pos", "d", "centre", "eps"],
    reads: &["x"],
    writes: "scale",
    grid: Grid::Rows,
};

/// `normalize.wgsl` after `row_reduction.wgsl`.
pub const NORMALIZE: Shader = Shader {
    name: "normalize",
    source: concat!(wgsl!("row_reduction"), wgsl!("normalize")),
    params: &["pos", "d", "centre", "has_w", "has_b"],
    reads: &["x", "scale", "w", "b"],
    writes: "y",
    grid: Grid::Rows,
};

/// `activate.wgsl`.
pub const ACTIVATE: Shader = Shader {
    name: "activate",
    source: wgsl!("activate"),
    params: &["size", "activation"],
    reads: &["x"],
    writes: "y",
    grid: Grid::Elements,
};

/// `gate.wgsl`.
pub const GATE: Shader = Shader {
    name: "gate",
    source: wgsl!("gate"),
    params: &["size", "threshold_size"],
    reads: &["x", "by", "threshold"],
    writes: "y",
    grid: Grid::Elements,
};

/// `top_k.wgsl`.
pub const TOP_K: Shader = Shader {
    name: "top_k",
    source: wgsl!("top_k"),
    params: &["rows", "width", "k"],
    reads: &["x"],
    writes: "top",
    grid: Grid::Rows,
};

/// `scatter.wgsl`.
pub const SCATTER: Shader = Shader {
    name: "scatter",
    source: wgsl!("scatter"),
    params: &["rows", "width", "k"],
    reads: &["top"],
    writes: "y",
    grid: Grid::Rows,
};

/// `rotate.wgsl`.
pub const ROTATE: Shader = Shader {
    name: "rotate",
    source: wgsl!("rotate"),
    params: &["size", "heads", "d_head", "rotary_dim", "adjacent_pairs"],
    reads: &["x", "cosines", "sines"],
    writes: "y",
    grid: Grid::Elements,
};

/// `attention_scores.wgsl` after `product_tile.wgsl`.
pub const ATTENTION_SCORES: Shader = Shader {
    name: "attention_scores",
    source: concat!(wgsl!("product_tile"), wgsl!("attention_scores")),
    params: &["queries", "keys", "heads", "d_head", "scale", "causal"],
    reads: &["q", "k"],
    writes: "scores",
    grid: PRODUCT_TILES,
};

/// `softmax.wgsl` after `row_reduction.wgsl`.
pub const SOFTMAX: Shader = Shader {
    name: "softmax",
    source: concat!(wgsl!("row_reduction"), wgsl!("softmax")),
    params: &["rows", "width"],
    reads: &["scores"],
    writes: "pattern",
    grid: Grid::Rows,
};

/// `mix_values.wgsl` after `product_tile.wgsl`.
pub const MIX_VALUES: Shader = Shader {
    name: "mix_values",
    source: concat!(wgsl!("product_tile"), wgsl!("mix_values")),
    params: &["queries", "keys", "heads", "d_head"],
    reads: &["pattern", "v"],
    writes: "z",
    grid: PRODUCT_TILES,
};

/// `attention.wgsl`.
pub const ATTENTION: Shader = Shader {
    name: "attention",
    source: wgsl!("attention"),
    params: &["queries", "keys", "heads", "d_head", "scale", "causal"],
    reads: &["q", "k", "v"],
    writes: "z",
    grid: Grid::Tiles {
        rows: 16,
        columns: 64,
    },
};

/// `head_results.wgsl` after `product_tile.wgsl`.
pub const HEAD_RESULTS: Shader = Shader {
    name: "head_results",
    source: concat!(wgsl!("product_tile"), wgsl!("head_results")),
    params: &["pos", "heads", "d_head", "d_model"],
    reads: &["z", "w_o"],
    writes: "results",
    grid: PRODUCT_TILES,
};

/// `sum_heads.wgsl`.
pub const SUM_HEADS: Shader = Shader {
    name: "sum_heads",
    source: wgsl!("sum_heads"),
    params: &["size", "heads", "d_model"],
    reads: &["results", "b"],
    writes: "y",
    grid: Grid::Elements,
};

/// `edit.wgsl`.
pub const EDIT: Shader = Shader {
    name: "edit",
    source: wgsl!("edit"),
    params: &[
        "size",
        "b",
        "c",
        "value_stride_a",
        "value_stride_b",
        "value_stride_c",
        "keep",
        "gain",
    ],
    reads: &["x", "ranks", "value"],
    writes: "y",
    grid: Grid::Elements,
};

/// Kernels that train a model from within: no operations of the trait.
pub const TRAINERS: &[&Shader] = &[&SUPERPOSITION, &DICTIONARY_ROWS, &DICTIONARY_UPDATE];

/// `trainers/superposition.wgsl` after `row_reduction.wgsl`.
pub const SUPERPOSITION: Shader = Shader {
    name: "superposition",
    source: concat!(wgsl!("row_reduction"), wgsl!("superposition")),
    params: &[
        "models",
        "n",
        "m",
        "batch",
        "first_step",
        "steps",
        "first_size",
        "tied",
        "relu",
        "absolute",
        "correlation",
        "fixed_data",
        "restart",
    ],
    reads: &["models", "sizes"],
    writes: "state",
    grid: Grid::Rows,
};

/// `trainers/dictionary_rows.wgsl` after `row_reduction.wgsl`.
pub const DICTIONARY_ROWS: Shader = Shader {
    name: "dictionary_rows",
    source: concat!(wgsl!("row_reduction"), wgsl!("dictionary_rows")),
    params: &["d_in", "d_sae", "batch", "first", "k", "lambda"],
    reads: &["batches", "state"],
    writes: "work",
    grid: Grid::Rows,
};

/// `trainers/dictionary_update.wgsl` after `row_reduction.wgsl`.
pub const DICTIONARY_UPDATE: Shader = Shader {
    name: "dictionary_update",
    source: concat!(wgsl!("row_reduction"), wgsl!("dictionary_update")),
    params: &[
        "d_in",
        "d_sae",
        "batch",
        "frozen_decoder",
        "rate",
        "root_correction",
    ],
    reads: &["work"],
    writes: "state",
    grid: Grid::Rows,
};
