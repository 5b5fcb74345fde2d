use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

/// The value that a callback of the device will bring.
pub(crate) struct Arrival<T>(Arc<Mutex<State<T>>>);

/// Brings the value; once is enough.
pub(crate) struct Deliver<T>(Arc<Mutex<State<T>>>);

/// The two ends of one callback.
pub(crate) fn arrival<T>() -> (Deliver<T>, Arrival<T>) {
    let state = Arc::new(Mutex::new(State {
        value: None,
        waker: None,
    }));
    (Deliver(state.clone()), Arrival(state))
}

impl<T> Deliver<T> {
    pub(crate) fn deliver(self, value: T) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.value = Some(value);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Arrival<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
