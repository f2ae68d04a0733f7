//! Numbers are said as other programs say them.

use std::path::PathBuf;

use mtlc::generate::LANGUAGES;

/// `numbers.tsv` is what ICU 72 gives (`RuleBasedNumberFormat`, spell-out, soft hyphens left out) and, for French, num2words 0.5.14, whose spelling
/// is the one without hyphens around `et`. `MTLC_NUMBERS` may name a longer table of the same form.
#[test]
fn numbers_are_said_as_icu_and_num2words_say_them() {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/generate/numbers.tsv");
    let table = std::fs::read_to_string(std::env::var_os("MTLC_NUMBERS").map_or(own, PathBuf::from))
        .expect("the table is there");
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split('\t').skip(1).collect();
    assert_eq!(header, LANGUAGES.map(|(name, _)| name));
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let number: u32 = cells[0].parse().expect("a number");
        for ((name, say), expected) in LANGUAGES.iter().zip(&cells[1..]) {
            compared += 1;
            let found = say(number);
            if found != *expected {
                wrong.push(format!("{number} in {name}: {found}, not {expected}"));
            }
        }
    }
    assert!(compared > 6 * 300, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}
