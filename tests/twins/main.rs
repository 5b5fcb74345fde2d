//! Every operation of the `Backend` trait on the CPU and on the GPU, over seeded random numbers, odd
//! sizes and hard cases: each must agree with its formula in f64, and with its twin.

mod attention;
mod coverage;
mod editing;
mod elementwise;
mod normalisation;
mod products;
mod reference;
mod refusals;
mod rows;
mod sparse;
mod twins;

/// Declares a twin test per operation, and remembers which there are.
macro_rules! twins {
    ($($room:ident::$op:ident),+ $(,)?) => {
        /// The operations that have a twin test.
        const TESTED: &[&str] = &[$(stringify!($op)),+];
        $(#[test]
        fn $op() {
            $room::$op(&mut twins::Twins::new(stringify!($op)));
        })+
    };
}

twins!(
    rows::embed,
    rows::rows,
    rows::append_rows,
    elementwise::add,
    elementwise::multiply,
    products::linear,
    normalisation::layer_norm,
    normalisation::norm_scale,
    normalisation::normalize,
    elementwise::activate,
    sparse::gate,
    sparse::top_k,
    sparse::scatter,
    elementwise::rotate,
    attention::attention_scores,
    attention::softmax,
    attention::mix_values,
    attention::attention,
    products::head_results,
    products::sum_heads,
    editing::edit,
);
