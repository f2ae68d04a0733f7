//! Pictures of the rows that the model gets most wrong, with what is true of them and what was found drawn in.

use super::text::escape;
use super::{ReportInput, Section, card, heading};
use crate::report::Scene;
use crate::report::moving::moving;
use crate::report::show::{ShownPicture, data_uri, svg};

/// A picture is shown at least so wide; of clips one that moves is twice as large as it is.
const WIDE: usize = 160;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter().filter(|(_, task)| !task.scenes.is_empty()) {
        let scenes: String = task.scenes.iter().map(scene).collect();
        cards.push(card(&heading(name, &task.part), &format!("<div class=\"scenes\">{scenes}</div>")));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "The rows with the largest errors, the worst first. Where something lies in a picture, what is true stands on the left and what was found on the \
                right, with how sure the model is; found with less than 0.3 it is not drawn. Of what moves in a clip each thing has a colour and a number."
        .to_string();
    Some(Section { id: "pictures", title: "Pictures", note, body: cards.concat() })
}

fn scene(scene: &Scene) -> String {
    let both: Vec<&ShownPicture> = std::iter::once(&scene.truth).chain(&scene.found).collect();
    let drawn = drawn(&both);
    let words = &scene.words;
    let said = match scene.found {
        Some(_) => escape(&words.wrong),
        None => {
            format!("true {}, predicted {}, {}", escape(&words.truth), escape(&words.predicted), escape(&words.wrong))
        }
    };
    format!(
        "<figure class=\"scene\"><div class=\"pair\">{drawn}</div><p><b>{}</b> {said}</p></figure>",
        escape(&words.row)
    )
}

/// Pictures side by side; clips as one that moves.
pub(super) fn drawn(pictures: &[&ShownPicture]) -> String {
    if let Some((bytes, width, height)) = moving(pictures) {
        let (width, height) = (2 * width, 2 * height);
        let uri = data_uri(&bytes);
        return format!(
            "<svg class=\"picture\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\
             <image width=\"{width}\" height=\"{height}\" href=\"{uri}\"/></svg>"
        );
    }
    pictures.iter().filter_map(|picture| svg(picture, WIDE)).collect()
}
