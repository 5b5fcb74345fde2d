//! The proof that the graphics device trains as the CPU does.

use glasshouse_backend_gpu::Gpu;
use glasshouse_border::{BackendReport, Choice, SelfCheck, TOLERANCE, device};
use glasshouse_tensor::{BackendKind, Error, Result};

/// The graphics device, where `choice` wants it.
///
/// # Errors
/// [`Error::NoWebGpu`] where there is none, or none that is worth it.
pub(crate) async fn device_for(choice: Choice) -> Result<Gpu> {
    let gpu = device::shared().await?;
    if choice == Choice::Auto && gpu.is_software() {
        return Err(Error::NoWebGpu(
            "The graphics adapter is a program on the CPU, slower than the CPU's own path.".into(),
        ));
    }
    Ok(gpu)
}

/// What the page is told of a device whose losses are those of the CPU.
///
/// # Errors
/// [`Error::DeviceLost`] where they are not.
pub(crate) fn proof(gpu: &Gpu, found: &[f32], expected: &[f32]) -> Result<BackendReport> {
    let difference = |(found, expected): (&f32, &f32)| match expected.is_nan() {
        true => f64::from(u8::from(!found.is_nan())),
        false => f64::from((found - expected).abs() / expected.abs().max(f32::MIN_POSITIVE)),
    };
    let differences = found.iter().zip(expected).map(difference);
    // Not `f64::max`, for which a NaN would be no difference.
    let largest = differences.fold(0.0, |max, next| if next <= max { max } else { next });
    let ok = largest <= TOLERANCE;
    if !ok {
        return Err(Error::DeviceLost(format!(
            "WebGPU on this machine trains to other losses than the CPU (largest difference {largest:.1e}, allowed {TOLERANCE:.1e})"
        )));
    }
    Ok(BackendReport {
        kind: BackendKind::WebGpu.name(),
        adapter: gpu.adapter_name().to_owned(),
        self_check: SelfCheck {
            ok,
            max_abs_diff: largest,
            tolerance: TOLERANCE,
            reason: Some("The losses of the first steps were compared with the CPU's.".into()),
        },
    })
}

/// The CPU, and why.
pub(crate) fn on_cpu(reason: String) -> BackendReport {
    BackendReport {
        kind: BackendKind::Cpu.name(),
        adapter: "CPU, one thread, 128-bit SIMD".into(),
        self_check: SelfCheck {
            ok: true,
            max_abs_diff: 0.0,
            tolerance: TOLERANCE,
            reason: Some(reason),
        },
    }
}
