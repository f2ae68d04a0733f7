//! Texts with what is true of them and what was answered: wrong ones first, then right ones; tags and parts of a text in colour.

use std::collections::BTreeMap;

use super::text::escape;
use super::{ReportInput, Section, card, heading};
use crate::report::{Example, Shown};

/// Of longer texts the beginning is shown.
const SHOWN: usize = 600;

/// So many colours there are for tags.
const COLOURS: usize = 8;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter().filter(|(_, task)| !task.examples.is_empty()) {
        // Sorts of tags have their colours throughout a task.
        let mut colours = BTreeMap::new();
        let tags = task.examples.iter().filter(|example| example.shown == Shown::Tags);
        for tag in tags.flat_map(|example| example.truth.split_whitespace().chain(example.predicted.split_whitespace()))
        {
            let next = colours.len() % COLOURS;
            sort_of(tag).map(|sort| *colours.entry(sort.to_string()).or_insert(next));
        }
        let rows: String = task.examples.iter().map(|example| row(example, &colours)).collect();
        let table = format!(
            "<div class=\"rows\"><table class=\"examples\"><thead><tr><th>row</th><th>text</th><th>true</th><th>predicted</th></tr></thead>\
             <tbody>{rows}</tbody></table></div>"
        );
        cards.push(card(&heading(name, &task.part), &table));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "Wrong answers, the worst first, then right ones. Of tags each sort has a colour, and a word whose tag is wrong is underlined; of parts of a text \
                what was answered is marked."
        .to_string();
    Some(Section { id: "examples", title: "Examples", note, body: cards.concat() })
}

fn row(example: &Example, colours: &BTreeMap<String, usize>) -> String {
    let right = example.truth == example.predicted;
    let text = |(place, (name, text)): (usize, &(String, String))| {
        let shown = match example.shown {
            Shown::Tags if place == 0 => tagged(text, &example.truth, &example.predicted, colours),
            Shown::Span => marked(text, &example.predicted, right),
            _ => escape(beginning(text)),
        };
        let named = if example.texts.len() > 1 { format!("<small>{}</small> ", escape(name)) } else { String::new() };
        // Each text decides for itself in which direction it runs.
        format!("<div dir=\"auto\">{named}{shown}</div>")
    };
    let texts: String = example.texts.iter().enumerate().map(text).collect();
    let class = if right { "right" } else { "wrong" };
    format!(
        "<tr class=\"{class}\"><td>{}</td><td>{texts}</td><td dir=\"auto\">{}</td><td dir=\"auto\">{}</td></tr>",
        escape(&example.row),
        escape(&example.truth),
        escape(&example.predicted)
    )
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end])
}

/// What a tag says of a word, apart from whether a span begins there; `None` of one that says nothing.
fn sort_of(tag: &str) -> Option<&str> {
    match tag.split_once('-') {
        Some(("B" | "I" | "E" | "S", sort)) => Some(sort),
        _ => (tag != "O").then_some(tag),
    }
}

/// The words of a text in the colours of their tags.
fn tagged(text: &str, truth: &str, predicted: &str, colours: &BTreeMap<String, usize>) -> String {
    let (mut right, mut given) = (truth.split_whitespace(), predicted.split_whitespace());
    let word = |word: &str| {
        let (right, given) = (right.next().unwrap_or(""), given.next().unwrap_or(""));
        let colour = sort_of(given).and_then(|sort| colours.get(sort));
        let colour = colour.map_or(String::new(), |colour| format!("tag tag-{colour}"));
        let off = if right == given { "" } else { " off" };
        let title = if right == given { given.to_string() } else { format!("{given}, and not {right}") };
        format!("<span class=\"{colour}{off}\" title=\"{}\">{}</span>", escape(&title), escape(word))
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// A text in which a part is marked, where it first stands.
fn marked(text: &str, part: &str, right: bool) -> String {
    let text = beginning(text);
    let Some(at) = text.find(part).filter(|_| !part.is_empty()) else { return escape(text) };
    let class = if right { "found" } else { "found off" };
    let end = at + part.len();
    format!("{}<mark class=\"{class}\">{}</mark>{}", escape(&text[..at]), escape(part), escape(&text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_colours_of_their_tags() {
        let colours: BTreeMap<String, usize> = [("LOC".to_string(), 0), ("PER".to_string(), 1)].into();
        let html = tagged("Ada went <home>", "B-PER O B-LOC", "B-PER O O", &colours);
        assert_eq!(
            html,
            "<span class=\"tag tag-1\" title=\"B-PER\">Ada</span> <span class=\"\" title=\"O\">went</span> \
             <span class=\" off\" title=\"O, and not B-LOC\">&lt;home&gt;</span>"
        );
    }

    #[test]
    fn a_part_of_a_text_is_marked() {
        assert_eq!(marked("to the <b>hall", "hall", true), "to the &lt;b&gt;<mark class=\"found\">hall</mark>");
        assert_eq!(marked("to the hall", "", true), "to the hall");
        assert_eq!(marked("to the hall", "Hall", false), "to the hall");
        let long = "é".repeat(SHOWN + 5);
        assert_eq!(marked(&long, "x", false).chars().count(), SHOWN);
    }
}
