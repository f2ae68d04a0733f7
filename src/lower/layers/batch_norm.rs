//! `batch_norm`: normalises channels over the batch.

use burn::tensor::{Device, Tensor, TensorData};

use super::channels::Channels;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::kernels::batch_norm::{gradients, normalise, normalised_by};
use crate::lower::value::to_host;
use crate::lower::world::World;
use crate::lower::{Real, Value};

impl Compute for BatchNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().clone();
        let channels = Channels::of(&x, call.types[0]);
        if channels.is_empty() || call.stands_in() {
            // Nothing to normalise and nothing to learn from; but others may wait.
            if let Some(together) = call.together.filter(|_| call.training) {
                let moments = Moments::again(together.kept)
                    .unwrap_or_else(|| Moments::summed(vec![0.0; 2 * call.weights[0].elements() + 1], together.world));
                call.keep(moments.kept(call.device));
                if moments.count > 1.0 {
                    call.state = moments.states(call.weights, self.momentum);
                }
            }
            return Value::Real(x.map(|numbers| numbers.zeros_like()));
        }
        let input = channels.of_all(&x);
        let [rows, _, places] = input.dims();
        let vector = |index: usize| call.weights[index].flat();
        if let Some(together) = call.together.filter(|_| call.training) {
            let moments = Moments::again(together.kept).unwrap_or_else(|| Moments::of(&input, together.world));
            call.keep(moments.kept(call.device));
            if moments.count > 1.0 {
                call.state = moments.states(call.weights, self.momentum);
                let [mean, variance] = moments.tensors(call.device);
                let output = normalised_by(input, [mean, variance], [vector(0), vector(1)], self.epsilon, call.then);
                return Value::Real(channels.all_back(output, &x));
            }
        }
        // One number per channel has no variance: what was learnt of others normalises it, and it teaches nothing.
        if !call.training || rows * places <= 1 {
            let (moments, affine) = ([vector(2), vector(3)], [vector(0), vector(1)]);
            let output = normalised_by(input, moments, affine, self.epsilon, call.then);
            return Value::Real(channels.all_back(output, &x));
        }
        let batch = normalise(&input, &vector(0), &vector(1), self.epsilon, call.then);
        // The running variance is the unbiased one, as PyTorch keeps it.
        let count = (rows * places) as f64;
        let unbiased = batch.variance.clone().inner() * (count / (count - 1.0));
        let blend = |index: usize, new: Tensor<1>| {
            let old = vector(index).inner();
            call.weights[index].like(old * (1.0 - self.momentum) + new * self.momentum)
        };
        call.state = vec![(2, blend(2, batch.mean.clone().inner())), (3, blend(3, unbiased))];
        call.keep([vec![batch.mean, batch.variance], batch.kept].concat());
        Value::Real(channels.all_back(batch.output, &x))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn meets(&self) -> bool {
        true
    }

    fn forward_without(&self, weights: &[Real], world: &dyn World) -> Vec<(usize, Real)> {
        let channels = weights[0].elements();
        let moments = Moments::summed(vec![0.0; 2 * channels + 1], world);
        if moments.count > 1.0 { moments.states(weights, self.momentum) } else { Vec::new() }
    }

    fn pull_without(&self, weights: &[Real], world: &dyn World, cotangents: usize) {
        world.sum(&mut vec![0.0; 2 * weights[0].elements() * cotangents]);
    }
}

