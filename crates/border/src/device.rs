//! The graphics device that everything in a module shares.

use std::cell::RefCell;

use glasshouse_backend_gpu::Gpu;
use glasshouse_tensor::Result;

thread_local! {
    static GPU: RefCell<Option<Gpu>> = const { RefCell::new(None) };
}

/// The device of this module, requested the first time and anew after a loss.
///
/// # Errors
/// [`glasshouse_tensor::Error::NoWebGpu`] where there is none.
pub async fn shared() -> Result<Gpu> {
    let at_hand = GPU.with_borrow(Clone::clone).filter(|gpu| !gpu.is_lost());
    if let Some(gpu) = at_hand {
        return Ok(gpu);
    }
    let gpu = Gpu::request().await?;
    GPU.set(Some(gpu.clone()));
    Ok(gpu)
}

/// Destroys the device, where there is one.
pub fn lose() {
    GPU.with_borrow(|gpu| gpu.iter().for_each(Gpu::lose_device));
}

/// Lets the device hold no more than `bytes`.
pub fn limit_memory(bytes: u64) {
    GPU.with_borrow(|gpu| gpu.iter().for_each(|gpu| gpu.limit_memory(bytes)));
}

/// Bytes and buffers that the device holds now.
pub fn memory() -> (u64, usize) {
    GPU.with_borrow(|gpu| {
        gpu.as_ref()
            .map_or((0, 0), |gpu| (gpu.allocated_bytes(), gpu.live_buffers()))
    })
}
