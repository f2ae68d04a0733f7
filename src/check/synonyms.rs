//! What other programs call the things of the catalog, for "did you mean".

/// Another name and ours.
type Synonym = (&'static str, &'static str);

pub(super) const KINDS: &[Synonym] = &[
    ("bool", "category"),
    ("boolean", "category"),
    ("class", "category"),
    ("date", "time"),
    ("datetime", "time"),
    ("double", "number"),
    ("enum", "category"),
    ("factor", "category"),
    ("float", "number"),
    ("float32", "number"),
    ("int", "number"),
    ("integer", "number"),
    ("key", "id"),
    ("multilabel", "labels"),
    ("numeric", "number"),
    ("real", "number"),
    ("str", "text"),
    ("string", "text"),
    ("tags", "labels"),
    ("timestamp", "time"),
];

pub(super) const LAYERS: &[Synonym] = &[
    ("avgpool2d", "avg_pool"),
    ("batchnorm2d", "batch_norm"),
    ("bn", "batch_norm"),
    ("cat", "concat"),
    ("conv", "conv2d"),
    ("detach", "stop_gradient"),
    ("embedding", "embed"),
    ("fc", "dense"),
    ("fully_connected", "dense"),
    ("linear", "dense"),
    ("maxpool2d", "max_pool"),
    ("swish", "silu"),
    ("view", "reshape"),
];

pub(super) const LOSSES: &[Synonym] = &[
    ("bce", "binary_cross_entropy"),
    ("ce", "cross_entropy"),
    ("l1", "mae"),
    ("l2", "mse"),
    ("nll", "cross_entropy"),
    ("smooth_l1", "huber"),
];

pub(super) const METRICS: &[Synonym] =
    &[("acc", "accuracy"), ("auc", "auroc"), ("inherit", "inherited"), ("roc_auc", "auroc")];

/// Ours for another program's name, if there is one.
pub(super) fn of(synonyms: &'static [Synonym], written: &str) -> Option<&'static str> {
    let written = written.to_lowercase();
    synonyms.iter().find(|(other, _)| *other == written).map(|(_, ours)| *ours)
}

/// Where a setting stands that other programs have on its own.
pub(super) fn field(name: &str) -> Option<&'static str> {
    match name {
        "lr" | "learning_rate" => Some("the learning rate belongs to the optimizer: `optimizer: adamw(lr: 1e-3)`"),
        "weight_decay" | "momentum" => Some("it belongs to the optimizer: `optimizer: adamw(weight_decay: 1e-2)`"),
        "patience" | "early_stopping" => Some("write `stop: early(patience: 10)`"),
        "warmup" => Some("it belongs to the schedule: `schedule: warmup(5%) -> cosine`"),
        "device" => Some("the device is chosen when running: `mtlc run SPEC --device auto`"),
        _ => None,
    }
}
