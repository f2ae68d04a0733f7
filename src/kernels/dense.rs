//! Fully connected layers: rows times weights plus a bias, and the gradients of the three.

use burn::tensor::{Tensor, module};
use mtlc_kernels::dense::Dense;

use super::{Numbers, tensor};

fn sizes(x: &Tensor<2>, weight: &Tensor<2>) -> Dense {
    let ([rows, inputs], [_, units]) = (x.dims(), weight.dims());
    Dense { rows, inputs, units }
}

/// Rows `[rows, inputs]` times weights `[inputs, units]`, plus the bias.
pub fn dense(x: &Tensor<2>, weight: &Tensor<2>, bias: Option<&Tensor<1>>) -> Tensor<2> {
    if let [Some(rows), Some(own)] = [x, weight].map(Numbers::of) {
        let (sizes, bias) = (sizes(x, weight), bias.and_then(Numbers::of));
        let outputs = sizes.forward(rows.slice(), own.slice(), bias.as_ref().map(Numbers::slice));
        return tensor(outputs, [sizes.rows, sizes.units], x);
    }
    module::linear(x.clone(), weight.clone(), bias.cloned())
}

/// The gradient of the rows, given that of the outputs.
pub fn input_gradient(weight: &Tensor<2>, gradient: &Tensor<2>) -> Tensor<2> {
    if let [Some(own), Some(slopes)] = [weight, gradient].map(Numbers::of) {
        let ([inputs, units], [rows, _]) = (weight.dims(), gradient.dims());
        let sizes = Dense { rows, inputs, units };
        return tensor(sizes.input_gradient(own.slice(), slopes.slice()), [rows, inputs], weight);
    }
    gradient.clone().matmul(weight.clone().transpose())
}

/// The gradient of the weights, given that of the outputs.
pub fn weight_gradient(x: &Tensor<2>, gradient: &Tensor<2>) -> Tensor<2> {
    if let [Some(rows), Some(slopes)] = [x, gradient].map(Numbers::of) {
        let sizes = sizes(x, gradient);
        return tensor(sizes.weight_gradient(rows.slice(), slopes.slice()), [sizes.inputs, sizes.units], x);
    }
    x.clone().transpose().matmul(gradient.clone())
}

/// The gradient of the bias, given that of the outputs.
pub fn bias_gradient(gradient: &Tensor<2>) -> Tensor<1> {
    let [rows, units] = gradient.dims();
    if let Some(slopes) = Numbers::of(gradient) {
        return tensor(Dense { rows, inputs: 0, units }.bias_gradient(slopes.slice()), [units], gradient);
    }
    gradient.clone().sum_dim(0).reshape([units])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{close, devices, numbers};

    /// What burn composes, in its autodiff, is the reference.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        for device in devices() {
            let (x, weight, bias) =
                (numbers(1, [300, 7], &device), numbers(2, [7, 5], &device), numbers(3, [5], &device));
            let leaves = [x.clone(), weight.clone()].map(|leaf| leaf.autodiff().require_grad());
            let recorded = dense(&leaves[0], &leaves[1], Some(&bias.clone().autodiff()));
            close("values", dense(&x, &weight, Some(&bias)), recorded.clone().inner());
            let cotangent = numbers(4, [300, 5], &device);
            let mut expected = (recorded * cotangent.clone().autodiff()).sum().backward();
            let [of_x, of_weight] = leaves.map(|leaf| leaf.grad_remove(&mut expected).expect("a gradient").inner());
            close("rows", input_gradient(&weight, &cotangent), of_x);
            close("weights", weight_gradient(&x, &cotangent), of_weight);
            close("bias", bias_gradient(&cotangent), cotangent.sum_dim(0).reshape([5]));
        }
    }
}
