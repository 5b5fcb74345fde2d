//! Properties of the Python side are tested beside it, in Python; this runs those tests with the rest. What needs PyTorch skips itself
//! where there is none.

use std::path::Path;
use std::process::Command;

fn python_tests(pattern: &str) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let tests = Command::new("python3")
        .args(["-m", "unittest", "discover", "-p", pattern])
        .current_dir(scripts)
        .output();
    match tests {
        Ok(output) => assert!(
            output.status.success() || nothing_ran(&output.stderr),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => {
            println!("SKIPPED: {pattern}, because python3 could not be started ({error})")
        }
    }
}

/// Python 3.12 calls it a failure when every test was skipped.
fn nothing_ran(stderr: &[u8]) -> bool {
    let said = String::from_utf8_lossy(stderr);
    said.contains("NO TESTS RAN") && said.contains("skipped=")
}

#[test]
fn random_repeats_have_their_properties() {
    python_tests("test_repeats.py");
}

#[test]
fn the_trigram_has_its_properties() {
    python_tests("test_trigram.py");
}

#[test]
fn stories_and_its_dictionaries_have_their_properties() {
    python_tests("test_stories.py");
}
