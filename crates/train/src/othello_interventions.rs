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
use glasshouse_interp::othello::moves::errors;
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
/// Cases that the layers are judged on, and cases that lengths and layers are chosen on.
pub const CASES: usize = 250;
pub const TUNING_CASES: usize = 100;
/// Positions that cases are drawn from.
const PLIES: std::ops::RangeInclusive<u32> = 5..=54;
/// Lengths of the edit that are tried, in lengths of the residual stream.
const SCALES: [f32; 9] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7];
/// The table, in the folder of the probes.
pub const TABLE: &str = "interventions.json";
/// Random directions per case.
const DRAWS: usize = 50;

/// What `glasshouse-train othello-interventions` takes.
#[derive(Args)]
pub struct OthelloInterventionsArgs {
    /// Model folder
    #[arg(long, default_value = "www/models/othello")]
    pub model: PathBuf,
    /// Folder of its probes; the table is written into it, and the best setting into its config
    #[arg(long, default_value = "www/models/othello-probes")]
    pub probes: PathBuf,
    /// Cases that every layer is judged on
    #[arg(long, default_value_t = CASES)]
    pub cases: usize,
    /// Cases that the length of each layer's edit is chosen on
    #[arg(long, default_value_t = TUNING_CASES)]
    pub tuning_cases: usize,
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

/// Where the belief is changed, and how strongly.
type Setting = (Vec<usize>, f32);

/// One setting over all cases: means.
struct Row {
    setting: Setting,
    edited: f64,
    without_errors: f64,
    random: [f64; 2],
    unrelated: f64,
    /// Cases that have another disc to flip instead.
    elsewhere: f64,
}

/// The network left alone, over all cases: mean errors.
struct Unedited {
    /// Against the changed boards.
    changed: f64,
    /// Against the true ones: what it gets wrong anyway.
    truth: f64,
}

/// Chooses the length of the edit for each layer, and the best layer, measures, and writes
/// `interventions.json`.
///
/// # Errors
/// Fails where the folders cannot be read, do not belong together, or cannot be written.
pub fn run(args: &OthelloInterventionsArgs) -> Result<()> {
    ensure!(
        args.cases > 0 && args.tuning_cases > 0,
        "no cases, no table"
    );
    let mut bench = Bench::load(&args.model, &args.probes)?;
    let last = bench.probes.hooks.len() - 1;
    let alone = (0..=last).map(|layer| vec![layer]);
    let rows_of = (2..=last.min(4))
        .flat_map(|count| (1..=last + 1 - count).map(move |l| (l..l + count).collect()));
    let tried: Vec<Setting> = alone
        .chain(rows_of)
        .flat_map(|layers: Vec<usize>| SCALES.map(|scale| (layers.clone(), scale)))
        .collect();
    let (tuning, _) = bench.measure(&cases(TUNING_SEED, args.tuning_cases), &tried, 0)?;
    // The best length of every set of layers; the first of equals is the shortest.
    let best_of = |rows: &[Row]| {
        let best = rows.iter().min_by(|a, b| a.edited.total_cmp(&b.edited));
        best.map(|row| (row.edited, row.setting.clone()))
    };
    let chosen: Vec<_> = tuning.chunks(SCALES.len()).filter_map(best_of).collect();
    for (errors, (layers, scale)) in &chosen {
        println!("layers {layers:?}: {errors:.3} errors at scale {scale} (tuning)");
    }
    // Every layer alone, and the best of the rows of layers.
    let (alone, together) = chosen.split_at(last + 1);
    let together = together.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let judged: Vec<_> = alone.iter().chain(together).cloned().collect();
    // One layer is what readers begin with: its length suits the sweep over single layers, too.
    let best = alone.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let (_, best) = best.cloned().context("no layers")?;
    let judged: Vec<_> = judged.into_iter().map(|(_, setting)| setting).collect();
    let (rows, unedited) = bench.measure(&cases(SEED, args.cases), &judged, DRAWS)?;
    for row in &rows {
        println!(
            "layers {:?}, scale {}: edited {:.3}, random {:.3} (95 %: {:.3}), unrelated {:.3}",
            row.setting.0, row.setting.1, row.edited, row.random[0], row.random[1], row.unrelated
        );
    }
    write_table(args, &rows, &best, &unedited)
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

    /// Means over the cases: one row per setting, and the network left alone.
    fn measure(
        &mut self,
        cases: &[Case],
        settings: &[Setting],
        draws: usize,
    ) -> Result<(Vec<Row>, Unedited)> {
        let mut rows: Vec<Row> = settings.iter().cloned().map(Row::new).collect();
        let (mut changed, mut truth) = (0, 0);
        for case in cases {
            let board = case.game.positions()[case.ply].board;
            let ids = ids_of(&case.game, case.ply)?;
            let run = block_on(self.runner.run(&ids, &self.probes.hooks, &[]))?;
            let lengths = lengths(&run, &self.probes)?;
            let at = Believed {
                ids: &ids,
                truth: board,
                logits: last_row(&run.logits),
                lengths: &lengths,
            };
            let edited = edited(board, &[case.flip])?;
            changed += errors(at.logits, edited.board.legal())?.errors;
            truth += errors(at.logits, board.legal())?.errors;
            for row in &mut rows {
                let strength = Strength {
                    layers: row.setting.0.clone(),
                    scale: row.setting.1,
                    draws,
                    sweep: false,
                    seed: case.seed,
                };
                let (model, probes) = (&mut self.runner, &self.probes);
                row.add(&block_on(intervene(
                    model, probes, &at, &edited, &strength,
                ))?);
            }
        }
        let count = cases.len() as f64;
        rows.iter_mut().for_each(|row| row.divide(count));
        let unedited = Unedited {
            changed: changed as f64 / count,
            truth: truth as f64 / count,
        };
        Ok((rows, unedited))
    }
}

impl Row {
    fn new(setting: Setting) -> Self {
        Self {
            setting,
            edited: 0.0,
            without_errors: 0.0,
            random: [0.0; 2],
            unrelated: 0.0,
            elsewhere: 0.0,
        }
    }

