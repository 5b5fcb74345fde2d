//! `--smoke` runs every stage that needs no PyTorch, and says which it leaves out.

use std::process::Command;

#[test]
fn the_smoke_run_of_stories_prepares_data_and_says_what_it_skips()
-> Result<(), Box<dyn std::error::Error>> {
    let work = tempfile::tempdir()?;
    let output = Command::new(env!("CARGO_BIN_EXE_glasshouse-train"))
        .args(["stories", "--smoke", "--work"])
        .arg(work.path())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    assert!(said.contains("SKIPPED: training"), "{said}");
    assert!(work.path().join("smoke/data/generated.val.u16").is_file());
    Ok(())
}

#[test]
fn dictionaries_of_a_model_that_is_not_there_are_refused() -> Result<(), Box<dyn std::error::Error>>
{
    let work = tempfile::tempdir()?;
    let output = Command::new(env!("CARGO_BIN_EXE_glasshouse-train"))
        .args(["sae", "--of", "othello", "--work"])
        .arg(work.path())
        .arg("--out")
        .arg(work.path().join("models"))
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("othello is not there"), "{said}");
    Ok(())
}

#[test]
fn the_smoke_run_prepares_data_and_says_what_it_skips() -> Result<(), Box<dyn std::error::Error>> {
    let work = tempfile::tempdir()?;
    let output = Command::new(env!("CARGO_BIN_EXE_glasshouse-train"))
        .args(["induction", "--smoke", "--work"])
        .arg(work.path())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    // A fresh work folder has no Python environment, so here the rest is always skipped.
    assert!(said.contains("SKIPPED: training"), "{said}");

    let data = work.path().join("smoke/data");
    let tokenizer: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("tokenizer.json"))?)?;
    assert_eq!(tokenizer["model"]["type"], "BPE");
    assert_eq!(tokenizer["pre_tokenizer"]["add_prefix_space"], false);
    assert_eq!(tokenizer["decoder"]["type"], "ByteLevel");
    let ids = std::fs::read(data.join("generated.train.u16"))?;
    let highest = ids
        .chunks(2)
        .map(|id| u16::from_le_bytes([id[0], id[1]]))
        .max();
    assert!(highest < Some(320), "{highest:?}");
    Ok(())
}
