//! Processes that a launcher of MPI has started (`mpirun`, `srun`), as a [`World`].

use std::mem::ManuallyDrop;

use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::datatype::PartitionMut;
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Root};

use crate::lower::world::World;

/// So many numbers go into one call: MPI counts with 32 bits, and keeps room of its own for each call.
const AT_ONCE: usize = 1 << 24;

/// All processes of the launcher.
#[derive(Clone, Copy, Debug)]
pub struct Mpi {
    rank: usize,
    size: usize,
}

/// That this process takes part. It is not left by dropping it: whoever leaves waits for the others, which after an error may never
/// come.
pub struct Joined {
    universe: ManuallyDrop<Universe>,
}

/// Why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotJoined {
    /// It has been asked before.
    Again,
    /// This MPI wants to be called by one thread only.
    OneThread,
}

impl Joined {
    /// Joins the processes that were started with this one, and waits for them.
    ///
    /// # Errors
    /// If that cannot be.
    pub fn begin() -> Result<(Self, Mpi), NotJoined> {
        let (universe, threading) = mpi::initialize_with_threading(Threading::Serialized).ok_or(NotJoined::Again)?;
        let world = universe.world();
        let of = Mpi { rank: world.rank().unsigned_abs() as usize, size: world.size().unsigned_abs() as usize };
        let joined = Self { universe: ManuallyDrop::new(universe) };
        // The training is on a thread of the pool.
        if threading < Threading::Serialized { Err(NotJoined::OneThread) } else { Ok((joined, of)) }
    }

    /// Leaves, when all others do.
    pub fn end(self) {
        drop(ManuallyDrop::into_inner(self.universe));
    }
}

impl World for Mpi {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn sum(&self, values: &mut [f64]) {
        summed(values);
    }

    fn sum_f32(&self, values: &mut [f32]) {
        summed(values);
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let world = SimpleCommunicator::world();
        let mut lengths = vec![0u64; self.size];
        world.all_gather_into(&[bytes.len() as u64][..], &mut lengths[..]);
        let all: u64 = lengths.iter().sum();
        // OpenMPI takes a buffer without room for a mistake.
        if all == 0 {
            return vec![Vec::new(); self.size];
        }
        if i32::try_from(all).is_err() {
            // More than MPI counts: one after the other, in pieces.
            let of = |(rank, length): (usize, &u64)| {
                let mut own = if rank == self.rank { bytes.to_vec() } else { vec![0; *length as usize] };
                let root = world.process_at_rank(rank as i32);
                own.chunks_mut(AT_ONCE).for_each(|piece| root.broadcast_into(piece));
                own
            };
            return lengths.iter().enumerate().map(of).collect();
        }
        let counts: Vec<i32> = lengths.iter().map(|length| *length as i32).collect();
        let starts: Vec<i32> = counts.iter().scan(0, |at, count| Some(std::mem::replace(at, *at + count))).collect();
        let mut buffer = vec![0u8; all as usize];
        let mut parts = PartitionMut::new(&mut buffer[..], &counts[..], &starts[..]);
        world.all_gather_varcount_into(bytes, &mut parts);
        let of = |(start, count): (&i32, &i32)| buffer[*start as usize..(start + count) as usize].to_vec();
        starts.iter().zip(&counts).map(of).collect()
    }
}

fn summed<T: mpi::traits::Equivalence + Copy>(values: &mut [T]) {
    let world = SimpleCommunicator::world();
    for piece in values.chunks_mut(AT_ONCE) {
        let own = piece.to_vec();
        world.all_reduce_into(&own[..], piece, SystemOperation::sum());
    }
}
