//! `class_map`: a class for each pixel of a picture. Of rows that are kept, it is counted how often which class was taken for
//! which, and the pictures are let go: every figure of class maps comes from these counts.

use super::rows;
use super::{
    About, AnswerHalf, Blind, Cell, CellType, Column, FileCells, FileColumn, Labels, Learn, Prediction, ReadAnswers,
    Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::class_map::ClassMap;

/// One class per pixel, row by row of each picture. A number that is no class stands for a pixel that counts nowhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    pub classes: usize,
    pub height: usize,
    pub width: usize,
    pub values: Vec<u8>,
}

impl Maps {
    /// The number of a pixel of no class in an answer, where there are fewer classes than numbers.
    pub const NO_CLASS: u8 = u8::MAX;

    fn pixels(&self) -> usize {
        self.height * self.width
    }

    fn map(&self, row: usize) -> &[u8] {
        &self.values[row * self.pixels()..][..self.pixels()]
    }

    /// What [`Column::save`] has made; `None` if it is damaged.
    fn load(saved: &[u8]) -> Option<Maps> {
        let (sizes, values) = saved.split_first_chunk::<24>()?;
        let size = |place: usize| usize::try_from(u64::from_le_bytes(*sizes.as_chunks().0.get(place)?)).ok();
        let (classes, height, width) = (size(0)?, size(1)?, size(2)?);
        let pixels = height.checked_mul(width).filter(|pixels| *pixels > 0)?;
        values.len().is_multiple_of(pixels).then(|| Maps { classes, height, width, values: values.to_vec() })
    }

    /// The same without rows.
    fn like(&self) -> Maps {
        Maps { values: Vec::new(), ..*self }
    }
}

/// The first byte of maps that are kept in a file; counts begin otherwise.
const MAPS: u8 = b'M';

/// How often a class was taken for a class, in each of some pictures: what is left of labels and predictions.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Confusions {
    pub classes: usize,
    /// Class, class that was given, and pixels, in rising order; only those that occur.
    pub rows: Vec<Vec<(u8, u8, u32)>>,
    /// Whether it stands for the predictions: then a person is shown what was given, and not what is true.
    #[serde(default)]
    pub of_predictions: bool,
}

/// The same class for every pixel.
#[derive(Clone, Debug, PartialEq)]
struct Always {
    class: u8,
    rows: usize,
}

impl Confusions {
    /// Of labels and the predictions beside them; `None` if these are no class maps of one size.
    pub fn of(labels: &dyn Column, predictions: &dyn Column) -> Option<Confusions> {
        let always = predictions.of::<Always>().map(|always| always.class);
        if let Some(kept) = labels.of::<Confusions>() {
            let rows = kept.rows.iter().map(|row| match always {
                Some(class) => counted(kept.classes, row.iter().map(|(truth, _, count)| (*truth, class, *count))),
                None => row.clone(),
            });
            return Some(Confusions { classes: kept.classes, rows: rows.collect(), of_predictions: false });
        }
        let truth = labels.of::<Maps>()?;
        let given = predictions.of::<Maps>();
        let fits =
            |given: &Maps| (given.height, given.width) == (truth.height, truth.width) && given.classes == truth.classes;
        if always.is_none() && !given.is_some_and(fits) {
            return None;
        }
        let of_row = |row: usize| {
            let truth_of = truth.map(row).iter();
            match (always, given) {
                (Some(class), _) => counted(truth.classes, truth_of.map(|truth| (*truth, class, 1))),
                (None, given) => {
                    let given = given.into_iter().flat_map(|given| given.map(row));
                    counted(truth.classes, truth_of.zip(given).map(|(truth, given)| (*truth, *given, 1)))
                }
            }
        };
        let rows = (0..truth.rows()).map(of_row).collect();
        Some(Confusions { classes: truth.classes, rows, of_predictions: false })
    }

    /// How many pixels of a row have each class.
    fn truth(&self, row: usize) -> Vec<u32> {
        self.counts(row, |(truth, _, _)| *truth)
    }

