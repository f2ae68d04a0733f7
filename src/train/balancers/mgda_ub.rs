//! `mgda_ub`: the same mixture as `mgda`, of the gradients at the representation.

use super::mgda::State;
use super::state::{Setup, Start};
use crate::catalog::balancers::mgda_ub::MgdaUb;

impl Start for MgdaUb {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State::new(self.normalize)
    }
}
