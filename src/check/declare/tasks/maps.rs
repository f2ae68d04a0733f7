//! Targets that are maps, beside pictures of which steps have cut something off, or which they have given a margin: what is learnt lies in the
//! picture that the model is given, and is as high and wide as that, while the label and the answers lie in the file's.

use super::targets::Made;
use crate::catalog::Type;
use crate::catalog::decoders::Decoded;
use crate::check::Checker;
use crate::check::flow::chains::Flow;
use crate::pipeline::inputs_of;

impl Checker<'_> {
    /// Makes maps among the targets as high and wide as the pictures that flow in, if these show less or more than their files; of which input they are.
    pub(super) fn lay_in_pictures(
        &self,
        targets: &mut [Made],
        label: &Type,
        input: Flow,
        rows: &[usize],
    ) -> Option<usize> {
        // What lies in a picture otherwise, as boxes do, is taken along as such.
        let targets = if label.is_of_pixels() { targets } else { &mut [] };
        let mut maps = targets.iter_mut().filter_map(|made| made.ty.as_mut()).filter(|ty| ty.is_of_pixels()).peekable();
        maps.peek()?;
        let behind = inputs_of(&self.flowing.nodes, &[(String::new(), input?)]);
        let reframed = |input: &usize| {
            let of = &self.declared.inputs[*input];
            of.rows.iter().any(|data| rows.contains(data)) && of.reframed().is_some()
        };
        let input = behind.into_iter().find(reframed)?;
        let given = self.declared.inputs[input].ty.clone();
        maps.for_each(|ty| *ty = ty.as_large_as(&given));
        Some(input)
    }
}

/// What is answered where the label lies, whatever the size of what the model gives.
pub(super) fn of_file(prediction: Decoded, label: &Type) -> Decoded {
    match prediction.ty.is_of_pixels() {
        true => Decoded { ty: prediction.ty.as_large_as(label), ..prediction },
        false => prediction,
    }
}
