//! Seeded damage to good files: whatever comes of it, nothing panics and every refusal has its code.

use glasshouse_model::{Config, Means, Transformer, Weights};
use glasshouse_tensor::{Error, Result};
use glasshouse_tests::{Draw, Golden, cpu, run};

/// Some bytes replaced, some bits turned over, perhaps the end cut off or a piece repeated.
fn damaged(draw: &mut Draw, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw.below(4) {
        if bytes.is_empty() {
            break;
        }
        // Half of the damage goes into the first bytes: the header, where it does most harm.
        let reach = if draw.below(2) == 0 {
            bytes.len()
        } else {
            bytes.len().min(300)
        };
        let place = draw.below(reach);
        match draw.below(6) {
            0 => bytes[place] = draw.below(256) as u8,
            1 => bytes[place] ^= 1 << draw.below(8),
            2 => bytes[place] = b"0123456789-+.eE\"{}[],:"[draw.below(22)],
            3 => bytes.truncate(place),
            4 => {
                let piece = bytes[place..(place + 5).min(bytes.len())].to_vec();
                bytes.splice(place..place, piece);
            }
            _ => {
                bytes.drain(place..(place + 1 + draw.below(4)).min(bytes.len()));
            }
        }
    }
    bytes
}

/// Damaged numbers may be large, so that a run meets infinities: it may answer anything, but must answer.
fn use_it(golden: &Golden, config: &[u8], weights: &[u8]) -> Result<()> {
    let config = Config::parse(&String::from_utf8_lossy(config))?;
    let weights = Weights::parse("model.safetensors", weights)?;
    let transformer = Transformer::load(&cpu(), config, weights)?;
    let points = transformer.config().hook_points();
    run(&cpu(), &transformer, &golden.tokens, &points, &[], None).map(|_| ())
}

fn survive(id: &str, damage_config: bool, damage_weights: bool) {
    let golden = Golden::open(id);
    let (config, weights) = (
        golden.bytes("config.json"),
        golden.bytes("model.safetensors"),
    );
    use_it(&golden, &config, &weights).expect("undamaged, it works");
    let mut draw = Draw::new(id.len() as u64);
    let (mut refused, mut used) = (0, 0);
    for round in 0..1500 {
        let damaged_config = match damage_config {
            true => damaged(&mut draw, &config),
            false => config.clone(),
        };
        let damaged_weights = match damage_weights {
            true => damaged(&mut draw, &weights),
            false => weights.clone(),
        };
        match use_it(&golden, &damaged_config, &damaged_weights) {
            Ok(()) => used += 1,
            // A damaged vocabulary or context may not hold the text: that is the text's refusal.
            Err(Error::BadModelFile(_) | Error::TooLong { .. } | Error::BadInput(_)) => {
                refused += 1
            }
            Err(error) => panic!("{id}, round {round}: {} ({error})", error.code()),
        }
    }
    assert!(
        refused > 500,
        "the damage should show: {refused} refused, {used} used"
    );
}

#[test]
fn damaged_configs_are_survived() {
    survive("standard-ln-gelu", true, false);
    survive("rotary-half-rms-silu", true, false);
}

#[test]
fn damaged_weights_are_survived() {
    survive("odd-sizes-relu", false, true);
    survive("bf16-rotary-attn-only", false, true);
}

#[test]
fn both_damaged_are_survived() {
    survive("shortformer-attn-only-ln", true, true);
}

#[test]
fn damaged_means_are_survived() {
    let means = Golden::open("standard-ln-gelu").bytes("means.safetensors");
    let mut draw = Draw::new(9);
    let mut refused = 0;
    for _ in 0..1500 {
        match Means::parse(&damaged(&mut draw, &means)) {
            Ok(_) => {}
            Err(Error::BadModelFile(_)) => refused += 1,
            Err(error) => panic!("{} ({error})", error.code()),
        }
    }
    assert!(refused > 500, "the damage should show: {refused} refused");
}
