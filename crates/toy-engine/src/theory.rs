//! Controls and exact values of toy models, as JavaScript sees them: pure functions.

use std::collections::BTreeMap;

use glasshouse_border::js::{JsResult, thrown, to_js};
use glasshouse_tensor::Error;
use glasshouse_toys::superposition::exact::{self, Polygon};
use glasshouse_toys::superposition::phase::{self, Optimum};
use glasshouse_toys::superposition::{Interference, SOLIDS, control, gram as gram_of};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Most numbers in one set of random vectors, and draws of it.
const MOST_NUMBERS: usize = 1 << 18;
const MOST_DRAWS: usize = 1_000;

/// `{dimensionality: {mean, sd, p95}, superposition: {mean, sd, p95}}` of random unit vectors.
#[wasm_bindgen(js_name = randomControl)]
pub fn random_control(n: usize, m: usize, draws: usize, seed: u32) -> JsResult<JsValue> {
    let fits = n > 0 && m > 0 && n.saturating_mul(m) <= MOST_NUMBERS;
    if !fits || draws == 0 || draws > MOST_DRAWS {
        return Err(refused(format!(
            "Random vectors can be drawn for up to {MOST_NUMBERS} weights and {MOST_DRAWS} times."
        )));
    }
    to_js(&control::random(n, m, draws, seed))
}

/// `{loss, represented}` of the best linear model: the m most important features.
#[wasm_bindgen(js_name = linearControl)]
pub fn linear_control(n: usize, m: usize, density: f64, importance: &[f32]) -> JsResult<JsValue> {
    #[derive(Serialize)]
    struct Linear {
        loss: f64,
        represented: usize,
    }
    to_js(&Linear {
        loss: exact::dropped_loss(m, density, &wide(importance)),
        represented: m.min(n),
    })
}

/// `{droppedLoss: [density], denseLoss, kgon: [{k, loss, normSq, bias, unitLoss}], dimensionality:
/// {name: D}}` for models of m dimensions.
#[wasm_bindgen(js_name = exactControl)]
pub fn exact_control(m: usize, density: &[f32], importance: &[f32]) -> JsResult<JsValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Exact {
        dropped_loss: Vec<f64>,
        dense_loss: f64,
        kgon: Vec<Polygon>,
        dimensionality: BTreeMap<&'static str, f64>,
    }
    let importance = wide(importance);
    let named = SOLIDS
        .into_iter()
        .map(|kind| (kind.name(), kind.dimensionality()));
    to_js(&Exact {
        dropped_loss: wide(density)
            .into_iter()
            .map(|p| exact::dropped_loss(m, p, &importance))
            .collect(),
        dense_loss: exact::dropped_loss(m, 1.0, &importance),
        kgon: (2..=8).map(exact::polygon).collect(),
        dimensionality: named.filter_map(|(name, d)| Some((name, d?))).collect(),
    })
}

/// `{outcome: [cell], loss: [cell]}`: the optimum for n = 2, m = 1 and for n = 3, m = 2; the last
/// feature has the cell's importance, the others have 1.
#[wasm_bindgen(js_name = exactPhase)]
pub fn exact_phase(n: usize, density: &[f32], importance: &[f32]) -> JsResult<JsValue> {
    let optimum = match n {
        2 => phase::optimum_of_two,
        3 => phase::optimum_of_three,
        _ => {
            return Err(refused(format!(
                "The exact optimum is known for 2 and for 3 features, not for {n}."
            )));
        }
    };
    #[derive(Serialize)]
    struct Exact {
        outcome: Vec<phase::Outcome>,
        loss: Vec<f64>,
    }
    let cells = density.iter().zip(importance);
    let found: Vec<Optimum> = cells.map(|(&p, &i)| optimum(p.into(), i.into())).collect();
    to_js(&Exact {
        outcome: found.iter().map(|cell| cell.outcome).collect(),
        loss: found.iter().map(|cell| cell.loss).collect(),
    })
}

/// What became of the last feature, in every model of `w` `[instance, m, n]`.
#[wasm_bindgen(js_name = phaseOutcome)]
pub fn phase_outcome(w: &[f32], n: usize, m: usize) -> JsResult<JsValue> {
    let size = n.saturating_mul(m).max(1);
    let outcomes = w.chunks_exact(size).map(|w| phase::outcome(w, n));
    to_js(&outcomes.collect::<Vec<_>>())
}

/// Wᵀ W of one model, `[n read, n on]`; with an untied decoder `w2` `[n, m]`, W₂ W.
#[wasm_bindgen]
pub fn gram(w: &[f32], w2: Option<Vec<f32>>, n: usize) -> Vec<f32> {
    gram_of(w, w2.as_deref(), n)
}

/// `{hidden, before, biased, after, silentCost, alternatingCost, simultaneousCost}` of one tied model.
#[wasm_bindgen]
pub fn interference(w: &[f32], b: &[f32], x: &[f32], density: f64) -> JsResult<JsValue> {
    let found = Interference::of(w, b, x, density).ok_or_else(|| {
        refused("The weights, the biases and the input do not fit together.".into())
    })?;
    to_js(&found)
}

fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().map(|&x| x.into()).collect()
}

fn refused(sentence: String) -> JsValue {
    thrown(Error::BadSettings(sentence))
}
