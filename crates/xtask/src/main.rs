//! The commands of the house: `cargo xtask serve | build | test | bench | check | train`.

fn main() {
    println!("cargo xtask serve | build | test | bench | check | train");
}
