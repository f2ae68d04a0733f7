//! "Did you mean": the candidate closest to what was written.

/// The closest candidate, if it is close enough that a person would have meant it.
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (written.chars().count() / 3).max(1) + usize::from(written.len() > 3);
    let lower = written.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != written && !candidate.is_empty())
        .map(|candidate| {
            let other = candidate.to_lowercase();
            let prefix = lower.len() >= 3 && (other.starts_with(&lower) || lower.starts_with(&other));
            let edits = distance(&lower, &other);
            (if prefix { edits.min(1) } else { edits }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, candidate)| (*distance, candidate.len().abs_diff(written.len())))
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap neighbours) between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitute = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitute.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_what_was_meant_and_nothing_far_away() {
        let names = ["dense", "dropout", "relu", "batch_norm"];
        assert_eq!(closest("dnese", names), Some("dense"));
        assert_eq!(closest("drop", names), Some("dropout"));
        assert_eq!(closest("rleu", names), Some("relu"));
        assert_eq!(closest("batchnorm", names), Some("batch_norm"));
        assert_eq!(closest("ReLU", ["gelu", "relu"]), Some("relu"));
        assert_eq!(closest("xyz", names), None);
        assert_eq!(closest("conv", names), None);
    }
}
