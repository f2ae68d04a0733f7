//! Things with their pixels, and what lies behind them: a form of the kind `instances` that knows of each pixel too what another task says it is of. By both together a picture is
//! cut into segments, of which each pixel is of one at most.

use serde::{Deserialize, Serialize};

use super::masks::size;
use super::{About, Column, Instances, Labels, Located, Maps, Outline, Prediction};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::instances;

/// The things of each row, and its ground.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Panoptic {
    pub things: Instances,
    /// `None` of a row of which nobody says what it is.
    pub grounds: Vec<Option<Ground>>,
}

/// Of each pixel of a picture which class of stuff it is of, what is no thing and cannot be counted, such as a road or the sky; as runs along the lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    pub height: usize,
    pub width: usize,
    runs: Vec<(u16, u32)>,
}

/// Of no class of stuff.
pub const NO_STUFF: u16 = u16::MAX;
/// Not shown to the model, so that neither stuff nor things are judged there.
pub const NOT_SHOWN: u16 = u16::MAX - 1;

impl Ground {
    /// Of the class of each pixel, line by line.
    pub fn of(classes: impl Iterator<Item = u16>, (height, width): (usize, usize)) -> Self {
        let mut runs: Vec<(u16, u32)> = Vec::new();
        for class in classes {
            match runs.last_mut() {
                Some((last, count)) if *last == class => *count += 1,
                _ => runs.push((class, 1)),
            }
        }
        Self { height, width, runs }
    }

    /// The class of each pixel, line by line.
    pub fn classes(&self) -> Vec<u16> {
        self.runs.iter().flat_map(|(class, count)| std::iter::repeat_n(*class, *count as usize)).collect()
    }

    /// The same in a picture of another size: what lies at the middle of each pixel.
    pub fn at_size(&self, (height, width): (usize, usize)) -> Vec<u16> {
        let own = self.classes();
        if (height, width) == (self.height, self.width) {
            return own;
        }
        let middle = |place: usize, size: usize, from: usize| (2 * place + 1) * from / (2 * size);
        let place = |row: usize, column: usize| {
            middle(row, height, self.height) * self.width + middle(column, width, self.width)
        };
        (0..height)
            .flat_map(|row| (0..width).map(move |column| (row, column)))
            .map(|(row, column)| own[place(row, column)])
            .collect()
    }
}

impl Panoptic {
    /// Of things, and of maps of another task beside them, row by row; `is_stuff` says of each class of these whether it is stuff, and none of the things.
    pub fn of(things: &Instances, maps: &Maps, is_stuff: &[bool], has: impl Fn(usize) -> bool) -> Self {
        let class = |class: &u8| match is_stuff.get(usize::from(*class)) {
            Some(true) => u16::from(*class),
            Some(false) => NO_STUFF,
            None => NOT_SHOWN,
        };
        let size = (maps.height, maps.width);
        let pixels = (size.0 * size.1).max(1);
        let ground = |(row, map): (usize, &[u8])| has(row).then(|| Ground::of(map.iter().map(class), size));
        let grounds = maps.values.chunks(pixels).enumerate().map(ground).collect();
        Self { things: things.clone(), grounds }
    }

    /// The same as a label, of whose pixels those without a class are unlike those that were not shown: they have a thing, perhaps.
    pub fn of_labels(things: &Instances, maps: &Maps, is_stuff: &[bool], has: impl Fn(usize) -> bool) -> Self {
        let mut all = Self::of(things, maps, is_stuff, has);
        let runs = all.grounds.iter_mut().flatten().flat_map(|ground| &mut ground.runs);
        runs.filter(|(class, _)| *class == NOT_SHOWN).for_each(|(class, _)| *class = NO_STUFF);
        all
    }

    /// The size in which the pixels of a row of labels and of given ones are compared: that of the file's picture, as far as it is known.
    pub fn size_of_row(labels: &Panoptic, given: &Panoptic, row: usize) -> Option<(usize, usize)> {
        let ground = labels.grounds[row].as_ref()?;
        let told = size(&labels.things, row).or_else(|| size(&given.things, row));
        Some(told.unwrap_or((ground.height, ground.width)))
    }
}

/// What is kept of these begins with.
const FORM: &str = "panoptic";

