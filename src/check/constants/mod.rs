//! What does not flow: constant expressions, params and what overrides them, and the arguments of calls.

pub(in crate::check) mod bind;
pub(in crate::check) mod choices;
pub(in crate::check) mod evaluate;
pub(in crate::check) mod params;
pub(in crate::check) mod settings;
pub(in crate::check) mod space;
pub(in crate::check) mod variants;
pub(in crate::check) mod whole_classes;
pub(in crate::check) mod yes_class;

use std::collections::HashMap;

use super::resolve::program::DeclId;
use super::resolve::progress::Progress;
use crate::catalog::ArgValue;
use crate::pipeline::{Param, Setting, Space};
use crate::syntax::tree::Expr;

/// What does not flow.
#[derive(Debug, Default)]
pub(in crate::check) struct Constants {
    pub params_of: HashMap<DeclId, Progress<ArgValue>>,
    /// What `over` says of params that are being elaborated.
    pub params_over: HashMap<DeclId, Space>,
    pub params: Vec<Param>,
    pub settings: Vec<Setting>,
    /// What the variant that was asked for overrides, below `--set`.
    pub variant: Vec<(String, Expr)>,
    /// What `inherited` stands for in the list of a parameter: its default, or the data set's own.
    pub inherited: Option<Vec<ArgValue>>,
    /// The data set's spellings of a missing value, while its columns are read.
    pub missing_of_data: Vec<ArgValue>,
    /// The epochs of the run, while settings are read that are shares of it.
    pub epochs_of_shares: Option<usize>,
}
