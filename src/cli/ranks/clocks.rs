//! Clocks of several machines, which go apart. Nothing that is computed depends on one, and what is dated goes by the clock of the first rank; but the files of a run have the dates of
//! whoever keeps them, and an object store refuses who asks it at another time than its own. So it is said, and nothing is refused.

use super::name;

/// Clocks nearer than this are one: all say what theirs says within the time that a machine under load takes to answer.
const NEAR: u64 = 60;

/// What to say of ranks whose clocks, in seconds, are not that of the first; `None` if all are near.
pub fn apart(clocks: &[u64]) -> Option<String> {
    let first = *clocks.first()?;
    let off = |rank: &usize| clocks[*rank].abs_diff(first) > NEAR;
    let all: Vec<usize> = (0..clocks.len()).filter(off).collect();
    let of = |rank: &usize| {
        let way = if clocks[*rank] < first { "behind" } else { "ahead of" };
        format!("the clock of {} is {} {way} that of {}", name(*rank), words(clocks[*rank].abs_diff(first)), name(0))
    };
    let shown: Vec<String> = all.iter().take(3).map(of).collect();
    let more = if all.len() > 3 { format!("; and {} more", all.len() - 3) } else { String::new() };
    (!all.is_empty()).then(|| {
        format!(
            "note: {}{more}: what is trained is the same, what is dated goes by rank 0, and an object store may refuse the others",
            shown.join("; ")
        )
    })
}

/// The larger two of days, hours, minutes and seconds.
fn words(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let from = parts.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let shown = parts[from..].iter().take(2).filter(|(count, _)| *count > 0);
    shown.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_are_off_are_said_with_how_much() {
        assert_eq!(apart(&[]), None);
        assert_eq!(apart(&[1_000_000, 1_000_059, 999_941]), None);
        let said = apart(&[1_000_000, 1_000_001, 1_000_000 - 86_400 - 7200, 1_000_090]).expect("two are off");
        assert!(said.starts_with("note: the clock of rank 2 is 1 d 2 h behind that of rank 0; the clock of rank 3 is 1 min 30 s ahead of that of rank 0: "));
        let many = apart(&[500; 1].into_iter().chain([0; 7]).collect::<Vec<u64>>()).expect("seven are off");
        assert!(many.contains("; and 4 more: "), "{many}");
    }
}
