//! `drop_path`: whole rows at random.

use super::{Call, Value, Write};
use crate::catalog::layers::drop_path::DropPath;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for DropPath {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.helper(Helper::DropPath);
        let module = call.module("", &format!("DropPath({})", number(self.rate)), &[]);
        Some(call.function(&module, ""))
    }
}
