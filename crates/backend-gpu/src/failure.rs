use std::sync::{Arc, Mutex, PoisonError};

use glasshouse_tensor::{Error, Result};

/// The first failure that the device reported outside of any operation. It stays: what was lost does
/// not come back, and the session goes on elsewhere.
#[derive(Clone, Default)]
pub(crate) struct Failure(Arc<Mutex<Option<Error>>>);

impl Failure {
    pub(crate) fn report(&self, error: Error) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
    }

    pub(crate) fn check(&self) -> Result<()> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.check(), Err(Error::DeviceLost(_)))
    }
}

/// wgpu's error in the engine's words.
pub(crate) fn translated(error: &wgpu::Error) -> Error {
    match error {
        wgpu::Error::OutOfMemory { .. } => {
            Error::OutOfMemory("the graphics device refused an allocation".into())
        }
        other => Error::Internal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_allocation_is_a_failure_of_the_device() {
        let error = wgpu::Error::OutOfMemory {
            source: "no memory".into(),
        };
        assert!(translated(&error).is_device_failure());
        let error = wgpu::Error::Validation {
            source: "wrong".into(),
            description: "wrong".into(),
        };
        assert_eq!(translated(&error).code(), "internal");
    }
}
