use glasshouse_tensor::{Backend, Rotation, random::Stream};

use super::{CPU, assert_close, bits, exact, normal};

#[test]
fn rotate_turns_each_pair() {
    let mut stream = Stream::new(5, 0);
    for [pos, heads, d_head, rotary_dim] in [
        [1, 1, 2, 2],
        [5, 3, 8, 4],
        [7, 2, 9, 6],
        [3, 1, 16, 16],
        [2, 2, 3, 0],
    ] {
        for adjacent_pairs in [false, true] {
            let x = normal(&mut stream, &[pos, heads, d_head]);
            let cos = normal(&mut stream, &[pos, rotary_dim]);
            let sin = normal(&mut stream, &[pos, rotary_dim]);
            let (before, c, s) = (exact(&x), exact(&cos), exact(&sin));
            // From the definition: x·cos + rotate(x)·sin, rotate mapping a pair (u, v) to (−v, u).
            let half = rotary_dim / 2;
            let turned = |head: &[f64], i: usize| match (adjacent_pairs, i) {
                (true, i) if i % 2 == 0 => -head[i + 1],
                (true, i) => head[i - 1],
                (false, i) if i < half => -head[i + half],
                (false, i) => head[i - half],
            };
            let mut expected = before.clone();
            for (index, head) in before.chunks_exact(d_head).enumerate() {
                for i in 0..rotary_dim {
                    let table = index / heads * rotary_dim + i;
                    expected[index * d_head + i] = head[i] * c[table] + turned(head, i) * s[table];
                }
            }
            let rotation = Rotation {
                rotary_dim,
                adjacent_pairs,
            };
            let rotated = CPU.rotate(&x, &cos, &sin, rotation).unwrap();
            assert_close(&rotated, &[pos, heads, d_head], &expected, 1e-6);

            let last = [&x, &cos, &sin].map(|t| CPU.rows(t, pos - 1, 1).unwrap());
            let last = CPU.rotate(&last[0], &last[1], &last[2], rotation).unwrap();
            assert_eq!(bits(&last), bits(&rotated)[(pos - 1) * heads * d_head..]);
        }
    }
}
