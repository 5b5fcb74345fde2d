use std::pin::pin;
use std::task::{Context, Poll, Waker};

use glasshouse_tensor::{Backend, Error, HostTensor};

use crate::stage::{on_gpu, random, read};

#[test]
fn a_lost_device_fails_the_next_operation_and_the_next_read() {
    on_gpu(async |gpu| {
        let x = gpu.upload(&random(&[8, 8], 1)).unwrap();
        let y = gpu.add(&x, &x).unwrap();
        assert!(!gpu.is_lost());
        gpu.lose_device();
        assert!(gpu.is_lost());
        assert!(matches!(gpu.read(&[y]).await, Err(Error::DeviceLost(_))));
        assert!(matches!(gpu.add(&x, &x), Err(Error::DeviceLost(_))));
        assert!(matches!(
            gpu.upload(&HostTensor::zeros([1])),
            Err(Error::DeviceLost(_))
        ));
        assert!(matches!(gpu.embed(&x, &[0]), Err(Error::DeviceLost(_))));
    });
}

#[test]
fn a_device_may_be_lost_at_any_moment_and_another_requested() {
    on_gpu(async |gpu| {
        let x = gpu.upload(&random(&[8, 8], 2)).unwrap();
        let first = read(&gpu, gpu.add(&x, &x).unwrap()).await;
        // After a whole run, with nothing recorded.
        gpu.lose_device();
        assert!(matches!(gpu.read(&[x]).await, Err(Error::DeviceLost(_))));
        drop(gpu);
        let other = glasshouse_backend_gpu::Gpu::request().await.unwrap();
        let x = other.upload(&random(&[8, 8], 2)).unwrap();
        assert_eq!(read(&other, other.add(&x, &x).unwrap()).await, first);
    });
}

/// Natively a read waits in its first step; in a browser it is under way when the device goes.
#[test]
fn a_read_under_way_ends_when_the_device_is_lost() {
    on_gpu(async |gpu| {
        let x = gpu.upload(&random(&[8, 8], 2)).unwrap();
        let y = [gpu.add(&x, &x).unwrap()];
        let mut reading = pin!(gpu.read(&y));
        let mut context = Context::from_waker(Waker::noop());
        let first = reading.as_mut().poll(&mut context);
        gpu.lose_device();
        match first {
            Poll::Ready(answer) => assert!(answer.is_ok()),
            Poll::Pending => assert!(matches!(reading.await, Err(Error::DeviceLost(_)))),
        }
    });
}

#[test]
fn a_tensor_that_is_too_large_is_refused_and_the_device_goes_on() {
    on_gpu(async |gpu| {
        let column = gpu.upload(&random(&[200_000, 1], 3)).unwrap();
        let row = gpu.upload(&random(&[1, 200_000], 4)).unwrap();
        // 160 GB.
        let refused = gpu.linear(&column, &row, None);
        assert!(
            matches!(refused, Err(Error::OutOfMemory(_))),
            "{:?}",
            refused.err()
        );
        assert!(refused.is_err_and(|error| error.is_device_failure()));
        let few = gpu.rows(&column, 0, 3).unwrap();
        assert_eq!(read(&gpu, few).await.shape(), [3, 1]);
    });
}

#[test]
fn a_tensor_of_another_device_is_refused() {
    on_gpu(async |gpu| {
        let other = glasshouse_backend_gpu::Gpu::request().await.unwrap();
        let here = gpu.upload(&random(&[4], 5)).unwrap();
        let elsewhere = other.upload(&random(&[4], 5)).unwrap();
        assert!(matches!(
            gpu.add(&here, &elsewhere),
            Err(Error::Internal(_))
        ));
        assert!(matches!(
            gpu.read(&[elsewhere]).await,
            Err(Error::Internal(_))
        ));
        let fine = gpu.add(&here, &here).unwrap();
        assert_eq!(read(&gpu, fine).await.shape(), [4]);
    });
}

#[test]
fn a_limit_of_memory_refuses_what_goes_beyond_and_frees_what_is_idle_first() {
    on_gpu(async |gpu| {
        let small = gpu.upload(&random(&[1_000], 6)).unwrap();
        gpu.limit_memory(3 << 20);
        // Of different sizes, so that none can take another's place.
        for size in [100_000, 200_000, 300_000, 400_000] {
            let x = gpu.upload(&random(&[size], 7)).unwrap();
            assert_eq!(read(&gpu, x).await.shape(), [size]);
        }
        let refused = gpu.upload(&random(&[1_000_000], 8));
        assert!(matches!(refused, Err(Error::OutOfMemory(_))));
        let sum = gpu.add(&small, &small).unwrap();
        assert_eq!(read(&gpu, sum).await.shape(), [1_000]);
        assert!(gpu.allocated_bytes() <= 3 << 20);
    });
}
