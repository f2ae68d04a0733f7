//! `mtlc plan --profile`: what the nodes of a spec cost, measured.

use super::{SHOP, mtlc, shop, text};

#[test]
fn every_node_has_its_time_and_its_memory() {
    let folder = shop();
    let said = mtlc(&folder, "plan shop.mtl --profile p.json").must(0, &[]).out;
    assert!(
        ["forward ms", "back ms", "optimizer", "forward alone", "answers of its outputs", "decoding ms", "metrics ms"]
            .iter()
            .all(|words| said.contains(words)),
        "{said}"
    );
    let found: serde_json::Value = serde_json::from_str(&text(&folder, "p.json")).expect("JSON");
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let nodes = found["nodes"].as_array().expect("nodes");
    let node = |path: &str| nodes.iter().find(|node| node["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    // Of a dense layer of twelve units, the values of a batch of 16 rows, and one for each.
    assert_eq!(number(&node("trunk.dense.1")["bytes"]), f64::from(16 * 12 * 4));
    assert!(number(&node("trunk.dense.1")["forward"]) > 0.0 && number(&node("trunk.dense.1")["back"]) > 0.0);
    for path in ["body", "city", "city.embed.1", "trunk.concat.1", "trunk.dropout.1", "kind.head.dense.1"] {
        assert!(number(&node(path)["bytes"]) > 0.0, "{path}");
        assert!(said.contains(path), "{path} is not in\n{said}");
    }
    assert_eq!(nodes.iter().map(|node| number(&node["bytes"])).sum::<f64>(), number(&found["bytes"]));
    assert!(["step", "inference", "optimizer", "rows"].iter().all(|name| number(&found[*name]) > 0.0), "{found}");
    let answers = found["answers"].as_array().expect("tasks");
    assert!(answers.iter().any(|task| task["task"] == "kind"), "{found}");
    let times = ["decoding", "losses", "metrics"];
    assert!(answers.iter().all(|task| times.iter().all(|time| number(&task[*time]) > 0.0)), "{found}");
    // Without a file the same is shown; and nothing is left behind.
    let without = mtlc(&folder, "plan shop.mtl --profile").must(0, &[]).out;
    assert_eq!(said.lines().count(), without.lines().count());
    assert!(!mtlc(&folder, "plan shop.mtl").must(0, &[]).out.contains("forward ms"));
    assert_eq!(
        std::fs::read_dir(&folder.0).expect("a folder").count(),
        3,
        "the table, the spec and the file asked for"
    );
}

#[test]
fn what_cannot_be_measured_says_so() {
    let folder = shop();
    mtlc(&folder, "plan shop.mtl --profile nosuch/p.json").must(2, &["nosuch/p.json"]);
    folder.write("wild.mtl", SHOP.replace("adam(lr: 1e-2)", "sgd(lr: 1e30)"));
    mtlc(&folder, "plan wild.mtl --profile").must(2, &["is no number after", "a smaller learning rate"]);
}
