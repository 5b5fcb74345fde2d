//! What every test stands on: a device, random tensors, and a comparison that cannot pass by accident.

use glasshouse_backend_gpu::{Gpu, GpuTensor};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, HostTensor};

/// Largest difference, relative to the largest magnitude of the reference.
pub const TOLERANCE: f64 = 5e-6;

/// Runs `test` on a fresh device.
///
/// # Panics
/// Where there is no adapter, unless `GLASSHOUSE_NO_GPU` says that none is expected.
pub fn on_gpu(test: impl AsyncFnOnce(Gpu)) {
    pollster::block_on(async {
        match Gpu::request().await {
            Ok(gpu) => test(gpu).await,
            Err(error) if std::env::var_os("GLASSHOUSE_NO_GPU").is_some() => {
                eprintln!("not run, as GLASSHOUSE_NO_GPU asks: {error}");
            }
            Err(error) => panic!("{error}; GLASSHOUSE_NO_GPU=1 says that none is expected"),
        }
    });
}

/// Normal numbers.
pub fn random(shape: &[usize], seed: u64) -> HostTensor {
    let mut stream = Stream::new(seed, shape.len() as u64);
    let size = shape.iter().product();
    HostTensor::new(shape, (0..size).map(|_| stream.normal()).collect()).unwrap()
}

/// One tensor back.
pub async fn read(gpu: &Gpu, tensor: GpuTensor) -> HostTensor {
    gpu.read(&[tensor]).await.unwrap().remove(0)
}

/// The shape is right, and every number as near as [`TOLERANCE`] asks; −∞ only where expected.
#[track_caller]
pub fn assert_near(found: &HostTensor, shape: &[usize], expected: &[f64]) {
    assert_eq!(found.shape(), shape);
    assert_eq!(found.data().len(), expected.len());
    let largest = expected
        .iter()
        .filter(|x| x.is_finite())
        .fold(0.0f64, |largest, x| largest.max(x.abs()));
    for (i, (&found, &expected)) in found.data().iter().zip(expected).enumerate() {
        let near = if expected.is_finite() {
            (f64::from(found) - expected).abs() <= TOLERANCE * largest
        } else {
            f64::from(found) == expected
        };
        assert!(
            near,
            "number {i}: {found} instead of {expected} (largest {largest})"
        );
    }
}

/// The numbers in double precision.
pub fn wide(tensor: &HostTensor) -> Vec<f64> {
    tensor.data().iter().map(|&x| f64::from(x)).collect()
}