impl Panoptic {
    /// What [`Column::save`] made; `None` if it is another form's, or damaged.
    pub(super) fn load(saved: &[u8]) -> Option<Self> {
        let (form, all) = serde_json::from_slice::<(String, Panoptic)>(saved).ok()?;
        let pixels = |ground: &Ground| {
            ground.runs.iter().map(|(_, count)| u64::from(*count)).sum::<u64>()
                == ground.height as u64 * ground.width as u64
        };
        let whole = all.grounds.len() == all.things.rows() && all.grounds.iter().flatten().all(pixels);
        (form == FORM && whole && all.things.is_whole()).then_some(all)
    }
}

impl Column for Panoptic {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Instances(instances::Instances {})
    }

    fn rows(&self) -> usize {
        self.grounds.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        let mut things = Instances::default();
        rows.iter().for_each(|row| things.push(self.things.taken(*row)));
        Box::new(Panoptic { things, grounds: rows.iter().map(|row| self.grounds[*row].clone()).collect() })
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Panoptic>() {
            Some(other) => {
                self.things.append(&other.things);
                self.grounds.extend_from_slice(&other.grounds);
            }
            None => unreachable!("columns of two forms are never one"),
        }
    }

    /// By the things alone where the other knows of nothing else: a task that is trained alone has the same labels.
    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        let ground = other.of::<Panoptic>().is_none_or(|other| other.grounds[other_row] == self.grounds[row]);
        ground && self.things.same_row(row, other, other_row)
    }

    fn show(&self, row: usize, about: &About) -> String {
        self.things.show(row, about)
    }

    fn constant_words(&self) -> &'static str {
        self.things.constant_words()
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    /// What was not shown of the ground is judged of neither things nor stuff.
    fn answered(&self, prediction: &dyn Column) -> Option<Box<dyn Column>> {
        let given = prediction.of::<Panoptic>().filter(|given| given.grounds.len() == self.grounds.len())?;
        let open = |ground: &Ground| ground.runs.iter().any(|(class, _)| *class == NOT_SHOWN);
        given.grounds.iter().flatten().any(open).then(|| {
            let mut all = self.clone();
            for (own, given) in all.grounds.iter_mut().zip(&given.grounds) {
                let (Some(ground), Some(given)) = (own, given) else { continue };
                let size = (ground.height, ground.width);
                let known = |(own, given): (u16, u16)| if given == NOT_SHOWN { NOT_SHOWN } else { own };
                *ground = Ground::of(ground.classes().into_iter().zip(given.at_size(size)).map(known), size);
            }
            Box::new(all) as Box<dyn Column>
        })
    }

    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        self.things.wrong(row, prediction)
    }

    fn plain(&self) -> Option<&dyn Column> {
        Some(&self.things)
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(&(FORM, self)).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

/// A segment of a picture: a thing, or all that is of a class of stuff.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    pub is_thing: bool,
    pub class: u32,
    /// A crowd, or what else is passed over.
    pub passed_over: bool,
}

/// A picture cut into segments: of each pixel the number of its own, from 1 on, and 0 of none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segments {
    pub all: Vec<Segment>,
    pub map: Vec<u32>,
}

/// How things and stuff of an answer become segments, after Kirillov et al. 2019.
#[derive(Clone, Copy, Debug)]
pub struct Merging {
    /// How sure a thing must be.
    pub least: f32,
    /// A thing of which more than this is another's, who is surer, is left out.
    pub overlap: f64,
    /// Stuff of a class with fewer pixels is left out.
    pub area: usize,
}

impl Segments {
    fn add(&mut self, segment: Segment, own: impl Fn(usize) -> bool) {
        self.all.push(segment);
        let number = self.all.len() as u32;
        let pixels = self.map.iter_mut().enumerate().filter(|(pixel, _)| own(*pixel));
        pixels.for_each(|(_, place)| *place = number);
    }

    /// Of a label: later things lie above those before them, and all above the stuff.
    pub fn of_label(all: &Panoptic, row: usize, size: (usize, usize)) -> Option<(Self, Vec<bool>)> {
        let ground = all.grounds[row].as_ref()?.at_size(size);
        let mut segments = Segments { all: Vec::new(), map: vec![0; ground.len()] };
        segments.add_stuff(&ground, 0);
        for (one, outline) in all.things.row(row) {
            let mask = outline.mask(size);
            segments.add(thing(one), |pixel| mask[pixel]);
        }
        let shown: Vec<bool> = ground.iter().map(|class| *class != NOT_SHOWN).collect();
        segments.map.iter_mut().zip(&shown).filter(|(_, shown)| !**shown).for_each(|(place, _)| *place = 0);
        Some((segments, shown))
    }

