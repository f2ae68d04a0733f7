//! The blocks of the standard library have as many parameters as those that were published.

use mtlc::catalog::Facts;
use mtlc::graph::build;
use mtlc::graph::parameters::count;

use crate::support::pipeline;

/// How many parameters the layers of a chain have that read so many features at each place of a text.
fn parameters(block: &str, chain: &str, features: usize) -> i64 {
    of_read(&format!(
        "use std.blocks.{{{block}}}
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ t: text, y: number }} }}
input t from d.t -> bytes -> embed({features})
let read = t -> {chain}
task y: regression from read {{ label: d.y }}
"
    ))
}

/// How many parameters the value `read` of a spec has.
fn of_read(spec: &str) -> i64 {
    let graph = build(&pipeline(spec));
    let all = count(&graph, &Facts::new());
    let of_block = graph.graph.node_indices().filter(|node| graph.graph[*node].path.starts_with("read."));
    of_block.map(|node| all.of_node(node).trainable.value().expect("a number")).sum()
}

#[test]
fn text_cnn() {
    // Kim (2014): 100 filters each over three, four and five words of 300 numbers, and a bias for each.
    assert_eq!(parameters("text_cnn", "text_cnn", 300), (3 + 4 + 5) * 300 * 100 + 300);
}

#[test]
fn bilstm_attention() {
    // PyTorch's LSTM(100, 100, bidirectional=True) has 161,600; u has 200 · 200 + 200 numbers, and its context 200.
    assert_eq!(parameters("bilstm_attention", "bilstm_attention", 100), 161_600 + 200 * 200 + 200 + 200);
}

#[test]
fn transformer_encoder() {
    // PyTorch's TransformerEncoderLayer(512, 8, 2048), the base model of Vaswani et al. (2017), has 3,152,384.
    let chain = "transformer_encoder(512, heads: 8) -> mean_pool";
    assert_eq!(parameters("transformer_encoder", chain, 512), 3_152_384);
}

#[test]
fn transformer_decoder() {
    // PyTorch's TransformerDecoderLayer(512, 8, 2048) has 4,204,032.
    let chain = "transformer_decoder(t, 512, heads: 8) -> mean_pool";
    assert_eq!(parameters("transformer_decoder", chain, 512), 4_204_032);
}

#[test]
fn norms_behind_are_as_many_as_norms_in_front() {
    assert_eq!(parameters("post_norm_encoder", "post_norm_encoder(512, heads: 8) -> mean_pool", 512), 3_152_384);
    assert_eq!(parameters("post_norm_decoder", "post_norm_decoder(t, 512, heads: 8) -> mean_pool", 512), 4_204_032);
}

#[test]
fn encoder_decoder() {
    // Of n blocks each with d features: an encoder's 12·d² + 13·d, a decoder's 16·d² + 19·d, and a norm behind each stack. PyTorch's Transformer(), the base model of
    // Vaswani et al. (2017) without its embeddings, has 44,140,544.
    let of = |blocks: i64, d: i64| blocks * (12 * d * d + 13 * d + 16 * d * d + 19 * d) + 2 * 2 * d;
    assert_eq!(of(6, 512), 44_140_544);
    let chain = "encoder_decoder(t, 64, layers: 3) -> mean_pool";
    assert_eq!(parameters("encoder_decoder", chain, 64), of(3, 64));
}

/// The same of a chain that reads pictures of three channels, as high and wide as that, and gives pictures or, without a pool, vectors.
fn of_pictures(block: &str, chain: &str) -> i64 {
    of_sized_pictures(block, chain, 64, " -> global_avg_pool")
}

fn of_sized_pictures(block: &str, chain: &str, side: usize, pool: &str) -> i64 {
    of_read(&format!(
        "use std.blocks.{{{block}}}
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ p: image, y: number }} }}
input p from d.p -> resize({side}) -> normalize
let read = p -> {chain}
task y: regression from read{pool} {{ label: d.y }}
"
    ))
}

#[test]
fn residual_networks() {
    // torchvision's models without their last layer of 1000 classes: 11,689,512, 21,797,672 and 25,557,032 less 512 · 1000 + 1000, or 2048 · 1000 + 1000.
    assert_eq!(of_pictures("resnet18", "resnet18"), 11_689_512 - 513_000);
    assert_eq!(of_pictures("resnet34", "resnet34"), 21_797_672 - 513_000);
    assert_eq!(of_pictures("resnet50", "resnet50"), 25_557_032 - 2_049_000);
}

#[test]
fn mobilenet() {
    // torchvision's mobilenet_v2 has 3,504,872, of which 1280 · 1000 + 1000 are its last layer's.
    assert_eq!(of_pictures("mobilenet", "mobilenet"), 3_504_872 - 1_281_000);
}

