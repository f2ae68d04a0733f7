//! What the model is given of some rows, for a person to look at: pictures after their steps, before they become numbers, and what their labels say
//! about them.

use std::sync::Arc;

use super::batch::{Batch, HostValues};
use super::draws::Drawing;
use super::host::Followers;
use super::maps::MapSizes;
use super::pictures::{Frame, Picture};
use super::prepare::{Held, Prepared};
use super::values::Values;
use crate::answers::{Column, Located, Maps, Point, Seen};
use crate::pipeline::Pipeline;

/// What a label says of the picture of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Marks {
    Boxes(Vec<Located>),
    /// Named points; of what is not known nothing is drawn.
    Points(Vec<Point>),
    /// What is seen in the frames of a clip.
    Tracks(Vec<Seen>),
    /// Of each pixel the number of its thing, from 1 on, and the things.
    Things {
        things: Vec<Located>,
        width: usize,
        map: Vec<u16>,
    },
    /// The class of each place of the picture; what is none of the classes counts nowhere.
    Classes {
        width: usize,
        map: Vec<i64>,
    },
}

impl Prepared {
    /// Of each row of a data set the pictures of an input, one or those of a clip, as its steps leave them for the model; with draws, as for training.
    /// `None` if the input is no pictures.
    pub fn pictures(
        &self,
        input: usize,
        rows: &[Vec<usize>],
        drawing: Option<Drawing>,
    ) -> Option<Vec<Vec<Arc<Picture>>>> {
        let input = &self.inputs[input];
        let Held::Computed(computed) = &input.held else { return None };
        let picked: Vec<Option<usize>> =
            input.stacked.iter().flat_map(|set| rows[set.data].iter().map(|row| set.place(*row))).collect();
        let mut pictures = computed.pictures(rows, &picked, drawing)?.into_iter();
        let of_row = |place: &Option<usize>| place.and_then(|_| pictures.next()).unwrap_or_default();
        Some(picked.iter().map(of_row).collect())
    }

    /// The input whose pictures a task's label lies in, if it lies in pictures.
    pub fn pictures_of(&self, pipeline: &Pipeline, task: usize) -> Option<usize> {
        let of = &self.tasks[task];
        of.follows.or_else(|| {
            // Where nothing moves them, labels of places need follow nobody; they lie in the pictures all the same.
            pipeline.tasks[task].label.ty.classes_of_pixels()?;
            let behind = crate::pipeline::inputs_behind(&pipeline.nodes, &pipeline.tasks[task]);
            behind.into_iter().find(|input| matches!(self.inputs[*input].held, Held::Computed(_)))
        })
    }

    /// What a task's label says of the picture of each row of a batch; nothing of rows without a label, and of labels that lie in no picture.
    pub fn marks(&self, task: usize, batch: &Batch) -> Vec<Option<Marks>> {
        let (of, targets) = (&self.tasks[task], &batch.targets[task]);
        let Some(target) = of.targets.first() else { return Vec::new() };
        let rows = of.stacked.iter().flat_map(|data| batch.rows[*data].iter().map(move |row| (*data == of.data, *row)));
        let present = |(own, row): (bool, usize)| (own && of.present.contains(row)).then_some(row);
        let picked: Vec<Option<usize>> = rows.map(present).collect();
        let has = |row: usize| targets.present.get(row) == Some(&true);
        let map = match targets.mix.is_empty() {
            true => target.host.followed(&picked, &targets.frames),
            false => target.host.put_together(&picked, &targets.frames, &targets.mix),
        };
        let of_row = |row: usize| match &map {
            Some(placed) => Marks::of(placed, row),
            None => match (targets.values.first()?, &targets.values.first()?.values) {
                (values, HostValues::I64(classes)) if values.shape.len() == 3 => {
                    let (height, width) = (values.shape[1], values.shape[2]);
                    let own = row * height * width..(row + 1) * height * width;
                    let counts = targets.place_weights.first()?.as_ref();
                    let counts = |place: usize| counts.is_none_or(|places| places.weights[place] > 0.0);
                    let map = own.map(|place| if counts(place) { classes[place] } else { -1 }).collect();
                    Some(Marks::Classes { width, map })
                }
                _ => None,
            },
        };
        (0..picked.len()).map(|row| has(row).then(|| of_row(row)).flatten()).collect()
    }

    /// What answers of a task, or its labels, say of pictures whose places have come to these frames; nothing of what lies in no picture. A row for each frame.
    pub fn marked(&self, task: usize, answers: &dyn Column, frames: &[Frame]) -> Vec<Option<Marks>> {
        let rows: Vec<Option<usize>> = (0..answers.rows()).map(Some).collect();
        if let Some(maps) = answers.of::<Maps>() {
            let (places, classes) = (maps.height * maps.width, maps.classes);
            let class = |class: &u8| if usize::from(*class) < classes { i64::from(*class) } else { -1 };
            if let Some(sizes) = self.map_sizes(task) {
                let of_row = |(map, frame): (&[u8], &Frame)| {
                    // As fine as the picture is.
                    let shown = MapSizes { given: frame.to, ..sizes }.shown(frame);
                    let map = shown.iter().map(|place| place.map_or(-1, |place| class(&map[place]))).collect();
                    Some(Marks::Classes { width: frame.to.1, map })
                };
                return maps.values.chunks(places.max(1)).zip(frames).map(of_row).collect();
            }
            let of_row = |map: &[u8]| Some(Marks::Classes { width: maps.width, map: map.iter().map(class).collect() });
            return maps.values.chunks(places.max(1)).map(of_row).collect();
        }
        let placed = self.following(task).and_then(|following| {
            let followers = Followers { labels: answers.copy().into(), classes: 0, following };
            followers.followed(&rows, frames)
        });
        (0..rows.len()).map(|row| Marks::of(placed.as_ref()?, row)).collect()
    }
}

impl Marks {
    fn of(placed: &Values, row: usize) -> Option<Marks> {
        Some(match placed {
            Values::Boxes(placed) => Marks::Boxes(placed.boxes.row(row).to_vec()),
            Values::Keypoints(placed) => Marks::Points(placed.points.row(row).to_vec()),
            Values::Tracks(placed) => Marks::Tracks(placed.tracks.row(row).to_vec()),
            Values::Instances(placed) => Marks::Things {
                things: placed.boxes.boxes.row(row).to_vec(),
                width: placed.boxes.sizes[row].1,
                map: placed.maps[row].clone(),
            },
            _ => return None,
        })
    }
}
