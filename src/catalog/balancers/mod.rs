//! Balancers: how the losses of the tasks become one update (`weights by NAME(…) { … }`).
//! What a balancer computes is in `train/balancers/`.

crate::catalog! {
    /// A balancer with its arguments.
    pub enum BalancerDef: Balancer {
        r#static::Static,
    }
}

/// What the written λ is to a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lambda {
    /// Scales the losses.
    Scales,
    /// A preference vector of the method.
    Preference,
    /// Where the weights start.
    Initial,
    /// Unequal λ make no sense for it: an error.
    Refused,
}

/// Whether the update is like the mean of the tasks' gradients or like their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Mean,
    Sum,
}

pub trait Balancer {
    fn lambda(&self) -> Lambda;

    fn scale(&self) -> Scale;

    /// True if it needs the gradient of every task.
    fn needs_gradients(&self) -> bool {
        false
    }
}
