//! All weights of a model: what is trained in one flat tensor, beside it state (running means) and what stays as it is for good.
//!
//! One flat tensor makes an optimizer, a clip, an average or a save a few operations, whatever the number of layers; a
//! layer's weight is a view of its part.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};

use super::value::{Real, to_host};
use super::{Draw, Misfit, NotLowered};
use crate::catalog::layers::{End, Init, WeightSpec};
use crate::catalog::{Dim, Facts};
use crate::graph::Origin;

/// One weight or state tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// `trunk.dense.1.weight`
    pub path: String,
    pub shape: Vec<usize>,
    pub place: Place,
    /// False for what is no parameter, such as running means.
    pub is_parameter: bool,
    pub decays: bool,
    /// Where it stands in the spec; the path is the weight's, as above.
    pub origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it starts in the flat tensor.
    Trained(usize),
    /// Its index among what no gradient changes: states, and weights that stay as they are for good.
    State(usize),
}

impl Slot {
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Where it stands in the flat tensor; `None` for state.
    pub fn range(&self) -> Option<std::ops::Range<usize>> {
        match self.place {
            Place::Trained(start) => Some(start..start + self.elements()),
            Place::State(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Weights {
    pub slots: Vec<Slot>,
    pub trained: Tensor<1>,
    pub states: Vec<Real>,
}

/// Collects the weights of a model while it is lowered.
#[derive(Default)]
pub struct Builder {
    slots: Vec<Slot>,
    by_path: BTreeMap<String, usize>,
    trained: Vec<f32>,
    states: Vec<(Vec<f32>, Vec<usize>)>,
}

impl Builder {
    /// The slot of a weight of an instance; the same for every node that uses the instance.
    ///
    /// # Errors
    /// If a size is not known from the data.
    pub fn slot(
        &mut self,
        instance: &str,
        origin: &Origin,
        spec: &WeightSpec,
        fixed: bool,
        facts: &Facts,
        seed: u64,
    ) -> Result<usize, NotLowered> {
        let path = format!("{instance}.{}", spec.name);
        if let Some(slot) = self.by_path.get(&path) {
            return Ok(*slot);
        }
        let shape = spec.shape.iter().map(|dim| size(dim, facts)).collect::<Result<Vec<usize>, NotLowered>>()?;
        let elements = shape.iter().product::<usize>();
        let values = initial(&spec.init, &shape, facts, Draw::new(seed, "init", &path))?;
        let place = if spec.trainable && !fixed {
            self.trained.extend(values);
            Place::Trained(self.trained.len() - elements)
        } else {
            self.states.push((values, shape.clone()));
            Place::State(self.states.len() - 1)
        };
        let origin = Origin { path: format!("{}.{}", origin.path, spec.name), ..origin.clone() };
        self.slots.push(Slot {
            path: path.clone(),
            shape,
            place,
            is_parameter: spec.trainable,
            decays: spec.decays,
            origin,
        });
        self.by_path.insert(path, self.slots.len() - 1);
        Ok(self.slots.len() - 1)
    }

    pub fn finish(self, device: &Device) -> Weights {
        let elements = self.trained.len();
        Weights {
            slots: self.slots,
            trained: Tensor::from_data(TensorData::new(self.trained, [elements]), device),
            states: self.states.into_iter().map(|(values, shape)| Real::from_host(values, shape, device)).collect(),
        }
    }
}

/// How many rows of a table stand for what is not known: *unknown* and *missing*, or padding and a token that was not seen.
pub const REST: usize = 2;

/// The value of a size that the data has settled.
pub fn size(dim: &Dim, facts: &Facts) -> Result<usize, NotLowered> {
    let known = dim.resolve(facts).value().and_then(|value| usize::try_from(value).ok());
    known.ok_or_else(|| NotLowered::Unsettled(dim.clone()))
}

/// Initial values, drawn on the host from the path, so that every backend starts the same.
fn initial(init: &Init, shape: &[usize], facts: &Facts, draw: Draw) -> Result<Vec<f32>, NotLowered> {
    let elements = shape.iter().product::<usize>();
    Ok(match init {
        Init::Zeros => vec![0.0; elements],
        Init::Ones => vec![1.0; elements],
        Init::Uniform { bound_squared_times_fan, fan } => {
            let bound = (bound_squared_times_fan / size(fan, facts)?.max(1) as f64).sqrt();
            (0..elements as u64).map(|place| ((2.0 * draw.uniform(place) - 1.0) * bound) as f32).collect()
        }
        Init::Normal { deviation } => {
            (0..elements as u64).map(|place| (draw.normal(place) * deviation) as f32).collect()
        }
        Init::Signs => (0..elements as u64).map(|place| if draw.uniform(place) < 0.5 { -1.0 } else { 1.0 }).collect(),
        Init::Rows { deviation, zeros } => {
            let width = elements / shape.first().copied().unwrap_or(1).max(1);
            let rest = elements.min(REST * width);
            let zeros = match zeros {
                End::First => 0..rest,
                End::Last => elements - rest..elements,
            };
            (0..elements)
                .map(|place| if zeros.contains(&place) { 0.0 } else { (draw.normal(place as u64) * deviation) as f32 })
                .collect()
        }
        Init::Values(values) => (0..elements).map(|place| values[place * values.len() / elements] as f32).collect(),
        Init::Identities(factors) => {
            let square = elements / factors.len().max(1);
            let side = square.isqrt().max(1);
            let one = |(place, factor): (usize, &f64)| if place / side == place % side { *factor as f32 } else { 0.0 };
            factors.iter().flat_map(|factor| (0..square).map(move |place| (place, factor))).map(one).collect()
        }
    })
}

impl Weights {
    /// Views of every slot, for one evaluation of the model.
    pub fn views(&self) -> Vec<Real> {
        self.slots.iter().map(|slot| self.view(slot)).collect()
    }

    fn view(&self, slot: &Slot) -> Real {
        match slot.place {
            Place::Trained(start) => {
                let part = self.trained.clone().narrow(0, start, slot.elements());
                Real::from_flat(part, slot.shape.clone())
            }
            Place::State(index) => self.states[index].clone(),
        }
    }

    /// How many numbers are trained.
    pub fn count(&self) -> usize {
        self.trained.dims()[0]
    }

    /// How many numbers are parameters, those that stay as they are among them.
    pub fn parameters(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_parameter).map(Slot::elements).sum()
    }

    /// 1 where a weight decays.
    pub fn decay_mask(&self) -> Tensor<1> {
        self.per_weight(|slot| if slot.decays { 1.0 } else { 0.0 })
    }

    /// A number for each trained weight, by its slot.
    pub fn per_weight(&self, value: impl Fn(&Slot) -> f32) -> Tensor<1> {
        let mut values = vec![0.0; self.count()];
        for slot in &self.slots {
            if let Some(range) = slot.range() {
                values[range].fill(value(slot));
            }
        }
        let count = values.len();
        Tensor::from_data(TensorData::new(values, [count]), &self.trained.device())
    }

    /// Takes new states from a forward pass.
    pub fn set_states(&mut self, states: Vec<(usize, Real)>) {
        for (slot, value) in states {
            if let Place::State(index) = self.slots[slot].place {
                self.states[index] = value;
            }
        }
    }

    /// Every slot on the host, by path.
    pub fn to_host(&self) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        let trained = to_host(self.trained.clone());
        let values = |slot: &Slot| match slot.place {
            Place::Trained(start) => trained[start..start + slot.elements()].to_vec(),
            Place::State(index) => self.states[index].to_host(),
        };
        self.slots.iter().map(|slot| (slot.path.clone(), slot.shape.clone(), values(slot))).collect()
    }

    /// Takes values by path; what `values` does not have stays. Returns the paths it lacks.
    ///
    /// # Errors
    /// If a value has another shape than the weight; nothing is changed then.
    pub fn load(&mut self, values: &BTreeMap<String, (Vec<usize>, Vec<f32>)>) -> Result<Vec<String>, Misfit> {
        let device = self.trained.device();
        let mut trained = to_host(self.trained.clone());
        let mut states = self.states.clone();
        let mut lacking = Vec::new();
        for slot in &self.slots {
            let Some((shape, value)) = values.get(&slot.path) else {
                lacking.push(slot.path.clone());
                continue;
            };
            if *shape != slot.shape || value.len() != slot.elements() {
                return Err(Misfit { path: slot.path.clone(), in_model: slot.shape.clone(), in_file: shape.clone() });
            }
            match slot.place {
                Place::Trained(start) => trained[start..start + value.len()].copy_from_slice(value),
                Place::State(index) => states[index] = Real::from_host(value.clone(), shape.clone(), &device),
            }
        }
        let count = trained.len();
        self.trained = Tensor::from_data(TensorData::new(trained, [count]), &device);
        self.states = states;
        Ok(lacking)
    }
}
