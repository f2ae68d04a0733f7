//! Usual words for yes and no.

/// Which of two classes means yes, if they are usual words for yes and no.
pub(in crate::check) fn yes_class(classes: &[String]) -> Option<&str> {
    const PAIRS: [(&str, &str); 9] = [
        ("no", "yes"),
        ("false", "true"),
        ("0", "1"),
        ("n", "y"),
        ("f", "t"),
        ("absent", "present"),
        ("negative", "positive"),
        ("off", "on"),
        ("-", "+"),
    ];
    let [one, two] = classes else { return None };
    let pair = |no: &str, yes: &str| {
        PAIRS.iter().any(|(first, second)| no.eq_ignore_ascii_case(first) && yes.eq_ignore_ascii_case(second))
    };
    match (pair(one, two), pair(two, one)) {
        (true, _) => Some(two),
        (_, true) => Some(one),
        _ => None,
    }
}
