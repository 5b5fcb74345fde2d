/// Everything that can go wrong in the engine, as one plain sentence with a stable code.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A file of a model folder is damaged, or is not what its name says.
    #[error("{0}")]
    BadModelFile(String),
    /// Files that are whole, but made for another model.
    #[error("{0}")]
    DoesNotFit(String),
    /// A hook name that this model does not have; the sentence names the nearest one it has.
    #[error("{0}")]
    UnknownHook(String),
    /// An edit that does not fit the tensor it names.
    #[error("{0}")]
    BadEdit(String),
    /// The input has more tokens than the model has positions.
    #[error("The text is {tokens} tokens long; this model reads at most {n_ctx}.")]
    TooLong {
        /// Tokens of the input, BOS included.
        tokens: usize,
        /// Positions of the model.
        n_ctx: usize,
    },
    /// A request that makes no sense: no tokens, an id outside the vocabulary, a setting out of range.
    #[error("{0}")]
    BadInput(String),
    /// Settings of a training run that make no sense, or that no machine should attempt.
    #[error("{0}")]
    BadSettings(String),
    /// This browser or machine offers no usable WebGPU adapter.
    #[error("{0}")]
    NoWebGpu(String),
    /// The device went away while it was in use.
    #[error("The graphics device was lost: {0}")]
    DeviceLost(String),
    /// The device refused to give memory.
    #[error("The device has not enough memory: {0}")]
    OutOfMemory(String),
    /// A defect of ours: an operation was handed tensors that do not fit together.
    #[error("Internal error, please report it: {0}")]
    Internal(String),
}

/// `Result` with the engine's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The code that the JavaScript API puts on `error.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::BadModelFile(_) => "bad-model-file",
            Error::DoesNotFit(_) => "does-not-fit",
            Error::UnknownHook(_) => "unknown-hook",
            Error::BadEdit(_) => "bad-edit",
            Error::TooLong { .. } => "too-long",
            Error::BadInput(_) => "bad-input",
            Error::BadSettings(_) => "bad-settings",
            Error::NoWebGpu(_) => "no-webgpu",
            Error::DeviceLost(_) => "device-lost",
            Error::OutOfMemory(_) => "out-of-memory",
            Error::Internal(_) => "internal",
        }
    }

    /// Whether the same request may succeed on the CPU: the device failed, not the request.
    pub fn is_device_failure(&self) -> bool {
        matches!(
            self,
            Error::NoWebGpu(_) | Error::DeviceLost(_) | Error::OutOfMemory(_)
        )
    }
}
