use glasshouse_backend_gpu::{Gpu, GpuTensor};
use glasshouse_tensor::{Activation, Attend, Backend, HostTensor, Norm, SelectedAffine};

use crate::stage::{on_gpu, random, read};

struct Block {
    table: GpuTensor,
    w: GpuTensor,
    b: GpuTensor,
}

/// A chain as a model has it: embedding, norm, attention, an edit, an MLP.
fn run(gpu: &Gpu, block: &Block, ids: &[u32], round: usize) -> GpuTensor {
    let norm = Norm {
        centre: true,
        eps: 1e-5,
    };
    let attend = Attend {
        scale: 0.25,
        causal: true,
    };
    let x = gpu.embed(&block.table, ids).unwrap();
    let normalized = gpu.layer_norm(&x, norm, None, Some(&block.b)).unwrap();
    let q = gpu.linear(&normalized, &block.w, Some(&block.b)).unwrap();
    let q = gpu.reshape(&q, &[ids.len(), 2, 16]).unwrap();
    let scores = gpu.attention_scores(&q, &q, attend).unwrap();
    let pattern = gpu.softmax(&scores).unwrap();
    let edit = SelectedAffine {
        axes: [2, ids.len(), ids.len()],
        rank: [
            vec![0, -1],
            (0..ids.len() as i32).collect(),
            (0..ids.len() as i32).collect(),
        ],
        keep: 1.0,
        gain: round as f32,
        value: random(&[1, ids.len(), ids.len()], 9),
    };
    let pattern = gpu.edit(&pattern, &edit).unwrap();
    let z = gpu.mix_values(&pattern, &q).unwrap();
    let z = gpu.reshape(&z, &[ids.len(), 32]).unwrap();
    let x = gpu.add(&x, &z).unwrap();
    let hidden = gpu.linear(&x, &block.w, None).unwrap();
    gpu.activate(&hidden, Activation::Gelu).unwrap()
}

#[test]
fn two_hundred_runs_leave_nothing_behind() {
    on_gpu(async |gpu| {
        let block = Block {
            table: gpu.upload(&random(&[50, 32], 1)).unwrap(),
            w: gpu.upload(&random(&[32, 32], 2)).unwrap(),
            b: gpu.upload(&random(&[32], 3)).unwrap(),
        };
        let weights = gpu.live_buffers();
        assert_eq!(weights, 3);
        let ids: Vec<u32> = (0..21).map(|i| i * 2).collect();
        let mut settled = 0;
        let mut first: Option<HostTensor> = None;
        for round in 0..200 {
            let answer = read(&gpu, run(&gpu, &block, &ids, 1)).await;
            assert_eq!(*first.get_or_insert(answer.clone()), answer, "run {round}");
            assert_eq!(gpu.live_buffers(), weights);
            if round == 10 {
                settled = gpu.allocated_bytes();
            }
            if round > 10 {
                assert_eq!(gpu.allocated_bytes(), settled, "run {round}");
            }
        }
        drop(block);
        assert_eq!(gpu.live_buffers(), 0);
    });
}

#[test]
fn what_is_kept_for_the_next_run_is_bounded() {
    on_gpu(async |gpu| {
        for size in 1..40 {
            let x = gpu.upload(&HostTensor::zeros([size * 250_000])).unwrap();
            drop(gpu.add(&x, &x).unwrap());
            gpu.read(&[]).await.unwrap();
        }
        assert_eq!(gpu.live_buffers(), 0);
        assert!(
            gpu.allocated_bytes() <= 64 << 20,
            "{}",
            gpu.allocated_bytes()
        );
    });
}

/// An upload is written before anything that is recorded: it may not land in a buffer that the
/// recording has already used, however soon that buffer is free again.
#[test]
fn an_upload_never_overwrites_what_the_recording_still_reads() {
    on_gpu(async |gpu| {
        let mut sums = Vec::new();
        for round in 0..8 {
            let x = gpu
                .upload(&HostTensor::new([64], vec![round as f32; 64]).unwrap())
                .unwrap();
            sums.push(gpu.add(&x, &x).unwrap());
        }
        for (round, sum) in gpu.read(&sums).await.unwrap().iter().enumerate() {
            assert!(
                sum.data().iter().all(|&x| x == 2.0 * round as f32),
                "round {round}"
            );
        }
    });
}

#[test]
fn an_arena_takes_more_than_one_chunk_and_large_pieces() {
    on_gpu(async |gpu| {
        let table = random(&[10, 3], 4);
        let device_table = gpu.upload(&table).unwrap();
        let ids: Vec<u32> = (0..40_000).map(|i| i % 10).collect();
        let mut wanted = Vec::new();
        for round in 0..400 {
            wanted.push(gpu.embed(&device_table, &[round % 10]).unwrap());
        }
        wanted.push(gpu.embed(&device_table, &ids).unwrap());
        let found = gpu.read(&wanted).await.unwrap();
        for (round, row) in found[..400].iter().enumerate() {
            assert_eq!(row.data(), &table.data()[round % 10 * 3..][..3]);
        }
        assert_eq!(found[400].data()[119_997..], table.data()[27..]);
    });
}

#[test]
fn the_same_tensor_may_be_wanted_twice_and_read_again() {
    on_gpu(async |gpu| {
        let x = random(&[5], 5);
        let device_x = gpu.upload(&x).unwrap();
        let twice = gpu
            .read(&[device_x.clone(), device_x.clone()])
            .await
            .unwrap();
        assert_eq!(twice, [x.clone(), x.clone()]);
        assert_eq!(read(&gpu, device_x).await, x);
    });
}
