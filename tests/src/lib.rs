//! What crosses rooms: reference values, twins, laws.
