//! The largest number of each window of a picture.

use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Int, Tensor, module};
use mtlc_kernels::pooling::Pooling;

use super::{Numbers, tensor};

/// Windows of `kernel` places a side, one every `stride` places; pairs are height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
}

impl Windows {
    fn over(&self, [_, _, height, width]: [usize; 4]) -> Pooling {
        Pooling { picture: [height, width], kernel: self.kernel, stride: self.stride }
    }

    fn options(&self) -> MaxPoolOptions<2> {
        MaxPoolOptions::new(self.kernel).with_stride(self.stride)
    }
}

/// The largest number of each window, `[rows, channels, height′, width′]`, and, if `kept`, where it stood, unless the backend finds it as
/// fast again.
pub fn max_pool2d(pictures: &Tensor<4>, windows: Windows, kept: bool) -> (Tensor<4>, Option<Tensor<4, Int>>) {
    if let Some(numbers) = Numbers::of(pictures) {
        let ([rows, channels, ..], pooling) = (pictures.dims(), windows.over(pictures.dims()));
        let [height, width] = pooling.output();
        return (tensor(pooling.largest(numbers.slice()), [rows, channels, height, width], pictures), None);
    }
    if !kept {
        return (module::max_pool2d(pictures.clone(), windows.options()), None);
    }
    let (outputs, places) = module::max_pool2d_with_indices(pictures.clone(), windows.options());
    (outputs, Some(places))
}

/// The gradient of the pictures, given the outputs of [`max_pool2d`], what was kept, and the outputs' gradient.
pub fn max_pool2d_gradient(
    pictures: &Tensor<4>,
    outputs: &Tensor<4>,
    places: Option<Tensor<4, Int>>,
    gradient: &Tensor<4>,
    windows: Windows,
) -> Tensor<4> {
    if let [Some(seen), Some(largest), Some(slopes)] = [pictures, outputs, gradient].map(Numbers::of) {
        let back = windows.over(pictures.dims()).gradient(seen.slice(), largest.slice(), slopes.slice());
        return tensor(back, pictures.dims(), pictures);
    }
    let places = places.unwrap_or_else(|| module::max_pool2d_with_indices(pictures.clone(), windows.options()).1);
    module::max_pool2d_with_indices_backward(
        pictures.clone(),
        windows.kernel,
        windows.stride,
        [0; 2],
        [1; 2],
        false,
        gradient.clone(),
        places,
    )
}
