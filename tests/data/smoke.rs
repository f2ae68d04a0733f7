//! The penguins from file to batch.

use mtlc::answers::Numbers;
use mtlc::data::HostValues;
use mtlc::pipeline::Part;

use super::{Folder, open};

#[test]
fn penguins_become_batches() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("data")).expect("a folder");
    folder.write("data/penguins.csv", include_bytes!("../../pipelines/data/penguins.csv"));
    let opened = open(&folder, include_str!("../../pipelines/penguins.mtl"));
    let prepared = &opened.prepared;
    assert_eq!(prepared.rows(0), 344);
    assert_eq!(prepared.facts().get("classes(penguins.island)"), Some(&3));
    assert_eq!(prepared.classes(0).map(|classes| classes.join(" ")).as_deref(), Some("Adelie Chinstrap Gentoo"));
    let sex = prepared.label(1);
    assert_eq!(sex.present.len(), 344 - 11);
    let Some(Numbers { width: 1, values }) = prepared.label(2).values.of() else { panic!("no numbers") };
    assert_eq!(values[0], 3750.0);
    let rows = opened.parts.0[0].of(Part::Test).to_vec();
    let batch = prepared.batch(std::slice::from_ref(&rows));
    assert_eq!(batch.inputs[0].shape, [rows.len(), 3]);
    assert_eq!(batch.inputs[1].shape, [rows.len()]);
    assert!(matches!(&batch.targets[1].values[0].values, HostValues::F32(values) if values.len() == rows.len()));
    let mut mass = vec![0.0];
    prepared.invert_target(2, 0, &mut mass);
    assert!((4000.0..4400.0).contains(&mass[0]), "{mass:?}");
}
