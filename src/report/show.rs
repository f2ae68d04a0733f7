//! A page of what a model is given: some rows, their pictures as the steps leave them, and what their labels say drawn in.

use std::borrow::Cow;
use std::fmt::Write;

use crate::answers::{Located, Point, Seen};
use crate::data::Marks;
use crate::data::pictures::{Channels, Picture, resized};

/// Of a data set.
pub struct ShownSet {
    pub name: String,
    /// "3 of 700 rows of the training part".
    pub what: String,
    pub rows: Vec<ShownRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShownRow {
    pub name: String,
    pub pictures: Vec<ShownPicture>,
    /// What its labels and its other inputs are, by name.
    pub facts: Vec<(String, String)>,
}

/// A picture of a row, or a clip, in one state.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownPicture {
    pub title: String,
    pub frames: Vec<std::sync::Arc<Picture>>,
    /// What labels say of it, with the names of their classes.
    pub marks: Vec<(Marks, Vec<String>)>,
}

/// So many colours tell classes, and things, apart.
const COLOURS: [[u8; 3]; 8] = [
    [42, 91, 208],
    [196, 86, 26],
    [29, 138, 94],
    [139, 64, 181],
    [184, 134, 43],
    [14, 138, 160],
    [194, 56, 93],
    [98, 104, 115],
];
/// No picture has a side of more pixels on a page.
const LARGEST: usize = 256;
/// A picture is shown at least so wide.
const WIDE: usize = 220;

const STYLE: &str = "\
:root { --page: #f7f7f5; --card: #fff; --ink: #1b1d21; --soft: #626873; --line: #e3e4e6 }
@media (prefers-color-scheme: dark) { :root { --page: #15171a; --card: #1d2024; --ink: #e6e7e9; --soft: #9aa1ac; --line: #31353b } }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1160px; margin: 0 auto; padding: 32px 24px }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 19px; margin: 36px 0 2px } p { color: var(--soft); margin: 0 0 12px }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 0 0 12px }
h3 { font-size: 14px; margin: 0 0 8px; overflow-wrap: anywhere }
.pictures { display: flex; flex-wrap: wrap; gap: 12px } figure { margin: 0 } figcaption { color: var(--soft); font-size: 12.5px }
svg { display: block; image-rendering: pixelated; background: #888 } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 10px 0 0; font-size: 13px }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
";

/// By which a page is known.
pub const MARK: &str = "What the model is given of some rows";

/// Makes the page: everything that it needs is in it.
pub fn page(name: &str, sets: &[ShownSet], version: &str) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{name}: what the model is given</title>\n<style>\n{STYLE}</style>\n<main>\n<h1>{name}</h1>\n\
         <p>{MARK}: pictures after their steps, and what their labels say. Drawn steps change training rows anew in every epoch.</p>\n",
        name = escape(name)
    );
    for set in sets {
        let _ = write!(html, "<h2>{}</h2>\n<p>{}</p>\n", escape(&set.name), escape(&set.what));
        for row in &set.rows {
            let _ = writeln!(html, "<article><h3>{}</h3>", escape(&row.name));
            if !row.pictures.is_empty() {
                html += "<div class=\"pictures\">\n";
                row.pictures.iter().for_each(|picture| html += &figure(picture));
                html += "</div>\n";
            }
            if !row.facts.is_empty() {
                let fact =
                    |(name, value): &(String, String)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
                let _ = writeln!(html, "<dl>{}</dl>", row.facts.iter().map(fact).collect::<String>());
            }
            html += "</article>\n";
        }
    }
    let _ = writeln!(html, "<p>mtlc {version}</p>\n</main>\n</html>");
    html
}

/// The frames of a picture side by side, each with what labels say of it.
fn figure(picture: &ShownPicture) -> String {
    match svg(picture, WIDE) {
        Some(svg) => format!("<figure>{svg}<figcaption>{}</figcaption></figure>\n", escape(&picture.title)),
        None => format!("<figure><figcaption>{}: no picture</figcaption></figure>\n", escape(&picture.title)),
    }
}

/// A drawing of a picture, at least so wide; `None` if there is none.
pub(super) fn svg(picture: &ShownPicture, wide: usize) -> Option<String> {
    let first = picture.frames.first()?;
    let (height, width, count) = (first.height, first.width, picture.frames.len());
    let larger = if count > 1 { 1 } else { wide.div_ceil(width).clamp(1, 16) };
    let mut inside = String::new();
    for (place, frame) in picture.frames.iter().enumerate() {
        let x = place * (width + 1);
        let _ = write!(
            inside,
            "<image x=\"{x}\" width=\"{width}\" height=\"{height}\" href=\"{}\"/>",
            data_uri(&png_of(&smaller(frame)))
        );
    }
    for (marks, classes) in &picture.marks {
        inside += &drawn(marks, classes, (height, width));
    }
    let (wide, high) = (count * (width + 1) - 1, height);
    let (shown_wide, shown_high) = (wide * larger, high * larger);
    Some(format!(
        "<svg class=\"picture\" viewBox=\"0 0 {wide} {high}\" width=\"{shown_wide}\" height=\"{shown_high}\">{inside}</svg>"
    ))
}

/// Not larger than a page shows it.
fn smaller(picture: &Picture) -> Cow<'_, Picture> {
    let most = picture.height.max(picture.width);
    if most <= LARGEST {
        return Cow::Borrowed(picture);
    }
    let side = |side: usize| (side * LARGEST / most).max(1);
    Cow::Owned(resized(picture, side(picture.height), side(picture.width)))
}

