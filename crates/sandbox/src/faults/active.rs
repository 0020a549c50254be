use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use wacore_binary::NodeRef;

use super::{
    LoginVerdict, MediaVerdict, Verdict,
    chance::Chance,
    fault::Fault,
    rule::{Rule, View},
};
use crate::{route::Origin, state::lock, trace::Direction};

/// Faults that are over and stay listed, so that one can see how often they struck.
const REMEMBERED: usize = 200;

/// The faults in force.
pub(crate) struct Faults {
    state: Mutex<State>,
    /// Spares the lock while there is nothing in force, which is nearly always.
    armed: AtomicBool,
}

struct State {
    rules: Vec<Rule>,
    next_id: u64,
    seed: u64,
    /// Faults added since the seed was set.
    ordinal: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(State {
                rules: Vec::new(),
                next_id: 1,
                seed,
                ordinal: 0,
            }),
            armed: AtomicBool::new(false),
        }
    }

    pub(crate) fn add(&self, fault: Fault) -> View {
        self.insert(fault, Rule::new)
    }

    /// Notes a fault that has struck so many connections at once and is over.
    pub(crate) fn add_spent(&self, fault: Fault, hits: u64) -> View {
        self.insert(fault, |id, fault, chance| Rule::spent(id, fault, chance, hits))
    }

    fn insert(&self, fault: Fault, make: impl FnOnce(u64, Fault, Chance) -> Rule) -> View {
        let mut state = lock(&self.state);
        let rule = make(state.next_id, fault, Chance::new(state.seed, state.ordinal));
        state.next_id += 1;
        state.ordinal += 1;
        let view = rule.view();
        state.rules.push(rule);
        state.forget_old();
        self.arm(&state);
        view
    }

    /// Those in force and the latest of those that are over, in the order in which they were added.
    pub(crate) fn list(&self) -> Vec<View> {
        lock(&self.state).rules.iter().map(Rule::view).collect()
    }

    pub(crate) fn show(&self, id: u64) -> Option<View> {
        let state = lock(&self.state);
        state.rules.iter().find(|rule| rule.id == id).map(Rule::view)
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut state = lock(&self.state);
        let before = state.rules.len();
        state.rules.retain(|rule| rule.id != id);
        self.arm(&state);
        state.rules.len() < before
    }

    pub(crate) fn seed(&self) -> u64 {
        lock(&self.state).seed
    }

    /// Forgets all faults. What is added from now on takes its chances from the start of the seed.
    pub(crate) fn clear(&self, seed: Option<u64>) {
        let mut state = lock(&self.state);
        state.rules.clear();
        state.ordinal = 0;
        state.seed = seed.unwrap_or(state.seed);
        self.arm(&state);
    }

    /// Whether anything may strike at all.
    pub(crate) fn armed(&self) -> bool {
        self.armed.load(Ordering::Acquire)
    }

    /// What becomes of a stanza that goes to or comes from this device.
    pub(crate) fn judge(
        &self,
        origin: &Origin,
        direction: Direction,
        node: &NodeRef<'_>,
        now: u64,
    ) -> Verdict {
        self.strike(
            Some(origin),
            |fault| fault.concerns(origin, direction, node),
            |fault, chance| Some(fault.action.verdict(chance, origin, node, now)),
        )
        .unwrap_or(Verdict::Pass)
    }

    /// What becomes of a login of this device, if it is struck.
    pub(crate) fn judge_login(&self, origin: &Origin) -> Option<LoginVerdict> {
        self.strike(
            Some(origin),
            |fault| fault.concerns_login(origin),
            |fault, _| fault.action.login_verdict(),
        )
    }

    /// What becomes of a media request, if it is struck: `in` is an upload, `out` a download.
    pub(crate) fn judge_media(&self, direction: Direction, kind: &str) -> Option<MediaVerdict> {
        self.strike(
            None,
            |fault| fault.concerns_media(direction, kind),
            |fault, chance| fault.action.media_verdict(chance),
        )
    }

    /// The verdict of the first fault that is due and by chance strikes.
    fn strike<V>(
        &self,
        origin: Option<&Origin>,
        due: impl Fn(&Fault) -> bool,
        verdict: impl FnOnce(&Fault, &mut Chance) -> Option<V>,
    ) -> Option<V> {
        if !self.armed() {
            return None;
        }
        let mut state = lock(&self.state);
        let struck = state
            .rules
            .iter_mut()
            .filter(|rule| rule.is_active() && due(&rule.fault))
            .find_map(|rule| rule.strike(origin).then_some(rule));
        let verdict = struck.and_then(|rule| verdict(&rule.fault, &mut rule.chance));
        self.arm(&state);
        verdict
    }

    fn arm(&self, state: &State) {
        let armed = state.rules.iter().any(Rule::is_active);
        self.armed.store(armed, Ordering::Release);
    }
}

impl State {
    fn forget_old(&mut self) {
        let over = self.rules.iter().filter(|rule| !rule.is_active()).count();
        if over > REMEMBERED
            && let Some(oldest) = self.rules.iter().position(|rule| !rule.is_active())
        {
            self.rules.remove(oldest);
        }
    }
}
