//! What the losses of classes ask of an output and a target: a number for each class, and a place for each place.

use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Kind, ShapeError, Type};

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
            ))
            .help(places_help(output, target)));
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

/// What gives an output a place for each place of a target.
fn places_help(output: &Type, target: &Type) -> String {
    let sides =
        |of: &Type| Some((of.axes[of.axis(Axis::HEIGHT)?].size.clone(), of.axes[of.axis(Axis::WIDTH)?].size.clone()));
    match (sides(output), sides(target)) {
        (Some((high, wide)), Some((height, width))) => format!(
            "read the masks at the size of the answer, `size: [{high}, {wide}]` in their column, or make the answer as large as they are: `-> resize({height}, {width})` of the pictures, `upsample` in the head"
        ),
        _ if matches!(target.kind, Kind::Tokens { .. }) => {
            "`tags(\"INPUT\")` names the input whose places are tagged; behind it stand layers that keep every place: none that pools, and no strides".into()
        }
        _ => "between what is read and the end of the head stand layers that keep every place: none that pools, and no strides".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Dim;

    #[test]
    fn a_mask_of_another_size_is_told_how_to_fit() {
        let of = |kind: Kind, axes: &[(&'static str, i64)]| {
            let axes = axes.iter().map(|(name, size)| Axis::new(name, Dim::int(*size)));
            let rows = Axis::new(Axis::ROWS, Dim::symbol("rows(d)"));
            Type::new(kind, std::iter::once(rows).chain(axes).collect())
        };
        let output = of(Kind::Real, &[(Axis::CHANNELS, 3), (Axis::HEIGHT, 20), (Axis::WIDTH, 24)]);
        let target = of(Kind::Category { classes: Dim::int(3) }, &[(Axis::HEIGHT, 24), (Axis::WIDTH, 20)]);
        let refused = require_class_for_each("cross_entropy", &output, &target, &mut Undecided::default());
        let help = refused.expect_err("of another size").help.expect("a help");
        assert!(help.contains("`size: [20, 24]`") && help.contains("`-> resize(24, 20)`"), "{help}");
    }
}