    fn counts(&self, row: usize, class: impl Fn(&(u8, u8, u32)) -> u8) -> Vec<u32> {
        let mut counts = vec![0; self.classes];
        self.rows[row].iter().for_each(|cell| counts[usize::from(class(cell))] += cell.2);
        counts
    }

    /// The pixels of a row that are right, and all whose class is known.
    fn right(&self, row: usize) -> (u32, u32) {
        let add = |(right, all): (u32, u32), (truth, given, count): &(u8, u8, u32)| {
            (right + if truth == given { *count } else { 0 }, all + count)
        };
        self.rows[row].iter().fold((0, 0), add)
    }
}

/// Counts pairs of known classes.
fn counted(classes: usize, pairs: impl Iterator<Item = (u8, u8, u32)>) -> Vec<(u8, u8, u32)> {
    let mut counts = vec![0; classes * classes];
    for (truth, given, count) in pairs.filter(|(truth, given, _)| usize::from(*truth.max(given)) < classes) {
        counts[usize::from(truth) * classes + usize::from(given)] += count;
    }
    let cell = |(place, count): (usize, u32)| ((place / classes) as u8, (place % classes) as u8, count);
    counts.into_iter().enumerate().filter(|(_, count)| *count > 0).map(cell).collect()
}

fn kind() -> AnswerDef {
    AnswerDef::ClassMap(ClassMap {})
}

/// The classes that most pixels have.
fn shares(mut counts: Vec<(usize, u32)>, about: &About) -> String {
    const SHOWN: usize = 3;
    let all: u32 = counts.iter().map(|(_, count)| count).sum();
    counts.sort_by_key(|(class, count)| (std::cmp::Reverse(*count), *class));
    let share = |count: u32| 100.0 * f64::from(count) / f64::from(all.max(1));
    let shown: Vec<String> = (counts.iter().filter(|(_, count)| *count > 0).take(SHOWN))
        .map(|(class, count)| format!("{} {:.0}%", about.name(*class), share(*count)))
        .collect();
    shown.join(", ")
}

impl Column for Maps {
    fn kind(&self) -> AnswerDef {
        kind()
    }

