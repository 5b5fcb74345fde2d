//! The solids that features form, recognised by their sizes, their angles and their Dᵢ.

use glasshouse_tensor::order;
use serde::Serialize;

use super::geometry::{REPRESENTED, dot};

/// Two features share dimensions where the cosine between them is further from 0 than this.
pub const SHARE: f64 = 0.2;
/// How far each Dᵢ of a solid may lie from the exact value.
pub const DIMENSIONALITY_TOLERANCE: f64 = 0.04;
/// How far each cosine within a solid may lie from the exact one.
pub const COSINE_TOLERANCE: f64 = 0.15;

/// What a group of features that share dimensions is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A feature with a dimension for itself.
    Dedicated,
    /// Two opposite vectors on one line.
    AntipodalPair,
    /// Three vectors in a plane.
    Triangle,
    /// Four vectors in space.
    Tetrahedron,
    /// Five vectors in a plane.
    Pentagon,
    /// Eight vectors in space: two squares, one turned by 45°.
    SquareAntiprism,
    /// Two opposite vectors of different lengths: the longer has the larger share of their line.
    UnequalPair,
    /// None of these.
    Other,
}

/// The solids with names.
pub const SOLIDS: [Kind; 6] = [
    Kind::Dedicated,
    Kind::AntipodalPair,
    Kind::Triangle,
    Kind::Tetrahedron,
    Kind::Pentagon,
    Kind::SquareAntiprism,
];

/// Represented features that share dimensions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Which features.
    pub features: Vec<usize>,
    /// What they form.
    pub kind: Kind,
    /// Dᵢ of the exact solid.
    pub exact: Option<f64>,
    /// Mean Dᵢ of these features.
    pub measured: f64,
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Kind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Dedicated => "dedicated",
            Kind::AntipodalPair => "antipodal pair",
            Kind::Triangle => "triangle",
            Kind::Tetrahedron => "tetrahedron",
            Kind::Pentagon => "pentagon",
            Kind::SquareAntiprism => "square antiprism",
            Kind::UnequalPair => "unequal pair",
            Kind::Other => "other",
        }
    }

    /// The solid's vectors, of length 1: an exact frame. None where there is no exact one.
    pub fn vectors(self) -> Vec<[f64; 3]> {
        let turn = |parts: f64, k: usize| std::f64::consts::TAU * k as f64 / parts;
        let polygon = |corners: usize| {
            let corner = |k| {
                [
                    libm::cos(turn(corners as f64, k)),
                    libm::sin(turn(corners as f64, k)),
                    0.0,
                ]
            };
            (0..corners).map(corner).collect()
        };
        let third = (1.0f64 / 3.0).sqrt();
        match self {
            Kind::Dedicated => vec![[1.0, 0.0, 0.0]],
            Kind::AntipodalPair => vec![[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]],
            Kind::Triangle => polygon(3),
            Kind::Tetrahedron => [
                [1.0, 1.0, 1.0],
                [1.0, -1.0, -1.0],
                [-1.0, 1.0, -1.0],
                [-1.0, -1.0, 1.0],
            ]
            .map(|v: [f64; 3]| v.map(|x| x * third))
            .to_vec(),
            Kind::Pentagon => polygon(5),
            Kind::SquareAntiprism => (0..8)
                .map(|k| {
                    // The height at which the eight form a tight frame, so that Dᵢ is exactly 3/8.
                    let (height, radius) = (
                        if k % 2 == 0 { third } else { -third },
                        (2.0f64 / 3.0).sqrt(),
                    );
                    let angle = turn(8.0, k);
                    [radius * libm::cos(angle), radius * libm::sin(angle), height]
                })
                .collect(),
            Kind::UnequalPair | Kind::Other => Vec::new(),
        }
    }

    /// Dᵢ of the exact solid: its dimensions over its vectors; 1 for a feature of its own.
    pub fn dimensionality(self) -> Option<f64> {
        let dimensions = match self {
            Kind::Dedicated | Kind::AntipodalPair => 1.0,
            Kind::Triangle | Kind::Pentagon => 2.0,
            Kind::Tetrahedron | Kind::SquareAntiprism => 3.0,
            Kind::UnequalPair | Kind::Other => return None,
        };
        Some(dimensions / self.vectors().len() as f64)
    }

    /// The cosines from the first vector to all others, ascending: those of every vector.
    fn cosines(self) -> Vec<f64> {
        let vectors = self.vectors();
        let Some((first, others)) = vectors.split_first() else {
            return Vec::new();
        };
        ascending(others.iter().map(|v| dot(first, v)).collect())
    }

    fn words(self, count: usize) -> String {
        let name = match self {
            Kind::Dedicated => return format!("{count} dedicated"),
            Kind::Tetrahedron if count > 1 => return format!("{count} tetrahedra"),
            named => named.name(),
        };
        several(count, name)
    }
}

