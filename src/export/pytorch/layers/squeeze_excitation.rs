//! `squeeze_excitation`: channels times shares that are made of the means of all channels.

use super::{Call, Value, Write};
use crate::catalog::layers::squeeze_excitation::SqueezeExcitation;

impl Write for SqueezeExcitation {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (squeeze, excite, x) = (call.linear(".squeeze", 0, Some(1)), call.linear(".excite", 2, Some(3)), call.x());
        call.line(format!("shares = torch.sigmoid({excite}(F.relu({squeeze}({x}.mean((2, 3))))))"));
        Some(call.whole(format!("{x} * shares[:, :, None, None]")))
    }
}
