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

const DROPPED: &str = "use std.tasks.{regression}\n\
    data d: csv(\"d.csv\") { split { train: 100% }\n columns { v: number, w: number, words: text, y: number } }\n\
    input held from d.v -> drop_input(30%) -> scale(2) { missing: learned }\n\
    input drawn from d[v, w] -> impute(mean) -> noise(0.5) -> drop_input(30%) { missing: zero }\n\
    input words from d.words -> characters(max: 9) -> drop_input(30%) -> embed(2) -> mean_pool { missing: learned }\n\
    input whole from d.w { missing: learned }\n\
    task y: regression from concat(held, drawn, words, whole) -> dense(4) { label: d.y }\n";

/// Rows of which every tenth has no `v` in the file.
fn dropped() -> Opened {
    let folder = Folder::new();
    let v = |row: usize| if row.is_multiple_of(10) { String::new() } else { (row + 1).to_string() };
    let rows: Vec<String> =
        (0..2000).map(|row| format!("{},{},{},{}", v(row), row + 1, "ab".repeat(1 + row % 4), row % 5)).collect();
    folder.write("d.csv", format!("v,w,words,y\n{}\n", rows.join("\n")));
    open(&folder, DROPPED)
}

#[test]
fn inputs_are_dropped_by_epoch_and_row() {
    let prepared = dropped().prepared;
    let rows: Vec<Vec<usize>> = vec![(0..2000).collect()];
    let drawing = |epoch| Drawing { seed: 3, epoch };
    let (plain, first) = (prepared.batch(&rows), prepared.training_batch(&rows, drawing(0)));
    assert_eq!(first, prepared.training_batch(&rows, drawing(0)));
    let second = prepared.training_batch(&rows, drawing(1));
    let present = |batch: &mtlc::data::Batch, input: usize| batch.present[input].clone().expect("rows may lack it");
    // None is dropped but for training, nor of an input that does not say so.
    assert_eq!(present(&plain, 0), (0..2000).map(|row| row % 10 > 0).collect::<Vec<_>>());
    assert!(present(&plain, 1).iter().chain(&present(&plain, 2)).all(|present| *present));
    assert_eq!((present(&first, 3), &first.inputs[3]), (vec![true; 2000], &plain.inputs[3]));
    for input in 0..3 {
        let (one, two, before) = (present(&first, input), present(&second, input), present(&plain, input));
        let share = |present: &[bool]| {
            let had = before.iter().filter(|has| **has).count() as f64;
            present.iter().zip(&before).filter(|(has, had)| !**has && **had).count() as f64 / had
        };
        // Three standard errors of 1800 draws.
        for present in [&one, &two] {
            assert!((share(present) - 0.3).abs() < 0.033, "{input}: {}", share(present));
        }
        let both = one.iter().zip(&two).zip(&before).filter(|((one, two), had)| !**one && !**two && **had).count();
        assert!(
            (both as f64 / 2000.0 - 0.09).abs() < 0.025,
            "{input}: the epochs draw by themselves, and {both} lose it in both"
        );
        assert!(one.iter().zip(&before).all(|(one, had)| *had || !*one), "who lacks it does not get it");
    }
    // One input's draws are none of another's.
    assert_ne!(present(&first, 1), present(&first, 2));
    // A row that keeps the input has its values; one that lost it has none.
    let (one, base) = (numbers(&first.inputs[0].values), numbers(&plain.inputs[0].values));
    for (row, has) in present(&first, 0).into_iter().enumerate() {
        assert_eq!(one[row], if has { base[row] } else { 0.0 }, "row {row}");
    }
    let (one, base) = (numbers(&first.inputs[1].values), numbers(&plain.inputs[1].values));
    for (row, has) in present(&first, 1).into_iter().enumerate() {
        let (one, base) = (one[2 * row + 1], base[2 * row + 1]);
        assert!(if has { one != base && (one - base).abs() < 5.0 } else { one == 0.0 }, "row {row}: {one} {base}");
    }
    let lengths = |batch: &mtlc::data::Batch| batch.inputs[2].lengths[0].1.clone();
    for (row, has) in present(&first, 2).into_iter().enumerate() {
        assert_eq!(lengths(&first)[row], if has { lengths(&plain)[row] } else { 1 }, "row {row}");
    }
    // Whoever stands beside it, a row draws the same.
    for row in [7, 8, 9, 10] {
        let alone = prepared.training_batch(&[vec![row]], drawing(0));
        for input in 0..3 {
            assert_eq!(present(&alone, input)[0], present(&first, input)[row]);
        }
    }
}
