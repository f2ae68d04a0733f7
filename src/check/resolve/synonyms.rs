//! What other programs call the things of the language, for "did you mean".
//!
//! They are suggestions, and none of them is read as ours. A synonym says more than a similar spelling, so it is asked first.

use crate::diag::suggest;

/// Another name and ours.
type Synonym = (&'static str, &'static str);

const KINDS: &[Synonym] = &[
    ("bbox", "boxes"),
    ("bboxes", "boxes"),
    ("bool", "category"),
    ("boolean", "category"),
    ("bounding_boxes", "boxes"),
    ("categorical", "category"),
    ("class", "category"),
    ("clip", "video"),
    ("continuous", "number"),
    ("date", "time"),
    ("datetime", "time"),
    ("detections", "boxes"),
    ("double", "number"),
    ("enum", "category"),
    ("factor", "category"),
    ("float", "number"),
    ("float32", "number"),
    ("float64", "number"),
    ("gif", "video"),
    ("identifier", "id"),
    ("img", "image"),
    ("index", "id"),
    ("int", "number"),
    ("int64", "number"),
    ("integer", "number"),
    ("key", "id"),
    ("multilabel", "labels"),
    ("nominal", "category"),
    ("numeric", "number"),
    ("numerical", "number"),
    ("object", "category"),
    ("objects", "boxes"),
    ("ordinal", "category"),
    ("photo", "image"),
    ("picture", "image"),
    ("polygons", "instances"),
    ("real", "number"),
    ("segmentation", "mask"),
    ("set", "labels"),
    ("str", "text"),
    ("string", "text"),
    ("tags", "labels"),
    ("timestamp", "time"),
    ("words", "text"),
];

const AXES: &[Synonym] = &[
    ("bands", "channels"),
    ("c", "channels"),
    ("channel", "channels"),
    ("colors", "channels"),
    ("depth", "channels"),
    ("feature", "features"),
    ("frames", "time"),
    ("h", "height"),
    ("length", "time"),
    ("seconds", "time"),
    ("seq", "time"),
    ("sequence", "time"),
    ("steps", "time"),
    ("t", "time"),
    ("times", "time"),
    ("w", "width"),
    ("x", "width"),
    ("y", "height"),
];

const LAYERS: &[Synonym] = &[
    ("avgpool2d", "avg_pool"),
    ("batchnorm", "batch_norm"),
    ("batchnorm1d", "batch_norm"),
    ("batchnorm2d", "batch_norm"),
    ("bn", "batch_norm"),
    ("cat", "concat"),
    ("conv", "conv2d"),
    ("copy", "pointer_generator"),
    ("cross_attn", "cross_attention"),
    ("detach", "stop_gradient"),
    ("embedding", "embed"),
    ("fc", "dense"),
    ("fully_connected", "dense"),
    ("gap", "global_avg_pool"),
    ("join", "concat"),
    ("layernorm", "layer_norm"),
    ("linear", "dense"),
    ("logistic", "sigmoid"),
    ("lora", "low_rank"),
    ("maxpool2d", "max_pool"),
    ("mul", "multiply"),
    ("pointer", "pointer_generator"),
    ("stack", "union"),
    ("stopgrad", "stop_gradient"),
    ("sum", "add"),
    ("swish", "silu"),
    ("view", "reshape"),
];

const STEPS: &[Synonym] = &[
    ("autoaugment", "randaugment"),
    ("center", "standardize"),
    ("center_crop", "crop"),
    ("colorjitter", "color_jitter"),
    ("date", "calendar"),
    ("datetime", "calendar"),
    ("day", "calendar"),
    ("fillna", "impute"),
    ("gaussian_blur", "blur"),
    ("gray", "grayscale"),
    ("grey", "grayscale"),
    ("hour", "calendar"),
    ("jitter", "color_jitter"),
    ("letterbox", "resize"),
    ("log1p", "log"),
    ("lower", "lowercase"),
    ("minmax", "min_max"),
    ("minmaxscaler", "min_max"),
    ("mirror", "flip"),
    ("month", "calendar"),
    ("normalize", "standardize"),
    ("onehot", "one_hot"),
    ("padding", "pad"),
    ("random_crop", "crop"),
    ("random_erasing", "cutout"),
    ("random_flip", "flip"),
    ("random_resized_crop", "zoom"),
    ("rescale", "scale"),
    ("rotation", "rotate"),
    ("simpleimputer", "impute"),
    ("standardscaler", "standardize"),
    ("to_tensor", "normalize"),
    ("tokenize", "characters"),
    ("translate", "shift"),
    ("weekday", "calendar"),
    ("year", "calendar"),
    ("zscore", "standardize"),
];

