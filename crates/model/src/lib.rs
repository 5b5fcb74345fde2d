//! Config, safetensors and the transformer, written once over Backend.
