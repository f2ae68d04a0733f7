//! The vectors that a process computes with. Alone in its process: what is chosen holds for all of it.

use mtlc_kernels::dense::Dense;
use mtlc_kernels::pointwise::gelu;
use mtlc_kernels::processor::{Vectors, choose, has_both, is_narrow, measured};

fn computed() -> Vec<f32> {
    let number = |at: usize| ((at * 7919) % 1009) as f32 / 504.5 - 1.0;
    let (x, weight): (Vec<f32>, Vec<f32>) =
        ((0..70 * 90).map(number).collect(), (3..3 + 90 * 40).map(number).collect());
    gelu().values(&Dense { rows: 70, inputs: 90, units: 40 }.forward(&x, &weight, None))
}

#[test]
fn both_compute_the_same_to_rounding_and_measuring_changes_nothing() {
    let wide = computed();
    assert!(!is_narrow(), "the widest, unless something else is chosen");
    choose(Vectors::Avx2);
    assert_eq!(is_narrow(), has_both());
    let narrow = computed();
    measured();
    assert_eq!(is_narrow(), has_both());
    assert_eq!(computed(), narrow, "to the bit");
    choose(Vectors::Widest);
    assert_eq!(computed(), wide, "to the bit");
    assert!(wide.iter().zip(&narrow).all(|(wide, narrow)| (wide - narrow).abs() < 1e-4));
    assert!(wide.iter().any(|number| number.abs() > 0.1));
}
