//! What the losses of classes ask of an output and a target: a number for each class, and a place for each place.

use crate::catalog::error::Undecided;
use crate::catalog::{Kind, ShapeError, Type};

/// Refuses unless an output has one number for each class of the target, of each row or at each of its places.
pub(super) fn require_class_for_each(
    loss: &str,
    output: &Type,
    target: &Type,
    undecided: &mut Undecided,
) -> Result<(), ShapeError> {
    let (Kind::Category { classes } | Kind::Tokens { vocabulary: classes }) = &target.kind else {
        return Err(ShapeError::new(format!(
            "`{loss}` learns one class per row, and the target is {}",
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
            "`{loss}` needs one number per {one} and {each}, and the output is {output}"
        ))
        .help(format!("the head's last layer sets the width: `{layer}`")));
    };
    let places = output.axes.iter().enumerate().filter(|(at, _)| *at != features).map(|(_, axis)| axis);
    for (found, wanted) in places.zip(&target.axes).skip(1) {
        let why = format!("`{loss}` can compare output and target place by place");
        if found.name != wanted.name || !undecided.require(&found.size, &wanted.size, &*why) {
            return Err(ShapeError::new(format!(
                "`{loss}` needs an answer at every place of the target: {output} against {target}"
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
