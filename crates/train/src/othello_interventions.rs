//! `glasshouse-train othello-interventions`: does Othello-GPT play by the board that it is made to believe in?
//! Computed by the engine itself, as the page computes it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use glasshouse_backend_cpu::CpuBackend;
use glasshouse_interp::othello::edit::{Change, SQUARES, SquareEdit, edited, state_of};
use glasshouse_interp::othello::intervention::{Believed, Intervention, Strength, intervene};
use glasshouse_interp::othello::probes::{Model, Probes};
use glasshouse_interp::othello::report::{ids_of, last_row, lengths};
use glasshouse_model::{Config, Means, Runner, Transformer, Weights};
use glasshouse_othello::{Game, random_game};
use glasshouse_tensor::random::Stream;
use pollster::block_on;
use serde_json::{Value, json};

use crate::atomic;

/// Seeds of the games: the lengths of the edits are chosen on other games than they are judged on.
const SEED: u64 = 6_000_011;
const TUNING_SEED: u64 = 6_100_003;
/// Positions that cases are drawn from.
const PLIES: std::ops::RangeInclusive<u32> = 5..=54;
/// Lengths of the edit that are tried, in lengths of the residual stream.
const SCALES: [f32; 9] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7];
/// Random directions per case.
const DRAWS: usize = 50;

/// What `glasshouse-train othello-interventions` takes.
#[derive(Args)]
pub struct OthelloInterventionsArgs {
    /// Model folder
    #[arg(long, default_value = "www/models/othello")]
    model: PathBuf,
    /// Folder of its probes; the table is written into it, and the best setting into its config
    #[arg(long, default_value = "www/models/othello-probes")]
    probes: PathBuf,
    /// Cases that every layer is judged on
    #[arg(long, default_value_t = 250)]
    cases: usize,
    /// Cases that the length of each layer's edit is chosen on
    #[arg(long, default_value_t = 100)]
    tuning_cases: usize,
}

/// A position and the flipped disc.
struct Case {
    game: Game<8>,
    ply: usize,
    flip: SquareEdit,
    seed: u64,
}

/// The model on the CPU with its probes.
struct Bench {
    runner: Runner<CpuBackend>,
    probes: Probes,
}

/// One set of layers over all cases.
struct Row {
    layers: Vec<usize>,
    scale: f32,
    edited: f64,
    without_errors: f64,
    random: [f64; 2],
    unrelated: f64,
}

/// Chooses the length of the edit for each layer, measures, and writes `interventions.json`.
///
/// # Errors
/// Fails where the folders cannot be read, do not belong together, or cannot be written.
pub fn run(args: &OthelloInterventionsArgs) -> Result<()> {
    ensure!(
        args.cases > 0 && args.tuning_cases > 0,
        "no cases, no table"
    );
    let mut bench = Bench::load(&args.model, &args.probes)?;
    let (tuning, cases) = (
        cases(TUNING_SEED, args.tuning_cases),
        cases(SEED, args.cases),
    );
    let last = bench.probes.hooks.len() - 1;
    let alone = (0..=last).map(|layer| vec![layer]);
    let rows_of =
        (2..=4).flat_map(|count| (1..=last + 1 - count).map(move |l| (l..l + count).collect()));
    let mut chosen: Vec<(f64, Vec<usize>, f32)> = Vec::new();
    for layers in alone.chain(rows_of) {
        let mut best = (f64::INFINITY, layers, 0.0);
        for scale in SCALES {
            let errors = bench.measure(&tuning, &best.1, scale, 0)?.edited;
            if errors < best.0 {
                (best.0, best.2) = (errors, scale);
            }
        }
        println!(
            "layers {:?}: {:.3} errors at scale {} (tuning)",
            best.1, best.0, best.2
        );
        chosen.push(best);
    }
    // Every layer alone, and the best of the rows of layers.
    let (alone, mut together) = (chosen[..=last].to_vec(), chosen[last + 1..].to_vec());
    together.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rows = Vec::new();
    for (_, layers, scale) in alone.into_iter().chain(together.into_iter().take(1)) {
        let row = bench.measure(&cases, &layers, scale, DRAWS)?;
        println!(
            "layers {layers:?}, scale {scale}: edited {:.3}, random {:.3} (95 %: {:.3}), unrelated {:.3}",
            row.edited, row.random[0], row.random[1], row.unrelated
        );
        rows.push(row);
    }
    let unedited = bench.unedited(&cases)?;
    write_table(args, &rows, unedited)
}

impl Bench {
    fn load(model: &Path, probes: &Path) -> Result<Self> {
        let read = |path: PathBuf| fs::read(&path).with_context(|| path.display().to_string());
        let text = |path: PathBuf| Ok::<_, anyhow::Error>(String::from_utf8(read(path)?)?);
        let json = text(model.join("config.json"))?;
        let config = Config::parse(&json)?;
        let weights = read(model.join("model.safetensors"))?;
        let name = serde_json::from_str::<Value>(&json)?["model_name"].take();
        let probes = Probes::parse(
            &text(probes.join("config.json"))?,
            &read(probes.join("model.safetensors"))?,
            Model {
                config: &config,
                name: name.as_str().unwrap_or_default(),
                weights: &weights,
            },
        )?;
        let parsed = Weights::parse("model.safetensors", &weights)?;
        let model = Transformer::load(&CpuBackend, config, parsed)?;
        Ok(Self {
            runner: Runner::new(CpuBackend, model, Means::default()),
            probes,
        })
    }

