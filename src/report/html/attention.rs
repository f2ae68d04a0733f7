//! Who looks at whom in a text: a picture of each place against each, or, of a pool and of longer texts, the text with what is looked at in colour.

use super::svg::{Cell, Heat};
use super::text::escape;
use super::{ReportInput, Section, card, heading};
use crate::report::Attention;

/// So many places are shown against each other.
const MOST: usize = 48;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut body = String::new();
    for (name, task) in input.pictures.iter() {
        for one in &task.attention {
            let what = format!("{}, row {}", one.node, one.row);
            body += &card(&heading(name, &what), &picture(one));
        }
    }
    if body.is_empty() {
        return None;
    }
    let note = "Where the layers that attend look in an answer that is most wrong and in one that is right, as means over their heads: each line is a place that looks, each column one that is \
                looked at, from nothing to the strongest. In a text, the more colour, the more it is looked at."
        .to_string();
    Some(Section { id: "attention", title: "Attention", note, body })
}

fn picture(one: &Attention) -> String {
    if one.asking.len() < 2 || one.asking.len() > MOST || one.seen.len() > MOST {
        return coloured(&one.seen, &means(&one.weights));
    }
    let strongest = one.weights.iter().flatten().copied().fold(f64::MIN_POSITIVE, f64::max);
    let cell = |asking: usize, seen: usize| {
        let weight = one.weights[asking][seen];
        let title = format!("{} looks at {}: {weight:.2}", shown(&one.asking[asking]), shown(&one.seen[seen]));
        Some(Cell { strength: weight / strongest, text: String::new(), title })
    };
    let row = |asking: usize| (0..one.seen.len()).map(|seen| cell(asking, seen)).collect();
    let names = |tokens: &[String]| tokens.iter().map(|token| shown(token)).collect();
    let label = format!("{}: who looks at whom", one.node);
    Heat {
        label: &label,
        rows: names(&one.asking),
        columns: names(&one.seen),
        cells: (0..one.asking.len()).map(row).collect(),
        words: ("", ""),
        every_name: true,
    }
    .svg()
}

/// A token as it is shown: a mark stands for no part of the text.
fn shown(token: &str) -> String {
    match token {
        "" => "·".to_string(),
        " " => "␣".to_string(),
        _ => token.to_string(),
    }
}

/// How much each place is looked at, by all that look.
fn means(weights: &[Vec<f64>]) -> Vec<f64> {
    let count = weights.len().max(1) as f64;
    let width = weights.first().map_or(0, Vec::len);
    (0..width).map(|place| weights.iter().map(|row| row[place]).sum::<f64>() / count).collect()
}

/// A text whose tokens have the more colour, the more they are looked at.
fn coloured(tokens: &[String], weights: &[f64]) -> String {
    let strongest = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let token = |(token, weight): (&String, &f64)| {
        let share = (100.0 * weight / strongest).round();
        let token = escape(&shown(token));
        format!("<span class=\"looked\" style=\"--share:{share}%\" title=\"{weight:.3}\">{token}</span>")
    };
    let text: Vec<String> = tokens.iter().zip(weights).map(token).collect();
    format!("<p dir=\"auto\">{}</p>", text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attention(asking: &[&str], seen: &[&str], weights: &[&[f64]]) -> Attention {
        let words = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        let weights = weights.iter().map(|row| row.to_vec()).collect();
        Attention { asking: words(asking), seen: words(seen), weights, ..Attention::default() }
    }

    #[test]
    fn a_pool_colours_its_text() {
        let html = picture(&attention(&[""], &["a", "<b>", ""], &[&[0.2, 0.8, 0.0]]));
        assert_eq!(
            html,
            "<p dir=\"auto\"><span class=\"looked\" style=\"--share:25%\" title=\"0.200\">a</span> \
             <span class=\"looked\" style=\"--share:100%\" title=\"0.800\">&lt;b&gt;</span> \
             <span class=\"looked\" style=\"--share:0%\" title=\"0.000\">·</span></p>"
        );
    }

    #[test]
    fn places_are_shown_against_each_other() {
        let html = picture(&attention(&["je", "dors"], &["I", "sleep"], &[&[0.9, 0.1], &[0.25, 0.75]]));
        for title in ["je looks at I: 0.90", "je looks at sleep: 0.10", "dors looks at sleep: 0.75"] {
            assert!(html.contains(title), "no `{title}` in {html}");
        }
    }
}