/// The moments of each channel over the rows of all processes, and how many numbers these are of.
struct Moments {
    count: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl Moments {
    fn of(input: &Tensor<3>, world: &dyn World) -> Self {
        let [rows, channels, places] = input.dims();
        let count = (rows * places) as f64;
        let all = |values: Tensor<3>| values.sum_dim(2).sum_dim(0).reshape([1, channels, 1]) / count.max(1.0);
        let mean = all(input.clone());
        let variance = all((input.clone() - mean.clone()).square());
        let host = |values: Tensor<3>| to_host(values.reshape([channels])).into_iter().map(f64::from);
        let (mean, variance): (Vec<f64>, Vec<f64>) = (host(mean).collect(), host(variance).collect());
        // Of 64 bits, so that what is common to all numbers of a channel takes nothing off its variance.
        let squares = mean.iter().zip(&variance).map(|(mean, variance)| count * (variance + mean * mean));
        let sums = mean.iter().map(|mean| count * mean).chain(squares).chain([count]);
        Self::summed(sums.collect(), world)
    }

    /// Of the sums of the numbers and of their squares here, and how many there are.
    fn summed(mut sums: Vec<f64>, world: &dyn World) -> Self {
        world.sum(&mut sums);
        let channels = sums.len() / 2;
        let count = sums[2 * channels];
        let mean: Vec<f64> = sums[..channels].iter().map(|sum| sum / count.max(1.0)).collect();
        let square = |(square, mean): (&f64, &f64)| (square / count.max(1.0) - mean * mean).max(0.0);
        let variance = sums[channels..2 * channels].iter().zip(&mean).map(square).collect();
        Self { count, mean, variance }
    }

    /// As [`Moments::kept`] has them.
    fn again(kept: &[Value]) -> Option<Self> {
        let [mean, variance, count] = kept else { return None };
        let host = |value: &Value| -> Vec<f64> { value.real().to_host().into_iter().map(f64::from).collect() };
        Some(Self { count: host(count)[0], mean: host(mean), variance: host(variance) })
    }

    fn tensors(&self, device: &Device) -> [Tensor<1>; 2] {
        [&self.mean, &self.variance].map(|values| {
            let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
            let count = values.len();
            Tensor::from_data(TensorData::new(values, [count]), device)
        })
    }

    fn kept(&self, device: &Device) -> Vec<Tensor<1>> {
        let count = Tensor::from_data(TensorData::new(vec![self.count as f32], [1]), device);
        self.tensors(device).into_iter().chain([count]).collect()
    }

    /// What has been seen so far, with these. The running variance is the unbiased one, as PyTorch keeps it.
    fn states(&self, weights: &[Real], momentum: f64) -> Vec<(usize, Real)> {
        let [mean, variance] = self.tensors(&weights[0].device());
        let unbiased = variance * (self.count / (self.count - 1.0));
        let blend = |index: usize, new: Tensor<1>| {
            (index, weights[index].like(weights[index].flat() * (1.0 - momentum) + new * momentum))
        };
        vec![blend(2, mean), blend(3, unbiased)]
    }
}

impl BatchNorm {
    /// The way back by what was learnt of other batches, which are numbers like any other.
    fn pull_learnt(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let lying = Channels::of(call.x(), call.types[0]);
        if lying.is_empty() {
            return nothing(call);
        }
        let (x, slopes) = (lying.of_all(call.x()), lying.of_all(cotangent));
        let channels = x.dims()[1];
        let spread = |vector: Tensor<1>| vector.reshape([1, channels, 1]);
        let scale = (call.weights[3].flat() + self.epsilon).sqrt().recip();
        let normal = (x - spread(call.weights[2].flat())) * spread(scale.clone());
        let all = |values: Tensor<3>| values.sum_dim(2).sum_dim(0).reshape([channels]);
        let back = slopes.clone() * spread(scale * call.weights[0].flat());
        cotangents_of(call, &lying, back, all(slopes.clone() * normal), all(slopes))
    }

