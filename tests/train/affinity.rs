//! `mtlc affinity`, as a process.

use serde_json::Value;

use super::{SHOP, table};
use crate::data::Folder;
use crate::data::command::mtlc;

/// The shop, its data in a folder of its own and its imports in another file.
fn shop() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("specs/data")).expect("a folder");
    folder.write("specs/data/shop.csv", table());
    folder.write("specs/blocks.mtl", "block tower(width: int) { out: in -> dense(width) -> relu }\n");
    let spec = SHOP
        .replace("\"shop.csv\"", "\"data/shop.csv\"")
        .replace("from trunk { label: shop.price }", "from trunk -> tower(4) { label: shop.price }");
    folder.write("specs/shop.mtl", format!("use \"blocks.mtl\".{{tower}}\n{spec}"));
    folder
}

#[test]
fn each_group_gets_a_spec_that_stands_alone() {
    let folder = shop();
    // As many models as tasks: then each task is best with what helps it most, alone or not.
    let (code, out, err) = mtlc(&folder.0, &["affinity", "specs/shop.mtl", "--models", "3", "--every", "2"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("a step on ↓ helps →"), "{out}");
    let text = std::fs::read_to_string(folder.0.join("affinity/affinity.json")).expect("findings");
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(found["tasks"], serde_json::json!(["kind", "flag", "price"]));
    let rows = found["affinity"].as_array().expect("a matrix");
    assert_eq!(rows.len(), 3);
    // A small step on a task lowers that task's own loss.
    for (index, row) in rows.iter().enumerate() {
        assert!(row[index].as_f64().expect("a number") > 0.0, "{text}");
    }
    let groups = found["grouping"].as_array().expect("groups");
    let mut grouped: Vec<&str> =
        groups.iter().flat_map(|group| group.as_array().expect("names")).filter_map(Value::as_str).collect();
    grouped.sort_unstable();
    assert_eq!(grouped, ["flag", "kind", "price"]);
    for place in 1..=groups.len() {
        let spec = format!("affinity/shop-group-{place}.mtl");
        let (code, out, err) = mtlc(&folder.0, &["check", "--deny", "warnings", &spec]);
        assert_eq!(code, Some(0), "{out}{err}\n{}", std::fs::read_to_string(folder.0.join(&spec)).unwrap_or_default());
        let (code, out, err) = mtlc(&folder.0, &["run", &spec, "--epochs", "1", "--quiet"]);
        assert_eq!(code, Some(0), "{out}{err}");
    }
    assert!(folder.0.join("affinity/affinity.html").exists());
}

#[test]
fn one_task_has_no_affinity() {
    let folder = Folder::new();
    folder.write("a.csv", "x,y\n1,2\n2,3\n3,4\n");
    folder.write(
        "a.mtl",
        "use std.tasks.{regression}\ndata a: csv(\"a.csv\") { columns { x: number, y: number } }\n\
         input x from a.x -> standardize\ntask y: regression from x { label: a.y }\n",
    );
    let (code, _, err) = mtlc(&folder.0, &["affinity", "a.mtl"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("only one"), "{err}");
}