/// `pentagon`, `2 pentagons`
fn several(count: usize, name: &str) -> String {
    match count {
        1 => name.into(),
        _ => format!("{count} {name}s"),
    }
}

/// The connected parts of the graph in which represented features are joined where they share
/// dimensions.
pub(crate) fn groups(columns: &[Vec<f64>], norms: &[f64], dimensionality: &[f64]) -> Vec<Group> {
    let mut open: Vec<usize> = (0..norms.len())
        .filter(|&i| norms[i] > REPRESENTED)
        .collect();
    let cosine = |i: usize, j: usize| dot(&columns[i], &columns[j]) / (norms[i] * norms[j]);
    // Dᵢ among the represented: a weak feature in between does not change what the strong ones form.
    let mut among = dimensionality.to_vec();
    for &i in &open {
        let reach = |&j: &usize| (cosine(i, j) * norms[j]).powi(2);
        among[i] = norms[i].powi(2) / open.iter().map(reach).sum::<f64>();
    }
    let mut groups = Vec::new();
    while !open.is_empty() {
        let mut features = vec![open.remove(0)];
        let mut reached = 0;
        while let Some(&from) = features.get(reached) {
            reached += 1;
            let (joined, rest) = open.iter().partition(|&&to| cosine(from, to).abs() > SHARE);
            features.extend::<Vec<usize>>(joined);
            open = rest;
        }
        // In their own order, without compiling one more sort.
        let features: Vec<usize> = (0..norms.len()).filter(|i| features.contains(i)).collect();
        let kind = SOLIDS
            .into_iter()
            .find(|kind| match kind {
                Kind::Dedicated => is(*kind, &features, dimensionality, &cosine),
                _ => is(*kind, &features, &among, &cosine),
            })
            .unwrap_or(match features[..] {
                [i, j] if cosine(i, j) <= COSINE_TOLERANCE - 1.0 => Kind::UnequalPair,
                _ => Kind::Other,
            });
        let total: f64 = features.iter().map(|&i| dimensionality[i]).sum();
        groups.push(Group {
            kind,
            exact: kind.dimensionality(),
            measured: total / features.len() as f64,
            features,
        });
    }
    groups
}

fn is(
    kind: Kind,
    features: &[usize],
    dimensionality: &[f64],
    cosine: &impl Fn(usize, usize) -> f64,
) -> bool {
    let Some(exact) = kind.dimensionality() else {
        return false;
    };
    let expected = kind.cosines();
    if expected.len() + 1 != features.len() {
        return false;
    }
    features.iter().all(|&i| {
        let others = features.iter().filter(|&&j| j != i);
        let found = ascending(others.map(|&j| cosine(i, j)).collect());
        (dimensionality[i] - exact).abs() <= DIMENSIONALITY_TOLERANCE
            && found
                .iter()
                .zip(&expected)
                .all(|(a, b)| (a - b).abs() <= COSINE_TOLERANCE)
    })
}

/// `pentagon`, `2 antipodal pairs + 1 dropped`, `irregular group of 6`.
pub(crate) fn describe(groups: &[Group], dropped: usize) -> String {
    let kinds = SOLIDS.into_iter().rev().chain([Kind::UnequalPair]);
    let count = |kind| groups.iter().filter(|group| group.kind == kind).count();
    let mut words: Vec<String> = kinds
        .map(|kind| (kind, count(kind)))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| kind.words(count))
        .collect();
    let irregular = groups.iter().filter(|group| group.kind == Kind::Other);
    let sizes: Vec<usize> = irregular.map(|group| group.features.len()).collect();
    for size in (2..=sizes.iter().copied().max().unwrap_or(0)).rev() {
        let count = sizes.iter().filter(|&&other| other == size).count();
        if count > 0 {
            words.push(format!("{} of {size}", several(count, "irregular group")));
        }
    }
    // A feature whose dimension only weak ones share is no group.
    let lone = sizes.iter().filter(|&&size| size == 1).count();
    if lone > 0 {
        words.push(format!("{lone} partly shared"));
    }
    if dropped > 0 {
        words.push(format!("{dropped} dropped"));
    }
    words.join(" + ")
}

