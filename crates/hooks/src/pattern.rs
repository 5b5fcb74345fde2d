//! Hook names as a reader types them: exact, or with `*` for one segment between dots.

use glasshouse_tensor::{Error, Result};

use crate::HookPoint;

/// All points among `valid` that `wanted` names: an exact name, or a name with `*` for one segment.
///
/// # Errors
/// [`Error::UnknownHook`] where nothing matches; the sentence names the nearest valid name.
pub fn expand(wanted: &str, valid: &[HookPoint]) -> Result<Vec<HookPoint>> {
    let segments: Vec<&str> = wanted.split('.').collect();
    let matching: Vec<HookPoint> = valid
        .iter()
        .copied()
        .filter(|point| {
            let name = point.to_string();
            let mut parts = name.split('.');
            segments.iter().all(|&segment| {
                parts
                    .next()
                    .is_some_and(|part| segment == "*" || segment == part)
            }) && parts.next().is_none()
        })
        .collect();
    if matching.is_empty() {
        let names: Vec<String> = valid.iter().map(HookPoint::to_string).collect();
        return Err(Error::UnknownHook(match nearest(wanted, &names) {
            Some(near) => {
                format!("This model has no hook \"{wanted}\"; the nearest one is \"{near}\".")
            }
            None => format!("This model has no hook \"{wanted}\"."),
        }));
    }
    Ok(matching)
}

/// The candidate with the smallest edit distance to `word`; the first of equals.
pub fn nearest<'c>(word: &str, candidates: &'c [impl AsRef<str>]) -> Option<&'c str> {
    // A name of any length may arrive from outside: compare a bounded part of it.
    let word: Vec<char> = word.chars().take(200).collect();
    candidates
        .iter()
        .map(AsRef::as_ref)
        .min_by_key(|candidate| distance(&word, candidate))
}

/// Levenshtein's edit distance.
fn distance(a: &[char], b: &str) -> usize {
    let mut row: Vec<usize> = (0..=a.len()).collect();
    for (j, cb) in b.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = j + 1;
        for (i, &ca) in a.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[i + 1];
            row[i + 1] = substituted.min(row[i] + 1).min(diagonal + 1);
        }
    }
    row[a.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Site;

    fn valid() -> Vec<HookPoint> {
        (0..2)
            .flat_map(|l| [Site::Pattern, Site::Z].map(|site| HookPoint::block(l, site)))
            .collect()
    }

    #[test]
    fn a_star_stands_for_one_segment() {
        assert_eq!(expand("blocks.*.attn.hook_z", &valid()).unwrap().len(), 2);
        assert_eq!(expand("blocks.0.*.*", &valid()).unwrap().len(), 2);
        assert!(expand("blocks.*", &valid()).is_err());
    }

    #[test]
    fn a_typo_is_told_the_nearest_name() {
        let error = expand("blocks.1.attn.hook_patern", &valid()).unwrap_err();
        assert_eq!(error.code(), "unknown-hook");
        assert!(error.to_string().contains("\"blocks.1.attn.hook_pattern\""));
    }
}
