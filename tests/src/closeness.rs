use glasshouse_tensor::HostTensor;

/// The largest difference relative to the largest magnitude of `want`. Infinities must be equal, and a
/// NaN is never close to anything: then the error is infinite, as it is where `want` is all zeros and
/// `got` is not.
///
/// # Errors
/// A sentence where the shapes differ.
pub fn relative_error(got: &HostTensor, want: &HostTensor) -> Result<f32, String> {
    match got.max_abs_diff(want) {
        Ok(0.0) => Ok(0.0),
        Ok(difference) => Ok(difference / want.max_abs()),
        Err(error) => Err(error.to_string()),
    }
}

/// What went wrong, collected so that one run of a test shows all of it. Panics at the end of its
/// life if there was anything, or if nothing was ever compared; otherwise prints how close it was.
#[derive(Default)]
pub struct Findings {
    compared: usize,
    worst: f32,
    worst_of: String,
    wrong: Vec<String>,
}

impl Findings {
    /// Notes whether every number of `got` is within `tolerance` times the largest magnitude of `want`.
    pub fn close(&mut self, what: &str, got: &HostTensor, want: &HostTensor, tolerance: f32) {
        self.compared += 1;
        match relative_error(got, want) {
            Ok(error) => {
                if error > self.worst {
                    self.worst = error;
                    self.worst_of = what.to_owned();
                }
                if error.is_nan() || error > tolerance {
                    self.wrong
                        .push(format!("{what}: relative error {error:.1e}"));
                }
            }
            Err(why) => self.wrong.push(format!("{what}: {why}")),
        }
    }

    /// Notes whether `got` has exactly the numbers of `want`. `0` and `−0` are the same number.
    pub fn same(&mut self, what: &str, got: &HostTensor, want: &HostTensor) {
        self.close(what, got, want, 0.0);
    }

    /// Notes whether something else holds.
    pub fn holds(&mut self, what: &str, true_or_false: bool) {
        self.compared += 1;
        if !true_or_false {
            self.wrong.push(what.to_owned());
        }
    }
}

impl Drop for Findings {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        assert!(self.compared > 0, "nothing was compared");
        let shown = self.wrong.len().min(40);
        assert!(
            self.wrong.is_empty(),
            "{} of {} comparisons failed:\n{}",
            self.wrong.len(),
            self.compared,
            self.wrong[..shown].join("\n")
        );
        if self.worst > 0.0 {
            println!(
                "largest relative error {:.1e}: {}",
                self.worst, self.worst_of
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(data: &[f32]) -> HostTensor {
        HostTensor::new([data.len()], data.to_vec()).unwrap()
    }

    #[test]
    fn closeness_is_relative_to_the_largest_number() {
        let want = tensor(&[100.0, 0.0, f32::NEG_INFINITY]);
        let error = |data: &[f32]| relative_error(&tensor(data), &want);
        assert_eq!(error(&[100.0, 0.5, f32::NEG_INFINITY]), Ok(0.005));
        assert_eq!(error(&[100.0, 0.0, -1e30]), Ok(f32::INFINITY));
        assert_eq!(
            error(&[100.0, f32::NAN, f32::NEG_INFINITY]),
            Ok(f32::INFINITY)
        );
        assert!(error(&[100.0, 0.0]).is_err());
    }

    #[test]
    fn only_zeros_are_close_to_zeros() {
        assert_eq!(relative_error(&tensor(&[0.0]), &tensor(&[0.0])), Ok(0.0));
        assert_eq!(
            relative_error(&tensor(&[1e-30]), &tensor(&[0.0])),
            Ok(f32::INFINITY)
        );
    }

    #[test]
    #[should_panic = "1 of 2 comparisons failed"]
    fn a_finding_fails_the_test() {
        let mut findings = Findings::default();
        findings.holds("one is one", true);
        findings.holds("one is two", false);
    }

    #[test]
    #[should_panic = "nothing was compared"]
    fn comparing_nothing_fails_the_test() {
        let _ = Findings::default();
    }
}
