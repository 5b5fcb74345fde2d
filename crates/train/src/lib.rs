//! Grows the shipped models: data, training, evaluation, model cards.
