//! `ltb`: learns a tree, with the trunk shared below and branches above.

use super::{Expander, Sharing, ValueHandle, run, units};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, branch};

crate::entry! {
    /// Learning to branch (Guo et al. 2020, arXiv:2006.01895).
    ///
    /// In a picture: several copies of every layer with weights (and what follows it). A copy takes its input from one copy of the
    /// layer below, and a reader from one of the last layer's; which one is learned, by a draw per step while training and the
    /// most probable one when evaluating. What comes out is a tree: copies that nobody takes are dead wood. The
    /// probabilities, which the report shows, draw that tree. (The paper then trains the tree anew: write it as nested `shared`
    /// nodes.)
    ///
    /// Cost: `branches` times the chain, and `branches` weights per copy and per reader. Use it to find out where to branch.
    ///
    /// The draws are noise: after 20 epochs on Multi-MNIST it is 2.8 points behind `hard`. Train the tree it found.
    pub struct Ltb = "ltb" {
        /// Copies of each layer; by default as many as there are readers.
        branches: Option<usize>, in Range { min: 2.0, ..Range::ANY };
        /// The higher, the more evenly the gradient spreads over the choices.
        temperature: f64 = 1.0, in Range::POSITIVE;
    }
}

impl Sharing for Ltb {
    fn least_readers(&self) -> usize {
        2
    }

    fn expand(&self, expander: &mut dyn Expander) {
        let readers = expander.readers();
        let names: Vec<String> =
            (1..=self.branches.unwrap_or(readers.len())).map(|index| format!("branch_{index}")).collect();
        let choose = |expander: &mut dyn Expander, path: &str, values: &[ValueHandle]| match values {
            // A reader that is trained alone has no choice.
            [only] => *only,
            many => {
                let branch = LayerDef::Branch(branch::Branch { temperature: self.temperature });
                expander.layer(branch, path, many)
            }
        };
        let mut below = Vec::new();
        for (unit, stages) in units(expander).into_iter().enumerate() {
            let mut values = Vec::with_capacity(names.len());
            for name in &names {
                let input = match below.as_slice() {
                    [] => expander.input(),
                    below => choose(expander, &format!("{name}.parent.{}", unit + 1), below),
                };
                values.push(run(expander, stages.clone(), name, input));
            }
            below = values;
        }
        for (reader, name) in readers.iter().enumerate() {
            let chosen = choose(expander, &format!("{name}.parent"), &below);
            expander.give(reader, chosen);
        }
    }
}
