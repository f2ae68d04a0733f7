//! One file per sort of declaration, each elaborated when it is first read.

pub(in crate::check) mod columns;
pub(in crate::check) mod data;
pub(in crate::check) mod families;
pub(in crate::check) mod files;
pub(in crate::check) mod inputs;
pub(in crate::check) mod joins;
pub(in crate::check) mod labels;
pub(in crate::check) mod missing;
pub(in crate::check) mod names;
pub(in crate::check) mod order;
pub(in crate::check) mod selection;
pub(in crate::check) mod shapes;
pub(in crate::check) mod shared;
pub(in crate::check) mod split;
pub(in crate::check) mod stop;
pub(in crate::check) mod tasks;
pub(in crate::check) mod template;
pub(in crate::check) mod unused;

use crate::check::Checker;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::resolve::program::DeclId;
use super::resolve::progress::Progress;
use crate::pipeline::{DataSet, Input, NodeId, Shared, Task};
use crate::source::Span;
use families::Family;

/// What has been declared, as far as it has been elaborated.
#[derive(Debug, Default)]
pub(in crate::check) struct Declared {
    pub data_of: HashMap<DeclId, Progress<usize>>,
    pub nodes_of: HashMap<DeclId, Progress<NodeId>>,
    pub shared_of: HashMap<DeclId, Progress<usize>>,
    pub tasks_of: HashMap<DeclId, Progress<usize>>,
    pub data: Vec<DataSet>,
    /// Where the columns of each data set stand.
    pub columns_by_name: Vec<HashMap<String, usize>>,
    /// Columns that are declared with a mistake, by data set; `None` stands for all that it may have.
    pub broken_columns: HashSet<(usize, Option<String>)>,
    /// What patterns leave out of each data set, once one has been asked for: for each of hundreds it is the same.
    pub kept_back: HashMap<usize, Rc<BTreeMap<usize, String>>>,
    pub inputs: Vec<Input>,
    /// Vocabularies that steps learn together: what must be the same in all of these, and where the first is.
    pub vocabularies: HashMap<String, (String, Span)>,
    pub shared: Vec<Shared>,
    pub tasks: Vec<Task>,
    /// Families of tasks, each taken apart into its members.
    pub families: Vec<Family>,
}

impl Checker<'_> {
    /// What a declaration of a module is known by, in types, weights and reports: its name, and a number if one of another file
    /// has that name too. Those of the spec itself keep theirs.
    fn known_by(&self, name: &str, module: usize, taken: &dyn Fn(&str) -> bool) -> String {
        // What the spec uses of this module is no other.
        let of_spec = |candidate: &str| {
            let of_root = self.names.program.modules[0].values.get(candidate);
            of_root.is_some_and(|id| self.module_of(*id) != module)
        };
        let numbered = (2..).map(|number| format!("{name}.{number}"));
        let mut names = std::iter::once(name.to_string()).chain(numbered);
        names.find(|candidate| !taken(candidate) && !of_spec(candidate)).unwrap_or_default()
    }
}
