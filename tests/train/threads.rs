//! How many threads the built-in backend multiplies with changes no byte of a run.

use super::{command, same_runs, shop, text};
use crate::data::Folder;

/// Wide enough for products and batched products that are shared between threads, with gradients at the parameters.
fn wide() -> Folder {
    let folder = shop();
    let spec = text(&folder, "shop.mtl")
        .replace("dense(width) -> batch_norm -> relu", "dense(400) -> relu -> dense(400) -> relu")
        .replace("weights {", "weights by pcgrad(on: parameters) {")
        .replace("epochs: 4, batch: 16", "epochs: 2, batch: 72");
    folder.write("shop.mtl", spec);
    folder
}

#[test]
fn any_number_of_threads_trains_the_same_model() {
    let folder = wide();
    let counts = ["1", "2", "5"];
    for count in counts {
        let run = command(&folder.0)
            .env("RAYON_NUM_THREADS", count)
            .args(["run", "shop.mtl", "--device", "flex", "--out", count])
            .output()
            .expect("mtlc runs");
        super::Said::of(&run).must(0, &["3 tasks"]);
    }
    counts[1..].iter().for_each(|count| same_runs(&folder, counts[0], count));
}
