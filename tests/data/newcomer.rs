//! What is said of data that does not fit what a spec asks of it, where the reason is not the column alone.

use super::formats::{archive, npy};
use super::said;

fn says(found: &[(String, String)], code: &str, words: &[&str]) {
    let right = |(name, text): &(String, String)| name == code && words.iter().all(|word| text.contains(word));
    assert!(found.iter().any(right), "{code}, {words:?}: {found:#?}");
}

#[test]
fn the_size_that_the_data_has_stands_beside_the_one_that_is_needed() {
    let spec = |pictures: &str| {
        format!(
            "use std.tasks.{{segmentation}}\ndata d: npz(\"d.npz\") {{ split {{ train: 100% }}\n columns {{ p: number[{pictures}], m: mask(\"a\", \"b\") }} }}\n\
             input p from d.p\ntask m: segmentation from p -> conv2d(2, kernel: 3, padding: same) -> relu {{ label: d.m }}\n"
        )
    };
    let bytes = |count: usize| (0..count).map(|byte| (byte % 2) as u8).collect::<Vec<u8>>();
    let arrays = [
        ("p.npy", npy("|u1", false, "(9, 1, 4, 6)", &bytes(9 * 24))),
        ("m.npy", npy("|u1", false, "(9, 5, 6)", &bytes(9 * 30))),
    ];
    let found = said(&spec("1, 4, 6"), &[("d.npz", &archive(&arrays))]);
    says(&found, "obligation", &["the data has height(d.m) = 5 where 4 is needed"]);
    assert!(!found.iter().any(|(_, text)| text.contains("4 = 4") || text.contains("note: height")), "{found:#?}");
}

#[test]
fn what_takes_a_value_away_is_named() {
    let rows: String = (0..20).map(|row| format!("k{},{},{row}\n", row % 4, row as f64 - 5.5)).collect();
    let table = format!("k,x,y\n{rows}");
    let spec = |column: &str, steps: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ k: category, x: number, y: number }}\n\
             join rates: csv(\"rates.csv\") on k {{ rate: number }} }}\n\
             input x from d.{column}{steps} -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let files = |rates| [("d.csv", table.as_bytes()), ("rates.csv", rates)];
    let all: &[u8] = b"k,rate\nk0,1\nk1,2\nk2,3\nk3,4\n";
    let found = said(&spec("x", " -> keep_above(0)"), &files(all));
    let left_out = "`keep_above` leaves input `x` without a value in 6 rows, and no step behind it fills them in";
    says(&found, "missing-input", &[left_out, "impute"]);
    assert!(
        said(&spec("x", " -> keep_above(0) -> impute"), &files(all)).iter().all(|(code, _)| code != "missing-input")
    );
    // A row without a partner, and one whose partner has no value.
    let partner = "the table `rates` has no row with the key of that one";
    let found = said(&spec("rates.rate", ""), &files(b"k,rate\nk0,1\nk1,2\nk3,4\n"));
    says(&found, "missing-input", &["5 rows have no value", partner]);
    let found = said(&spec("rates.rate", ""), &files(b"k,rate\nk0,1\nk1,2\nk2,\nk3,4\n"));
    says(&found, "missing-input", &["5 rows have no value"]);
    assert!(!found.iter().any(|(_, text)| text.contains(partner)), "{found:#?}");
}