    /// What the edit of one case does.
    fn intervene(&mut self, case: &Case, strength: &Strength) -> Result<Intervention> {
        let ids = ids_of(&case.game, case.ply)?;
        let truth = case.game.positions()[case.ply].board;
        let run = block_on(self.runner.run(&ids, &self.probes.hooks, &[]))?;
        let at = Believed {
            ids: &ids,
            truth,
            logits: last_row(&run.logits),
            lengths: &lengths(&run, &self.probes)?,
        };
        let edited = edited(truth, &[case.flip])?;
        Ok(block_on(intervene(
            &mut self.runner,
            &self.probes,
            &at,
            &edited,
            strength,
        ))?)
    }

    /// Means over the cases.
    fn measure(
        &mut self,
        cases: &[Case],
        layers: &[usize],
        scale: f32,
        draws: usize,
    ) -> Result<Row> {
        let mut row = Row {
            layers: layers.to_vec(),
            scale,
            edited: 0.0,
            without_errors: 0.0,
            random: [0.0; 2],
            unrelated: 0.0,
        };
        let mut elsewhere = 0;
        for case in cases {
            let strength = Strength {
                layers: layers.to_vec(),
                scale,
                draws,
                sweep: false,
                seed: case.seed,
            };
            let done = self.intervene(case, &strength)?;
            let errors = done.after.errors.errors;
            row.edited += errors as f64;
            row.without_errors += f64::from(u8::from(errors == 0));
            row.random[0] += done.control.random_direction.mean;
            row.random[1] += done.control.random_direction.p95;
            if let Some(unrelated) = done.control.unrelated_square {
                row.unrelated += unrelated.errors.errors as f64;
                elsewhere += 1;
            }
        }
        let count = cases.len() as f64;
        for sum in [&mut row.edited, &mut row.without_errors]
            .into_iter()
            .chain(&mut row.random)
        {
            *sum /= count;
        }
        row.unrelated /= f64::from(elsewhere.max(1));
        Ok(row)
    }

    /// Mean errors of the unedited network against the changed boards.
    fn unedited(&mut self, cases: &[Case]) -> Result<f64> {
        let nothing = Strength {
            layers: Vec::new(),
            scale: 0.0,
            draws: 0,
            sweep: false,
            seed: 0,
        };
        let mut sum = 0.0;
        for case in cases {
            sum += self.intervene(case, &nothing)?.before.errors as f64;
        }
        Ok(sum / cases.len() as f64)
    }
}

/// So many random positions in which flipping a random disc changes the legal moves and leaves some.
fn cases(seed: u64, count: usize) -> Vec<Case> {
    let case = |number: u64| {
        let game = random_game::<8>(seed, number);
        let mut random = Stream::new(seed, (1 << 40) + number);
        let ply = (PLIES.start() + random.below(PLIES.end() - PLIES.start() + 1)) as usize;
        let truth = game.positions().get(ply)?.board;
        if truth.legal() == 0 {
            return None;
        }
        let flips = (0..SQUARES as u32).filter(|&square| state_of(truth, square) != 0);
        let flips = flips.map(|square| SquareEdit {
            square,
            how: Change::Flip,
        });
        let telling: Vec<_> = flips
            .filter(|&flip| {
                edited(truth, &[flip]).is_ok_and(|edited| {
                    let legal = edited.board.legal();
                    legal != 0 && legal != truth.legal()
                })
            })
            .collect();
        let flip = *telling.get(random.below(telling.len() as u32) as usize)?;
        Some(Case {
            game,
            ply,
            flip,
            seed: number,
        })
    };
    (0..).filter_map(case).take(count).collect()
}

/// Writes the table, and the setting with the fewest errors into the probes' config.
fn write_table(args: &OthelloInterventionsArgs, rows: &[Row], unedited: f64) -> Result<()> {
    let best = rows.iter().min_by(|a, b| a.edited.total_cmp(&b.edited));
    let best = best.context("no rows")?;
    let setting = json!({ "layers": best.layers, "scale": rounded(best.scale.into()) });
    let table = json!({
        "format_version": 1,
        "kind": "flip",
        "cases": args.cases,
        "seed": SEED,
        "plies": [PLIES.start(), PLIES.end()],
        "tuning": { "cases": args.tuning_cases, "seed": TUNING_SEED, "scales": SCALES.map(|scale| rounded(scale.into())) },
        "definition": "mean over cases of the false positives and false negatives of the N most probable squares \
            against the N legal moves of the board with one disc flipped; null: the unedited network; random: directions \
            of the same length (mean and 95th percentile over the draws of a case, averaged over cases); unrelated: \
            another disc of the same side flipped instead",
        "null": rounded(unedited),
        "draws": DRAWS,
        "rows": rows.iter().map(|row| json!({
            "layers": row.layers,
            "scale": rounded(row.scale.into()),
            "edited": rounded(row.edited),
            "without_errors": rounded(row.without_errors),
            "random": { "mean": rounded(row.random[0]), "p95": rounded(row.random[1]) },
            "unrelated": rounded(row.unrelated),
        })).collect::<Vec<_>>(),
        "best": setting,
    });
    let path = args.probes.join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    config["intervention"] = setting;
    for (path, value) in [
        (args.probes.join("interventions.json"), table),
        (path, config),
    ] {
        let text = serde_json::to_string_pretty(&value)? + "\n";
        atomic::write(&path, |file| Ok(file.write_all(text.as_bytes())?))?;
    }
    println!(
        "unedited {unedited:.3}; best layers {:?} at scale {}: {:.3}",
        best.layers, best.scale, best.edited
    );
    Ok(())
}

/// To four decimals: more would claim more than so many cases can tell.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
