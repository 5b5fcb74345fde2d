//! The properties of the random repeats are tested beside them, in Python; this runs those tests with the rest.

use std::path::Path;
use std::process::Command;

#[test]
fn random_repeats_have_their_properties() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let tests = Command::new("python3")
        .args(["-m", "unittest", "test_repeats"])
        .current_dir(scripts)
        .output();
    match tests {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => println!(
            "SKIPPED: the tests of repeats.py, because python3 could not be started ({error})"
        ),
    }
}
