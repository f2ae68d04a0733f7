//! Pictures for the report: those of the rows that a model gets most wrong, with what is true of them and what was found drawn in, and some of those that it is trained on.
//!
//! What was found is asked of the model again: of maps of classes the answers of a part are let go once they are counted.

use super::given::Given;
use super::maps;
use super::pictures::{Named, Scene};
use super::show::{ShownPicture, ShownRow};
use super::{WorstRow, worst_places};
use crate::answers::Column;
use crate::catalog::Kind;
use crate::data::{Frame, Marks};
use crate::lower::Model;
use crate::pipeline::{Part, inputs_behind};
use crate::score::judge::Answered;
use crate::train::evaluate;
use crate::train::find::Known;
use crate::train::session::Session;

/// So many rows of a task, or clips, which are larger.
const ROWS: usize = 6;
const CLIPS: usize = 4;
/// So many rows that are trained on, in so many epochs.
const TRAINED: usize = 4;
const EPOCHS: u64 = 3;
/// What was found is drawn if the model is as sure as this.
const SURE: f32 = 0.3;

/// The rows that a task gets most wrong, if it looks at pictures; the worst first.
pub(super) fn scenes(session: &Session, model: &Model, task: usize, answered: &Answered, named: Named) -> Vec<Scene> {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let of = &pipeline.tasks[task];
    let data = of.label.data;
    if let Some(form) = maps::Form::of(session, task) {
        return maps::scenes(session, model, (task, form), answered, named, ROWS).unwrap_or_default();
    }
    let is_of_pictures = |input: &usize| pipeline.inputs[*input].raw.kind == Kind::Image;
    let input = prepared
        .pictures_of(pipeline, task)
        .or_else(|| inputs_behind(&pipeline.nodes, of).into_iter().find(is_of_pictures));
    let Some(input) = input else { return Vec::new() };
    // Rows are numbered by the stacks of an input of several data sets.
    if pipeline.inputs[input].rows != [data] {
        return Vec::new();
    }
    let worst = worst_places(&answered.scored(), named, ROWS);
    let rows: Vec<usize> = worst.iter().map(|(place, _)| answered.rows[*place]).collect();
    let mut batch: Vec<Vec<usize>> = vec![Vec::new(); pipeline.data.len()];
    batch[data].clone_from(&rows);
    let Some(pictures) = prepared.pictures(input, &batch, None).filter(|_| !rows.is_empty()) else { return Vec::new() };
    let frame = |frames: &Vec<_>| {
        frames.first().map_or(Frame::whole(0, 0), |first: &std::sync::Arc<crate::data::pictures::Picture>| first.frame)
    };
    let frames: Vec<Frame> = pictures.iter().map(frame).collect();
    let truth = prepared.marked(task, prepared.labels(pipeline, task, &rows).as_ref(), &frames);
    let found = if truth.iter().any(Option::is_some) {
        let answers = answers(session, model, task, batch, &rows);
        answers.map(|answers| prepared.marked(task, answers.as_ref(), &frames)).unwrap_or_default()
    } else {
        Vec::new()
    };
    let most = if pictures.iter().any(|frames| frames.len() > 1) { CLIPS } else { ROWS };
    let scene = |(number, ((_, words), frames)): (usize, ((usize, WorstRow), Vec<_>))| {
        let shown = |title: &str, marks: Option<Marks>| ShownPicture {
            title: title.to_string(),
            frames: frames.clone(),
            marks: marks.map(|marks| (marks, named.classes.to_vec())).into_iter().collect(),
        };
        let found = found.get(number).map(|marks| shown("predicted", marks.clone().map(sure)));
        let words = WorstRow { row: prepared.row_name(data, rows[number]), ..words };
        Scene { words, given: None, truth: shown("true", truth.get(number).cloned().flatten()), found, scale: None }
    };
    worst.into_iter().zip(pictures).take(most).enumerate().map(scene).collect()
}

/// What the model answers for these rows.
pub(super) fn answers(
    session: &Session,
    model: &Model,
    task: usize,
    batch: Vec<Vec<usize>>,
    rows: &[usize],
) -> Option<Box<dyn Column>> {
    let data = session.pipeline.tasks[task].label.data;
    let mut found = None;
    let mut take = |answers: Vec<crate::score::judge::TaskAnswers>| {
        let own = answers.into_iter().find(|answers| answers.task == task);
        if let Some(own) =
            own.filter(|own| own.rows.iter().eq(rows.iter().map(|row| (data, *row)).collect::<Vec<_>>().iter()))
        {
            found = Some(own.answers);
        }
    };
    let (pipeline, prepared) = (&session.pipeline, &session.prepared);
    evaluate::at_once(pipeline, &model.folded(), prepared, vec![batch], &mut Known::default(), |_, answers| {
        take(answers)
    });
    found
}

/// Without what the model is not sure of.
fn sure(marks: Marks) -> Marks {
    match marks {
        Marks::Boxes(boxes) => Marks::Boxes(boxes.into_iter().filter(|one| one.score >= SURE).collect()),
        Marks::Tracks(seen) => Marks::Tracks(seen.into_iter().filter(|one| one.at.score >= SURE).collect()),
        marks => marks,
    }
}

/// Some rows that a task is trained on, as they are and in some epochs, if drawn steps change their pictures. Of the tasks of a data set the first has them.
pub(super) fn augmented(session: &Session, task: usize) -> Vec<ShownRow> {
    let pipeline = &session.pipeline;
    let data = pipeline.tasks[task].label.data;
    let of_data = |other: &crate::pipeline::Task| other.label.data == data;
    let drawn = pipeline.inputs.iter().any(|input| {
        input.raw.kind == Kind::Image
            && input.rows.contains(&data)
            && input.steps.iter().any(|step| step.def.draws_values())
    });
    if !drawn || pipeline.tasks.iter().position(of_data) != Some(task) {
        return Vec::new();
    }
    let given = Given { part: Part::Train, rows: TRAINED, epochs: EPOCHS };
    given.of(pipeline, &session.prepared, data).rows
}