/// What a label says, over a picture of this height and width.
fn drawn(marks: &Marks, classes: &[String], (height, width): (usize, usize)) -> String {
    match marks {
        Marks::Boxes(boxes) => boxes.iter().map(|one| boxed(one, classes, width)).collect(),
        Marks::Points(points) => {
            let known = points.iter().enumerate().filter(|(_, point)| point.is_known());
            known.map(|(place, point)| dotted(point, place, classes, width)).collect()
        }
        // The frames stand side by side; a thing keeps its colour.
        Marks::Tracks(seen) => seen.iter().map(|one| framed(one, classes, width)).collect(),
        Marks::Things { things, width: own, map } => {
            let numbers: Vec<i64> = map.iter().map(|number| i64::from(*number) - 1).collect();
            let boxes: String = things.iter().map(|one| boxed(one, classes, width)).collect();
            veil(&numbers, *own, (height, width)) + &boxes
        }
        Marks::Classes { width: own, map } => veil(map, *own, (height, width)),
    }
}

fn colour(number: usize) -> String {
    let [red, green, blue] = pixel_of(number);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The colour of a number.
pub(super) fn pixel_of(number: usize) -> [u8; 3] {
    COLOURS[number % COLOURS.len()]
}

fn name_of(class: usize, classes: &[String]) -> String {
    classes.get(class).cloned().unwrap_or_else(|| class.to_string())
}

fn boxed(one: &Located, classes: &[String], width: usize) -> String {
    let class = one.class as usize;
    let [left, top, ..] = one.edges;
    // A label is sure.
    let sure = if one.score < 1.0 { format!(" {:.2}", one.score) } else { String::new() };
    let name = name_of(class, classes) + &sure;
    // A letter is about as wide as half of its height.
    let room = width as f32 * (1.0 - name.chars().count() as f32 / 26.0);
    let at = [left.min(room.max(0.0)), top];
    outlined(one, &colour(class), width) + &written(&name, at, &colour(class), width)
}

fn outlined(one: &Located, colour: &str, width: usize) -> String {
    let ([left, top, ..], line) = (one.edges, width as f32 / 160.0);
    format!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{line}\"/>",
        one.width(),
        one.height(),
    )
}

/// A name above a place.
fn written(name: &str, [x, y]: [f32; 2], colour: &str, width: usize) -> String {
    let (line, high) = (width as f32 / 160.0, width as f32 / 14.0);
    format!(
        "<text x=\"{x}\" y=\"{}\" style=\"font-size:{}px;fill:{colour}\" stroke=\"#fff\" stroke-width=\"{line}\" paint-order=\"stroke\">{}</text>",
        // Above the picture there is no room.
        if y < high { y + high } else { y - line },
        high,
        escape(name),
    )
}

fn dotted(point: &Point, place: usize, classes: &[String], width: usize) -> String {
    let ([x, y], radius, colour) = (point.at, width as f32 / 60.0, colour(place));
    let dot = format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>");
    dot + &written(&name_of(place, classes), [x + radius, y - radius], &colour, width)
}

