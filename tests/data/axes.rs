//! Arrays whose axes have names: rows are put in the order in which layers have them, in every format, from memory and from disk.

use mtlc::data::{Batch, HostValues};

use super::formats::{archive, npy};
use super::{Folder, open, said, try_open};

/// The picture of a row: a number of its own for each channel, line and column.
fn at(row: usize, channel: usize, line: usize, column: usize) -> f32 {
    (row * 100 + channel * 20 + line * 5 + column) as f32
}

const ROWS: usize = 8;

/// Lists in lists over these sizes.
fn nested(sizes: &[usize], places: &mut Vec<usize>, value: &dyn Fn(&[usize]) -> f32) -> String {
    let Some((size, rest)) = sizes.split_first() else { return value(places).to_string() };
    let items: Vec<String> = (0..*size)
        .map(|place| {
            places.push(place);
            let item = nested(rest, places, value);
            places.pop();
            item
        })
        .collect();
    format!("[{}]", items.join(", "))
}

fn spec(format: &str, columns: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\n\
         data d: {format} {{ split {{ train: 100% }}\n columns {{ {columns}, y: number }} }}\n\
         input picture from d.picture\ninput series from d.series -> scale(1/2)\ninput pulse from d.pulse\n\
         shared trunk from concat(\n\
           picture -> conv2d(2, kernel: 2) -> global_avg_pool, concat(series, pulse) -> conv1d(2, kernel: 2) -> mean_pool)\n\
         task y: regression from trunk {{ label: d.y }}\n"
    )
}

/// Channels last, series by their channels, and numbers alone.
const NAMED: &str =
    "picture: number[height: 2, width: 3, channels: 4], series: number[channels: 2, time: 5], pulse: number[time: 5]";
/// The same as layers have it.
const PLAIN: &str = "picture: number[4, 2, 3], series: number[5, 2], pulse: number[5, 1]";

fn lines(named: bool) -> String {
    let line = |row: usize| {
        let (picture, series, pulse) = match named {
            true => (
                nested(&[2, 3, 4], &mut Vec::new(), &|at_| at(row, at_[2], at_[0], at_[1])),
                nested(&[2, 5], &mut Vec::new(), &|at_| at(row, 0, at_[1], at_[0])),
                nested(&[5], &mut Vec::new(), &|at_| at(row, 1, at_[0], 0)),
            ),
            false => (
                nested(&[4, 2, 3], &mut Vec::new(), &|at_| at(row, at_[0], at_[1], at_[2])),
                nested(&[5, 2], &mut Vec::new(), &|at_| at(row, 0, at_[0], at_[1])),
                nested(&[5, 1], &mut Vec::new(), &|at_| at(row, 1, at_[0], 0)),
            ),
        };
        format!("{{\"picture\": {picture}, \"series\": {series}, \"pulse\": {pulse}, \"y\": {}}}\n", row % 3)
    };
    (0..ROWS).map(line).collect()
}

fn batch(folder: &Folder, spec: &str) -> Batch {
    open(folder, spec).prepared.batch(&[(0..ROWS).collect()])
}

#[test]
fn arrays_are_put_in_the_order_of_layers() {
    let folder = Folder::new();
    folder.write("named.jsonl", lines(true));
    folder.write("plain.jsonl", lines(false));
    let plain = batch(&folder, &spec("jsonl(\"plain.jsonl\")", PLAIN));
    assert_eq!(plain.inputs[0].shape, [ROWS, 4, 2, 3]);
    assert_eq!(batch(&folder, &spec("jsonl(\"named.jsonl\")", NAMED)).inputs, plain.inputs);
    // Named in the order of layers, nothing moves.
    let same = "picture: number[channels: 4, height: 2, width: 3], series: number[time: 5, channels: 2], pulse: number[time: 5, features: 1]";
    assert_eq!(batch(&folder, &spec("jsonl(\"plain.jsonl\")", same)).inputs, plain.inputs);
    // As NumPy arrays, of bytes and of singles.
    let bytes = |value: &dyn Fn(usize) -> f32, count: usize| {
        (0..count).flat_map(|at| value(at).to_le_bytes()).collect::<Vec<u8>>()
    };
    let picture = |place: usize| at(place / 24, place % 4, place / 12 % 2, place / 4 % 3);
    let series = |place: usize| at(place / 10, 0, place % 5, place / 5 % 2);
    let pulse = |place: usize| at(place / 5, 1, place % 5, 0);
    folder.write(
        "named.npz",
        archive(&[
            ("picture.npy", npy("<f4", false, "(8, 2, 3, 4)", &bytes(&picture, 8 * 24))),
            ("series.npy", npy("<f4", false, "(8, 2, 5)", &bytes(&series, 8 * 10))),
            ("pulse.npy", npy("<f4", false, "(8, 5)", &bytes(&pulse, 8 * 5))),
            ("y.npy", npy("<f4", false, "(8,)", &bytes(&|row| (row % 3) as f32, 8))),
        ]),
    );
    assert_eq!(batch(&folder, &spec("npz(\"named.npz\")", NAMED)).inputs, plain.inputs);
}

/// Sizes are compared as the file has them, and said so.
#[test]
fn arrays_of_other_sizes_are_named_as_the_file_has_them() {
    let wrong = NAMED.replace("height: 2, width: 3", "height: 3, width: 2");
    let found = said(&spec("jsonl(\"d.jsonl\")", &wrong), &[("d.jsonl", lines(true).as_bytes())]);
    assert!(found.iter().any(|(_, said)| said.contains("an array of 2 values in axis 1")), "{found:#?}");
}

/// A label lies as layers have it, too: what is learnt, and what is written of it.
#[test]
fn a_label_lies_as_layers_have_it() {
    let folder = Folder::new();
    folder.write("d.jsonl", lines(true));
    let spec = "use std.tasks.{regression}\n\
        data d: jsonl(\"d.jsonl\") { split { train: 100% }\n columns { series: number[channels: 2, time: 5], y: number } }\n\
        input y from d.y\n\
        task series: regression from y { label: d.series, target: scale(2), head: dense(10) -> reshape(5, 2) }\n";
    let opened = try_open(&folder, spec).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let batch = opened.prepared.batch(&[vec![1]]);
    let target = &batch.targets[0].values[0];
    let wanted: Vec<f32> = (0..10).map(|place| 2.0 * at(1, 0, place / 2, place % 2)).collect();
    assert_eq!((&target.shape, &target.values), (&vec![1, 5, 2], &HostValues::F32(wanted)));
}

/// Two data sets may have one array in two orders.
#[test]
fn arrays_of_two_orders_are_stacked() {
    let folder = Folder::new();
    folder.write("named.jsonl", lines(true));
    folder.write("plain.jsonl", lines(false));
    let spec = "use std.tasks.{regression}\n\
        data a: jsonl(\"named.jsonl\") { split { train: 100% }\n columns { series: number[channels: 2, time: 5], y: number } }\n\
        data b: jsonl(\"plain.jsonl\") { split { train: 100% }\n columns { series: number[time: 5, features: 2], y: number } }\n\
        input series from union(a.series, b.series)\n\
        shared trunk from series -> conv1d(2, kernel: 2) -> mean_pool\n\
        task a_y: regression from trunk { label: a.y }\ntask b_y: regression from trunk { label: b.y }\n";
    let batch = open(&folder, spec).prepared.batch(&[vec![3], vec![3]]);
    let HostValues::F32(values) = &batch.inputs[0].values else { panic!("numbers") };
    assert_eq!(values[..10], values[10..]);
}
