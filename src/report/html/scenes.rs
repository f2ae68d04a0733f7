//! Pictures of the rows that the model gets most wrong, with what is true of them and what was found drawn in.

use super::text::{escape, number};
use super::{ReportInput, Section, card, heading};
use crate::data::pictures::{Channels, Picture};
use crate::report::moving::moving;
use crate::report::show::{ShownPicture, data_uri, png_of, svg};
use crate::report::{Scale, Scene};

/// A picture is shown at least so wide; of clips one that moves is twice as large as it is.
const WIDE: usize = 160;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter().filter(|(_, task)| !task.scenes.is_empty()) {
        let scenes: String = task.scenes.iter().map(scene).collect();
        // One scale for all, so that they can be compared.
        let scale = task.scenes.iter().find_map(|scene| scene.scale.as_ref()).map(legend).unwrap_or_default();
        cards.push(card(&heading(name, &task.part), &format!("{scale}<div class=\"scenes\">{scenes}</div>")));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "The rows with the largest errors, the worst first. Where something lies in a picture, what is true stands on the left and what was found on the \
                right, with how sure the model is; found with less than 0.3 it is not drawn. Of what moves in a clip each thing has a colour and a number. Maps of numbers, such as depths, \
                are colours of a scale that spans what is true of the rows shown."
        .to_string();
    Some(Section { id: "pictures", title: "Pictures", note, body: cards.concat() })
}

fn scene(scene: &Scene) -> String {
    let both: Vec<&ShownPicture> =
        scene.given.iter().chain(std::iter::once(&scene.truth)).chain(&scene.found).collect();
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

/// Which numbers the colours of maps stand for.
fn legend(scale: &Scale) -> String {
    let (least, largest) = (number(scale.least), number(scale.largest));
    if scale.in_parts {
        return format!(
            "<p class=\"scale\">From left to right: what is given, true, predicted. The three numbers of a pixel are its red, green and blue, from {least} (dark) to {largest}.</p>"
        );
    }
    const STEPS: usize = 64;
    let share = |step: usize| scale.least + (scale.largest - scale.least) * step as f64 / (STEPS - 1) as f64;
    let pixels = (0..STEPS).flat_map(|step| scale.colour(share(step))).collect();
    let bar = Picture::new(1, STEPS, Channels::Rgb, pixels);
    format!(
        "<p class=\"scale\">From left to right: what is given, true, predicted. {least} \
         <svg class=\"picture\" viewBox=\"0 0 {STEPS} 1\" width=\"192\" height=\"12\" preserveAspectRatio=\"none\">\
         <image width=\"{STEPS}\" height=\"1\" href=\"{}\"/></svg> {largest}</p>",
        data_uri(&png_of(&bar))
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
