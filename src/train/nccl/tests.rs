//! Who adds up where; and what is taken for a GPU where there is none, by `scripts/nccl`.

use super::*;

/// A GPU of this number, for a tensor on the host, where the libraries of GPUs are such that know no other.
pub(super) fn taken_for(device: tch::Device) -> tch::Device {
    match (device, std::env::var("MTLC_TRY_GPU").ok().and_then(|index| index.parse().ok())) {
        (tch::Device::Cpu, Some(index)) => tch::Device::Cuda(index),
        _ => device,
    }
}

#[test]
fn who_adds_up_where_is_agreed() {
    let gpu = |name: u8| Place::Gpu([name; 16]);
    assert_eq!(all_on_gpus(&[gpu(1), gpu(2), gpu(3)]), Ok(true));
    // One that computes on the host brings all of them there.
    assert_eq!(all_on_gpus(&[gpu(1), Place::Host, gpu(1)]), Ok(false));
    let not = |places: &[Place]| {
        let not = all_on_gpus(places).expect_err("they cannot");
        (not.why, not.help.unwrap_or_default())
    };
    let (why, help) = not(&[gpu(1), gpu(2), gpu(1)]);
    assert!(why.contains("ranks 0 and 2 have one GPU") && help.contains("CUDA_VISIBLE_DEVICES"), "{why}; {help}");
    let absent = NotHad::NoLibrary { names: ["libnccl.so.2", "libnccl.so"], why: "no such file".into() };
    let (why, help) = not(&[gpu(1), Place::No(absent.to_string(), absent.help().to_string())]);
    assert!(why.starts_with("rank 1 computes on a GPU") && help.contains("LD_LIBRARY_PATH"), "{why}; {help}");
}
