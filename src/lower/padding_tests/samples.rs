//! The arguments that each layer is tried with.

use super::layer;
use crate::catalog::ArgValue;
use crate::catalog::ArgValue::{Bool, Integer, List, Word};
use crate::catalog::Args;
use crate::catalog::layers::{self, LayerDef};

/// Each layer as it is tried; a new one has its line here.
pub fn samples(name: &str) -> Vec<LayerDef> {
    let with = |args: &[(&'static str, ArgValue)]| layer(name, args);
    let word = |word: &str| Word(word.into());
    match name {
        "cross_attention" => vec![with(&[("heads", Integer(2))])],
        "attention" => [false, true]
            .into_iter()
            .flat_map(|causal| {
                let further =
                    |more: (&'static str, ArgValue)| with(&[("heads", Integer(2)), ("causal", Bool(causal)), more]);
                [
                    with(&[("causal", Bool(causal))]),
                    further(("rotary", ArgValue::Number(100.0))),
                    further(("relative", Integer(2))),
                ]
            })
            .collect(),
        "attend" => vec![
            with(&[("heads", Integer(2))]),
            with(&[("heads", Integer(2)), ("causal", Bool(true)), ("rotary", ArgValue::Number(100.0))]),
        ],
        "avg_pool" | "max_pool" => vec![
            with(&[("kernel", Integer(2))]),
            with(&[("kernel", Integer(2)), ("stride", Integer(1))]),
            with(&[("kernel", Integer(3)), ("stride", Integer(2))]),
            with(&[("kernel", Integer(3)), ("stride", Integer(2)), ("padding", Integer(1))]),
            with(&[("kernel", Integer(2)), ("stride", Integer(1)), ("padding", Integer(1))]),
        ],
        "adaptive_avg_pool" | "adaptive_max_pool" => vec![with(&[("size", Integer(2))]), with(&[("size", Integer(4))])],
        "conv1d" => vec![
            with(&[("channels", Integer(3)), ("padding", word("same"))]),
            with(&[
                ("channels", Integer(3)),
                ("padding", word("same")),
                ("kernel", Integer(5)),
                ("stride", Integer(2)),
            ]),
            with(&[("channels", Integer(2)), ("kernel", Integer(2)), ("dilation", Integer(3)), ("stride", Integer(2))]),
            with(&[("channels", Integer(2)), ("padding", word("causal")), ("kernel", Integer(3))]),
            with(&[("channels", Integer(2)), ("padding", Integer(1)), ("kernel", Integer(4)), ("stride", Integer(2))]),
            with(&[("channels", Integer(2)), ("padding", Integer(3)), ("kernel", Integer(3))]),
            with(&[("channels", Integer(6)), ("groups", Integer(2)), ("padding", word("same"))]),
            with(&[("channels", Integer(4)), ("groups", Integer(4)), ("kernel", Integer(2)), ("dilation", Integer(3))]),
            with(&[("channels", Integer(4)), ("groups", Integer(2)), ("padding", word("causal"))]),
        ],
        "conv3d" => vec![
            with(&[("channels", Integer(2))]),
            with(&[
                ("channels", Integer(3)),
                ("padding", word("same")),
                ("frames", Integer(1)),
                ("stride", Integer(2)),
            ]),
            with(&[("channels", Integer(2)), ("padding", word("same")), ("time_stride", Integer(2))]),
            with(&[("channels", Integer(2)), ("padding", Integer(1)), ("frames", Integer(2)), ("kernel", Integer(2))]),
            with(&[
                ("channels", Integer(4)),
                ("groups", Integer(2)),
                ("padding", word("same")),
                ("time_dilation", Integer(2)),
                ("dilation", Integer(2)),
            ]),
        ],
        "conv_transpose1d" | "conv_transpose2d" | "conv_transpose3d" => vec![
            with(&[("channels", Integer(2))]),
            with(&[
                ("channels", Integer(4)),
                ("groups", Integer(2)),
                ("kernel", Integer(4)),
                ("padding", word("same")),
            ]),
            with(&[("channels", Integer(4)), ("groups", Integer(4)), ("kernel", Integer(3)), ("padding", Integer(1))]),
            with(&[("channels", Integer(3)), ("kernel", Integer(2)), ("dilation", Integer(3)), ("stride", Integer(1))]),
        ],
        "conv2d" => vec![
            with(&[("channels", Integer(2))]),
            with(&[("channels", Integer(3)), ("padding", word("same"))]),
            with(&[("channels", Integer(3)), ("padding", Integer(1)), ("kernel", Integer(4)), ("stride", Integer(2))]),
            with(&[
                ("channels", Integer(2)),
                ("padding", word("same")),
                ("stride", Integer(2)),
                ("groups", Integer(2)),
            ]),
            with(&[("channels", Integer(2)), ("kernel", Integer(2)), ("dilation", Integer(2)), ("stride", Integer(2))]),
        ],
        "dense" | "low_rank" | "member_dense" | "unembed" => vec![with(&[("units", Integer(3))])],
        "embed" | "embed_bag" => vec![with(&[("width", Integer(3))])],
        "gru" | "lstm" => {
            [false, true].map(|both| with(&[("units", Integer(3)), ("bidirectional", Bool(both))])).into()
        }
        "group_norm" => vec![with(&[("groups", Integer(2))])],
        "gate" | "sparse_gate" => vec![with(&[("choices", Integer(2))])],
        "join_places" | "split_places" => vec![with(&[("axis", word("time"))])],
        "positions" => vec![with(&[]), with(&[("max", Integer(40))])],
        "reshape" => vec![with(&[("sizes", List(vec![Integer(2), Integer(2)]))])],
        "substitute" => vec![with(&[("by", word("learned"))]), with(&[("by", word("zero"))])],
        "squeeze_excitation" => vec![with(&[("channels", Integer(2))])],
        "upsample" => vec![with(&[]), with(&[("factor", Integer(3)), ("method", word("linear"))])],
        "stitch" => vec![with(&[]), with(&[("subspaces", Integer(2)), ("per", word("channel"))])],
        _ => {
            let bare = (layers::find(name).expect("a layer").from_args)(&Args::default());
            vec![bare.unwrap_or_else(|| panic!("say in `samples` how `{name}` is tried with lengths"))]
        }
    }
}
