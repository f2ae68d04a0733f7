//! Who looks at whom in the texts of some rows, by the layers of a task that attend.

use super::pictures::Attention;
use crate::data::HostValues;
use crate::lower::Model;
use crate::lower::reports::{Looks, Walked, looks};
use crate::lower::trace::Mode;
use crate::train::session::Session;

/// So many layers are shown, the last ones.
const LAYERS: usize = 4;

/// Longer texts are not shown.
const LONGEST: usize = 200;

/// What the layers of a task look at in a row of the data set of its label. Layers that look at no text are left out.
pub fn of_row(session: &Session, model: &Model, task: usize, row: usize) -> Vec<Attention> {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let data = pipeline.tasks[task].label.data;
    let only = |other: usize| if other == data { vec![row] } else { Vec::new() };
    let batch = prepared.batch(&(0..pipeline.data.len()).map(only).collect::<Vec<_>>());
    let found = looks(model, &mut model.forward(&batch, Mode::EVALUATE, false), task, data);
    let tokens = |walked: Walked| -> Option<Vec<String>> {
        let target = match walked {
            Walked::Input(input) => return prepared.tokens_of(pipeline, input, data, row),
            Walked::Target(target) => target,
        };
        let values = batch.targets[task].values.get(target)?;
        let HostValues::I64(tokens) = &values.values else { return None };
        let own = values.places(0).min(tokens.len());
        Some(tokens[..own].iter().map(|token| prepared.spell(task, target, &[*token])).collect())
    };
    let of_layer = |looks: Looks| {
        let seen = tokens(looks.seen)?;
        let asking = match looks.asking {
            Some(walked) => tokens(walked)?,
            None => vec![String::new()],
        };
        let fits = looks.weights.len() == asking.len() && looks.weights.iter().all(|row| row.len() == seen.len());
        let round = |weight: f64| (weight * 1e4).round() / 1e4;
        (fits && !seen.is_empty() && seen.len() <= LONGEST).then(|| Attention {
            row: prepared.row_name(data, row),
            node: looks.node,
            asking,
            seen,
            weights: looks.weights.into_iter().map(|row| row.into_iter().map(round).collect()).collect(),
        })
    };
    let mut shown: Vec<Attention> = found.into_iter().filter_map(of_layer).collect();
    shown.drain(..shown.len().saturating_sub(LAYERS));
    shown
}

#[cfg(test)]
mod tests {
    use crate::lower::Device;
    use crate::lower::reports::{Walked, looks};
    use crate::lower::trace::Mode;
    use crate::train::tests::session_of;

    #[test]
    fn inputs_of_one_size_are_not_taken_for_each_other() {
        let session = session_of(
            "data penguins: csv(\"data/penguins.csv\") {
               columns { bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g: number, sex: category }
             }
             input bill from penguins[bill_length_mm, bill_depth_mm] -> impute(median) -> standardize
             input body from penguins[flipper_length_mm, body_mass_g] -> impute(median) -> standardize
             let first = bill -> reshape(2, 1) -> dense(4)
             let second = body -> reshape(2, 1) -> dense(4)
             task sex from cross_attention(second, first) -> mean_pool {
               label: penguins.sex
               head: dense(label.classes)
               loss: cross_entropy
               predict: softmax -> argmax
               metrics: [accuracy]
             }",
        );
        let model = session.model(1, &Device::flex()).expect("a model");
        let batch = session.prepared.batch(&[vec![0]]);
        let found = looks(&model, &mut model.forward(&batch, Mode::EVALUATE, false), 0, 0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].asking, found[0].seen), (Some(Walked::Input(1)), Walked::Input(0)));
    }
}
