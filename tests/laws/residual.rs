//! The residual stream is the sum of what is written into it.

use glasshouse_hooks::{Edit, EditValue, HookPoint, How, Site};
use glasshouse_model::Positions;
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Findings, Golden, Run, on_both_engines, run};

on_both_engines!(
    the_stream_is_the_sum_of_its_writers,
    heads_and_bias_make_the_attention_output,
    without_heads_attention_writes_its_bias,
);

/// Rounding of a handful of sums.
const ROUNDING: f32 = 1e-6;

fn plus(mut sum: HostTensor, term: &HostTensor) -> HostTensor {
    assert_eq!(sum.shape(), term.shape());
    sum.data_mut()
        .iter_mut()
        .zip(term.data())
        .for_each(|(sum, term)| *sum += term);
    sum
}

fn capture_all(backend: &impl Backend, golden: &Golden) -> Run {
    let transformer = golden.transformer(backend);
    let points = golden.config.hook_points();
    run(backend, &transformer, &golden.tokens, &points, &[], None).expect("the model runs")
}

fn the_stream_is_the_sum_of_its_writers(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let run = capture_all(backend, &golden);
        let at = |layer, site| run.at(HookPoint::block(layer, site));
        let mut stream = run.at(HookPoint::global(Site::Embed)).clone();
        if golden.config.positions == Positions::Standard {
            stream = plus(stream, run.at(HookPoint::global(Site::PosEmbed)));
        }
        for layer in 0..golden.config.n_layers {
            let what = |site: &str| format!("{}, layer {layer}, {site}", golden.id);
            findings.close(
                &what("before"),
                at(layer, Site::ResidPre),
                &stream,
                ROUNDING,
            );
            stream = plus(stream, at(layer, Site::AttnOut));
            if golden.config.has_mlp() {
                findings.close(
                    &what("middle"),
                    at(layer, Site::ResidMid),
                    &stream,
                    ROUNDING,
                );
                stream = plus(stream, at(layer, Site::MlpOut));
            }
            findings.close(
                &what("after"),
                at(layer, Site::ResidPost),
                &stream,
                ROUNDING,
            );
            if layer > 0 {
                let (before, after) = (at(layer - 1, Site::ResidPost), at(layer, Site::ResidPre));
                findings.same(&what("where blocks meet"), after, before);
            }
        }
    }
}

fn output_bias(golden: &Golden, layer: usize) -> HostTensor {
    let name = format!("blocks.{layer}.attn.b_O");
    golden
        .weights()
        .take_bias(&name, &[golden.config.d_model])
        .expect("a bias has d_model numbers")
}

fn heads_and_bias_make_the_attention_output(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let run = capture_all(backend, &golden);
        for layer in 0..golden.config.n_layers {
            let results = run.at(HookPoint::block(layer, Site::Result));
            let [positions, heads, width] = results.shape() else {
                panic!("three axes")
            };
            let bias = output_bias(&golden, layer);
            let mut sum = HostTensor::zeros([*positions, *width]);
            for (position, row) in sum.data_mut().chunks_mut(*width).enumerate() {
                row.copy_from_slice(bias.data());
                for head in 0..*heads {
                    let start = (position * heads + head) * width;
                    let result = &results.data()[start..start + width];
                    row.iter_mut()
                        .zip(result)
                        .for_each(|(sum, term)| *sum += term);
                }
            }
            let what = format!("{}, layer {layer}", golden.id);
            let attn_out = run.at(HookPoint::block(layer, Site::AttnOut));
            findings.close(&what, attn_out, &sum, 2e-6);
        }
    }
}

/// Every head off at `hook_z` is the same as `hook_attn_out` replaced by `b_O`.
fn without_heads_attention_writes_its_bias(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        for layer in 0..golden.config.n_layers {
            let heads_off: Vec<Edit> = (0..golden.config.n_heads)
                .map(|head| Edit::ablate_head(layer, head, How::Zero))
                .collect();
            let bias_only = Edit {
                hook: HookPoint::block(layer, Site::AttnOut),
                heads: None,
                positions: None,
                features: None,
                how: How::Replace,
                value: Some(EditValue::Tensor(output_bias(&golden, layer))),
                scale: None,
            };
            let logits = |edits: &[Edit]| {
                let run = run(backend, &transformer, &golden.tokens, &[], edits, None);
                run.expect("the model runs").logits
            };
            let what = format!("{}, layer {layer}", golden.id);
            findings.same(&what, &logits(&heads_off), &logits(&[bias_only]));
        }
    }
}
