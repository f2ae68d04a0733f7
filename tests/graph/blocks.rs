//! The blocks of the standard library have as many parameters as those that were published.

use mtlc::catalog::Facts;
use mtlc::graph::build;
use mtlc::graph::parameters::count;

use crate::support::pipeline;

/// How many parameters the layers of a chain have that read so many features at each place of a text.
fn parameters(block: &str, chain: &str, features: usize) -> i64 {
    let graph = build(&pipeline(&format!(
        "use std.blocks.{{{block}}}
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ t: text, y: number }} }}
input t from d.t -> bytes -> embed({features})
let read = t -> {chain}
task y: regression from read {{ label: d.y }}
"
    )));
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
