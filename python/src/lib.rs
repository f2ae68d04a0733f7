//! What Python calls: the command, checking and formatting of texts, and runs that are asked.

mod model;
mod specs;

use pyo3::prelude::*;

/// Runs the command with these arguments, the first of which is its name; gives its exit code.
#[pyfunction]
fn command(py: Python<'_>, arguments: Vec<String>) -> u8 {
    py.detach(|| mtlc::cli::main_with(arguments.into_iter().map(Into::into)))
}

#[pymodule]
fn _mtlc(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("version", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(command, module)?)?;
    module.add_function(wrap_pyfunction!(specs::check, module)?)?;
    module.add_function(wrap_pyfunction!(specs::describe, module)?)?;
    module.add_function(wrap_pyfunction!(specs::format, module)?)?;
    module.add_class::<model::Model>()
}
