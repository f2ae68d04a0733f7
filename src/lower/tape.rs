//! The way back through a layer or loss that has none of its own: its forward is recorded by burn's autodiff, alone.

use burn::tensor::Tensor;

use super::layers::{Compute, Cotangents, Forward};
use super::losses::ComputeLoss;
use super::value::{Extents, Real, Value};

/// A recorded evaluation of one layer; burn lets it be used once.
pub struct Tape {
    output: Tensor<1>,
    inputs: Vec<Option<Leaf>>,
    weights: Vec<Leaf>,
}

struct Leaf {
    tensor: Tensor<1>,
    shape: Vec<usize>,
    extents: Extents,
}

impl Leaf {
    fn new(real: &Real) -> Self {
        let tensor = real.flat().autodiff().require_grad();
        Self { tensor, shape: real.shape().to_vec(), extents: real.extents().clone() }
    }

    fn value(&self) -> Real {
        Real::from_flat(self.tensor.clone(), self.shape.clone()).with_extents(self.extents.clone())
    }
}

impl Tape {
    /// Evaluates a layer and records it. What `call` keeps and its new states are those of this evaluation.
    pub fn record(layer: &dyn Compute, call: &mut Forward<'_>) -> (Value, Tape) {
        let weights: Vec<Leaf> = call.weights.iter().map(Leaf::new).collect();
        let leaf = |value: &Value| match value {
            Value::Real(real) => Some(Leaf::new(real)),
            Value::Index(_) => None,
        };
        let inputs: Vec<Option<Leaf>> = call.inputs.iter().map(leaf).collect();
        let values: Vec<Value> = inputs
            .iter()
            .zip(call.inputs)
            .map(|(leaf, value)| leaf.as_ref().map_or_else(|| value.clone(), |leaf| Value::Real(leaf.value())))
            .collect();
        let leaves: Vec<Real> = weights.iter().map(Leaf::value).collect();
        let mut recorded = Forward {
            weights: &leaves,
            inputs: &values,
            types: call.types,
            ty: call.ty,
            sizes: call.sizes,
            training: call.training,
            half: call.half,
            draw: call.draw,
            device: call.device,
            then: None,
            kept: Vec::new(),
            state: Vec::new(),
            standing: call.standing,
            together: call.together,
        };
        let output = layer.forward(&mut recorded);
        let inner = |value: Value| match value {
            Value::Real(real) => Value::Real(real.map(Tensor::inner)),
            index => index,
        };
        call.kept = recorded.kept.into_iter().map(inner).collect();
        call.state = recorded.state.into_iter().map(|(slot, real)| (slot, real.map(Tensor::inner))).collect();
        let flat = output.real().flat();
        (inner(output), Tape { output: flat, inputs, weights })
    }

    /// The cotangents of inputs and weights.
    pub fn pull(self, cotangent: &Real) -> Cotangents {
        if !self.output.is_tracked() {
            return Cotangents {
                inputs: self.inputs.iter().map(|_| None).collect(),
                weights: self.weights.iter().map(|_| None).collect(),
            };
        }
        let mut gradients = (self.output * cotangent.flat().autodiff()).sum().backward();
        let mut of = |leaf: &Leaf| {
            leaf.tensor.grad_remove(&mut gradients).map(|grad| Real::from_flat(grad.inner(), leaf.shape.clone()))
        };
        Cotangents {
            inputs: self.inputs.iter().map(|leaf| leaf.as_ref().and_then(&mut of)).collect(),
            weights: self.weights.iter().map(&mut of).collect(),
        }
    }
}

/// The slopes of a loss by recording it.
pub fn loss_slopes(loss: &dyn ComputeLoss, outputs: &[Real], target: &Value) -> Vec<Real> {
    let leaves: Vec<Leaf> = outputs.iter().map(Leaf::new).collect();
    let values: Vec<Real> = leaves.iter().map(Leaf::value).collect();
    // Rows do not influence each other, so the gradient of the sum is each row's own.
    let mut gradients = loss.rows(&values, target).sum().backward();
    leaves
        .iter()
        .zip(outputs)
        .map(|(leaf, output)| match leaf.tensor.grad_remove(&mut gradients) {
            Some(grad) => output.like(grad.inner()),
            None => output.map(|flat| flat.zeros_like()),
        })
        .collect()
}
