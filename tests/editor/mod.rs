//! The language server, as an editor speaks with it: over a connection in memory, and with the process itself.

mod answers;
mod changes;
mod client;
mod completion;
mod every_spec;
mod process;
mod protocol;
mod words;

/// Two questions to one trunk.
pub const SPEC: &str = r#"use std.tasks.{classification, regression}

data penguins: csv("penguins.csv") {
  columns {
    species: category("Adelie", "Gentoo")
    bill:    number
    flipper: number
    mass:    number
  }
}

/// What is measured.
input body from penguins[bill, flipper] -> standardize

/// What both tasks read.
shared trunk from body
  -> dense(64) -> relu -> dropout(0.1)

task species: classification from trunk { label: penguins.species }
task mass: regression from trunk { label: penguins.mass }

weights { species: 0.7, rest: 0.3 }

train {
  epochs: 3
  optimizer: adamw(lr: 1e-3)
}
"#;