const LOSSES: &[Synonym] = &[
    ("bce", "binary_cross_entropy"),
    ("categorical_crossentropy", "cross_entropy"),
    ("ce", "cross_entropy"),
    ("crossentropy", "cross_entropy"),
    ("l1", "mae"),
    ("l2", "mse"),
    ("log_loss", "cross_entropy"),
    ("mean_absolute_error", "mae"),
    ("mean_squared_error", "mse"),
    ("nll", "cross_entropy"),
    ("smooth_l1", "huber"),
    ("softmax", "cross_entropy"),
    ("squared_error", "mse"),
];

const METRICS: &[Synonym] = &[
    ("acc", "accuracy"),
    ("auc", "auroc"),
    ("cer", "character_error_rate"),
    ("confusion_matrix", "confusion"),
    ("cross_entropy", "log_loss"),
    ("f1_score", "f1"),
    ("inherit", "inherited"),
    ("matthews", "mcc"),
    ("mean_absolute_error", "mae"),
    ("mean_squared_error", "mse"),
    ("ppl", "perplexity"),
    ("r_squared", "r2"),
    ("recall_score", "recall"),
    ("roc", "auroc"),
    ("roc_auc", "auroc"),
    ("rouge1", "rouge"),
    ("rougel", "rouge_l"),
    ("rsquared", "r2"),
    ("wer", "word_error_rate"),
];

const STOPS: &[Synonym] = &[
    ("early_stopping", "early"),
    ("earlystopping", "early"),
    ("false", "never"),
    ("no", "never"),
    ("off", "never"),
    ("patience", "early"),
];

const SCHEDULES: &[Synonym] = &[
    ("constant_lr", "constant"),
    ("cosine_annealing", "cosine"),
    ("cosineannealinglr", "cosine"),
    ("linear_decay", "linear"),
    ("reduce_on_plateau", "plateau"),
    ("reducelronplateau", "plateau"),
    ("steplr", "step"),
];

const OPTIMIZERS: &[Synonym] = &[("momentum", "sgd"), ("nesterov", "sgd")];

const TEMPLATES: &[Synonym] = &[
    ("categorical", "classification"),
    ("classifier", "classification"),
    ("classify", "classification"),
    ("continuous", "regression"),
    ("logistic", "binary"),
    ("multi_class", "classification"),
    ("multi_label", "multilabel"),
    ("multiclass", "classification"),
    ("numeric", "regression"),
    ("predict", "regression"),
    ("regress", "regression"),
    ("regressor", "regression"),
    ("seq2seq", "translation"),
    ("softmax", "classification"),
    ("tagging", "multilabel"),
    ("translate", "translation"),
];

const AVERAGING: &[Synonym] = &[("moving_average", "ema"), ("polyak", "ema"), ("stochastic_weight_averaging", "swa")];

const BALANCERS: &[Synonym] = &[
    ("equal", "static"),
    ("ew", "static"),
    ("fixed", "static"),
    ("homoscedastic", "uncertainty"),
    ("kendall", "uncertainty"),
    ("nash", "nash_mtl"),
    ("random", "rlw"),
];

const SHARING: &[Synonym] = &[
    ("attention", "mtan"),
    ("crossstitch", "cross_stitch"),
    ("mixture_of_experts", "mmoe"),
    ("moe", "mmoe"),
    ("none", "hard"),
];

const DECODERS: &[Synonym] = &[
    ("beam_search", "beam"),
    ("exp", "inverse"),
    ("logits", "identity"),
    ("none", "identity"),
    ("nucleus", "sample"),
    ("raw", "identity"),
];

const FORMATS: &[Synonym] = &[
    ("feather", "arrow"),
    ("image_folder", "folder"),
    ("images", "folder"),
    ("ipc", "arrow"),
    ("json", "jsonl"),
    ("ms_coco", "coco"),
    ("ndjson", "jsonl"),
    ("npy", "npz"),
    ("numpy", "npz"),
    ("pascal_voc", "voc"),
    ("pq", "parquet"),
    ("tab", "tsv"),
    ("table", "csv"),
    ("text", "csv"),
    ("txt", "csv"),
    ("xml", "voc"),
];

