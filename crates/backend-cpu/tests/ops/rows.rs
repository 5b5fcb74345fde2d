use glasshouse_tensor::{Backend, BackendKind, HostTensor, random::Stream};

use super::{CPU, normal, numbers, read};

#[test]
fn what_is_uploaded_comes_back() {
    let host = HostTensor::new([2, 1, 2], vec![f32::NEG_INFINITY, -0.0, 1e-40, 3.0]).unwrap();
    assert_eq!(read(&CPU.upload(&host).unwrap()), host);
    assert_eq!(CPU.kind(), BackendKind::Cpu);
}

#[test]
fn several_tensors_are_read_in_order() {
    let mut stream = Stream::new(6, 0);
    let tensors = [normal(&mut stream, &[3]), normal(&mut stream, &[2, 2])];
    let read = pollster::block_on(CPU.read(&tensors)).unwrap();
    assert_eq!(read[0].data(), numbers(&tensors[0]));
    assert_eq!(read[1].shape(), [2, 2]);
}

#[test]
fn embed_picks_rows() {
    let table = HostTensor::new([3, 2], vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    let table = CPU.upload(&table).unwrap();
    let picked = CPU.embed(&table, &[2, 0, 2]).unwrap();
    assert_eq!(CPU.shape(&picked), [3, 2]);
    assert_eq!(numbers(&picked), [4.0, 5.0, 0.0, 1.0, 4.0, 5.0]);
}

#[test]
fn rows_and_append_rows_are_inverse() {
    let x = normal(&mut Stream::new(6, 1), &[7, 2, 3]);
    for cut in 0..=7 {
        let (above, below) = (
            CPU.rows(&x, 0, cut).unwrap(),
            CPU.rows(&x, cut, 7 - cut).unwrap(),
        );
        assert_eq!(CPU.shape(&below), [7 - cut, 2, 3]);
        assert_eq!(numbers(&below), numbers(&x)[cut * 6..]);
        let whole = CPU.append_rows(&above, &below).unwrap();
        assert_eq!(read(&whole), read(&x));
    }
}

#[test]
fn rows_of_rows_reshape_like_any_tensor() {
    let x = normal(&mut Stream::new(6, 2), &[7, 6]);
    let part = CPU.rows(&CPU.rows(&x, 1, 5).unwrap(), 2, 2).unwrap();
    let part = CPU.reshape(&part, &[3, 4]).unwrap();
    assert_eq!(CPU.shape(&part), [3, 4]);
    assert_eq!(numbers(&part), numbers(&x)[18..30]);
}
