//! Steps: preprocessing of an input or a target, fitted on the training part, without gradients.
//! What a step computes is in `data/steps/`.

use crate::catalog::{Axis, Kind, Range, ShapeError, Type};

pub(crate) mod tokens;

crate::catalog! {
    /// A step with its arguments.
    pub enum StepDef: Step {
        above::Above,
        affine::Affine,
        blur::Blur,
        bpe::Bpe,
        bytes::Bytes,
        calendar::Calendar,
        candidates::Candidates,
        centers::Centers,
        characters::Characters,
        clip::Clip,
        color_jitter::ColorJitter,
        crop::Crop,
        cutmix::Cutmix,
        cutout::Cutout,
        drop_input::DropInput,
        flip::Flip,
        grayscale::Grayscale,
        grouping::Grouping,
        hash::Hash,
        heat_maps::HeatMaps,
        impute::Impute,
        is::Is,
        keep_above::KeepAbove,
        locate::Locate,
        log::Log,
        log_mel::LogMel,
        lowercase::Lowercase,
        min_max::MinMax,
        mixup::Mixup,
        mosaic::Mosaic,
        moving_centers::MovingCenters,
        multi_hot::MultiHot,
        noise::Noise,
        normalize::Normalize,
        normalize_text::NormalizeText,
        one_hot::OneHot,
        pad::Pad,
        pca::Pca,
        piecewise_linear::PiecewiseLinear,
        quantile::Quantile,
        randaugment::Randaugment,
        resize::Resize,
        robust_scale::RobustScale,
        rotate::Rotate,
        savitzky_golay::SavitzkyGolay,
        scale::Scale,
        shift::Shift,
        smooth_clip::SmoothClip,
        snv::Snv,
        special::Special,
        standardize::Standardize,
        tags::Tags,
        tf_idf::TfIdf,
        tokenizer::Tokenizer,
        truncate::Truncate,
        unigram::Unigram,
        wordpiece::Wordpiece,
        words::Words,
        zoom::Zoom,
    }
}

/// The three sorts of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A function of a row, once it has learnt from the training part.
    Fitted,
    /// A function of a row alone.
    Cached,
    /// A function of a row, a seed and an epoch, for training rows, and of those beside it in the batch if it mixes rows; it may have learnt too.
    Drawn,
}

impl Sort {
    pub fn name(self) -> &'static str {
        match self {
            Sort::Fitted => "fitted",
            Sort::Cached => "cached",
            Sort::Drawn => "drawn",
        }
    }
}

/// What a step that mixes the rows of a batch makes of their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixing {
    /// A row has the labels of several, each by a share.
    Shares,
    /// A row's picture is put together of pieces of several, each with the boxes that lie there.
    Pieces,
}

pub trait Step {
    /// The type after the step. `owner` names the input or task, for symbols such as `vocab(english)`.
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError>;

    /// True if it learns something from the training part (a mean, a vocabulary).
    fn fitted(&self) -> bool {
        false
    }

    /// True if it changes training rows by chance, anew in every epoch.
    fn drawn(&self) -> bool {
        false
    }

    /// True if it moves what stands in a picture, so that labels of places must be moved along.
    fn moves(&self) -> bool {
        false
    }

    /// True if what it makes of a picture shows all of it and nothing else, when nothing is drawn: a class for each place of the picture is one
    /// of what it makes, too.
    fn keeps_whole(&self) -> bool {
        true
    }

    /// If it mixes each training row with others of its batch: what becomes of their labels.
    fn mixes(&self) -> Option<Mixing> {
        None
    }

    /// If it takes the input away from some training rows: from which share of them.
    fn drops(&self) -> Option<f64> {
        None
    }

    /// True if it changes values by chance.
    fn draws_values(&self) -> bool {
        self.drawn() && self.drops().is_none()
    }

