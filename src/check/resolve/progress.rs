//! Declarations are elaborated when they are first read, each once.

/// How far the elaboration of a declaration has come.
#[derive(Clone, Debug)]
pub(in crate::check) enum Progress<T> {
    /// Being elaborated: reading it again is a cycle.
    Open,
    /// Done; `None` if it has an error that has been reported.
    Done(Option<T>),
}
