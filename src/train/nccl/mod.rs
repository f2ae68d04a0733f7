//! Sums of what lies on GPUs, without the way over their machines: MPI has started the processes and says everything else, and NCCL adds up
//! the tensors of libtorch where they lie.
//!
//! Who joins is found out when the first tensor is to be added up, since only then it is known where it lies. If all are on GPUs, NCCL does it
//! from then on; if any is not, MPI goes on with all of it.

mod library;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use self::library::{Communicator, Driver, NotHad, UniqueId};
use super::mpi::Mpi;
use crate::kernels::{handle, of_handle};
use crate::lower::world::{NotSummed, World, sum_on_host};

/// All processes of the launcher, of which each may have a GPU.
#[derive(Debug)]
pub struct Nccl {
    mpi: Mpi,
    /// `None` where NCCL has nothing to do.
    joined: OnceLock<Result<Option<Joined>, NotSummed>>,
}

#[derive(Debug)]
struct Joined {
    library: library::Nccl,
    /// Threads take turns with it, until it is left.
    communicator: Mutex<Option<Communicator>>,
}

/// What a process says of where its tensors lie.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Place {
    Host,
    /// By what tells it from all others.
    Gpu([u8; 16]),
    /// It has one, and cannot join: why, and what can be done.
    No(String, String),
}

impl Nccl {
    pub fn over(mpi: Mpi) -> Self {
        Self { mpi, joined: OnceLock::new() }
    }

    /// Joins the others: every process is here at once.
    fn join(&self, gpu: Option<usize>) -> Result<Option<Joined>, NotSummed> {
        let opened = gpu.map(|index| {
            let (driver, library) = (Driver::open()?, library::Nccl::open()?);
            Ok::<_, NotHad>((library, driver.take(index)?))
        });
        let place = match &opened {
            None => Place::Host,
            Some(Ok((_, name))) => Place::Gpu(*name),
            Some(Err(not_had)) => Place::No(not_had.to_string(), not_had.help().to_string()),
        };
        let said = self.mpi.gather(&serde_json::to_vec(&place).unwrap_or_default());
        let places: Vec<Place> = said.iter().map(|said| serde_json::from_slice(said).unwrap_or(Place::Host)).collect();
        if !all_on_gpus(&places)? {
            return Ok(None);
        }
        let Some(Ok((library, _))) = opened else { return Ok(None) };
        // What the first one makes, or why it cannot, is said to all, so that nobody waits for it.
        let made = if self.mpi.rank() == 0 { library.unique_id().map(Some) } else { Ok(None) };
        let told = self.mpi.gather(match &made {
            Ok(Some(id)) => id.bytes(),
            _ => &[],
        });
        made.map_err(|not_had| failed(0, &not_had))?;
        let id = UniqueId::of(&told[0]).ok_or_else(|| NotSummed {
            why: "rank 0 cannot begin to add up by NCCL, and says why".into(),
            help: None,
        })?;
        let rank = self.mpi.rank();
        let communicator = library.join(id, rank, self.mpi.size()).map_err(|not_had| failed(rank, &not_had))?;
        Ok(Some(Joined { library, communicator: Mutex::new(Some(communicator)) }))
    }
}

fn failed(rank: usize, not_had: &NotHad) -> NotSummed {
    NotSummed { why: format!("rank {rank} cannot add up by NCCL: {not_had}"), help: Some(not_had.help().to_string()) }
}

/// Whether every process has a GPU of its own; not if one or more are on the host.
fn all_on_gpus(places: &[Place]) -> Result<bool, NotSummed> {
    if places.contains(&Place::Host) {
        return Ok(false);
    }
    let mut of_gpu = BTreeMap::new();
    for (rank, place) in places.iter().enumerate() {
        match place {
            Place::No(why, help) => {
                let why = format!("rank {rank} computes on a GPU and cannot add up by NCCL: {why}");
                return Err(NotSummed { why, help: Some(help.clone()) });
            }
            Place::Gpu(name) => {
                if let Some(other) = of_gpu.insert(name, rank) {
                    let why = format!("ranks {other} and {rank} have one GPU, and NCCL wants one for each");
                    let help = "give each its own by `CUDA_VISIBLE_DEVICES`, as launchers do, or start as many ranks as there are GPUs";
                    return Err(NotSummed { why, help: Some(help.into()) });
                }
            }
            Place::Host => {}
        }
    }
    Ok(true)
}

/// libtorch's tensor, if it is one of numbers of 32 bits that lies on a GPU, and on which.
fn on_gpu(values: &Tensor<1>) -> Option<(tch::Tensor, usize)> {
    let tensor = handle(values)?;
    let device = tensor.device();
    #[cfg(test)]
    let device = tests::taken_for(device);
    match device {
        tch::Device::Cuda(index) if tensor.kind() == tch::Kind::Float => Some((tensor.contiguous(), index)),
        _ => None,
    }
}

impl World for Nccl {
    fn rank(&self) -> usize {
        self.mpi.rank()
    }

    fn size(&self) -> usize {
        self.mpi.size()
    }

    fn sum(&self, values: &mut [f64]) {
        self.mpi.sum(values);
    }

    fn sum_f32(&self, values: &mut [f32]) {
        self.mpi.sum_f32(values);
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.mpi.gather(bytes)
    }

    fn sum_tensor(&self, values: Tensor<1>) -> Result<Tensor<1>, NotSummed> {
        let own = on_gpu(&values);
        let joined = self.joined.get_or_init(|| self.join(own.as_ref().map(|(_, index)| *index)));
        let (Some(joined), Some((from, _))) = (joined.as_ref().map_err(Clone::clone)?, own) else {
            return Ok(sum_on_host(self, values));
        };
        let communicator = joined.communicator.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(communicator) = &*communicator else { return Ok(sum_on_host(self, values)) };
        let to = from.empty_like();
        // SAFETY: both are as long, in one piece, and on the GPU of this process; libtorch gives their memory to others behind what its stream was
        // asked for before.
        let summed = unsafe { joined.library.sum(from.data_ptr(), to.data_ptr(), from.numel(), communicator) };
        summed.map(|()| of_handle(to)).map_err(|not_had| failed(self.rank(), &not_had))
    }

    fn leave(&self) -> Result<(), NotSummed> {
        let Some(Ok(Some(joined))) = self.joined.get() else { return Ok(()) };
        match joined.communicator.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(communicator) => joined.library.leave(communicator).map_err(|not_had| failed(self.rank(), &not_had)),
            None => Ok(()),
        }
    }
}
