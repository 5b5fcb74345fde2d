use std::future::Future;

use glasshouse_backend_cpu::CpuBackend;
use glasshouse_backend_gpu::Gpu;

/// Waits for a read-back.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

/// The CPU engine.
pub fn cpu() -> CpuBackend {
    CpuBackend
}

/// The GPU engine: the machine's adapter, or Mesa's lavapipe.
///
/// # Panics
/// Where there is no adapter: a GPU test that cannot run has failed.
pub fn gpu() -> Gpu {
    wait(Gpu::request()).unwrap_or_else(|error| {
        panic!("{error}; `apt install mesa-vulkan-drivers` brings an adapter in software")
    })
}

/// Makes each of these functions of a backend two tests: `cpu::name` and `gpu::name`.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod cpu {
            $(#[test]
            fn $name() {
                super::$name(&$crate::cpu());
            })+
        }
        mod gpu {
            $(#[test]
            fn $name() {
                super::$name(&$crate::gpu());
            })+
        }
    };
}