    /// The way back through moments of all processes: the same sums are taken over all of them, and gains and biases learn from
    /// their own rows, as all weights do.
    fn pull_together(
        &self,
        call: &Recorded<'_>,
        moments: &Moments,
        world: &dyn World,
        cotangents: &[Real],
    ) -> Vec<Cotangents> {
        let lying = Channels::of(call.x(), call.types[0]);
        if lying.is_empty() {
            self.pull_without(call.weights, world, cotangents.len());
            return cotangents.iter().map(|_| nothing(call)).collect();
        }
        let (x, device) = (lying.of_all(call.x()), call.x().device());
        let channels = x.dims()[1];
        let spread = |vector: Tensor<1>| vector.reshape([1, channels, 1]);
        let [mean, variance] = moments.tensors(&device);
        let scale = (variance + self.epsilon).sqrt().recip();
        let normal = (x - spread(mean)) * spread(scale.clone());
        let all = |values: Tensor<3>| -> Tensor<1> { values.sum_dim(2).sum_dim(0).reshape([channels]) };
        let slopes: Vec<Tensor<3>> = cotangents.iter().map(|cotangent| lying.of_all(cotangent)).collect();
        let own: Vec<[Tensor<1>; 2]> =
            slopes.iter().map(|slopes| [all(slopes.clone() * normal.clone()), all(slopes.clone())]).collect();
        let mut sums: Vec<f64> = own.iter().flatten().flat_map(|sums| to_host(sums.clone())).map(f64::from).collect();
        world.sum(&mut sums);
        let mean_of = |place: usize| {
            let of = sums[place * channels..][..channels].iter().map(|sum| (sum / moments.count) as f32);
            spread(Tensor::from_data(TensorData::new(of.collect::<Vec<f32>>(), [channels]), &device))
        };
        let back = spread(scale * call.weights[0].flat());
        let of = |(place, (slopes, [gain, bias])): (usize, (Tensor<3>, [Tensor<1>; 2]))| {
            let left = slopes - mean_of(2 * place + 1) - normal.clone() * mean_of(2 * place);
            cotangents_of(call, &lying, left * back.clone(), gain, bias)
        };
        slopes.into_iter().zip(own).enumerate().map(of).collect()
    }
}

impl Vjp for BatchNorm {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull_each(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Vec<Cotangents> {
        match (call.world, Moments::again(call.kept)) {
            (Some(world), Some(moments)) if moments.count > 1.0 => {
                self.pull_together(call, &moments, world, cotangents)
            }
            (Some(world), Some(_)) => {
                // The others do not know that there is nothing to add up.
                self.pull_without(call.weights, world, cotangents.len());
                cotangents.iter().map(|cotangent| self.pull_learnt(call, cotangent)).collect()
            }
            _ => cotangents.iter().map(|cotangent| self.pull(call, cotangent)).collect(),
        }
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let lying = Channels::of(call.x(), call.types[0]);
        if lying.is_empty() {
            return nothing(call);
        }
        let (x, slopes) = (lying.of_all(call.x()), lying.of_all(cotangent));
        let gain = call.weights[0].flat();
        let (back, of_gain, of_bias) = match call.kept().as_slice() {
            [mean, variance, kept @ ..] => {
                let found = gradients(&x, [mean, variance], &gain, &slopes, self.epsilon, kept);
                (found.x, found.gain, found.bias)
            }
            _ => return self.pull_learnt(call, cotangent),
        };
        cotangents_of(call, &lying, back, of_gain, of_bias)
    }
}

/// Of rows without any place.
fn nothing(call: &Recorded<'_>) -> Cotangents {
    let zeros = |like: &Real| Some(like.map(|numbers| numbers.zeros_like()));
    let weights = match call.wants_weights {
        true => vec![zeros(&call.weights[0]), zeros(&call.weights[1]), None, None],
        false => Vec::new(),
    };
    Cotangents { inputs: vec![zeros(call.x()).filter(|_| call.wants_inputs[0])], weights }
}

fn cotangents_of(
    call: &Recorded<'_>,
    channels: &Channels,
    back: Tensor<3>,
    of_gain: Tensor<1>,
    of_bias: Tensor<1>,
) -> Cotangents {
    let weights = match call.wants_weights {
        true => vec![Some(Real::new(of_gain)), Some(Real::new(of_bias)), None, None],
        false => Vec::new(),
    };
    Cotangents { inputs: vec![call.wants_inputs[0].then(|| channels.all_back(back, call.x()))], weights }
}
