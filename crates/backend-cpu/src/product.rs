use std::ops::Range;

use crate::{
    eight::{Eight, LANES},
    panels::Panels,
};

/// Rows of a tile. 4 rows × 8 columns are eight sums of four lanes: enough to hide the latency of an
/// addition, and with what they are made of they stay in the 16 vector registers of x86-64. Of the
/// shapes from 1 × 32 to 12 × 4 this was the fastest in WebAssembly, and it reads `a` where it lies.
pub(crate) const TILE_ROWS: usize = 4;

const BLOCK_DEPTH: usize = 256;
const BLOCK_ROWS: usize = 16;
const BLOCK_COLUMNS: usize = 256;

/// Rows of numbers that begin `stride` apart.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) numbers: &'a [f32],
    pub(crate) stride: usize,
}

/// Rows of numbers that begin `stride` apart, to add to.
pub(crate) struct RowsMut<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
}

/// `out += a · panels[depth, ..columns]` for `count` rows. Each element takes its terms one after the
/// other in the order of `depth`, on top of what stood there, whichever tile it falls in.
#[inline(never)]
pub(crate) fn add_product(
    a: Rows,
    panels: &Panels,
    depth: Range<usize>,
    columns: usize,
    out: RowsMut,
    count: usize,
) {
    if count == 0 || columns == 0 || depth.is_empty() {
        return;
    }
    // The tiles read and write through pointers; this is what they rely on.
    assert!(a.numbers.len() >= (count - 1) * a.stride + depth.len());
    assert!(out.numbers.len() >= (count - 1) * out.stride + columns);
    assert!(depth.end <= panels.depth() && columns <= panels.columns());
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { all_tiles_avx2(a, panels, depth, columns, out, count) };
    }
    all_tiles(a, panels, depth, columns, out, count);
}

/// The same code with wider registers; without fused multiply-add it gives the same bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn all_tiles_avx2(
    a: Rows,
    panels: &Panels,
    depth: Range<usize>,
    columns: usize,
    out: RowsMut,
    count: usize,
) {
    all_tiles(a, panels, depth, columns, out, count);
}

/// Terms, rows and columns are taken in blocks that stay in a cache: 16 rows of 256 terms (16 KiB) and
/// a panel (8 KiB) in the first, 32 panels (256 KiB) in the second.
#[inline(always)]
fn all_tiles(
    a: Rows,
    panels: &Panels,
    depth: Range<usize>,
    columns: usize,
    out: RowsMut,
    count: usize,
) {
    for term in depth.clone().step_by(BLOCK_DEPTH) {
        let terms = BLOCK_DEPTH.min(depth.end - term);
        for block in (0..columns).step_by(BLOCK_COLUMNS) {
            for row in (0..count).step_by(BLOCK_ROWS) {
                let rows = BLOCK_ROWS.min(count - row);
                for first in (block..columns.min(block + BLOCK_COLUMNS)).step_by(LANES) {
                    let panel = panels.panel(first / LANES, term, terms);
                    let a = Rows {
                        numbers: &a.numbers[row * a.stride + term - depth.start..],
                        stride: a.stride,
                    };
                    let out = RowsMut {
                        numbers: &mut out.numbers[row * out.stride + first..],
                        stride: out.stride,
                    };
                    tiles_of_panel(a, panel, out, rows, LANES.min(columns - first));
                }
            }
        }
    }
}

/// The tiles under one another that share a panel of `width` columns.
#[inline(always)]
fn tiles_of_panel(a: Rows, panel: &[Eight], out: RowsMut, count: usize, width: usize) {
    for row in (0..count).step_by(TILE_ROWS) {
        let rows = TILE_ROWS.min(count - row);
        let a = Rows {
            numbers: &a.numbers[row * a.stride..],
            stride: a.stride,
        };
        let numbers = &mut out.numbers[row * out.stride..];
        if width == LANES {
            // SAFETY: `add_product` has checked that all rows of the tile lie within the slices.
            unsafe { any_tile(rows, a, panel, numbers.as_mut_ptr(), out.stride) };
            continue;
        }
        // A panel that is not full works beside `out`.
        let mut beside = [Eight::splat(0.0); TILE_ROWS];
        for (row, eight) in beside[..rows].iter_mut().enumerate() {
            *eight = Eight::load_part(&numbers[row * out.stride..][..width], 0.0);
        }
        // SAFETY: as above, and `beside` holds four rows of eight.
        unsafe { any_tile(rows, a, panel, beside.as_mut_ptr().cast(), LANES) };
        for (row, eight) in beside[..rows].iter().enumerate() {
            eight.store_part(&mut numbers[row * out.stride..][..width]);
        }
    }
}

/// [`tile`] of `rows` rows.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn any_tile(rows: usize, a: Rows, panel: &[Eight], out: *mut f32, out_stride: usize) {
    // SAFETY: the caller promises what `tile` asks for.
    unsafe {
        match rows {
            1 => tile::<1>(a, panel, out, out_stride),
            2 => tile::<2>(a, panel, out, out_stride),
            3 => tile::<3>(a, panel, out, out_stride),
            _ => tile::<TILE_ROWS>(a, panel, out, out_stride),
        }
    }
}

/// `out[..ROWS, ..8] += a[..ROWS] · panel`
///
/// A function of its own in WebAssembly: the engine of the browser compiles such a small one best,
/// and unrolls its inner loop.
///
/// # Safety
/// `a` holds `ROWS` rows of `panel.len()` numbers, `out` points to `ROWS` rows of eight.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
unsafe fn tile<const ROWS: usize>(a: Rows, panel: &[Eight], out: *mut f32, out_stride: usize) {
    let starts: [*const f32; ROWS] =
        std::array::from_fn(|row| a.numbers.as_ptr().wrapping_add(row * a.stride));
    let mut sums: [Eight; ROWS] = std::array::from_fn(|row| {
        // SAFETY: the caller promises eight numbers in this row.
        Eight::load(unsafe { &*out.add(row * out_stride).cast() })
    });
    let mut add_term = |k: usize, term: Eight| {
        for row in 0..ROWS {
            // SAFETY: `k` is below `panel.len()`, which the caller promises in every row of `a`.
            sums[row] = sums[row].add_product(unsafe { &*starts[row].add(k) }, term);
        }
    };
    let (turns, rest) = panel.as_chunks::<8>();
    let mut k = 0;
    for turn in turns {
        for (step, &term) in turn.iter().enumerate() {
            add_term(k + step, term);
        }
        k += 8;
    }
    for (step, &term) in rest.iter().enumerate() {
        add_term(k + step, term);
    }
    for (row, sum) in sums.into_iter().enumerate() {
        // SAFETY: as above.
        sum.store(unsafe { &mut *out.add(row * out_stride).cast() });
    }
}