    fn add(&mut self, done: &Intervention) {
        let errors = done.after.errors.errors;
        self.edited += errors as f64;
        self.without_errors += f64::from(u8::from(errors == 0));
        self.random[0] += done.control.random_direction.mean;
        self.random[1] += done.control.random_direction.p95;
        if let Some(unrelated) = &done.control.unrelated_square {
            self.unrelated += unrelated.errors.errors as f64;
            self.elsewhere += 1.0;
        }
    }

    /// Sums over so many cases become means.
    fn divide(&mut self, cases: f64) {
        let [mean, p95] = &mut self.random;
        for sum in [&mut self.edited, &mut self.without_errors, mean, p95] {
            *sum /= cases;
        }
        self.unrelated /= self.elsewhere.max(1.0);
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

/// Writes the table, and the layer that was best in tuning into the probes' config.
fn write_table(
    args: &OthelloInterventionsArgs,
    rows: &[Row],
    (layers, scale): &Setting,
    unedited: &Unedited,
) -> Result<()> {
    let setting = json!({ "layers": layers, "scale": rounded((*scale).into()) });
    let table = json!({
        "format_version": 1,
        "kind": "flip",
        "cases": args.cases,
        "seed": SEED,
        "plies": [PLIES.start(), PLIES.end()],
        "tuning": { "cases": args.tuning_cases, "seed": TUNING_SEED, "scales": SCALES.map(|scale| rounded(scale.into())) },
        "definition": "mean over cases of the false positives and false negatives of the N most probable squares \
            against the N legal moves of the board with one disc flipped; before: the unedited network; truth: the \
            unedited network against the board as it is; random: directions of the same length (mean and 95th \
            percentile over the draws of a case, averaged over cases); unrelated: another disc of the same side \
            flipped instead",
        "before": rounded(unedited.changed),
        "truth": rounded(unedited.truth),
        "draws": DRAWS,
        "rows": rows.iter().map(|row| json!({
            "layers": row.setting.0,
            "scale": rounded(row.setting.1.into()),
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
    for (path, value) in [(args.probes.join(TABLE), table), (path, config)] {
        let text = serde_json::to_string_pretty(&value)? + "\n";
        atomic::write(&path, |file| Ok(file.write_all(text.as_bytes())?))?;
    }
    println!(
        "unedited {:.3} (against the true board {:.3}); best in tuning: layers {layers:?} at scale {scale}",
        unedited.changed, unedited.truth
    );
    Ok(())
}

/// To four decimals: more would claim more than so many cases can tell.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
