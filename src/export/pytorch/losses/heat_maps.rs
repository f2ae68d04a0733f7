//! `heat_maps`: the cross-entropy of places.

use super::{Compared, Write};
use crate::catalog::losses::heat_maps::HeatMaps;
use crate::export::pytorch::helpers::Helper;

impl Write for HeatMaps {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("heat_maps_loss", &[])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::HeatMapsLoss)
    }
}
