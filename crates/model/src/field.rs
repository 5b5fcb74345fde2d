//! Reading one field of a config, with a sentence that names it when it is wrong.

use glasshouse_hooks::nearest;
use glasshouse_tensor::{Error, Result};
use serde_json::{Map, Value};

/// Largest number that any size in a config may have: far above every model that fits into a tab,
/// and small enough that no product of three overflows.
const LARGEST: u64 = 1 << 20;

/// A config file as a flat table of fields.
pub struct Fields {
    /// What the file is called in a sentence.
    file: &'static str,
    fields: Map<String, Value>,
}

impl Fields {
    /// Parses `config.json`.
    pub fn parse(json: &str) -> Result<Self> {
        Self::parse_as("config.json", json)
    }

    /// Parses a config that is called `file` in a sentence.
    pub fn parse_as(file: &'static str, json: &str) -> Result<Self> {
        match serde_json::from_str(json) {
            Ok(Value::Object(fields)) => Ok(Self { file, fields }),
            Ok(_) => Err(unusable(file, "it must hold one object")),
            Err(error) => Err(unusable(file, format!("it is not JSON ({error})"))),
        }
    }

    /// The sentence about this file.
    pub fn bad(&self, what: impl std::fmt::Display) -> Error {
        unusable(self.file, what)
    }

    /// Refuses every field that is in none of the `known` lists.
    pub fn refuse_unknown(&self, known: &[&[&str]]) -> Result<()> {
        let known = known.concat();
        for name in self.fields.keys() {
            if !known.contains(&name.as_str()) {
                let near = nearest(name, &known).unwrap_or_default();
                let name = shown(name);
                return Err(self.bad(format!(
                    "it has an unknown field \"{name}\"; the nearest known one is \"{near}\""
                )));
            }
        }
        Ok(())
    }

    /// Refuses a field that asks for a computation that this engine does not do.
    pub fn refuse_unsupported(&self, name: &str, neutral: &[Value]) -> Result<()> {
        match self.get(name) {
            Some(value) if !neutral.contains(value) => Err(self.bad(format!(
                "\"{name}\": {} asks for something that Glasshouse does not compute",
                shown(value)
            ))),
            _ => Ok(()),
        }
    }

    /// Writes a field.
    pub fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// Writes a field that is absent.
    pub fn set_default(&mut self, name: &str, value: Value) {
        self.fields.entry(name).or_insert(value);
    }

    /// The field, `None` where absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The field, `None` where absent or null.
    pub fn given(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// A size of at least 1 that must be there.
    pub fn size(&self, name: &str) -> Result<usize> {
        self.size_or_none(name)?
            .ok_or_else(|| self.bad(format!("the field \"{name}\" is missing")))
    }

    /// A size of at least 1; `None` where absent, null or TransformerLens's −1 for "not set".
    pub fn size_or_none(&self, name: &str) -> Result<Option<usize>> {
        let Some(value) = self.given(name) else {
            return Ok(None);
        };
        if value.as_i64() == Some(-1) {
            return Ok(None);
        }
        match value.as_u64() {
            Some(size) if (1..=LARGEST).contains(&size) => Ok(Some(size as usize)),
            _ => Err(self.bad(format!(
                "\"{name}\" must be a whole number from 1 to {LARGEST}, not {}",
                shown(value)
            ))),
        }
    }

    /// A finite number, or `default` where absent or null.
    pub fn number(&self, name: &str, default: f32) -> Result<f32> {
        match self.given(name) {
            None => Ok(default),
            Some(value) => value
                .as_f64()
                .map(|number| number as f32)
                .filter(|number| number.is_finite())
                .ok_or_else(|| {
                    self.bad(format!("\"{name}\" must be a number, not {}", shown(value)))
                }),
        }
    }

    /// true or false, or `default` where absent or null.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.given(name) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| {
                self.bad(format!(
                    "\"{name}\" must be true or false, not {}",
                    shown(value)
                ))
            }),
        }
    }

    /// One of some words, or the first where the field is absent.
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(Value, T)]) -> Result<T> {
        let value = self.get(name).unwrap_or(&choices[0].0);
        match choices.iter().find(|(word, _)| word == value) {
            Some(&(_, choice)) => Ok(choice),
            None => {
                let words: Vec<String> = choices.iter().map(|(word, _)| word.to_string()).collect();
                Err(self.bad(format!(
                    "\"{name}\" is {}; Glasshouse knows {}",
                    shown(value),
                    words.join(", ")
                )))
            }
        }
    }
}

/// A piece of someone's file, short enough for a sentence.
pub fn shown(piece: impl std::fmt::Display) -> String {
    const MOST: usize = 80;
    let piece = piece.to_string();
    match piece.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &piece[..end]),
        None => piece,
    }
}

/// The sentence about a bad `config.json`.
pub fn bad(what: impl std::fmt::Display) -> Error {
    unusable("config.json", what)
}

fn unusable(file: &str, what: impl std::fmt::Display) -> Error {
    Error::BadModelFile(format!("{file} cannot be used: {what}."))
}
