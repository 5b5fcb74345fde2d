//! One file per operation, named like the method of `Backend` that it computes.
//!
//! The hot ones are never inlined: inside a caller that is built for size they would be as well.

mod activate;
mod add;
mod append_rows;
mod attention;
mod attention_scores;
mod edit;
mod embed;
mod gate;
mod head_results;
mod layer_norm;
mod linear;
mod mix_values;
mod multiply;
mod norm_scale;
mod normalize;
mod rotate;
mod scatter;
mod softmax;
mod sum_heads;
mod top_k;

use glasshouse_tensor::Error;

use crate::CpuTensor;

pub(crate) use activate::activate;
pub(crate) use add::add;
pub(crate) use append_rows::append_rows;
pub(crate) use attention::attention;
pub(crate) use attention_scores::attention_scores;
pub(crate) use edit::edit;
pub(crate) use embed::embed;
pub(crate) use gate::gate;
pub(crate) use head_results::head_results;
pub(crate) use layer_norm::layer_norm;
pub(crate) use linear::linear;
pub(crate) use mix_values::mix_values;
pub(crate) use multiply::multiply;
pub(crate) use norm_scale::norm_scale;
pub(crate) use normalize::normalize;
pub(crate) use rotate::rotate;
pub(crate) use scatter::scatter;
pub(crate) use softmax::softmax;
pub(crate) use sum_heads::sum_heads;
pub(crate) use top_k::top_k;

/// The refusal of an operation whose tensors do not fit together.
fn misfit(op: &str, tensors: &[&CpuTensor]) -> Error {
    let shapes: Vec<_> = tensors.iter().map(|tensor| tensor.shape()).collect();
    Error::Internal(format!("{op} cannot take shapes {shapes:?}"))
}
