use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use tokio::time::Instant;

use super::Hold;

/// Things that wait for company before they go on in another order.
pub(crate) struct Reorder<T> {
    held: Vec<T>,
    due: Option<Instant>,
    order: u64,
}

impl<T> Default for Reorder<T> {
    fn default() -> Self {
        Self {
            held: Vec::new(),
            due: None,
            order: 0,
        }
    }
}

impl<T> Reorder<T> {
    /// Keeps something; answers all that was kept once the window is full, else nothing.
    pub(crate) fn hold(&mut self, item: T, place: Hold) -> Vec<T> {
        self.due.get_or_insert_with(|| Instant::now() + place.patience);
        self.order = place.order;
        self.held.push(item);
        if self.held.len() >= place.window {
            self.release()
        } else {
            Vec::new()
        }
    }

    /// Resolves when what is held has waited long enough; never while nothing is held.
    pub(crate) async fn due(&self) {
        match self.due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Lets everything go, in another order than it came.
    pub(crate) fn release(&mut self) -> Vec<T> {
        self.due = None;
        let mut order: Vec<usize> = (0..self.held.len()).collect();
        order.shuffle(&mut StdRng::seed_from_u64(self.order));
        if order.is_sorted() {
            order.reverse();
        }
        let mut held: Vec<Option<T>> = self.held.drain(..).map(Some).collect();
        order.into_iter().filter_map(|index| held[index].take()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;

    fn place(order: u64) -> Hold {
        Hold {
            window: 3,
            patience: Duration::from_secs(1),
            order,
        }
    }

    #[test]
    fn a_full_window_lets_go_in_another_order() {
        for order in 0..50 {
            let mut window = Reorder::default();
            assert!(window.hold(1, place(order)).is_empty());
            assert!(window.hold(2, place(order)).is_empty());
            let mut released = window.hold(3, place(order));
            assert_ne!(released, [1, 2, 3]);
            released.sort_unstable();
            assert_eq!(released, [1, 2, 3]);
        }
    }

    #[tokio::test]
    async fn a_window_that_does_not_fill_is_due_in_time() {
        let mut window = Reorder::default();
        let patience = Duration::from_millis(10);
        window.hold(1, Hold { patience, ..place(0) });
        window.due().await;
        assert!(window.is_due());
        assert_eq!(window.release(), [1]);
        assert!(
            window.due().now_or_never().is_none(),
            "an empty window is never due"
        );
    }
}
