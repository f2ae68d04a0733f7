//! Batches: rows in any order, several data sets, and a thread that runs ahead.

use std::sync::Arc;

use mtlc::data::{HostValues, Prefetch};

use super::{Folder, Opened, open};

const TWO: &str = "use std.tasks.{classification, regression}\n\
    data a: csv(\"a.csv\") { split { train: 100% }\n columns { k: category, v: number, y: number } }\n\
    data b: csv(\"b.csv\") { split { train: 100% }\n columns { k: category, v: number, z: category } }\n\
    input v from union(a.v, b.v) -> standardize\n\
    input k from union(a.k, b.k) -> embed(2)\n\
    shared trunk from concat(v, k) -> dense(4)\n\
    task y: regression from trunk { label: a.y, target: scale(1) }\n\
    task z: classification from trunk { label: b.z }\n";

fn two() -> Opened {
    let folder = Folder::new();
    folder.write("a.csv", "k,v,y\nq,1,10\np,3,\nq,5,30\n");
    folder.write("b.csv", "k,v,z\nr,7,no\np,9,yes\n");
    open(&folder, TWO)
}

#[test]
fn rows_of_two_data_sets_are_stacked_and_targets_are_aligned() {
    let opened = two();
    let batch = opened.prepared.batch(&[vec![2, 1, 2], vec![1]]);
    // Mean 5 and deviation sqrt(8) over both data sets.
    let deviation = 8f32.sqrt();
    assert_eq!(batch.inputs[0].shape, [4, 1]);
    let HostValues::F32(values) = &batch.inputs[0].values else { panic!("no numbers") };
    for (value, wanted) in values.iter().zip([0.0, -2.0 / deviation, 0.0, 4.0 / deviation]) {
        assert!((value - wanted).abs() < 1e-6, "{values:?}");
    }
    // Both data sets know the classes of both: p, q, r.
    assert_eq!(batch.inputs[1].values, HostValues::I64(vec![1, 0, 1, 0]));
    assert_eq!(opened.prepared.facts().get("classes(a.k)"), Some(&3));
    let (y, z) = (&batch.targets[0], &batch.targets[1]);
    assert_eq!(
        (&y.present[..], &y.values[0].values),
        (&[true, false, true, false][..], &HostValues::F32(vec![30.0, 0.0, 30.0, 0.0]))
    );
    assert_eq!(
        (&z.present[..], &z.values[0].values),
        (&[false, false, false, true][..], &HostValues::I64(vec![0, 0, 0, 1]))
    );
    assert_eq!(batch.rows, [vec![2, 1, 2], vec![1]]);
    assert_eq!(opened.prepared.batch(&[vec![], vec![]]).inputs[0].shape, [0, 1]);
}

#[test]
fn batches_run_ahead_and_stop_when_nobody_wants_them() {
    let prepared = Arc::new(two().prepared);
    let plan: Vec<Vec<Vec<usize>>> = (0..50).map(|batch| vec![vec![batch % 3], vec![batch % 2]]).collect();
    let ahead: Vec<_> = Prefetch::start(prepared.clone(), plan.clone(), 4).collect();
    let direct: Vec<_> = plan.iter().map(|rows| prepared.batch(rows)).collect();
    assert_eq!(ahead, direct);
    let mut some = Prefetch::start(prepared.clone(), plan, 2);
    assert!(some.next().is_some());
    drop(some);
    assert_eq!(Arc::strong_count(&prepared), 1, "the thread has ended");
}

#[test]
#[should_panic(expected = "out of range")]
fn a_thread_that_fails_does_not_end_quietly() {
    let prepared = Arc::new(two().prepared);
    let _ = Prefetch::start(prepared, vec![vec![vec![999], vec![]]], 1).count();
}
