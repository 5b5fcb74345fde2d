//! The size budgets: the build weighs what a reader's browser fetches (`www/weigh.mjs`), and this holds it to its limits.

use std::fs;

use serde_json::Value;

use crate::Result;
use crate::site::dist;

/// Prints every weight of the built site beside its budget.
///
/// # Errors
/// When one is over, or the site was not weighed as a release.
pub fn check() -> Result {
    let file = dist().join("site/sizes.json");
    let text =
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}.", file.display()))?;
    let over = report(&text).map_err(|sentence| format!("{}: {sentence}", file.display()))?;
    if over.is_empty() {
        Ok(())
    } else {
        Err(over.join("\n"))
    }
}

/// Prints the rows; returns a sentence for each that is over.
fn report(text: &str) -> Result<Vec<String>> {
    let sizes: Value = serde_json::from_str(text).map_err(|error| format!("{error}."))?;
    if sizes["release"] != Value::Bool(true) {
        return Err("a development build is not weighed.".to_owned());
    }
    let rows = sizes["rows"]
        .as_array()
        .filter(|rows| !rows.is_empty())
        .ok_or("it has no rows.")?;
    let mut over = Vec::new();
    for row in rows {
        let (Some(what), Some(bytes), Some(budget)) = (
            row["what"].as_str(),
            row["bytes"].as_u64(),
            row["budget"].as_u64(),
        ) else {
            return Err(format!("{row} is no weight with a budget."));
        };
        println!(
            "  {:>8.1} kB of {:>6} kB  {what}",
            bytes as f64 / 1e3,
            budget / 1000
        );
        if bytes > budget {
            over.push(format!(
                "{what} is {bytes} bytes, {} over its budget.",
                bytes - budget
            ));
        }
    }
    Ok(over)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_over_its_budget_and_by_how_much() {
        let rows = r#"[{"what": "a", "bytes": 10, "budget": 10}, {"what": "b", "bytes": 12, "budget": 10}]"#;
        let over = report(&format!(r#"{{"release": true, "rows": {rows}}}"#));
        assert_eq!(
            over,
            Ok(vec!["b is 12 bytes, 2 over its budget.".to_owned()])
        );
    }

    #[test]
    fn takes_nothing_for_a_weight_that_is_none() {
        for text in [
            r#"{"release": false, "rows": [{"what": "a", "bytes": 1, "budget": 2}]}"#,
            r#"{"release": true, "rows": []}"#,
            r#"{"release": true, "rows": [{"what": "a", "bytes": -1, "budget": 2}]}"#,
        ] {
            assert!(report(text).is_err(), "{text}");
        }
    }
}
