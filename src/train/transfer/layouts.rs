//! Names of tensors that torchvision and timm give to the networks of `std-blocks/`, in the order in which these have their layers.
//!
//! A safetensors file has its tensors in no order that means anything, and a state dict has them in that of its modules, which is mostly that of the layers. By the names they are
//! put in order for sure: each part of a name is a number or one of a few words, and both have an order.

/// The networks of a family, by the words of which their names are made.
struct Layout {
    /// Tensors that each of them has.
    marks: &'static [&'static str],
    /// In the order of the layers; what is told apart by numbers goes by these.
    words: &'static [&'static str],
    /// What follows the trunk and is none of its blocks.
    head: &'static [&'static str],
}

const LEAVES: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

const LAYOUTS: [Layout; 6] = [
    // ResNets of both; `resnet_down` reads what goes past it first.
    Layout {
        marks: &["conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight"],
        words: &["downsample", "conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "layer1", "layer2", "layer3", "layer4"],
        head: &["fc"],
    },
    // MobileNetV2 of torchvision.
    Layout {
        marks: &["features.0.0.weight", "features.0.1.running_mean", "features.1.conv.0.0.weight"],
        words: &["features", "conv"],
        head: &["classifier"],
    },
    // ConvNeXt of torchvision.
    Layout {
        marks: &["features.0.0.weight", "features.1.0.block.0.weight", "features.1.0.layer_scale"],
        words: &["features", "block", "layer_scale"],
        head: &["classifier"],
    },
    // ConvNeXt of timm.
    Layout {
        marks: &["stem.0.weight", "stages.0.blocks.0.conv_dw.weight", "stages.0.blocks.0.gamma"],
        words: &["stem", "stages", "downsample", "blocks", "conv_dw", "norm", "mlp", "fc1", "fc2", "gamma"],
        head: &["head"],
    },
    // Vision transformers of timm.
    Layout {
        marks: &["patch_embed.proj.weight", "cls_token", "pos_embed", "blocks.0.attn.qkv.weight"],
        words: &[
            "patch_embed",
            "cls_token",
            "pos_embed",
            "blocks",
            "norm1",
            "attn",
            "qkv",
            "proj",
            "norm2",
            "mlp",
            "fc1",
            "fc2",
            "norm",
        ],
        head: &["head"],
    },
    // Vision transformers of torchvision.
    Layout {
        marks: &["conv_proj.weight", "class_token", "encoder.pos_embedding", "encoder.ln.weight"],
        words: &[
            "conv_proj",
            "class_token",
            "encoder",
            "pos_embedding",
            "layers",
            "ln_1",
            "self_attention",
            "in_proj_weight",
            "in_proj_bias",
            "out_proj",
            "ln_2",
            "mlp",
            "ln",
        ],
        head: &["heads"],
    },
];

/// The places of tensors of these names in the order of the layers, without what follows the trunk; `None` if the names are of no network that is known.
pub(super) fn order(names: &[&str]) -> Option<Vec<usize>> {
    LAYOUTS.iter().find_map(|layout| layout.order(names))
}

impl Layout {
    fn order(&self, names: &[&str]) -> Option<Vec<usize>> {
        if !self.marks.iter().all(|mark| names.contains(mark)) {
            return None;
        }
        let of_trunk = |name: &str| {
            let first = name.split('.').next().unwrap_or_default();
            !self.head.contains(&first) && !name.ends_with(".num_batches_tracked")
        };
        let mut keyed: Vec<(Vec<usize>, usize)> = Vec::with_capacity(names.len());
        for (place, name) in names.iter().enumerate().filter(|(_, name)| of_trunk(name)) {
            keyed.push((name.split('.').map(|part| self.rank(part)).collect::<Option<_>>()?, place));
        }
        keyed.sort();
        Some(keyed.into_iter().map(|(_, place)| place).collect())
    }

    /// A number by itself; a word by its place, for where one stands no number does.
    fn rank(&self, part: &str) -> Option<usize> {
        let number = part.strip_prefix("encoder_layer_").unwrap_or(part);
        number.parse().ok().or_else(|| {
            let all = self.words.iter().chain(&LEAVES);
            all.into_iter().position(|word| *word == part)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_order_are_those_of_the_layers() {
        let names = [
            "bn1.bias",
            "bn1.running_mean",
            "bn1.weight",
            "conv1.weight",
            "fc.weight",
            "bn1.num_batches_tracked",
            "layer1.0.bn1.weight",
            "layer1.0.conv1.weight",
            "layer1.0.downsample.0.weight",
            "layer1.0.conv2.weight",
            "layer1.10.conv1.weight",
            "layer1.2.conv1.weight",
        ];
        let ordered: Vec<&str> = order(&names).expect("a ResNet").into_iter().map(|place| names[place]).collect();
        let wanted = [
            "conv1.weight",
            "bn1.weight",
            "bn1.bias",
            "bn1.running_mean",
            "layer1.0.downsample.0.weight",
            "layer1.0.conv1.weight",
            "layer1.0.bn1.weight",
            "layer1.0.conv2.weight",
            "layer1.2.conv1.weight",
            "layer1.10.conv1.weight",
        ];
        assert_eq!(ordered, wanted);
        assert_eq!(order(&names[1..]).map(|_| ()), Some(()), "a bias more or less");
        assert_eq!(order(&["layers.0.weight", "conv1.weight"]), None);
        // A word that no such network has.
        assert_eq!(order(&[&names[..], &["layer1.0.conv1.lora"]].concat()), None);
    }
}
