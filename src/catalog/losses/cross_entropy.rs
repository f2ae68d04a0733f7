//! `cross_entropy`: cross-entropy of logits with one class per row, or per place of a row.

use super::{Loss, LossUnit};
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, Range, ShapeError, Type};

crate::entry! {
    /// Cross-entropy of logits with one class per row, or per place of a row.
    ///
    /// Output: `f32[rows, classes]` logits; target: `category(classes)[rows]`. With smoothing s the target distribution is
    /// `1 − s + s / classes` on the class and `s / classes` elsewhere (Szegedy et al. 2016, arXiv:1512.00567). Unit: row, in nats.
    ///
    /// Of tokens, `tokens(vocabulary)[rows, time]`, the output is `f32[rows, time, vocabulary]`; of a map of classes, `category(classes)[rows,
    /// height, width]`, it is `f32[rows, classes, height, width]`. The unit is then the token or the pixel: the mean is taken over all
    /// of them, so that a long text counts more than a short one, and padding does not count. Neither do pixels that the label ignores. Class
    /// weights multiply the whole loss of a row or pixel by the weight of its class, what smoothing adds to it as well.
    pub struct CrossEntropy = "cross_entropy" {
        /// How much of the target is spread over all classes.
        smoothing: f64 = 0.0, in Range::UNIT_BELOW_ONE;
    }
}

impl Loss for CrossEntropy {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let (Kind::Category { classes } | Kind::Tokens { vocabulary: classes }) = &target.kind else {
            return Err(ShapeError::new(format!(
                "`cross_entropy` learns one class per row, and the target is {}",
                target.kind.words()
            ))
            .help("for numbers use `mse`, `mae` or `huber`; for zeros and ones `binary_cross_entropy`"));
        };
        let (one, layer) = match target.kind {
            Kind::Tokens { .. } => ("token", "dense(label.vocabulary)"),
            _ => ("class", "dense(label.classes)"),
        };
        let features = output.feature_axis().filter(|_| output.is_real());
        let Some(features) = features.filter(|_| output.rank() == target.rank() + 1) else {
            let each = if target.rank() == 1 { "row" } else { "place" };
            return Err(ShapeError::new(format!(
                "`cross_entropy` needs one number per {one} and {each}, and the output is {output}"
            ))
            .help(format!("the head's last layer sets the width: `{layer}`")));
        };
        let places = output.axes.iter().enumerate().filter(|(at, _)| *at != features).map(|(_, axis)| axis);
        for (found, wanted) in places.zip(&target.axes).skip(1) {
            let why = "`cross_entropy` can compare output and target place by place";
            if found.name != wanted.name || !undecided.require(&found.size, &wanted.size, why) {
                return Err(ShapeError::new(format!(
                    "`cross_entropy` needs an answer at every place of the target: {output} against {target}"
                )));
            }
        }
        let size = &output.axes[features].size;
        if !undecided.require(size, classes, format!("the head has one output per {one}")) {
            let many = if one == "class" { "classes" } else { "tokens" };
            return Err(ShapeError::new(format!("the head has {size} outputs, and the label has {classes} {many}"))
                .help(format!("write `{layer}`")));
        }
        Ok(())
    }

    fn unit(&self, target: &Type) -> LossUnit {
        if target.rank() > 1 { LossUnit::Place } else { LossUnit::Row }
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
