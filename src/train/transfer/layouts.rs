//! Names of tensors that torchvision, timm and the hub (transformers) give to the networks of `std-blocks/`, in the order in which these have their layers.
//!
//! A safetensors file has its tensors in no order that means anything, and a state dict has them in that of its modules, which is mostly that of the layers. By the names they are
//! put in order for sure: each part of a name is a number or one of a few words, and both have an order.

use super::source::Named;

/// The networks of a family, by the words of which their names are made.
struct Layout {
    /// What names begin with where the network stands in one that has a head.
    within: &'static str,
    /// Parts that are one here, side by side: queries, keys and values.
    side_by_side: Option<[&'static str; 3]>,
    /// Tensors that each of them has.
    marks: &'static [&'static str],
    /// In the order of the layers; what is told apart by numbers goes by these.
    words: &'static [&'static str],
    /// What follows the trunk and is none of its blocks.
    head: &'static [&'static str],
}

const LEAVES: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

const LAYOUTS: [Layout; 11] = [
    // ResNets of both; `resnet_down` reads what goes past it first.
    Layout {
        within: "",
        side_by_side: None,
        marks: &["conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight"],
        words: &["downsample", "conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "layer1", "layer2", "layer3", "layer4"],
        head: &["fc"],
    },
    // ResNets of clips of torchvision, (2+1)-dimensional.
    Layout {
        within: "",
        side_by_side: None,
        marks: &["stem.0.weight", "stem.4.running_mean", "layer1.0.conv1.0.3.weight"],
        words: &["stem", "downsample", "conv1", "conv2", "layer1", "layer2", "layer3", "layer4"],
        head: &["fc"],
    },
    // MobileNetV2 of torchvision.
    Layout {
        within: "",
        side_by_side: None,
        marks: &["features.0.0.weight", "features.0.1.running_mean", "features.1.conv.0.0.weight"],
        words: &["features", "conv"],
        head: &["classifier"],
    },
    // ConvNeXt of torchvision.
    Layout {
        within: "",
        side_by_side: None,
        marks: &["features.0.0.weight", "features.1.0.block.0.weight", "features.1.0.layer_scale"],
        words: &["features", "block", "layer_scale"],
        head: &["classifier"],
    },
    // ConvNeXt of timm.
    Layout {
        within: "",
        side_by_side: None,
        marks: &["stem.0.weight", "stages.0.blocks.0.conv_dw.weight", "stages.0.blocks.0.gamma"],
        words: &["stem", "stages", "downsample", "blocks", "conv_dw", "norm", "mlp", "fc1", "fc2", "gamma"],
        head: &["head"],
    },
    // Vision transformers of timm.
    Layout {
        within: "",
        side_by_side: None,
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
        within: "",
        side_by_side: None,
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
    // ResNets of the hub.
    Layout {
        within: "resnet.",
        side_by_side: None,
        marks: &["embedder.embedder.convolution.weight", "encoder.stages.0.layers.0.layer.0.convolution.weight"],
        words: &["embedder", "encoder", "stages", "layers", "shortcut", "layer", "convolution", "normalization"],
        head: &["classifier"],
    },
    // ConvNeXt of the hub.
    Layout {
        within: "convnext.",
        side_by_side: None,
        marks: &["embeddings.patch_embeddings.weight", "encoder.stages.0.layers.0.layer_scale_parameter"],
        words: &[
            "embeddings",
            "patch_embeddings",
            "encoder",
            "stages",
            "downsampling_layer",
            "layers",
            "dwconv",
            "layernorm",
            "pwconv1",
            "pwconv2",
            "layer_scale_parameter",
        ],
        head: &["layernorm", "classifier"],
    },
    // Vision transformers of the hub.
    Layout {
        within: "vit.",
        side_by_side: Some(["query", "key", "value"]),
        marks: &["embeddings.cls_token", "encoder.layer.0.layernorm_before.weight"],
        words: &[
            "embeddings",
            "patch_embeddings",
            "projection",
            "cls_token",
            "position_embeddings",
            "encoder",
            "layer",
            "layernorm_before",
            "attention",
            JOINED,
            "layernorm_after",
            "intermediate",
            "output",
            "dense",
            "layernorm",
        ],
        head: &["pooler", "classifier"],
    },
    // The same as transformers has called them since its version 5.
    Layout {
        within: "vit.",
        side_by_side: Some(["q_proj", "k_proj", "v_proj"]),
        marks: &["embeddings.cls_token", "layers.0.layernorm_before.weight"],
        words: &[
            "embeddings",
            "patch_embeddings",
            "projection",
            "cls_token",
            "position_embeddings",
            "layers",
            "layernorm_before",
            "attention",
            JOINED,
            "o_proj",
            "layernorm_after",
            "mlp",
            "fc1",
            "fc2",
            "layernorm",
        ],
        head: &["pooler", "classifier"],
    },
];

/// Tensors of a known network whose queries, keys and values stand by themselves, with these in one; all others as they are.
pub(super) fn joined(tensors: Vec<Named>) -> Vec<Named> {
    let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let known = LAYOUTS.iter().find(|layout| layout.has_marks(&names));
    let Some([first, rest @ ..]) = known.and_then(|layout| layout.side_by_side) else { return tensors };
    let part = |word: &str| format!(".{word}.");
    let mut joined = Vec::with_capacity(tensors.len());
    for tensor in &tensors {
        if rest.iter().any(|word| tensor.name.contains(&part(word))) {
            continue;
        }
        let mut whole = tensor.clone();
        if tensor.name.contains(&part(first)) {
            whole.name = tensor.name.replace(&part(first), &part(JOINED));
            for word in rest {
                let name = tensor.name.replace(&part(first), &part(word));
                // Without one of them it is no such network, and stays as it is.
                let Some(other) = tensors.iter().find(|other| other.name == name) else { return tensors };
                whole.values.extend(&other.values);
                whole.shape[0] += other.shape.first().copied().unwrap_or(0);
            }
        }
        joined.push(whole);
    }
    joined
}

/// What queries, keys and values are called together.
const JOINED: &str = "qkv";

/// The places of tensors of these names in the order of the layers, without what follows the trunk; `None` if the names are of no network that is known.
pub(super) fn order(names: &[&str]) -> Option<Vec<usize>> {
    LAYOUTS.iter().find_map(|layout| layout.order(names))
}

impl Layout {
    fn has_marks(&self, names: &[&str]) -> bool {
        self.marks.iter().all(|mark| names.iter().any(|name| self.inner(name) == *mark))
    }

    /// A name without what it begins with in a network that has a head.
    fn inner<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(self.within).unwrap_or(name)
    }

    fn order(&self, names: &[&str]) -> Option<Vec<usize>> {
        if !self.has_marks(names) {
            return None;
        }
        let of_trunk = |name: &str| {
            let first = self.inner(name).split('.').next().unwrap_or_default();
            !self.head.contains(&first) && !name.ends_with(".num_batches_tracked")
        };
        let mut keyed: Vec<(Vec<usize>, usize)> = Vec::with_capacity(names.len());
        for (place, name) in names.iter().enumerate().filter(|(_, name)| of_trunk(name)) {
            keyed.push((self.inner(name).split('.').map(|part| self.rank(part)).collect::<Option<_>>()?, place));
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

    #[test]
    fn of_clips_what_goes_past_a_block_comes_first() {
        let names = [
            "stem.4.running_mean",
            "layer2.0.conv1.0.0.weight",
            "layer2.0.conv1.0.3.weight",
            "layer2.0.conv1.1.weight",
            "layer2.0.conv2.0.0.weight",
            "layer2.0.downsample.0.weight",
            "layer1.0.conv1.0.3.weight",
            "stem.0.weight",
            "fc.weight",
        ];
        let ordered: Vec<&str> = order(&names).expect("known").into_iter().map(|place| names[place]).collect();
        let wanted = [
            "stem.0.weight",
            "stem.4.running_mean",
            "layer1.0.conv1.0.3.weight",
            "layer2.0.downsample.0.weight",
            "layer2.0.conv1.0.0.weight",
            "layer2.0.conv1.0.3.weight",
            "layer2.0.conv1.1.weight",
            "layer2.0.conv2.0.0.weight",
        ];
        assert_eq!(ordered, wanted);
    }

    #[test]
    fn queries_keys_and_values_of_the_hub_become_one() {
        let tensor = |name: &str, values: [f32; 2]| Named { name: name.into(), shape: vec![2], values: values.into() };
        let layer = "vit.encoder.layer.0.attention.attention";
        let given = vec![
            tensor("vit.embeddings.cls_token", [0.0, 0.0]),
            tensor(&format!("{layer}.key.bias"), [3.0, 4.0]),
            tensor(&format!("{layer}.query.bias"), [1.0, 2.0]),
            tensor(&format!("{layer}.value.bias"), [5.0, 6.0]),
            tensor("vit.encoder.layer.0.layernorm_before.weight", [7.0, 8.0]),
            tensor("classifier.bias", [9.0, 9.0]),
        ];
        let found = joined(given.clone());
        let names: Vec<&str> = found.iter().map(|tensor| tensor.name.as_str()).collect();
        let ordered: Vec<&str> = order(&names).expect("a ViT").into_iter().map(|place| names[place]).collect();
        assert_eq!(ordered[1..], ["vit.encoder.layer.0.layernorm_before.weight", &format!("{layer}.qkv.bias")]);
        let both = found.iter().find(|tensor| tensor.name.ends_with("qkv.bias")).expect("one");
        assert_eq!((both.shape.as_slice(), both.values.as_slice()), (&[6][..], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0][..]));
        // Of which one is missing.
        assert_eq!(joined(given[..3].to_vec()), given[..3].to_vec());
    }
}
