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
        crate::catalog::Kind::Category { .. } => "for a label with classes, use `cross_entropy`".to_string(),
        _ => same_shape_help(output, target),
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

/// What gives an output the shape of a target of numbers.
fn same_shape_help(output: &Type, target: &Type) -> String {
    let sizes = |of: &Type| -> Option<Vec<i64>> { of.axes[1..].iter().map(|axis| axis.size.value()).collect() };
    let shown = |sizes: &[i64]| sizes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let numbers = sizes(target);
    match (output.is_picture(), output.rank(), numbers.as_deref()) {
        (true, _, Some([_])) => {
            "make numbers of each picture before the head: `-> global_avg_pool` or `-> flatten`".into()
        }
        (true, _, Some([height, width])) => {
            format!(
                "name the sides of the label, so that it is a picture of one channel: `number[height: {height}, width: {width}]`"
            )
        }
        (true, _, Some([channels, height, width])) => match sizes(output).as_deref() {
            Some([own, ..]) if own != channels && sizes(output).is_some_and(|own| own[1..] == [*height, *width]) => {
                format!("the head's last layer sets how many numbers each pixel has: `conv2d({channels}, kernel: 1)`")
            }
            Some([_, high, wide]) if (wide, high) == (height, width) => format!(
                "the label lies on its side: say which axis is which, in the order of the file, `number[width: {height}, height: {width}]`, \
                 or make the pictures as the label is: `-> resize({height}, {width})`"
            ),
            _ => format!(
                "make the pictures as large as the label, `-> resize({height}, {width})`, and keep what flows into the head at that size (`padding: same`, no strides)"
            ),
        },
        (false, 2, Some(numbers)) if numbers.len() > 1 => {
            match numbers.iter().try_fold(1_i64, |all, size| all.checked_mul(*size)) {
                Some(all) => format!(
                    "let the head give as many numbers, and lay them as the label has them: `dense({all}) -> reshape({})`",
                    shown(numbers)
                ),
                None => "the label has more numbers than can be counted: look at the sizes of its column".into(),
            }
        }
        _ => "the head's last layer sets the width: `dense(label.width)`".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Axis, Dim, Kind};

    fn real(sizes: &[i64]) -> Type {
        Type::real(Axis::new(Axis::ROWS, Dim::symbol("rows(d)")), sizes.iter().map(|size| Dim::int(*size)))
    }

    fn map(sizes: &[i64]) -> Type {
        let names = [Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH];
        let axes = names.into_iter().zip(sizes).map(|(name, size)| Axis::new(name, Dim::int(*size)));
        Type::new(Kind::Real, std::iter::once(Axis::new(Axis::ROWS, Dim::symbol("rows(d)"))).chain(axes).collect())
    }

    #[test]
    fn help_says_what_gives_the_target_s_shape() {
        let help = |output: &Type, target: &Type| {
            let refused = require_same_shape("huber", output, target, &mut Undecided::default());
            refused.expect_err("of another shape").help.expect("a help")
        };
        let answer = map(&[1, 24, 32]);
        for (output, target, says) in [
            (&answer, real(&[24, 32]), "`number[height: 24, width: 32]`"),
            (&answer, map(&[1, 32, 24]), "`number[width: 32, height: 24]`"),
            (&answer, map(&[1, 12, 16]), "`-> resize(12, 16)`"),
            (&answer, map(&[3, 24, 32]), "`conv2d(3, kernel: 1)`"),
            (&answer, real(&[5]), "`-> global_avg_pool`"),
            (&real(&[4]), real(&[5]), "`dense(label.width)`"),
            (&real(&[4]), real(&[8, 8]), "`dense(64) -> reshape(8, 8)`"),
        ] {
            let help = help(output, &target);
            assert!(help.contains(says), "{output} against {target}: {help}");
        }
    }
}
