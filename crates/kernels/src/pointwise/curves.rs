//! The curves that layers apply.

use super::Curve;
use super::functions::{exp, exp_less_one, normal, sigmoid, softplus, tanh};

/// max(x, 0), and what is no number for what is none: a net that diverges must not hide it.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Curve for Relu {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    fn slope(self, _x: f32, y: f32) -> f32 {
        if y <= 0.0 { 0.0 } else { 1.0 }
    }
}

/// min(max(x, 0), 6), and what is no number for what is none.
#[derive(Clone, Copy, Debug)]
pub struct Relu6;

impl Curve for Relu6 {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        let below = if x > 6.0 { 6.0 } else { x };
        if x < 0.0 { 0.0 } else { below }
    }

    #[inline(always)]
    fn slope(self, x: f32, _y: f32) -> f32 {
        if x <= 0.0 || x >= 6.0 { 0.0 } else { 1.0 }
    }
}

/// x, and so many times x below zero.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu(pub f32);

impl Curve for LeakyRelu {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        if x > 0.0 { x } else { self.0 * x }
    }

    #[inline(always)]
    fn slope(self, x: f32, _y: f32) -> f32 {
        if x > 0.0 { 1.0 } else { self.0 }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl Curve for Tanh {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        tanh(x)
    }

    #[inline(always)]
    fn slope(self, _x: f32, y: f32) -> f32 {
        1.0 - y * y
    }
}

/// 1 / (1 + e⁻ˣ)
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

impl Curve for Sigmoid {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        sigmoid(x)
    }

    #[inline(always)]
    fn slope(self, _x: f32, y: f32) -> f32 {
        y * (1.0 - y)
    }
}

/// x·Φ(x), Φ the normal distribution.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

impl Curve for Gelu {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        x * normal(x).0
    }

    #[inline(always)]
    fn slope(self, x: f32, _y: f32) -> f32 {
        /// Of the normal distribution at 0: 1 / √(2π).
        const DENSITY: f32 = 0.398_942_3;
        let (below, bell) = normal(x);
        below + x * bell * DENSITY
    }
}

/// x·sigmoid(x)
#[derive(Clone, Copy, Debug)]
pub struct Silu;

impl Curve for Silu {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        x * sigmoid(x)
    }

    #[inline(always)]
    fn slope(self, x: f32, y: f32) -> f32 {
        let gate = sigmoid(x);
        gate + y * (1.0 - gate)
    }
}

/// ln(1 + eˣ)
#[derive(Clone, Copy, Debug)]
pub struct Softplus;

impl Curve for Softplus {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        softplus(x)
    }

    #[inline(always)]
    fn slope(self, x: f32, _y: f32) -> f32 {
        sigmoid(x)
    }
}

/// `scale` times x, and below zero `scale`·`low`·(eˣ − 1).
#[derive(Clone, Copy, Debug)]
pub struct Elu {
    pub scale: f32,
    pub low: f32,
}

impl Curve for Elu {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        self.scale * if x > 0.0 { x } else { self.low * exp_less_one(x) }
    }

    #[inline(always)]
    fn slope(self, x: f32, y: f32) -> f32 {
        if x > 0.0 { self.scale } else { y + self.scale * self.low }
    }
}

/// x·tanh(ln(1 + eˣ))
#[derive(Clone, Copy, Debug)]
pub struct Mish;

impl Mish {
    /// tanh(ln(1 + eˣ)) and the sigmoid of x. With s = 1 + eˣ the first is (s² − 1) / (s² + 1); above 20 both are 1 to the last bit.
    #[inline(always)]
    fn gate(x: f32) -> (f32, f32) {
        let power = exp(x.min(20.0));
        let sum = power * (power + 2.0);
        (sum / (sum + 2.0), power / (power + 1.0))
    }
}

impl Curve for Mish {
    #[inline(always)]
    fn value(self, x: f32) -> f32 {
        x * Self::gate(x).0
    }

    #[inline(always)]
    fn slope(self, x: f32, _y: f32) -> f32 {
        let (gate, sigmoid) = Self::gate(x);
        gate + x * sigmoid * (1.0 - gate * gate)
    }
}
