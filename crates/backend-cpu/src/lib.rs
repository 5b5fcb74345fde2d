//! The Backend on candle-core, with packed SIMD kernels where it is hot.
