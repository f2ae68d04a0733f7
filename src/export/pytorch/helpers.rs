//! What a file brings along where PyTorch has no module or function for it: each is written where something uses it, with those that it uses, and
//! stands in a file of `python/`.

use std::collections::BTreeSet;

/// Declares the helpers in the order in which they are written, with the file of each and those that it uses, which stand before it.
macro_rules! helpers {
    ($($helper:ident = $file:literal $(with $($other:ident)+)?;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Helper {
            $($helper,)*
        }

        /// What they are called, most of them as their files.
        pub const NAMES: &[&str] = &[$($file),*];

        impl Helper {
            fn needs(self) -> &'static [Helper] {
                match self {
                    $(Helper::$helper => &[$($(Helper::$other),+)?],)*
                }
            }

            pub fn text(self) -> &'static str {
                match self {
                    $(Helper::$helper => include_str!(concat!("python/", $file, ".py")),)*
                }
            }
        }
    };
}

helpers! {
    Own = "own";
    Filled = "filled" with Own;
    Counts = "counts";
    Held = "held";
    Normalised = "normalised" with Own Filled Counts;
    Parts = "parts";
    MeansOfParts = "means_of_parts" with Filled Parts;
    LargestOfParts = "largest_of_parts" with Parts;
    Previous = "previous";
    Whole = "whole";
    Turned = "turned";
    Attend = "attend";
    Waves = "waves";
    Coordinates = "coordinates";
    Walked = "walked";
    Stitched = "stitched";
    SparseShares = "sparse_shares";
    SpatialSoftmax = "spatial_softmax";
    DropPath = "drop_path";
    Embed = "embed";
    Pairs = "pairs";
    Copied = "copied";
    Joined = "joined";
    Written = "written" with Joined;
    Beamed = "beamed" with Joined;
    Tagged = "tagged" with Joined;
    Named = "named" with Joined;
    Spelt = "spelt" with Joined;
    Searched = "searched" with Joined;
    SequenceLoss = "sequence_loss";
    FocalLoss = "focal_loss";
    DiceLoss = "dice_loss";
    CountedMean = "counted_mean";
    SpanLoss = "span_loss";
    ContrastiveLoss = "contrastive_loss";
    HeatMapsLoss = "heat_maps_loss";
    HeatLosses = "heat_losses";
    GroupingLoss = "grouping_loss" with HeatLosses;
    Overlaps = "overlaps";
    BoxLosses = "box_losses" with HeatLosses Overlaps;
    CentersLoss = "centers_loss" with BoxLosses;
    MovingCentersLoss = "moving_centers_loss" with BoxLosses;
}

impl Helper {
    /// Puts it among others, with those that it uses.
    pub fn put(self, into: &mut BTreeSet<Helper>) {
        into.insert(self);
        self.needs().iter().for_each(|other| other.put(into));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_behind_those_that_it_uses() {
        let mut all = BTreeSet::new();
        Helper::MovingCentersLoss.put(&mut all);
        let order = [Helper::HeatLosses, Helper::Overlaps, Helper::BoxLosses, Helper::MovingCentersLoss];
        assert_eq!(all.into_iter().collect::<Vec<_>>(), order);
    }
}
