//! Losses: what a head's output is compared by with its target.

use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

/// What losses of classes ask of an output and a target.
mod of_classes;

crate::catalog! {
    /// A loss with its arguments.
    pub enum LossDef: Loss {
        binary_cross_entropy::BinaryCrossEntropy,
        centers::Centers,
        contrastive::Contrastive,
        crf::Crf,
        cross_entropy::CrossEntropy,
        ctc::Ctc,
        dice::Dice,
        focal::Focal,
        grouping::Grouping,
        heat_maps::HeatMaps,
        huber::Huber,
        mae::Mae,
        moving_centers::MovingCenters,
        mse::Mse,
        span::Span,
    }
}

/// What a loss counts: its mean is taken over these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossUnit {
    /// A row, however many numbers it has.
    Row,
    /// A place of a row: a token of a text, a pixel of a map. A row counts as often as it has places.
    Place,
}

pub trait Loss {
    /// Whether an output and a target of these types can be compared.
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError>;

    /// What it counts on such a target.
    fn unit(&self, _target: &Type) -> LossUnit {
        LossUnit::Row
    }

    /// True if rows may be weighted by their class; of a loss that counts places also if it heeds how much each of them counts.
    fn supports_class_weights(&self) -> bool {
        false
    }

    /// True if a row's loss compares its own answer with those of others, so that the head may read it as a whole.
    fn contrasts(&self) -> bool {
        false
    }

    /// True if the size of the loss grows with the unit of the target, so that an unscaled target
    /// drowns the other tasks (MSE, MAE, Huber).
    fn depends_on_scale(&self) -> bool {
        false
    }
}

/// Refuses unless an output, a picture, is as high and wide as a target that the step `step` has made.
pub(crate) fn require_places(
    loss: &str,
    step: &str,
    output: &Type,
    target: &Type,
    undecided: &mut Undecided,
) -> Result<(), ShapeError> {
    let why = format!("`{loss}` can compare output and target place by place");
    let same = [2, 3].iter().all(|axis| undecided.require(&output.axes[*axis].size, &target.axes[*axis].size, &*why));
    if same {
        return Ok(());
    }
    let message = format!("`{loss}` needs an answer at every place of the target's map: {output} against {target}");
    let (height, width) = (&output.axes[2].size, &output.axes[3].size);
    Err(ShapeError::new(message).help(format!("the target is as large as the output with `{step}({height}, {width})`")))
}

/// Refuses unless output and target are numbers of the same shape.
pub(crate) fn require_same_shape(
    loss: &str,
    output: &Type,
    target: &Type,
    undecided: &mut Undecided,
) -> Result<(), ShapeError> {
    let help = match target.kind {
        crate::catalog::Kind::Category { .. } => "for a label with classes, use `cross_entropy`",
        _ => "the head's last layer sets the width: `dense(label.width)`",
    };
    if !target.is_real() {
        return Err(
            ShapeError::new(format!("`{loss}` compares numbers, and the target is {}", target.kind.words())).help(help)
        );
    }
    let same = output.rank() == target.rank()
        && output.axes.iter().zip(&target.axes).skip(1).all(|(left, right)| {
            undecided.require(&left.size, &right.size, format!("`{loss}` can compare output and target"))
        });
    if !output.is_real() || !same {
        return Err(ShapeError::new(format!(
            "`{loss}` needs output and target of one shape: {output} against {target}"
        ))
        .help(help));
    }
    Ok(())
}
