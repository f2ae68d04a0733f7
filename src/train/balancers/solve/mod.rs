//! Small exact solvers on T×T matrices: what the methods' formulas come down to.

mod bargain;
mod complementarity;
mod eigen;
mod linear;
mod simplex;

pub use bargain::fair_shares;
pub use complementarity::Complementarity;
pub use eigen::{Eigen, inverse_times};
pub use linear::Cholesky;
pub use simplex::{min_norm, project_onto_simplex};
