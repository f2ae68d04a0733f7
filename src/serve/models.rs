//! The models that are served, each by its name; a new run takes the place of an old one between two questions.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::project::opened::Opened;

/// A model by its name.
pub struct Named {
    pub name: String,
    /// The run or the pack, as it was named.
    pub path: PathBuf,
    opened: RwLock<Arc<Opened>>,
}

impl Named {
    pub fn new(name: String, path: PathBuf, opened: Opened) -> Self {
        Self { name, path, opened: RwLock::new(Arc::new(opened)) }
    }

    /// The model as it is now: who has it keeps it, whatever comes in its place.
    pub fn now(&self) -> Arc<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From the next question on, another one.
    pub fn replace(&self, opened: Opened) {
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(opened);
    }
}

/// All of them, in the order in which they were named.
pub struct Models(pub Vec<Named>);

impl Models {
    pub fn get(&self, name: &str) -> Option<&Named> {
        self.0.iter().find(|model| model.name == name)
    }

    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|model| model.name.as_str()).collect()
    }
}
