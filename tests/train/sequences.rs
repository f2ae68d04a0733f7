//! Layers that know the order of the places of a text learn what lies in the order alone.

use super::{json, mtlc};
use crate::data::Folder;

const TEXTS: &str = r#"use std.tasks.{binary}

data texts: csv("texts.csv") {
  split { train: 80%, valid: 10%, test: 10% }
  columns { letters: text, first: category("no", "yes") }
}

input letters from texts.letters -> characters(max: 24) -> embed(16)

shared read from letters -> {chain}

task first: binary(positive: "yes") from read { label: texts.first }

train { epochs: 30, batch: 32, optimizer: adam(lr: 5e-3), seed: 3 }
"#;

/// Texts of 2 to 14 letters that begin with `a` or do not; those that do not have one elsewhere.
fn texts() -> String {
    let mut state = 11u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % bound
    };
    let row = |_| {
        let begins = draw(2) == 0;
        let length = 2 + draw(13);
        let place = if begins { 0 } else { 1 + draw(length - 1) };
        let letter = |at: u64| if at == place { 'a' } else { char::from(b'b' + draw(5) as u8) };
        let letters: String = (0..length).map(letter).collect();
        format!("{letters},{}\n", if begins { "yes" } else { "no" })
    };
    format!("letters,first\n{}", (0..600).map(row).collect::<String>())
}

fn accuracy(chain: &str) -> f64 {
    let folder = Folder::new();
    folder.write("texts.csv", texts());
    folder.write("texts.mtl", TEXTS.replace("{chain}", chain));
    mtlc(&folder, "run texts.mtl --out r -q").must(0, &[]);
    let accuracy = &json(&folder, "r/report.json")["tasks"]["first"]["test"]["accuracy"];
    accuracy.as_f64().unwrap_or_else(|| panic!("an accuracy, and no {accuracy}"))
}

#[test]
fn recurrent_layers_and_attention_find_it() {
    for chain in [
        "lstm(12) -> last_pool",
        "lstm(8, bidirectional: true) -> mean_pool",
        "gru(8, bidirectional: true) -> mean_pool",
        "positions -> attention(heads: 2) -> gelu -> global_max_pool",
    ] {
        let accuracy = accuracy(chain);
        assert!(accuracy > 0.9, "{chain}: {accuracy}");
    }
    // Without `positions` nothing says where a letter stands.
    let blind = accuracy("attention(heads: 2) -> gelu -> mean_pool");
    assert!(blind < 0.9, "{blind}");
}
