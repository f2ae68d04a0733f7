//! A model as MLflow loads it: an ONNX file, and `MLmodel`, which says what it is given and what it gives.

use prost::Message;
use serde_json::{Value, json};

use super::Followed;
use crate::export::onnx::messages::{DimensionProto, Elements, ModelProto, ValueInfoProto};

/// The folder of a model among the artefacts.
pub struct Served {
    /// What MLflow calls it.
    pub path: String,
    pub files: Vec<(String, Vec<u8>)>,
}

/// Describes an exported file.
pub fn described(of: &Followed, name: &str, file: Vec<u8>, now: &str) -> Served {
    let graph = ModelProto::decode(file.as_slice()).ok().and_then(|model| model.graph).unwrap_or_default();
    let [inputs, outputs] =
        [&graph.input, &graph.output].map(|values| Value::Array(values.iter().map(spec).collect()).to_string());
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let text = format!(
        "artifact_path: {name}\nflavors:\n  onnx:\n    code: null\n    data: model.onnx\n    onnx_version: 1.16.0\n    providers:\n    - CPUExecutionProvider\n  \
         python_function:\n    data: model.onnx\n    loader_module: mlflow.onnx\n    python_version: 3.11.0\nrun_id: {}\nsignature:\n  \
         inputs: {}\n  outputs: {}\n  params: null\nutc_time_created: '{now}'\n",
        of.run,
        quoted(&inputs),
        quoted(&outputs),
    );
    let requirements = "mlflow\nonnx\nonnxruntime\n";
    Served {
        path: name.into(),
        files: vec![
            ("MLmodel".into(), text.into_bytes()),
            ("model.onnx".into(), file),
            ("requirements.txt".into(), requirements.into()),
        ],
    }
}

/// An input or output as MLflow's signatures have it; an open size is -1.
fn spec(value: &ValueInfoProto) -> Value {
    let tensor = value.r#type.as_ref().and_then(|ty| ty.tensor_type.as_ref());
    let kinds = [
        (Elements::Float, "float32"),
        (Elements::Double, "float64"),
        (Elements::Int64, "int64"),
        (Elements::Bool, "bool"),
        (Elements::Text, "object"),
    ];
    let elements = tensor.and_then(|tensor| tensor.elem_type);
    let kind = kinds.iter().find(|(own, _)| elements == Some(*own as i32)).map_or("object", |(_, word)| word);
    let size = |dim: &DimensionProto| dim.dim_value.unwrap_or(-1);
    let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
    let shape: Vec<i64> = shape.map_or_else(Vec::new, |shape| shape.dim.iter().map(size).collect());
    json!({ "name": value.name, "type": "tensor", "tensor-spec": { "dtype": kind, "shape": shape } })
}