    /// What it needs beside a row.
    fn sort(&self) -> Sort {
        match (self.drawn(), self.fitted()) {
            (true, _) => Sort::Drawn,
            (false, true) => Sort::Fitted,
            (false, false) => Sort::Cached,
        }
    }

    /// True if it has an inverse, so that `inverse(target)` can undo it.
    fn invertible(&self) -> bool {
        false
    }

    /// True if it makes values missing, so that of a label some rows have no such target.
    fn leaves_out_rows(&self) -> bool {
        false
    }

    /// True if no value is missing after it.
    fn fills_missing(&self) -> bool {
        false
    }

    /// A class that it asks for and the column must have (`is("male")`).
    fn names_class(&self) -> Option<&str> {
        None
    }

    /// The input, by its name, whose places the tokens that it makes stand at.
    fn along(&self) -> Option<&str> {
        None
    }

    /// Which place counts, of a step that looks for the label in the text of that input.
    fn locates(&self) -> Option<locate::Which> {
        None
    }

    /// The name of what it learns, if others learn it too, and in words all that must be the same in these.
    fn shared(&self) -> Option<(&str, String)> {
        None
    }

    /// True if a mark of their own follows the tokens of each text, so that a head which writes knows where to stop.
    fn marks_end(&self) -> bool {
        false
    }

    /// True if its output is free of the unit of its input (standardize, min_max).
    fn removes_scale(&self) -> bool {
        false
    }
}

fn refuse(step: &str, needs: &str, input: &Type) -> ShapeError {
    let error = ShapeError::new(format!("`{step}` needs {needs}, and gets {}", input.words()));
    match (&input.kind, needs) {
        (Kind::Category { .. }, "numbers") if input.rank() == 1 => {
            error.help("a category becomes numbers by `-> one_hot` or `-> embed`")
        }
        (Kind::Categories { .. }, "numbers") => error.help("categories become numbers by `-> one_hot` or `-> embed`"),
        (Kind::Categories { .. }, "a category") => error.help("give each column an input of its own"),
        (Kind::Time, "numbers") => error.help("times become numbers by `-> calendar(month, weekday)`"),
        (Kind::Image, "numbers") => error.help("pictures become numbers by `-> resize(64, 64) -> normalize`"),
        (Kind::Sound { .. }, "numbers") => error.help("sound becomes numbers by `-> log_mel(64)`"),
        (Kind::Text, "numbers") => {
            error.help("text becomes tokens by `-> words` or `-> characters`, and numbers by `-> embed(16)`")
        }
        _ => error,
    }
}

/// An error unless the value is numbers.
pub(crate) fn needs_numbers(step: &str, input: &Type) -> Result<(), ShapeError> {
    if input.kind == Kind::Real { Ok(()) } else { Err(refuse(step, "numbers", input)) }
}

/// Numbers of the same shape, which is what most steps make of numbers; an error unless the value is numbers.
pub(crate) fn same_numbers(step: &str, input: &Type) -> Result<Type, ShapeError> {
    needs_numbers(step, input).map(|()| input.clone())
}

/// An error unless the value is a category.
pub(crate) fn needs_category(step: &str, input: &Type) -> Result<(), ShapeError> {
    if input.classes_of_rows().is_some() { Ok(()) } else { Err(refuse(step, "a category", input)) }
}

/// An error unless the value is a set of labels.
pub(crate) fn needs_labels(step: &str, input: &Type) -> Result<(), ShapeError> {
    if input.kind == Kind::Labels { Ok(()) } else { Err(refuse(step, "a set of labels", input)) }
}

/// An error unless the value is text.
pub(crate) fn needs_text(step: &str, input: &Type) -> Result<(), ShapeError> {
    if input.kind == Kind::Text { Ok(()) } else { Err(refuse(step, "text", input)) }
}

/// How many pixels a side of a picture may have, or a picture be moved or covered by: more than any picture has, and far from what a size could overflow by.
pub(crate) const SIDE: Range = Range { min: 1.0, max: 65_535.0, above_min: false, below_max: false };

