//! Every WGSL kernel in its own file, checked by naga at build time.
