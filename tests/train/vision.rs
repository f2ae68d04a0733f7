//! Networks for pictures that torchvision, timm and transformers have: with tensors of their names the features are theirs (`scripts/vision_reference.py`).

use image::{Rgb, RgbImage};
use mtlc::lower::Backend;
use mtlc::lower::trace::Mode;
use safetensors::tensor::{Dtype, TensorView};

use super::{mtlc, session};
use crate::data::Folder;

const SIZE: u32 = 64;

fn expected() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/train/vision.json");
    serde_json::from_slice(&std::fs::read(path).expect("made by the script")).expect("JSON")
}

/// A number between −½ and ½ for a place of a tensor, as the script has it.
fn even(place: usize, key: usize) -> f64 {
    let mixed =
        (place as u64).wrapping_mul(2_654_435_761).wrapping_add(key as u64 * 1_013_904_223).wrapping_add(12_345);
    (mixed % (1 << 32)) as f64 / (1_u64 << 32) as f64 - 0.5
}

/// The values of the tensor with this name and shape, the `key`th by name.
fn values(key: usize, name: &str, shape: &[usize]) -> Vec<u8> {
    let count: usize = shape.iter().product();
    let fan_in = (count / shape[0]) as f64;
    let leaf = name.rsplit('.').next().unwrap_or_default();
    let of = |place: usize| {
        let drawn = even(place, key);
        let value = match (shape.len(), leaf) {
            (2 | 4, _) => drawn * 2.0 * (3.0 / fan_in).sqrt(),
            (_, "running_var" | "weight") => 1.0 + drawn / 2.0,
            (_, "layer_scale" | "gamma" | "layer_scale_parameter") => 0.5 + drawn / 2.0,
            _ => drawn / 5.0,
        };
        (value as f32).to_le_bytes()
    };
    (0..count).flat_map(of).collect()
}

/// Two pictures with a table, and a file of the tensors of a model.
fn folder_of(model: &serde_json::Value) -> Folder {
    let folder = Folder::new();
    for row in 0..2 {
        let at =
            |x: u32, y: u32, channel: u32| ((row * 50 + y * 7 + x * 13 + channel * 29 + x * y / 8) * 31 % 256) as u8;
        let picture = RgbImage::from_fn(SIZE, SIZE, |x, y| Rgb([0, 1, 2].map(|channel| at(x, y, channel))));
        picture.save(folder.0.join(format!("{row}.png"))).expect("a picture is written");
    }
    folder.write("d.csv", "photo,y\n0.png,1\n1.png,2\n0.png,1\n1.png,3\n");
    let tensors: Vec<(String, Vec<usize>)> =
        serde_json::from_value(model["tensors"].clone()).expect("names and shapes");
    let bytes: Vec<Vec<u8>> = tensors.iter().enumerate().map(|(key, (name, shape))| values(key, name, shape)).collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape), bytes)| {
        (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor"))
    });
    safetensors::serialize_to_file(views, None, &folder.0.join("w.safetensors")).expect("a file of tensors");
    folder
}