/// Names of parameters and of fields: ours counts where there is one of that name.
const NAMES: &[Synonym] = &[
    ("accumulate_grad_batches", "accumulate"),
    ("amp", "precision"),
    ("batch_size", "batch"),
    ("batchsize", "batch"),
    ("beta_1", "beta1"),
    ("beta_2", "beta2"),
    ("class_weight", "class_weights"),
    ("cols", "columns"),
    ("condition", "where"),
    ("criterion", "loss"),
    ("decay", "weight_decay"),
    ("decoder", "predict"),
    ("delim", "delimiter"),
    ("dev", "valid"),
    ("dim", "width"),
    ("dtype", "precision"),
    ("early_stop", "stop"),
    ("ema", "average"),
    ("embedding_dim", "width"),
    ("eps", "epsilon"),
    ("experts_count", "experts"),
    ("fields", "columns"),
    ("file", "path"),
    ("filename", "path"),
    ("filepath", "path"),
    ("filter", "where"),
    ("filters", "channels"),
    ("grad_clip", "clip"),
    ("gradient_accumulation", "accumulate"),
    ("gradient_clip", "clip"),
    ("group_by", "group"),
    ("groupby", "group"),
    ("groups", "group"),
    ("hidden", "units"),
    ("hidden_size", "units"),
    ("kernel_size", "kernel"),
    ("keys", "columns"),
    ("l2", "weight_decay"),
    ("label_smoothing", "smoothing"),
    ("labels", "label"),
    ("learning_rate", "lr"),
    ("losses", "loss"),
    ("lr_scheduler", "schedule"),
    ("max_epochs", "epochs"),
    ("max_grad_norm", "clip"),
    ("max_len", "max"),
    ("max_length", "max"),
    ("maxlen", "max"),
    ("metric", "metrics"),
    ("min", "low"),
    ("mixed_precision", "precision"),
    ("monitor", "select"),
    ("n_epochs", "epochs"),
    ("n_experts", "experts"),
    ("n_seeds", "seeds"),
    ("na_values", "missing"),
    ("nan_values", "missing"),
    ("negative_slope", "slope"),
    ("null_values", "missing"),
    ("num_epochs", "epochs"),
    ("num_experts", "experts"),
    ("optim", "optimizer"),
    ("out_channels", "channels"),
    ("out_features", "units"),
    ("output", "label"),
    ("p", "rate"),
    ("parameters", "columns"),
    ("pos_label", "positive"),
    ("positive_class", "positive"),
    ("postprocess", "predict"),
    ("prob", "rate"),
    ("probability", "rate"),
    ("quotechar", "quote"),
    ("random_seed", "seed"),
    ("random_state", "seed"),
    ("sample_weight", "weight"),
    ("sampler", "sampling"),
    ("scheduler", "schedule"),
    ("schema", "columns"),
    ("sep", "delimiter"),
    ("separator", "delimiter"),
    ("size", "units"),
    ("splits", "split"),
    ("steps", "epochs"),
    ("strata", "stratify"),
    ("stratified", "stratify"),
    ("stratify_by", "stratify"),
    ("strides", "stride"),
    ("testing", "test"),
    ("thousand", "thousands"),
    ("threshold", "at"),
    ("training", "train"),
    ("transform", "target"),
    ("use_bias", "bias"),
    ("val", "valid"),
    ("validation", "valid"),
    ("wd", "weight_decay"),
];

/// The table of a folder of the catalog, or of a setting's words, by what messages call its members.
fn table(what: &str) -> &'static [Synonym] {
    match what {
        "axis" => AXES,
        "balancer" => BALANCERS,
        "column kind" => KINDS,
        "data format" => FORMATS,
        "decoder" => DECODERS,
        "layer" => LAYERS,
        "loss" => LOSSES,
        "metric" => METRICS,
        "optimizer" => OPTIMIZERS,
        "rule of averaging" => AVERAGING,
        "schedule" => SCHEDULES,
        "sharing strategy" => SHARING,
        "step" => STEPS,
        "stopping rule" => STOPS,
        "task template" => TEMPLATES,
        _ => &[],
    }
}

/// True for a word by which other programs write that there is nothing.
pub(in crate::check) fn is_nothing(written: &str) -> bool {
    matches!(written.to_lowercase().as_str(), "none" | "null" | "nil" | "nothing" | "undefined" | "nan" | "na")
}

