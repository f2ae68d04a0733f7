//! Answers: what labels are and what is answered in their place, by kind. A task's label tells which kind its answers are of; a
//! metric names the kinds that it compares. How they are kept, compared, written and shown is in `answers/`.

use crate::catalog::Type;

crate::catalog! {
    /// A kind of answers.
    pub enum AnswerDef: Answer {
        boxes::Boxes,
        class::Class,
        class_map::ClassMap,
        instances::Instances,
        keypoints::Keypoints,
        number::Number,
        set::Set,
        text::Text,
        tracks::Tracks,
        vector::Vector,
    }
}

pub trait Answer {
    /// Whether labels of this type (as they stand in the data, before `target` steps) are of this kind. No two kinds want one
    /// type.
    fn holds(&self, label: &Type) -> bool;

    /// Which metrics compare such answers, to complete "for …, use …".
    fn metrics(&self) -> &'static str;
}

impl AnswerDef {
    /// The kind of a task's answers, by its label.
    pub fn of(label: &Type) -> Option<AnswerDef> {
        ENTRIES.iter().filter_map(|entry| (entry.from_args)(&Default::default())).find(|kind| kind.holds(label))
    }
}

/// What is found in a picture, with bounds or pixels.
pub const FOUND: &[AnswerDef] = &[AnswerDef::Boxes(boxes::Boxes {}), AnswerDef::Instances(instances::Instances {})];
/// What stands where in a picture, to the pixel.
pub const INSTANCES: &[AnswerDef] = &[AnswerDef::Instances(instances::Instances {})];
/// Named points in a picture.
pub const KEYPOINTS: &[AnswerDef] = &[AnswerDef::Keypoints(keypoints::Keypoints {})];
/// What moves where in a clip.
pub const TRACKS: &[AnswerDef] = &[AnswerDef::Tracks(tracks::Tracks {})];
/// What is decided by classes.
pub const CLASSES: &[AnswerDef] = &[AnswerDef::Class(class::Class {}), AnswerDef::Set(set::Set {})];
/// What has a class at every place.
pub const CLASS_MAPS: &[AnswerDef] = &[AnswerDef::ClassMap(class_map::ClassMap {})];
/// What is counted or measured.
pub const NUMBERS: &[AnswerDef] = &[AnswerDef::Number(number::Number {}), AnswerDef::Vector(vector::Vector {})];
/// What is read.
pub const TEXTS: &[AnswerDef] = &[AnswerDef::Text(text::Text {})];
