//! One case on three engines.

use glasshouse_backend_cpu::CpuBackend;
use glasshouse_backend_gpu::Gpu;
use glasshouse_tensor::HostTensor;
use glasshouse_tests::{Draw, Findings};

use crate::reference::Reference;

/// Sizes around the engines' lanes, tiles and workgroups, and primes that fit none of them.
pub const SIZES: [usize; 9] = [1, 3, 17, 37, 59, 64, 65, 129, 256];

/// Rounding of f32 in a few hundred terms, relative to the largest number of the result.
pub const ROUNDING: f32 = 1e-5;

/// Where numbers are only moved.
pub const EXACT: f32 = 0.0;

/// The three engines, and what was found.
pub struct Twins {
    pub cpu: CpuBackend,
    pub gpu: Gpu,
    pub reference: Reference,
    pub draw: Draw,
    findings: Findings,
}

impl Twins {
    /// The engines, and the random numbers that belong to `op`.
    pub fn new(op: &str) -> Self {
        let seed = op.bytes().fold(0, |seed: u64, byte| {
            seed.wrapping_mul(257) + u64::from(byte)
        });
        Self {
            cpu: glasshouse_tests::cpu(),
            gpu: glasshouse_tests::gpu(),
            reference: Reference,
            draw: Draw::new(seed),
            findings: Findings::default(),
        }
    }

    /// Some of the sizes, so that a case is not always square.
    pub fn size(&mut self) -> usize {
        SIZES[self.draw.below(SIZES.len())]
    }

    /// Compares `[reference, cpu, gpu]`, each within `tolerance` of the largest number there is.
    pub fn compare(&mut self, case: &str, [want, cpu, gpu]: [HostTensor; 3], tolerance: f32) {
        self.findings
            .close(&format!("{case}: CPU"), &cpu, &want, tolerance);
        self.findings
            .close(&format!("{case}: GPU"), &gpu, &want, tolerance);
        self.findings
            .close(&format!("{case}: GPU and CPU"), &gpu, &cpu, tolerance);
    }

    /// Notes whether something else holds.
    pub fn holds(&mut self, what: &str, true_or_false: bool) {
        self.findings.holds(what, true_or_false);
    }
}

/// Computes one expression on the three engines: `[reference, cpu, gpu]`. The named host tensors are
/// uploaded and stand, under their names, for the engine's handles.
#[macro_export]
macro_rules! on_all {
    ($twins:expr, [$($input:ident),*], |$backend:ident| $compute:expr) => {{
        macro_rules! on {
            ($engine:expr) => {{
                use glasshouse_tensor::Backend;
                let $backend = $engine;
                $(let $input = &$backend.upload(&$input).expect("uploads");)*
                let result = (|| glasshouse_tensor::Result::Ok($compute?))().expect("computes");
                let mut read = glasshouse_tests::wait($backend.read(&[result])).expect("reads");
                read.pop().expect("one tensor")
            }};
        }
        [on!(&$twins.reference), on!(&$twins.cpu), on!(&$twins.gpu)]
    }};
}

/// [`on_all`], compared.
#[macro_export]
macro_rules! agree {
    ($twins:expr, $tolerance:expr, $case:expr, [$($input:ident),*], |$backend:ident| $compute:expr) => {{
        let results = $crate::on_all!($twins, [$($input),*], |$backend| $compute);
        $twins.compare(&$case, results, $tolerance);
    }};
}
