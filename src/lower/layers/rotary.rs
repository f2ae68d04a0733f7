//! Rotary positions (Su et al. 2021): a query and a key are turned by where they stand, so that their product tells how far apart they are.

use burn::tensor::{Device, Tensor, TensorData};

/// `[rows, places, features]`, of so many heads: of each the pair of features i and i + w/2, turned by place / base^(2i/w), or back; the first place stands at `first`.
pub fn turned(x: Tensor<3>, base: f64, heads: usize, first: usize, back: bool, device: &Device) -> Tensor<3> {
    let [rows, places, all] = x.dims();
    let half = all / heads / 2;
    let angle = |place: usize, pair: usize| (first + place) as f64 / base.powf(pair as f64 / half as f64);
    let waves = |wave: fn(f64) -> f64| -> Tensor<4> {
        let places = (0..places).flat_map(|place| (0..half).map(move |pair| (place, pair)));
        let numbers: Vec<f32> = places.map(|(place, pair)| wave(angle(place, pair)) as f32).collect();
        Tensor::from_data(TensorData::new(numbers, [1, x.dims()[1], 1, half]), device)
    };
    let (cosine, sine) = (waves(f64::cos), if back { -waves(f64::sin) } else { waves(f64::sin) });
    let x = x.reshape([rows, places, heads, 2 * half]);
    let (one, other) = (x.clone().narrow(3, 0, half), x.narrow(3, half, half));
    let turned = vec![one.clone() * cosine.clone() - other.clone() * sine.clone(), other * cosine + one * sine];
    Tensor::cat(turned, 3).reshape([rows, places, all])
}
