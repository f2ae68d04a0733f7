//! A frozen prefix is computed once, and nothing else changes.

use mtlc::lower::Backend;
use mtlc::lower::kept_values::KeptValues;
use mtlc::train::prefix;

use super::sessions::{TRUNK, penguins, session, session_without, trained};
use crate::support::Folder;

/// Trunk, `transfer`, more of `train`, and how many values are kept.
const CASES: [(&str, &str, &str, usize); 9] = [
    // The embedding learns, and the trunk reads it.
    (TRUNK, "trunk { freeze: true }", "", 0),
    (TRUNK, "trunk { freeze: true }\nisland { freeze: true }", "", 1),
    ("from body -> dense(16) -> relu -> dense(8) -> relu", "trunk { freeze: true }", "", 1),
    // What is kept ends before the dropout, which draws anew each time.
    ("from body -> dense(16) -> relu -> dropout(0.2) -> dense(8)", "trunk { freeze: true }", "", 1),
    // The first layer's result, beside which the adapter stands.
    ("from body -> dense(16) -> relu -> dense(8) -> relu", "trunk { adapter: lora(rank: 2, alpha: 4) }", "", 1),
    ("by mmoe(experts: 2) from body -> dense(8) -> relu", "trunk { freeze: true }", "", 3),
    ("from body -> dense(8) -> relu", "trunk { freeze: true }", "average: ema(decay: 0.9)\nclip: 1.0", 1),
    ("from body -> dense(8) -> relu -> dense(8) -> tanh", "trunk.dense.1 { freeze: true }", "checkpointing: true", 1),
    ("from body -> dense(8) -> relu", "trunk { freeze: until(epoch: 2) }", "", 0),
];

#[test]
fn kept_values_change_no_bit() {
    for (trunk, transfer, train, kept) in CASES {
        let text = penguins(trunk, &format!("transfer {{\n{transfer}\n}}"), train);
        let (with, notes) = trained(&session(&text), |_| {});
        let (without, plain) = trained(&session_without(&text, &["frozen-prefix"]), |_| {});
        assert_eq!(notes.kept, (kept > 0).then_some((kept, false)), "{transfer} on {trunk}: {:?}", notes.said);
        assert_eq!(plain.kept, None);
        assert_eq!(with, without, "{transfer} on {trunk}");
        assert_eq!(notes.starts, plain.starts);
    }
}

#[test]
fn values_that_do_not_fit_in_memory_lie_in_a_file() {
    let text = penguins("from body -> dense(16) -> relu", "transfer { trunk { freeze: true } }", "");
    let (in_memory, _) = trained(&session(&text), |_| {});
    // Beside the checkpoint, where one is written.
    let folder = Folder::new();
    let (in_a_file, notes) = trained(&session(&text), |settings| {
        settings.memory_for_frozen = 0;
        settings.checkpoint = Some(folder.0.join("checkpoint"));
    });
    assert_eq!(notes.kept, Some((1, true)));
    assert_eq!(in_memory, in_a_file);
    let left = std::fs::read_dir(&folder.0).expect("a folder").flatten().map(|file| file.file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["checkpoint"], "the file goes with the run");
}

#[test]
fn a_file_that_cannot_be_made_is_refused_in_words() {
    let text = penguins("from body -> dense(16) -> relu", "transfer { trunk { freeze: true } }", "");
    let session = session(&text);
    let rows = prefix::rows(&session.pipeline, &session.prepared);
    let nowhere = std::env::temp_dir().join("no").join("such").join("folder");
    let model = session.model(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"));
    let refused = KeptValues::room(&model, &rows, 0, &nowhere);
    assert!(refused.is_err_and(|why| why.to_string().contains("cannot write")));
}

#[test]
fn pictures_are_kept_as_they_come_out() {
    let text = "use std.tasks.{classification}
        data digits: csv(\"data/few-digits.csv.gz\") {
          split { by: part, train: \"train\", valid: \"valid\", test: \"test\" }
          columns {
            // mtlc: allow(constant-column) some pixels of the edge are never written on
            p00 .. p63: number
            part: category(\"train\", \"valid\", \"test\"), low: category(\"0\", \"1\", \"2\", \"3\", \"4\")
            high: category(\"5\", \"6\", \"7\", \"8\", \"9\")
          }
        }
        input picture from digits[p00 .. p63] -> scale(1/16) -> reshape(1, 8, 8)
        shared trunk from picture -> conv2d(4, kernel: 3, padding: same) -> relu -> max_pool(2) -> flatten -> dense(8)
        task high: classification from trunk { label: digits.high }
        task low: classification from trunk { label: digits.low }
        train { epochs: 1, batch: 50, optimizer: adam, seed: 1 }
        transfer { trunk.conv2d.1 { freeze: true } }";
    let (with, notes) = trained(&session(text), |_| {});
    let (without, _) = trained(&session_without(text, &["frozen-prefix"]), |_| {});
    assert_eq!(notes.kept, Some((1, false)));
    assert_eq!(with, without);
}