    /// Of an answer, in pixels that were shown: the surest thing first, each but for what surer ones have; then stuff where no thing is.
    pub fn of_answer(all: &Panoptic, row: usize, size: (usize, usize), shown: &[bool], by: Merging) -> Self {
        let mut segments = Segments { all: Vec::new(), map: vec![0; shown.len()] };
        let mut things: Vec<(&Located, &Outline)> =
            all.things.row(row).filter(|(one, _)| one.score >= by.least).collect();
        things.sort_by(|one, other| other.0.score.total_cmp(&one.0.score));
        for (one, outline) in things {
            let mut mask = outline.mask(size);
            mask.iter_mut().zip(shown).for_each(|(own, shown)| *own &= shown);
            let whole = mask.iter().filter(|own| **own).count();
            let taken = mask.iter().zip(&segments.map).filter(|(own, place)| **own && **place > 0).count();
            if whole == 0 || taken as f64 > by.overlap * whole as f64 {
                continue;
            }
            let free: Vec<bool> = mask.iter().zip(&segments.map).map(|(own, place)| *own && *place == 0).collect();
            segments.add(thing(one), |pixel| free[pixel]);
        }
        if let Some(ground) = &all.grounds[row] {
            let free =
                |((class, place), shown): ((u16, &u32), &bool)| if *place == 0 && *shown { class } else { NO_STUFF };
            let ground: Vec<u16> = ground.at_size(size).into_iter().zip(&segments.map).zip(shown).map(free).collect();
            segments.add_stuff(&ground, by.area);
        }
        segments
    }

    fn add_stuff(&mut self, ground: &[u16], area: usize) {
        let mut counts: std::collections::BTreeMap<u16, usize> = std::collections::BTreeMap::new();
        ground.iter().filter(|class| **class < NOT_SHOWN).for_each(|class| *counts.entry(*class).or_default() += 1);
        for class in counts.into_iter().filter(|(_, count)| *count >= area).map(|(class, _)| class) {
            let segment = Segment { is_thing: false, class: u32::from(class), passed_over: false };
            self.add(segment, |pixel| ground[pixel] == class);
        }
    }
}

fn thing(one: &Located) -> Segment {
    Segment { is_thing: true, class: one.class, passed_over: one.passed_over }
}

/// The predictor that never looks finds no thing, and calls every pixel what most pixels are.
#[derive(Default)]
pub(super) struct Frequencies(std::collections::BTreeMap<u16, u64>);

impl Frequencies {
    pub fn add(&mut self, labels: &Panoptic) {
        for (class, count) in labels.grounds.iter().flatten().flat_map(|ground| &ground.runs) {
            *self.0.entry(*class).or_default() += u64::from(*count);
        }
    }

    /// The class that most pixels are of.
    pub fn most(&self) -> u16 {
        let known = self.0.iter().filter(|(class, _)| **class < NOT_SHOWN);
        known.max_by_key(|(class, count)| (**count, std::cmp::Reverse(**class))).map_or(NO_STUFF, |(class, _)| *class)
    }
}

