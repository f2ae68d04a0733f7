//! Big specs for tests of growth and for the benchmarks.

use std::fmt::Write;

/// A clean spec of `tasks` tasks, about ten lines each.
pub fn spec(tasks: usize) -> String {
    let mut text = String::from("//! Many tasks on one trunk.\n\nuse std.tasks.{regression}\n\n");
    text += "data table: csv(\"table.csv\") {\n  split { train: 70%, valid: 15%, test: 15% }\n  columns {\n";
    text += "    x0 .. x9: number\n";
    for task in 0..tasks {
        let _ = writeln!(text, "    y{task}: number");
    }
    text += "  }\n}\n\ninput features from table[x0 .. x9] -> impute(median) -> standardize\n\n";
    text += "shared trunk from features\n  -> dense(64) -> relu -> dropout(0.1)\n  -> dense(32) -> relu\n\n";
    for task in 0..tasks {
        let _ = write!(
            text,
            "/// Question {task}.\ntask t{task}: regression(delta: 0.5) from trunk\n  -> dense(16) -> relu  // its own layers\n{{\n  \
             label: table.y{task}\n  metrics: [rmse, mae]\n  select: rmse\n}}\n\n"
        );
    }
    text += "train {\n  epochs: 10\n  batch: 32\n}\n";
    text
}
