//! The ids of requests. An editor may send others than the whole numbers of 32 bits and the texts that a message here has: such an
//! id is carried as a text, and goes back as it came.

use lsp_server::RequestId;
use serde_json::Value;

/// Before an id that is carried as a text.
const MARK: &str = "\0";

/// An id as a message here has it.
pub fn carried(id: &Value) -> RequestId {
    let marked = id.as_str().is_some_and(|text| text.starts_with(MARK));
    let own = serde_json::from_value::<RequestId>(id.clone()).ok().filter(|_| !marked);
    own.unwrap_or_else(|| RequestId::from(format!("{MARK}{id}")))
}

/// The id as it came, where it was carried as a text.
pub fn original(id: &RequestId) -> Option<Value> {
    let text = serde_json::to_value(id).ok()?;
    serde_json::from_str(text.as_str()?.strip_prefix(MARK)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_id_goes_back_as_it_came() {
        for id in [json!(1), json!("a"), json!(""), json!(-1)] {
            assert_eq!((serde_json::to_value(carried(&id)).ok(), original(&carried(&id))), (Some(id), None));
        }
        for id in [json!(1.5), json!(null), json!(9_000_000_000_u64), json!("\0null"), json!([1]), json!(true)] {
            assert_eq!(original(&carried(&id)), Some(id));
        }
    }
}