/// A spec whose trunk is a chain behind the pictures.
fn spec(chain: &str) -> String {
    format!(
        "use std.blocks.{{convnext_block, inverted_down, inverted_residual, resnet_basic, resnet_bottleneck_wide, resnet_down, vit}}
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ split {{ train: 100% }} columns {{ photo: image, y: number }} }}
input photo from d.photo -> resize({SIZE}) -> normalize(unit)
shared trunk from photo -> {chain}
task y: regression from trunk {{ label: d.y }}
transfer {{ trunk {{ init: \"w.safetensors\" }} }}
train {{ epochs: 1, batch: 2, seed: 1 }}
"
    )
}

#[test]
fn features_are_those_of_other_libraries() {
    let stem = "conv2d(64, kernel: 7, stride: 2, padding: same, bias: false) -> batch_norm -> relu -> max_pool(3, stride: 2, padding: same)";
    let conv_next = |widths: [(usize, usize); 4]| {
        let [(first, many), rest @ ..] = widths;
        let repeated = |width: usize, many: usize| format!("repeat({many}) {{ convnext_block({width}) }}");
        let stages = rest.iter().filter(|(_, many)| *many > 0).map(|(width, many)| {
            format!(
                " -> layer_norm(epsilon: 1e-6) -> conv2d({width}, kernel: 2, stride: 2) -> {}",
                repeated(*width, *many)
            )
        });
        let stages: String = stages.collect();
        format!(
            "conv2d({first}, kernel: 4, stride: 4) -> layer_norm(epsilon: 1e-6) -> {}{stages} -> global_avg_pool",
            repeated(first, many)
        )
    };
    let chains = [
        (
            "basic",
            format!(
                "{stem} -> resnet_basic(64) -> resnet_down(128) -> resnet_down(256) -> resnet_down(512) -> global_avg_pool"
            ),
        ),
        (
            "bottleneck",
            format!(
                "{stem} -> resnet_bottleneck_wide(64, stride: 1) -> resnet_bottleneck_wide(128) -> resnet_bottleneck_wide(256) -> resnet_bottleneck_wide(512) -> global_avg_pool"
            ),
        ),
        (
            "mobilenet",
            "conv2d(32, kernel: 3, stride: 2, padding: same, bias: false) -> batch_norm -> relu6
             -> conv2d(32, kernel: 3, padding: same, groups: 32, bias: false) -> batch_norm -> relu6
             -> conv2d(16, kernel: 1, bias: false) -> batch_norm
             -> inverted_down(96, 24) -> inverted_residual(24) -> inverted_down(144, 32)
             -> conv2d(1280, kernel: 1, bias: false) -> batch_norm -> relu6 -> global_avg_pool"
                .to_string(),
        ),
        ("convnext", conv_next([(16, 1), (32, 2), (0, 0), (0, 0)])),
        ("convnext_timm", conv_next([(8, 1), (12, 2), (16, 1), (24, 1)])),
        ("vit", "vit(32, heads: 4, layers: 2, patch: 16, places: 17)".to_string()),
        ("vit_timm", "vit(32, heads: 4, layers: 2, patch: 16, places: 17)".to_string()),
        (
            "resnet_hub",
            format!(
                "{} -> resnet_basic(16) -> resnet_down(24) -> resnet_basic(24) -> global_avg_pool",
                stem.replace("64", "16")
            ),
        ),
        (
            "bottleneck_hub",
            format!(
                "{} -> resnet_bottleneck_wide(8, stride: 1) -> resnet_bottleneck_wide(16) -> global_avg_pool",
                stem.replace("64", "16")
            ),
        ),
        ("convnext_hub", conv_next([(8, 1), (12, 2), (0, 0), (0, 0)])),
        ("vit_hub", "vit(32, heads: 4, layers: 2, patch: 16, places: 17)".to_string()),
    ];
    let expected = expected();
    for (name, chain) in chains {
        let model = &expected["models"][name];
        let folder = folder_of(model);
        let session = session(&folder, &spec(&chain));
        let engine = session.engine(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let batch = session.prepared.batch(&[vec![0, 1]]);
        let trace = engine.model.forward(&batch, Mode::EVALUATE, false);
        // The last layer of the trunk: its pool.
        let pool = engine.model.steps.iter().rposition(|step| step.path.starts_with("trunk.")).expect("a trunk");
        let found = trace.values[pool].as_ref().expect("it was computed").real();
        let (width, found) = (found.width(), found.to_host());
        let features: Vec<Vec<f64>> = serde_json::from_value(model["features"].clone()).expect("numbers");
        assert!(features[0] != features[1] && features[0].iter().any(|value| value.abs() > 0.05), "{name}");
        for (row, wanted) in features.iter().enumerate() {
            for (place, wanted) in wanted.iter().enumerate() {
                let found = f64::from(found[row * width + place]);
                assert!((found - wanted).abs() < 1e-4, "{name}, row {row}, feature {place}: {found} is not {wanted}");
            }
        }
    }
}

#[test]
fn a_network_of_another_depth_is_refused() {
    let folder = folder_of(&expected()["models"]["mobilenet"]);
    let shorter =
        "conv2d(32, kernel: 3, stride: 2, padding: same, bias: false) -> batch_norm -> relu6 -> global_avg_pool";
    folder.write("d.mtl", spec(shorter));
    mtlc(&folder, "run d.mtl --out r").must(2, &["the trunk has 65 weights in the file", "`trunk` has 5 in the model"]);
}
