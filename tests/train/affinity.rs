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
    let line = ["affinity", "specs/shop.mtl", "--models", "3", "--every", "2", "--groups"];
    let (code, out, err) = mtlc(&folder.0, &line);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("a step on ↓ helps →") && out.contains("over 3 seeds, ± its 95% interval"), "{out}");
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
    // It may all be written anew, but for what somebody has changed, or put there.
    let own = |name: &str| folder.read(&format!("affinity/{name}"));
    for (name, hash) in found["written"].as_object().expect("names") {
        assert_eq!(mtlc::data::sha256(own(name).as_bytes()), hash.as_str().expect("a hash"), "{name}");
    }
    for (name, text) in [
        ("shop-group-1.mtl", own("shop-group-1.mtl") + "// Mine.\n"),
        ("shop-group-3.mtl", "// Mine.\n".into()),
        ("affinity.html", "Mine.".into()),
        ("affinity.json", "{}".into()),
    ] {
        let before = std::fs::read_to_string(folder.0.join("affinity").join(name)).ok();
        folder.write(&format!("affinity/{name}"), &text);
        let (code, _, err) = mtlc(&folder.0, &line);
        assert!(code == Some(2) && err.contains(name) && err.contains("nothing in it was touched"), "{err}");
        assert_eq!(own(name), text);
        match before {
            Some(before) => drop(folder.write(&format!("affinity/{name}"), before)),
            None => std::fs::remove_file(folder.0.join("affinity").join(name)).expect("it is there"),
        }
    }
    // How sure it is: a matrix per seed, an interval per pair, and the gain on seeds that did not choose the grouping.
    assert_eq!(found["seeds"], serde_json::json!([3, 4, 5]));
    assert_eq!((found["over"].as_str(), found["parts"].as_array().map(Vec::len)), (Some("seeds"), Some(3)));
    for (from, row) in rows.iter().enumerate() {
        for (to, value) in row.as_array().expect("a row").iter().enumerate() {
            let parts = found["parts"].as_array().expect("matrices").iter();
            let mean = parts.map(|part| part[from][to].as_f64().expect("a number")).sum::<f64>() / 3.0;
            let value = value.as_f64().expect("a number");
            let interval = &found["intervals"][from][to];
            let (low, high) = (interval[0].as_f64().expect("a number"), interval[1].as_f64().expect("a number"));
            assert!((value - mean).abs() < 1e-12 && low < value && value < high, "{text}");
        }
    }
    assert_eq!(found["gain"]["count"].as_u64(), Some(3));
}

#[test]
fn within_the_noise_nothing_is_recommended() {
    // Labels that no input and no other label says anything about.
    let folder = Folder::new();
    let noise =
        |row: u32, column: u32| f64::from((row * 7919 + column * 104_729).wrapping_mul(2_654_435_761) >> 8) / 1e7;
    let rows: String = (0..80)
        .map(|row| (0..5).map(|column| format!("{:.4}", noise(row, column))).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    folder.write("n.csv", format!("x,a,b,c,d\n{rows}"));
    folder.write(
        "n.mtl",
        "use std.tasks.{regression}\n\
         data n: csv(\"n.csv\") { columns { x: number, a: number, b: number, c: number, d: number } }\n\
         input x from n.x -> standardize\nshared trunk from x -> dense(4) -> relu\n\
         task a: regression from trunk { label: n.a }\ntask b: regression from trunk { label: n.b }\n\
         task c: regression from trunk { label: n.c }\ntask d: regression from trunk { label: n.d }\n\
         train { epochs: 3, batch: 8, seed: 1 }\n",
    );
    for (seeds, over) in [("3", "On seeds that did not choose it"), ("1", "On stretches of the run that did not")] {
        let line = ["affinity", "n.mtl", "--every", "1", "--seeds", seeds];
        let (code, out, err) = mtlc(&folder.0, &line);
        assert_eq!(code, Some(0), "{out}{err}");
        for words in [over, "nothing else is recommended"] {
            assert!(out.contains(words), "`{words}` is not in:\n{out}");
        }
        let text = std::fs::read_to_string(folder.0.join("affinity/affinity.json")).expect("findings");
        assert!(text.contains("\"recommended\": false"), "{text}");
        assert!(!folder.0.join("affinity/n-group-1.mtl").exists() && !out.contains("mtlc compare"), "{out}");
    }
    // One look is no evidence.
    let (_, out, _) = mtlc(&folder.0, &["affinity", "n.mtl", "--every", "1000", "--seeds", "1"]);
    assert!(out.contains("too short to say how sure it is"), "{out}");
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