/// In its frame, in the colour of its track.
fn framed(one: &Seen, classes: &[String], width: usize) -> String {
    let along = one.frame as f32 * (width + 1) as f32;
    let [left, top, right, bottom] = one.at.edges;
    let moved = Located { edges: [left + along, top, right + along, bottom], ..one.at };
    let colour = colour(one.track as usize);
    let name = format!("{} {}", one.track, name_of(one.at.class as usize, classes));
    outlined(&moved, &colour, width) + &written(&name, [left + along, top], &colour, width)
}

/// Places in the colours of their numbers, half of which is seen through; what has none below 0 is not covered, and neither is number 0 of what has a ground.
fn veil(numbers: &[i64], width: usize, (high, wide): (usize, usize)) -> String {
    let mut pixels = Vec::with_capacity(4 * numbers.len());
    for number in numbers {
        match usize::try_from(*number) {
            Ok(number) => {
                pixels.extend(COLOURS[number % COLOURS.len()]);
                pixels.push(140);
            }
            Err(_) => pixels.extend([0; 4]),
        }
    }
    let height = numbers.len() / width.max(1);
    let picture = encoded(&pixels, width, height, png::ColorType::Rgba);
    format!("<image width=\"{wide}\" height=\"{high}\" preserveAspectRatio=\"none\" href=\"{}\"/>", data_uri(&picture))
}

pub(super) fn png_of(picture: &Picture) -> Vec<u8> {
    let colours = match picture.channels {
        Channels::Rgb => png::ColorType::Rgb,
        Channels::Gray => png::ColorType::Grayscale,
    };
    encoded(&picture.pixels, picture.width, picture.height, colours)
}

fn encoded(pixels: &[u8], width: usize, height: usize, colours: png::ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(colours);
    encoder.set_depth(png::BitDepth::Eight);
    // Into memory, and as many pixels as was said: nothing can go wrong.
    let _ = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    bytes
}

/// A picture as part of the page (RFC 4648).
pub(super) fn data_uri(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("data:image/png;base64,");
    for three in bytes.chunks(3) {
        let bits =
            three.iter().enumerate().fold(0_u32, |bits, (place, byte)| bits | u32::from(*byte) << (16 - 8 * place));
        for sign in 0..4 {
            let there = sign <= three.len();
            text.push(if there { char::from(SIGNS[(bits >> (18 - 6 * sign)) as usize & 63]) } else { '=' });
        }
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_part_of_the_page() {
        assert_eq!(data_uri(b"Man"), "data:image/png;base64,TWFu");
        assert_eq!(data_uri(b"Ma"), "data:image/png;base64,TWE=");
        assert_eq!(data_uri(b"M"), "data:image/png;base64,TQ==");
        let picture = Picture::new(1, 2, Channels::Gray, vec![3, 250]);
        let read = crate::data::pictures::decode(&png_of(&picture), Channels::Gray);
        assert_eq!(read.map(|read| read.pixels), Ok(vec![3, 250]));
        let row = ShownRow {
            name: "<7>".into(),
            facts: vec![("size".into(), "3 & 4".into())],
            pictures: vec![ShownPicture {
                title: "as it is".into(),
                frames: vec![std::sync::Arc::new(picture)],
                marks: vec![
                    (Marks::Boxes(vec![Located::label(1, [0.5, 0.0, 1.5, 1.0])]), vec!["a".into(), "b".into()]),
                    (
                        Marks::Points(vec![Point { at: [1.25, 0.75], score: 1.0 }, Point::UNKNOWN]),
                        vec!["nose".into(), "tail".into()],
                    ),
                    (
                        Marks::Tracks(vec![Seen { frame: 1, track: 4, at: Located::label(0, [0.25, 0.5, 1.0, 1.0]) }]),
                        vec!["dog".into()],
                    ),
                ],
            }],
        };
        let html = page("x", &[ShownSet { name: "d".into(), what: "1 row".into(), rows: vec![row] }], "0");
        for part in [
            "<h3>&lt;7&gt;</h3>",
            "3 &amp; 4",
            "<rect x=\"0.5\" y=\"0\" width=\"1\" height=\"1\"",
            ">b</text>",
            "<circle cx=\"1.25\" cy=\"0.75\"",
            ">nose</text>",
            // The second frame stands beside the first, a pixel apart.
            "<rect x=\"3.25\" y=\"0.5\" width=\"0.75\" height=\"0.5\"",
            ">4 dog</text>",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        assert!(!html.contains("tail"), "of a point that is not known nothing is drawn");
    }
}