impl Panoptic {
    /// Such answers in place of these.
    pub(super) fn without_looking(&self, class: u16) -> Panoptic {
        let mut things = Instances::default();
        self.grounds.iter().for_each(|_| things.push([]));
        let all = |ground: &Ground| {
            let of = |given: u16| if given == NOT_SHOWN { NOT_SHOWN } else { class };
            Ground::of(ground.classes().into_iter().map(of), (ground.height, ground.width))
        };
        Panoptic { things, grounds: self.grounds.iter().map(|ground| ground.as_ref().map(all)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Runs;

    /// A thing of some pixels of a picture of 2 × 4.
    fn one(class: u32, score: f32, pixels: &[usize]) -> (Located, Outline) {
        let mask: Vec<bool> = (0..8).map(|pixel| pixels.contains(&pixel)).collect();
        let outline = Outline::Runs(Runs::of(&mask, (2, 4)));
        (Located { score, ..Located::label(class, outline.edges().expect("pixels")) }, outline)
    }

    fn panoptic(things: &[(Located, Outline)], classes: [u8; 8]) -> Panoptic {
        let mut all = Instances::default();
        all.push(things.to_vec());
        // Of three classes the last is one of things.
        let maps = Maps { classes: 3, height: 2, width: 4, values: classes.to_vec() };
        Panoptic::of(&all, &maps, &[true, true, false], |_| true)
    }

    const BY: Merging = Merging { least: 0.3, overlap: 0.5, area: 2 };

    #[test]
    fn things_lie_above_stuff_and_sure_ones_above_others() {
        // The second thing has a pixel of its four with the first, who is surer; the third three of four; the fourth is not sure enough.
        let things =
            [one(7, 0.6, &[2, 3, 6, 7]), one(5, 0.9, &[0, 1, 2]), one(6, 0.5, &[0, 1, 2, 4]), one(6, 0.2, &[4])];
        let all = panoptic(&things, [0, 0, 0, 0, 1, 0, 0, 2]);
        let segments = Segments::of_answer(&all, 0, (2, 4), &[true; 8], BY);
        // Of the stuff that is left each class has one pixel, which is too few.
        assert_eq!(segments.map, [1, 1, 1, 2, 0, 0, 2, 2]);
        let classes: Vec<u32> = segments.all.iter().map(|segment| segment.class).collect();
        assert_eq!(classes, [5, 7]);
        let with_few = Segments::of_answer(&all, 0, (2, 4), &[true; 8], Merging { area: 1, ..BY });
        assert_eq!(with_few.map, [1, 1, 1, 2, 4, 3, 2, 2]);
        assert_eq!(
            with_few.all[2..].iter().map(|segment| (segment.is_thing, segment.class)).collect::<Vec<_>>(),
            [(false, 0), (false, 1)]
        );
        // What was not shown is of nothing.
        let mut shown = [true; 8];
        shown[0] = false;
        assert_eq!(Segments::of_answer(&all, 0, (2, 4), &shown, BY).map, [0, 1, 1, 2, 0, 0, 2, 2]);
        // In a label the later thing lies above, and what is of the class of a thing but of none is of nothing.
        let (label, shown) = Segments::of_label(&all, 0, (2, 4)).expect("a ground");
        assert_eq!((label.map, shown), (vec![5, 5, 5, 3, 6, 1, 3, 3], vec![true; 8]));
    }

    #[test]
    fn a_ground_is_kept_as_runs_and_read_at_another_size() {
        let all = panoptic(&[one(1, 0.5, &[0])], [0, 0, 1, 1, 9, 9, 2, 2]);
        let ground = all.grounds[0].as_ref().expect("a ground");
        assert_eq!(ground.runs, [(0, 2), (1, 2), (NOT_SHOWN, 2), (NO_STUFF, 2)]);
        assert_eq!(ground.at_size((1, 2)), [NOT_SHOWN, NO_STUFF]);
        assert_eq!(ground.at_size((2, 8))[..8], [0, 0, 0, 0, 1, 1, 1, 1]);
        assert!(Panoptic::load(&all.save()).is_some_and(|loaded| loaded == all));
        assert!(Panoptic::load(&all.things.save()).is_none());
        let mut both = all.gather(&[0, 0]);
        both.append(&all);
        assert!(both.rows() == 3 && both.gather(&[2]).same(&all));
        // A label leaves open what the answer beside it does.
        let label = panoptic(&[], [0, 0, 1, 1, 0, 0, 0, 0]);
        let open = label.answered(&all).expect("some pixels were not shown");
        let open = open.of::<Panoptic>().and_then(|open| open.grounds[0].clone()).expect("a ground");
        assert_eq!(open.runs, [(0, 2), (1, 2), (NOT_SHOWN, 2), (0, 2)]);
        // Where nobody looks, no thing is found, and every pixel is of one class.
        let mut most = Frequencies::default();
        most.add(&label);
        assert_eq!(most.most(), 0);
        let blind = all.without_looking(most.most());
        assert_eq!(
            (blind.things.row(0).count(), blind.grounds[0].as_ref().map(|ground| ground.runs.clone())),
            (0, Some(vec![(0, 4), (NOT_SHOWN, 2), (0, 2)]))
        );
    }
}