/// Refuses what a step does with so many pixels (`covers a square of`) where the pictures, as far as their size is known, have fewer down and across: nothing would be left of them.
pub(crate) fn needs_larger_images(step: &str, does: &str, pixels: usize, input: &Type) -> Result<(), ShapeError> {
    let side = |name: &str| input.axis(name).and_then(|place| input.axes[place].size.value());
    let (Some(height), Some(width)) = (side(Axis::HEIGHT), side(Axis::WIDTH)) else { return Ok(()) };
    let most = height.max(width);
    if i64::try_from(pixels).is_ok_and(|pixels| pixels <= most) {
        return Ok(());
    }
    let message = format!("`{step}` {does} {pixels} pixels, and these pictures have {height} × {width}");
    let less = (height.min(width) / 2).max(1);
    Err(ShapeError::new(message).help(format!("write less than the picture has, such as `{step}({less})`")))
}

/// An error unless the value is pictures that have not become numbers yet.
pub(crate) fn needs_images(step: &str, input: &Type) -> Result<(), ShapeError> {
    if input.kind == Kind::Image {
        return Ok(());
    }
    let error = refuse(step, "pictures", input);
    let numbers = input.is_real() && input.is_picture();
    Err(if numbers {
        error.help(format!("write `{step}` before `normalize`, which makes numbers of pictures"))
    } else {
        error
    })
}

/// The same of one size that can be laid over one another, frame by frame: clips are of one length.
pub(crate) fn needs_alike_images(step: &str, input: &Type) -> Result<(), ShapeError> {
    needs_sized_images(step, input)?;
    if input.axis(Axis::TIME).is_none_or(|time| !input.axes[time].varies()) {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{step}` mixes clips frame by frame, and these differ in length"))
        .help(format!("leave `{step}` out, or let the column fill its clips up: `short: repeat`")))
}

/// The same of one size.
pub(crate) fn needs_sized_images(step: &str, input: &Type) -> Result<(), ShapeError> {
    needs_images(step, input)?;
    if input.axis(Axis::HEIGHT).is_some() {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{step}` needs pictures of one size, and these are as their files have them"))
        .help(format!("make them one size first: `-> resize(64, 64) -> {step}`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ArgValue, Args, Dim};

    fn step(name: &str, pixels: i64) -> StepDef {
        let args = |param| Args { values: vec![(param, ArgValue::Integer(pixels))] };
        let entry = find(name).expect("a step");
        (entry.from_args)(&args("size")).or_else(|| (entry.from_args)(&args("pixels"))).expect("its argument")
    }

    #[test]
    fn nothing_is_covered_or_moved_by_more_than_the_picture() {
        let image = |sizes: &[i64]| {
            let names = [Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH];
            let axes = names.into_iter().zip(sizes).map(|(name, size)| Axis::new(name, Dim::int(*size)));
            Type::new(Kind::Image, [Axis::new(Axis::ROWS, Dim::symbol("rows(d)"))].into_iter().chain(axes).collect())
        };
        for name in ["cutout", "shift"] {
            let infer = |pixels, sizes: &[i64]| step(name, pixels).infer(&image(sizes), "x");
            assert!(infer(16, &[3, 16, 16]).is_ok() && infer(17, &[3, 16, 20]).is_ok(), "{name}");
            let refused = infer(100, &[3, 16, 16]).expect_err("too large");
            assert!(refused.message.contains("100 pixels, and these pictures have 16 × 16"), "{}", refused.message);
            assert_eq!(
                refused.help.as_deref(),
                Some(&*format!("write less than the picture has, such as `{name}(8)`"))
            );
            assert!(infer(i64::MAX, &[1, 1, 1]).is_err(), "{name}");
        }
        // Nobody knows how large they are.
        assert!(step("cutout", 100).infer(&image(&[3]), "x").is_ok());
    }
}
