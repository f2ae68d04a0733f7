//! Drawn steps: another value in every epoch for rows that are trained on, the same for one epoch, and none elsewhere.

use std::sync::Arc;

use mtlc::data::{Drawing, HostValues, Prefetch};

use super::{Folder, Opened, open};

const SPEC: &str = "use std.tasks.{regression}\n\
    data d: csv(\"d.csv\") { split { train: 100% }\n columns { v: number, w: number, y: number } }\n\
    input x from d[v, w] -> standardize -> noise(0.5) -> scale(10)\n\
    input plain from d[v, w] -> standardize -> scale(10)\n\
    shared trunk from concat(x, plain) -> dense(4)\n\
    task y: regression from trunk { label: d.y }\n";

fn opened() -> Opened {
    let folder = Folder::new();
    let rows: Vec<String> = (0..400).map(|row| format!("{},{},{}", row, row * row % 17, row % 5)).collect();
    folder.write("d.csv", format!("v,w,y\n{}\n", rows.join("\n")));
    open(&folder, SPEC)
}

fn numbers(values: &HostValues) -> &[f32] {
    let HostValues::F32(values) = values else { panic!("no numbers") };
    values
}

#[test]
fn noise_is_drawn_by_epoch_and_row() {
    let prepared = opened().prepared;
    let rows: Vec<Vec<usize>> = vec![(0..400).collect()];
    let plain = prepared.batch(&rows);
    assert_eq!(plain.inputs[0], plain.inputs[1]);
    let drawing = |epoch| Drawing { seed: 3, epoch };
    let first = prepared.training_batch(&rows, drawing(0));
    assert_eq!(first.inputs[1], plain.inputs[1]);
    assert_eq!(first, prepared.training_batch(&rows, drawing(0)));
    let second = prepared.training_batch(&rows, drawing(1));
    let (one, two, base) =
        (numbers(&first.inputs[0].values), numbers(&second.inputs[0].values), numbers(&plain.inputs[0].values));
    assert!(one.iter().zip(two).all(|(one, two)| one != two));
    // What comes behind the noise scales it too: a deviation of 5 around each number.
    let deviation = (one.iter().zip(base).map(|(one, base)| (one - base).powi(2)).sum::<f32>() / 800.0).sqrt();
    assert!((deviation - 5.0).abs() < 0.5, "{deviation}");
    // A row's draws do not depend on who stands beside it.
    let alone = prepared.training_batch(&[vec![7]], drawing(0));
    assert_eq!(numbers(&alone.inputs[0].values), &one[14..16]);
}

#[test]
fn workers_give_batches_in_order() {
    let prepared = Arc::new(opened().prepared);
    let plan: Vec<Vec<Vec<usize>>> = (0..50).map(|batch| vec![(batch * 8..batch * 8 + 8).collect()]).collect();
    let drawing = Drawing { seed: 1, epoch: 4 };
    let ahead: Vec<_> = Prefetch::training(prepared.clone(), plan.clone(), 4, drawing).collect();
    let direct: Vec<_> = plan.iter().map(|rows| prepared.training_batch(rows, drawing)).collect();
    assert_eq!(ahead, direct);
    assert_eq!(Prefetch::training(prepared.clone(), plan, 4, drawing).take(3).count(), 3);
    assert_eq!(Prefetch::training(prepared, Vec::new(), 4, drawing).count(), 0);
}
