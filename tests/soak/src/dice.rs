use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// One actor's share of the seed's chance.
#[derive(Debug)]
pub(crate) struct Dice(StdRng);

impl Dice {
    /// `role` and `number` tell the actor from the others.
    pub(crate) fn new(seed: u64, role: u8, number: usize) -> Self {
        let actor = (u64::from(role) << 32) | number as u64;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&actor.to_le_bytes());
        Self(StdRng::from_seed(bytes))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    pub(crate) fn between(&mut self, least: u32, most: u32) -> u32 {
        self.0.random_range(least..=most)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A duration between nothing and twice the mean.
    pub(crate) fn pause(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(self.0.random_range(0.0..2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_an_actor_and_tells_actors_apart() {
        let throws = |seed, role, number| {
            let mut dice = Dice::new(seed, role, number);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throws(7, 1, 2), throws(7, 1, 2));
        assert_ne!(throws(7, 1, 2), throws(8, 1, 2));
        assert_ne!(throws(7, 1, 2), throws(7, 2, 2));
        assert_ne!(throws(7, 1, 2), throws(7, 1, 3));
    }
}