fn ascending(mut numbers: Vec<f64>) -> Vec<f64> {
    order::sort(&mut numbers);
    numbers
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Geometry;
    use super::*;

    /// `[3, n]` of a solid's vectors.
    fn matrix(vectors: &[[f64; 3]]) -> Vec<f32> {
        let row = |axis: usize| vectors.iter().map(move |v| v[axis] as f32);
        (0..3).flat_map(row).collect()
    }

    #[test]
    fn exact_solids_have_the_published_dimensionality_and_are_named() {
        let published = [1.0, 0.5, 2.0 / 3.0, 0.75, 0.4, 0.375];
        for (kind, published) in SOLIDS.into_iter().zip(published) {
            let vectors = kind.vectors();
            let geometry = Geometry::of(&matrix(&vectors), vectors.len());
            for d in &geometry.dimensionality {
                assert!((d - published).abs() < 1e-6, "{kind:?}: {d}");
            }
            assert_eq!(kind.dimensionality(), Some(published), "{kind:?}");
            assert_eq!(geometry.groups.len(), 1);
            assert_eq!(geometry.groups[0].kind, kind);
            let total: f64 = geometry.dimensionality.iter().sum();
            assert!(total <= 3.0 + 1e-9);
        }
    }

    #[test]
    fn what_is_no_solid_is_not_called_one() {
        // Five vectors of a hexagon: sizes and sharing of a pentagon, other angles.
        let hexagon: Vec<[f64; 3]> = (0..5)
            .map(|k| std::f64::consts::TAU * f64::from(k) / 6.0)
            .map(|angle| [libm::cos(angle), libm::sin(angle), 0.0])
            .collect();
        let geometry = Geometry::of(&matrix(&hexagon), 5);
        assert_eq!(geometry.groups[0].kind, Kind::Other);
        assert_eq!(geometry.geometry, "irregular group of 5");
        let nothing = Geometry::of(&[0.0; 6], 3);
        assert_eq!(nothing.geometry, "3 dropped");
        assert_eq!(nothing.dimensions_per_feature, None);
        assert_eq!(nothing.dimensionality, [0.0; 3]);
    }

    #[test]
    fn a_feature_that_only_weak_ones_disturb_is_no_group() {
        #[rustfmt::skip]
        let w = [
            1.0, 0.45,
            0.0, 0.1,
        ];
        assert_eq!(Geometry::of(&w, 2).geometry, "1 partly shared + 1 dropped");
    }

    #[test]
    fn a_weak_feature_leaves_the_strong_ones_their_name() {
        #[rustfmt::skip]
        let w = [
            1.0, -1.0, 0.0,  0.0, 0.25,
            0.0,  0.0, 1.0, -1.0, 0.25,
        ];
        let geometry = Geometry::of(&w, 5);
        assert_eq!(geometry.geometry, "2 antipodal pairs + 1 dropped");
        // What it takes from them stands in the numbers.
        assert!(geometry.groups[0].measured < 0.49);
    }

    #[test]
    fn opposite_vectors_of_different_lengths_are_an_unequal_pair() {
        let geometry = Geometry::of(&[1.0, -0.7], 2);
        assert_eq!(geometry.geometry, "unequal pair");
        assert_eq!(geometry.groups[0].exact, None);
    }

    #[test]
    fn parts_are_told_apart() {
        #[rustfmt::skip]
        let w = [
            1.0, -1.0, 0.0,  0.0, 0.01,
            0.0,  0.0, 1.1, -1.1, 0.02,
        ];
        let geometry = Geometry::of(&w, 5);
        assert_eq!(geometry.geometry, "2 antipodal pairs + 1 dropped");
        assert_eq!(geometry.groups[1].features, [2, 3]);
        assert_eq!(geometry.represented, 4);
    }
}
