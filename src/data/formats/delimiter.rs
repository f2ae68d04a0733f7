//! The delimiter that a text seems to have, if it has not the one that the spec says.

/// What may stand between two values.
const CANDIDATES: [&str; 7] = [",", ";", "\t", "|", ":", "^", " "];

/// The delimiter by which the first line of a text names more of the columns that are wanted than it does now.
pub fn better(text: &str, delimiter: &str, header: &[String], wanted: &[&str]) -> Option<&'static str> {
    let line = text.lines().find(|line| !line.trim().is_empty())?;
    let found = |names: &[&str]| wanted.iter().filter(|name| names.contains(*name)).count();
    let now = found(&header.iter().map(String::as_str).collect::<Vec<_>>());
    let of = |candidate: &'static str| {
        let names: Vec<&str> = line.split(candidate).map(|name| name.trim().trim_matches('"').trim()).collect();
        (found(&names), names.len() > 1)
    };
    let best = CANDIDATES.into_iter().filter(|candidate| *candidate != delimiter && of(candidate).1);
    let (count, best) = best.map(|candidate| (of(candidate).0, candidate)).max_by_key(|(count, _)| *count)?;
    if count > now {
        return Some(best);
    }
    // A header of one name, in which another delimiter stands: whatever the columns are called, it is the one.
    if header.len() == 1 && now == 0 {
        return [";", "\t", "|", ","].into_iter().find(|other| *other != delimiter && line.contains(*other));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::better;

    #[test]
    fn what_names_more_columns_is_better() {
        let header = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>();
        assert_eq!(better("x;y\n1;2\n", ",", &header(&["x;y"]), &["x", "y"]), Some(";"));
        assert_eq!(better("\"x\"\t\"y, z\"\n", ",", &header(&["x\"\t\"y", "z\""]), &["x", "y"]), Some("\t"));
        assert_eq!(better("x,y\n1,2\n", ";", &header(&["x,y"]), &["x", "y"]), Some(","));
        assert_eq!(better("a|b\n", ",", &header(&["a|b"]), &["x"]), Some("|"));
        assert_eq!(better("x,y\n", ",", &header(&["x", "y"]), &["x", "z"]), None);
        assert_eq!(better("a b,c d\n", ",", &header(&["a b", "c d"]), &["x"]), None);
    }
}
