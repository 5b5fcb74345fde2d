//! Every operation against its definition in `f64`, over seeded shapes odd and even, and the law that
//! a row's bits depend on that row alone.

mod attention;
mod edit;
mod elementwise;
mod linear;
mod norm;
mod refusals;
mod rotate;
mod rows;

use glasshouse_backend_cpu::{CpuBackend, CpuTensor};
use glasshouse_tensor::{Backend, HostTensor, random::Stream};

const CPU: CpuBackend = CpuBackend;

/// Normal numbers under a fixed seed.
fn normal(stream: &mut Stream, shape: &[usize]) -> CpuTensor {
    let elements = shape.iter().product();
    let numbers = (0..elements).map(|_| stream.normal()).collect();
    CPU.upload(&HostTensor::new(shape, numbers).unwrap())
        .unwrap()
}

fn numbers(tensor: &CpuTensor) -> Vec<f32> {
    read(tensor).into_data()
}

fn read(tensor: &CpuTensor) -> HostTensor {
    let read = CPU.read(std::slice::from_ref(tensor));
    pollster::block_on(read).unwrap().remove(0)
}

/// The numbers in `f64`, to compute with.
fn exact(tensor: &CpuTensor) -> Vec<f64> {
    numbers(tensor).into_iter().map(f64::from).collect()
}

/// Bits rather than numbers: tells −0 from 0 and lets NaN equal itself.
fn bits(tensor: &CpuTensor) -> Vec<u32> {
    numbers(tensor).into_iter().map(f32::to_bits).collect()
}

/// Fails unless `computed` has `shape` and is within `tolerance` of the largest magnitude of `expected`.
#[track_caller]
fn assert_close(computed: &CpuTensor, shape: &[usize], expected: &[f64], tolerance: f64) {
    assert_eq!(CPU.shape(computed), shape);
    let computed = numbers(computed);
    assert_eq!(computed.len(), expected.len());
    let finite = expected.iter().filter(|x| x.is_finite());
    let allowed = tolerance * finite.fold(1e-30, |largest: f64, x| largest.max(x.abs()));
    for (i, (&x, &y)) in computed.iter().zip(expected).enumerate() {
        let x = f64::from(x);
        assert!(
            x == y || (x - y).abs() <= allowed,
            "element {i} of {shape:?}: {x} instead of {y}, allowed {allowed:e}"
        );
    }
}
