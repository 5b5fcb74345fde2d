//! What must hold for every model, whatever its numbers: on both engines, over every folder of
//! `tests/golden` and over larger untrained models.

mod attention;
mod causality;
mod config_files;
mod damage;
mod hooks;
mod models;
mod prefix;
mod residual;
mod untrained;
mod weight_files;
