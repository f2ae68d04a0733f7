//! `panoptic_quality`: how well things are found and drawn, in one number; with what lies behind them, if another task says that.

use super::{GainOn, Metric, needs_instances};
use crate::catalog::answers::{AnswerDef, INSTANCES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Name, Range, ShapeError, Share, Type};

crate::words! {
    /// Which figure.
    pub enum Figured {
        /// The quality of segmentation times that of recognition, PQ.
        Quality = "quality",
        /// How much those that are right share, SQ.
        Segmentation = "segmentation",
        /// How many are right, RQ.
        Recognition = "recognition",
    }
}

crate::words! {
    /// Of which classes the mean is.
    pub enum Over {
        All = "all",
        Things = "things",
        Stuff = "stuff",
    }
}

crate::entry! {
    /// The panoptic quality of things (Kirillov et al. 2019, arXiv:1801.00868): a given thing is right if it shares more than half of the pixels that it or one of the label of its class
    /// has; the sum of these shares over the things that are right, divided by their number, half of those that were missed and half of those that are wrong; the mean
    /// over classes that occur, in labels or answers. How sure the model is does not count, so that what it is hardly sure of should not be given.
    ///
    /// With `stuff: regions`, the name of a task that says of each pixel its class, it is that of all that the picture shows: each pixel is of one segment at most. A class of that task with the name
    /// of a class of things is one of things; of each other class all pixels of a picture are one segment. In a label all things lie above that, a later one above those before it; pixels of neither are of nothing, and
    /// what is given there is not held against anybody. An answer is put together as it was published: the surest thing first, each but for the pixels of surer ones, and left out if
    /// these have more than half of it; then the stuff where no thing is. A row that lacks the label of either task does not count.
    pub struct PanopticQuality = "panoptic_quality" {
        /// Things that are less sure are left out before.
        least: Share = Share(0.3), in Range::UNIT;
        /// The task whose answer says of each pixel its class, in the same picture.
        stuff: Option<Name>;
        /// `quality`, or what it is the product of: `segmentation`, how much the segments that are right share in the mean, and `recognition`, the number of those that are right, divided by it, half of those that were missed and half
        /// of those that are wrong.
        of: Figured = Figured::Quality;
        /// Whether the mean is over the classes of things, of stuff, or all of them.
        over: Over = Over::All;
        /// Of a thing, how much others that are surer may have, beside `stuff`.
        overlap: Share = Share(0.5), in Range::UNIT;
        /// Stuff of a class with fewer pixels in a picture is left out of the answer; 4096 is usual for photographs as COCO has them.
        area: usize = 0;
    }
}

impl Metric for PanopticQuality {
    fn compares(&self) -> &'static [AnswerDef] {
        INSTANCES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        if self.stuff.is_none() && self.over == Over::Stuff {
            let message = "`panoptic_quality` is asked for the quality of stuff, and no task says what that is";
            return Err(
                ShapeError::new(message).help("name the task that says of each pixel its class: `stuff: regions`")
            );
        }
        needs_instances("panoptic_quality", prediction, label)
    }

    fn beside(&self) -> Option<&str> {
        self.stuff.as_ref().map(|Name(task)| task.as_str())
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        let with = self.stuff.as_ref().map_or(String::new(), |Name(task)| format!("_with_{task}"));
        let over = if self.over == Over::All { String::new() } else { format!("_of_{}", self.over.word()) };
        let name = match self.of {
            Figured::Quality => "panoptic_quality".to_string(),
            of => format!("panoptic_{}", of.word()),
        };
        format!("{name}{with}{over}")
    }
}