/// Ours for another program's name, if there is one among what is known.
pub(in crate::check) fn of<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut lower = written.to_lowercase();
    if is_nothing(&lower) {
        lower = "none".into();
    }
    let nothing: &[&str] = if lower == "none" { &["none", "never", "constant"] } else { &[] };
    let ours = table(what).iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    known.into_iter().find(|known| *known != written && (Some(*known) == ours || nothing.contains(known)))
}

/// Ours for another program's name of a parameter or a field, if there is one among what is known.
pub(in crate::check) fn name<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let ours: Vec<&str> = NAMES.iter().filter(|(other, _)| *other == lower).map(|(_, ours)| *ours).collect();
    known.into_iter().find(|known| ours.contains(known))
}

/// Where an argument belongs that other programs give to a call.
pub(in crate::check) fn argument(name: &str, value: &str) -> Option<&'static str> {
    if layer_of_argument(name, value).is_some() {
        return Some("that is a layer of its own");
    }
    Some(match name {
        "input_shape" | "input_size" | "input_dim" | "in_features" | "in_channels" => {
            "what flows in is known: leave it out"
        }
        "name" => "layers are named by their place: leave it out",
        "skiprows" | "index_col" | "usecols" => "columns are named in `columns { … }`: leave it out",
        _ => return None,
    })
}

/// The layer that other programs have as an argument of another: `activation: relu`, `dropout: 0.1`.
pub(in crate::check) fn layer_of_argument(name: &str, value: &str) -> Option<String> {
    match name {
        "activation" | "act" | "nonlinearity" => Some(value.trim_matches('"').to_string()),
        "dropout" | "drop" | "dropout_rate" => Some(format!("dropout({value})")),
        "batch_norm" | "batchnorm" | "bn" => Some("batch_norm".into()),
        _ => None,
    }
}

/// Where a setting stands that other programs have on its own; `value` as it was written.
pub(in crate::check) fn field(name: &str, value: &str) -> Option<String> {
    let or = |other: &str| if value.is_empty() { other.to_string() } else { value.to_string() };
    Some(match name {
        "lr" | "learning_rate" => {
            format!("the learning rate belongs to the optimizer: `optimizer: adamw(lr: {})`", or("1e-3"))
        }
        "weight_decay" | "wd" => {
            format!("it belongs to the optimizer: `optimizer: adamw(weight_decay: {})`", or("1e-2"))
        }
        "momentum" => format!("it belongs to the optimizer: `optimizer: sgd(momentum: {})`", or("0.9")),
        "patience" | "early_stopping" | "early_stop" => format!("write `stop: early(patience: {})`", or("10")),
        "warmup" | "warmup_steps" | "warmup_epochs" => {
            "it belongs to the schedule: `schedule: warmup(5%) -> cosine`".into()
        }
        "device" | "gpu" | "cuda" | "accelerator" => {
            "the device is chosen when running: `mtlc run SPEC --device auto`".into()
        }
        "shuffle" => "rows are drawn anew in every epoch, and the split by a hash: leave it out".into(),
        "loss_weights" | "lambda" => {
            "how much each task counts is written in a block of its own: `weights { … }`".into()
        }
        "positive" => "it is an argument of the template: `binary(positive: \"yes\")`".into(),
        _ => return None,
    })
}

/// The name that a written one was meant to be: another program's word for it, or a misspelt one.
pub(in crate::check) fn meant<'a>(written: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    name(written, known.clone()).or_else(|| suggest::closest(written, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_found_where_ours_is_known() {
        assert_eq!(of("layer", "Linear", ["dense", "relu"]), Some("dense"));
        assert_eq!(of("schedule", "Linear", ["cosine", "constant"]), None);
        assert_eq!(of("stopping rule", "None", ["early", "never"]), Some("never"));
        assert_eq!(of("rule of averaging", "null", ["ema", "none"]), Some("none"));
        assert_eq!(name("sep", ["path", "delimiter"]), Some("delimiter"));
        assert_eq!(name("sep", ["path"]), None);
    }

    #[test]
    fn tables_hold_each_name_once() {
        for table in [AXES, KINDS, LAYERS, STEPS, LOSSES, METRICS, STOPS, SCHEDULES, TEMPLATES, NAMES] {
            let mut names: Vec<&str> = table.iter().map(|(other, _)| *other).collect();
            assert!(names.is_sorted(), "{names:?}");
            names.dedup();
            assert_eq!(names.len(), table.len());
        }
    }
}
