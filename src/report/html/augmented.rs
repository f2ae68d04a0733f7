//! Some pictures that the model is trained on, as they are and as drawn steps make them anew in each epoch.

use super::text::escape;
use super::{ReportInput, Section, card, heading, scenes};
use crate::report::show::{ShownPicture, ShownRow};

pub fn section(input: &ReportInput) -> Option<Section> {
    let rows: Vec<&ShownRow> = input.pictures.iter().flat_map(|(_, task)| &task.augmented).collect();
    let cards: Vec<String> = rows.iter().filter(|row| row.pictures.len() > 1).map(|row| strip(row)).collect();
    if cards.is_empty() {
        return None;
    }
    let note = "Some rows of the training part, first as they are and then in a few epochs: what steps draw, they draw anew for each of them. `mtlc show` makes a page of more."
        .to_string();
    Some(Section { id: "augmented", title: "Augmented", note: note.replace('`', ""), body: cards.concat() })
}

fn strip(row: &ShownRow) -> String {
    let one = |picture: &ShownPicture| {
        format!("<figure class=\"scene\">{}<p>{}</p></figure>", scenes::drawn(&[picture]), escape(&picture.title))
    };
    let pictures: String = row.pictures.iter().map(one).collect();
    card(&heading(&row.name, ""), &format!("<div class=\"scenes\">{pictures}</div>"))
}