    fn rows(&self) -> usize {
        rows::count(self.values.len(), self.pixels())
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(Maps { values: rows::gather(&self.values, self.pixels(), rows), ..self.like() })
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Maps>().filter(|other| other.like() == self.like()) {
            Some(other) => self.values.extend_from_slice(&other.values),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        let same = |other: &Maps| other.like() == self.like() && other.map(other_row) == self.map(row);
        other.of::<Maps>().is_some_and(same)
    }

    fn show(&self, row: usize, about: &About) -> String {
        let mut counts = vec![0; self.classes];
        for class in self.map(row) {
            if let Some(count) = counts.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
        shares(counts.into_iter().enumerate().collect(), about)
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same map"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn indices(&self, rows: &[usize]) -> Option<(Vec<usize>, Vec<i64>)> {
        let values = rows.iter().flat_map(|row| self.map(*row)).map(|class| i64::from(*class)).collect();
        Some((vec![self.height, self.width], values))
    }

    /// What an answer leaves open counts nowhere.
    fn answered(&self, prediction: &dyn Column) -> Option<Box<dyn Column>> {
        let given = prediction.of::<Maps>().filter(|given| given.values.len() == self.values.len())?;
        let open = |class: &u8| usize::from(*class) >= given.classes;
        given.values.iter().any(open).then(|| {
            let known = |(truth, given): (&u8, &u8)| if open(given) { Self::NO_CLASS } else { *truth };
            let values = self.values.iter().zip(&given.values).map(known).collect();
            Box::new(Maps { values, ..self.like() }) as Box<dyn Column>
        })
    }

    fn condensed(&self, prediction: &dyn Column) -> Option<(Box<dyn Column>, Box<dyn Column>)> {
        let counts = Confusions::of(self, prediction)?;
        let given = Confusions { of_predictions: true, ..counts.clone() };
        Some((Box::new(counts), Box::new(given)))
    }

    fn save(&self) -> Vec<u8> {
        let sizes = [self.classes, self.height, self.width].map(|size| (size as u64).to_le_bytes());
        [&[MAPS], sizes.as_flattened(), &self.values].concat()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl Column for Confusions {
    fn kind(&self) -> AnswerDef {
        kind()
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        let rows = rows.iter().map(|row| self.rows[*row].clone()).collect();
        Box::new(Confusions { rows, classes: self.classes, of_predictions: self.of_predictions })
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Confusions>() {
            Some(other) => self.rows.extend_from_slice(&other.rows),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    /// By what is true: predictions of two models differ, and their labels are the same.
    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Confusions>().is_some_and(|other| self.truth(row) == other.truth(other_row))
    }

    fn show(&self, row: usize, about: &About) -> String {
        let counts = match self.of_predictions {
            true => self.counts(row, |(_, given, _)| *given),
            false => self.truth(row),
        };
        shares(counts.into_iter().enumerate().collect(), about)
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn confusion(&self, _prediction: &dyn Column) -> Option<(&'static str, Vec<Vec<u64>>)> {
        let mut matrix = vec![vec![0; self.classes]; self.classes];
        for (truth, given, count) in self.rows.iter().flatten() {
            matrix[usize::from(*truth)][usize::from(*given)] += u64::from(*count);
        }
        Some(("pixels", matrix))
    }

    fn wrong(&self, row: usize, _prediction: &dyn Column) -> Option<(f64, String)> {
        let (right, all) = self.right(row);
        let wrong = f64::from(all - right) / f64::from(all.max(1));
        Some((wrong, format!("{:.1}% of the pixels", wrong * 100.0)))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl Column for Always {
    fn kind(&self) -> AnswerDef {
        kind()
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(Always { rows: rows.len(), ..*self })
    }

    fn append(&mut self, other: &dyn Column) {
        self.rows += other.rows();
    }

    fn same_row(&self, _row: usize, other: &dyn Column, _other_row: usize) -> bool {
        other.of::<Always>().is_some_and(|other| self.class == other.class)
    }

    fn show(&self, _row: usize, about: &About) -> String {
        about.name(usize::from(self.class))
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for ClassMap {
    fn writes(&self, _prediction: &dyn Column, _about: &About) -> Box<dyn Written> {
        Box::new(PictureFile)
    }

    fn file_ending(&self) -> Option<&'static str> {
        Some("png")
    }

    fn nothing(&self, shape: &[usize]) -> Box<dyn Column> {
        let (height, width) = if let [.., height, width] = shape { (*height, *width) } else { (1, 1) };
        Box::new(Maps { classes: 0, height, width, values: Vec::new() })
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<Frequencies>::default()
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        if let Some((&MAPS, maps)) = saved.split_first() {
            return Some(Box::new(Maps::load(maps)?));
        }
        let counts: Confusions = serde_json::from_slice(saved).ok()?;
        let known = |(class, given, _): &(u8, u8, u32)| usize::from(*class.max(given)) < counts.classes;
        counts.rows.iter().flatten().all(known).then(|| Box::new(counts) as Box<dyn Column>)
    }
}

/// A picture of its own, whose pixels are the numbers of the classes.
struct PictureFile;

impl Written for PictureFile {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let maps = prediction.of::<Maps>();
        vec![
            maps.map_or(Cell::Nothing, |maps| Cell::File(png_of(maps.map(row), maps.width as u32, maps.height as u32))),
        ]
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(FileColumn::Answers(column)) = &cells.answer else { return Ok(ReadAnswers::default()) };
        Ok(ReadAnswers::whole(column.of::<Maps>().cloned()))
    }
}

/// A picture with a palette, of which viewers show the colours and programs read the numbers.
fn png_of(map: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette((0..=u8::MAX).flat_map(colour).collect::<Vec<u8>>());
    // Into memory, and as many pixels as was said: nothing can go wrong.
    let _ = encoder.write_header().and_then(|mut writer| writer.write_image_data(map));
    bytes
}

/// The colours of PASCAL VOC: neighbours are told apart, and 0 is black.
fn colour(mut class: u8) -> [u8; 3] {
    let mut colour = [0; 3];
    for shift in (0..8).rev() {
        colour.iter_mut().enumerate().for_each(|(channel, part)| *part |= (class >> channel & 1) << shift);
        class >>= 3;
    }
    colour
}

/// How many pixels have each class.
#[derive(Default)]
struct Frequencies(Vec<u64>);

impl Learn for Frequencies {
    fn add(&mut self, labels: Labels<'_>) {
        let Labels::Other(column) = labels else { return };
        let Some(maps) = column.of::<Maps>() else { return };
        self.0.resize(maps.classes.max(self.0.len()), 0);
        for class in &maps.values {
            if let Some(count) = self.0.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        let best = (0..self.0.len()).fold(0, |best, class| if self.0[class] > self.0[best] { class } else { best });
        (self.0.iter().sum::<u64>() > 0).then(|| Box::new(MostFrequent { class: best as u8 }) as Box<dyn Blind>)
    }
}

/// The most frequent class for every pixel.
#[derive(Clone, Debug)]
struct MostFrequent {
    class: u8,
}

impl Blind for MostFrequent {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let Prediction::Other(column) = like else { return None };
        (column.kind() == kind()).then(|| Box::new(Always { class: self.class, rows }) as Box<dyn Column>)
    }

    fn words(&self) -> &'static str {
        "giving every pixel the same class"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps(values: &[u8]) -> Maps {
        Maps { classes: 3, height: 1, width: 4, values: values.to_vec() }
    }

    #[test]
    fn what_is_kept_of_a_picture_is_what_was_taken_for_what() {
        let (labels, given) = (maps(&[0, 0, 1, 2, 1, 1, 1, 1]), maps(&[0, 1, 1, 0, 1, 1, 1, 1]));
        let (kept, kept_given) = labels.condensed(&given).expect("maps are large");
        let about = About { classes: ["a", "b", "c"].map(String::from).to_vec(), ..About::default() };
        assert_eq!(
            (kept.show(0, &about), kept_given.show(0, &about)),
            ("a 50%, b 25%, c 25%".into(), "a 50%, b 50%".into())
        );
        assert_eq!(labels.show(1, &about), "b 100%");
        assert_eq!(kept.wrong(0, kept_given.as_ref()), Some((0.5, "50.0% of the pixels".into())));
        assert_eq!(kept.wrong(1, kept_given.as_ref()).map(|(wrong, _)| wrong), Some(0.0));
        let matrix = vec![vec![1, 1, 0], vec![0, 5, 0], vec![1, 0, 0]];
        assert_eq!(kept.confusion(kept_given.as_ref()), Some(("pixels", matrix)));
        // Kept in a file, and of other rows.
        let again = ClassMap {}.load(&kept.save()).expect("it was saved");
        assert!(again.same(kept.as_ref()) && again.gather(&[1]).same(kept.gather(&[1]).as_ref()));
        let maps_again = ClassMap {}.load(&labels.save()).expect("they were saved");
        assert!(maps_again.same(&labels) && ClassMap {}.load(&labels.save()[..30]).is_none());
        // Sizes and classes that are not the label's.
        assert!(labels.condensed(&Maps { height: 2, width: 2, ..maps(&[0; 8]) }).is_none());
        assert!(labels.condensed(&Maps { classes: 4, ..maps(&[0; 8]) }).is_none());
    }

    #[test]
    fn pictures_have_a_palette_and_keep_their_numbers() {
        let values: Vec<u8> = (0..=255).collect();
        let bytes = png_of(&values, 32, 8);
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().expect("PNG");
        let palette = reader.info().palette.clone().expect("a palette");
        // As PASCAL VOC has them: black, dark red, dark green, …
        assert_eq!(palette[..12], [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0]);
        let mut colours: Vec<&[u8]> = palette.chunks(3).collect();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), 256, "no two classes have one colour");
        let mut pixels = vec![0; 256];
        reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(pixels, values);
    }
}