#[test]
fn convnext_tiny() {
    // torchvision's has 28,589,128, of which its last norm has 2 · 768 and its last layer 768 · 1000 + 1000.
    assert_eq!(of_pictures("convnext_tiny", "convnext_tiny"), 28_589_128 - 1_536 - 769_000);
}

#[test]
fn unet() {
    // Each pair of convolutions from a to b channels has 9·a·b + 9·b² + 4·b, each way up from 2·b to b channels 8·b² + b.
    let pair = |a: i64, b: i64| 9 * a * b + 9 * b * b + 4 * b;
    let down = pair(3, 64) + pair(64, 128) + pair(128, 256) + pair(256, 512) + pair(512, 1024);
    let up: i64 = [512, 256, 128, 64].iter().map(|b| pair(2 * b, *b) + 8 * b * b + b).sum();
    // 31,037,698 with the last layer of 64 · 2 + 2, as in the widely used implementation in PyTorch.
    assert_eq!(of_pictures("unet", "unet"), down + up);
    assert_eq!(down + up, 31_037_698 - 130);
}

#[test]
fn feature_pyramid() {
    // One filter at each place for each of four stages, and 3×3 at the end, each with a bias.
    let laterals: i64 = [64, 128, 256, 512].iter().map(|channels| channels * 128 + 128).sum();
    let expected = of_pictures("resnet18", "resnet18") + laterals + 9 * 128 * 128 + 128;
    assert_eq!(of_pictures("resnet18_pyramid", "resnet18_pyramid"), expected);
}

#[test]
fn vision_transformers() {
    // timm's vit_tiny, vit_small and vit_base of patches of 16 × 16 on 224 × 224, and torchvision's vit_b_16, without their last layer of 1000 classes.
    let of = |chain: &str| of_sized_pictures("vit", chain, 224, "");
    assert_eq!(of("vit"), 5_717_416 - 193_000);
    assert_eq!(of("vit(384, heads: 6)"), 22_050_664 - 385_000);
    assert_eq!(of("vit(768, heads: 12)"), 86_567_656 - 769_000);
}

#[test]
fn clips_in_two_steps() {
    // (2+1)-D as Tran et al. (2018) have it, with biases: 45 filters of 1 × 3 × 3 over 3 channels, then 64 of 3 × 1 × 1 over these 45. Their factor makes it as many as 3 × 3 × 3 has, nearly.
    let spec = "use std.blocks.{r2plus1d}
use std.tasks.{regression}
data d: jsonl(\"d.jsonl\") { columns { c: number[4, 3, 8, 8], y: number } }
input c from d.c
let read = c -> r2plus1d(64, 45)
task y: regression from read -> flatten { label: d.y }
";
    assert_eq!(of_read(spec), 9 * 3 * 45 + 45 + 3 * 45 * 64 + 64);
}

/// The same of a chain that reads clips of eight frames of three channels, 64 × 64.
fn of_clips(block: &str, chain: &str) -> i64 {
    of_read(&format!(
        "use std.blocks.{{{block}}}
use std.tasks.{{regression}}
data d: npz(\"d.npz\") {{ columns {{ c: number[8, 3, 64, 64], y: number }} }}
input c from d.c -> scale(1/255)
let read = c -> {chain}
task y: regression from read {{ label: d.y }}
"
    ))
}

#[test]
fn two_dimensions_and_one() {
    // torchvision's r2plus1d_18 has 31,505,325, of which 512 · 400 + 400 are its last layer's.
    let chain = "r2plus1d_18 -> each(time) { global_avg_pool } -> mean_pool";
    assert_eq!(of_clips("r2plus1d_18", chain), 31_505_325 - 205_200);
}

#[test]
fn hidden_channels_are_those_of_the_formula() {
    // One spatial filter of 9·a numbers for each of m hidden channels, and b temporal ones of 3·m, are at most the 27·a·b of a filter over both.
    for (a, b, hidden) in [(64, 64, 144), (64, 128, 230), (128, 128, 288), (128, 256, 460), (256, 512, 921)] {
        assert_eq!(27 * a * b / (9 * a + 3 * b), hidden);
        assert!(hidden * (9 * a + 3 * b) <= 27 * a * b);
    }
}

#[test]
fn frame_by_frame() {
    let frames = of_pictures("resnet18", "resnet18");
    // PyTorch's LSTM(512, 256) has 788,480.
    assert_eq!(of_clips("resnet18_lstm", "resnet18_lstm"), frames + 788_480);
    // A vector for each of 64 places, three of PyTorch's TransformerEncoderLayer(512, 8, 2048), and a norm.
    assert_eq!(of_clips("resnet18_attention", "resnet18_attention"), frames + 64 * 512 + 3 * 3_152_384 + 1024);
}
