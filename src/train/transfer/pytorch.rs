//! PyTorch files (`torch.save` of a state dict), read without executing anything in them.
//!
//! Such a file is a zip archive of a pickle and raw numbers. A pickle is a program for a stack machine, which can be made
//! to call any function of Python. This reader knows the few instructions that a state dict needs and three functions
//! (rebuilding a tensor, an ordered dict, a parameter); at anything else it stops and names it.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::not_pytorch::{NotPyTorch, Pickle};
use super::source::Named;
use crate::data::tensors::half;

/// The tensors of a state dict, in its order; nested dicts are joined by dots.
///
/// # Errors
/// If it is no such file, or holds something else.
pub fn read(bytes: &[u8]) -> Result<Vec<Named>, NotPyTorch> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotPyTorch::NoArchive)?;
    let names: Vec<String> = archive.file_names().map(String::from).collect();
    let pickle =
        names.iter().find(|name| name.ends_with("/data.pkl") || *name == "data.pkl").ok_or(NotPyTorch::NoPickle)?;
    let prefix = pickle.strip_suffix("data.pkl").unwrap_or("").to_string();
    let mut entry = |name: &str| -> Result<Vec<u8>, NotPyTorch> {
        let mut file = archive.by_name(name).map_err(|_| NotPyTorch::Missing(name.to_string()))?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(|error| NotPyTorch::Damaged(name.to_string(), error.to_string()))?;
        Ok(content)
    };
    if entry(&format!("{prefix}byteorder")).is_ok_and(|order| order.trim_ascii() == b"big") {
        return Err(NotPyTorch::BigEndian);
    }
    let program = entry(pickle)?;
    let value = Machine::run(&program)?;
    let mut tensors = Vec::new();
    let mut storages: HashMap<String, Vec<f32>> = HashMap::new();
    collect("", &value, &mut |name, tensor| {
        if !storages.contains_key(&tensor.storage.key) {
            let raw = entry(&format!("{prefix}data/{}", tensor.storage.key))?;
            storages.insert(tensor.storage.key.clone(), numbers(&tensor.storage.kind, &raw)?);
        }
        let values =
            tensor.gather(&storages[&tensor.storage.key]).ok_or_else(|| NotPyTorch::Tensor(name.to_string()))?;
        tensors.push(Named { name: name.to_string(), shape: tensor.shape.clone(), values });
        Ok(())
    })?;
    if tensors.is_empty() { Err(NotPyTorch::NoTensors) } else { Ok(tensors) }
}

#[derive(Clone, Debug)]
struct Storage {
    kind: String,
    key: String,
}

#[derive(Clone, Debug)]
struct TensorAt {
    storage: Storage,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

impl TensorAt {
    /// The numbers in row-major order; `None` if they lie outside the storage.
    fn gather(&self, storage: &[f32]) -> Option<Vec<f32>> {
        let count = self.shape.iter().try_fold(1usize, |count, size| count.checked_mul(*size))?;
        if count > storage.len() || self.strides.len() != self.shape.len() {
            return None;
        }
        (0..count)
            .map(|place| {
                let (mut rest, mut at) = (place, self.offset);
                for (size, stride) in self.shape.iter().zip(&self.strides).rev() {
                    at = at.checked_add((rest % size).checked_mul(*stride)?)?;
                    rest /= size;
                }
                storage.get(at).copied()
            })
            .collect()
    }
}

fn numbers(kind: &str, raw: &[u8]) -> Result<Vec<f32>, NotPyTorch> {
    Ok(match kind {
        "FloatStorage" => raw.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect(),
        "DoubleStorage" => raw.as_chunks::<8>().0.iter().map(|chunk| f64::from_le_bytes(*chunk) as f32).collect(),
        "HalfStorage" => raw.as_chunks::<2>().0.iter().map(|chunk| half(u16::from_le_bytes(*chunk))).collect(),
        "BFloat16Storage" => {
            let wide = |chunk: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*chunk)) << 16);
            raw.as_chunks::<2>().0.iter().map(wide).collect()
        }
        "LongStorage" => raw.as_chunks::<8>().0.iter().map(|chunk| i64::from_le_bytes(*chunk) as f32).collect(),
        "IntStorage" => raw.as_chunks::<4>().0.iter().map(|chunk| i32::from_le_bytes(*chunk) as f32).collect(),
        other => return Err(NotPyTorch::Numbers(other.to_string())),
    })
}

/// Walks through dicts and hands out tensors by name.
fn collect(
    name: &str,
    value: &Value,
    found: &mut dyn FnMut(&str, &TensorAt) -> Result<(), NotPyTorch>,
) -> Result<(), NotPyTorch> {
    match value {
        Value::Tensor(tensor) => found(name, tensor),
        Value::Dict(entries) => {
            for (key, value) in entries {
                if let Value::Text(key) = key {
                    let inner = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                    collect(&inner, value, found)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What stands on the stack.
#[derive(Clone, Debug)]
enum Value {
    None,
    Int(i64),
    Text(String),
    Tuple(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// A function or class by its name.
    Global(String),
    Storage(Storage),
    Tensor(TensorAt),
    /// Numbers, truth values and the like that nobody asks for.
    Other,
    Mark,
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    memo: HashMap<u32, Value>,
}

/// Nesting and repetition that no state dict has.
const MOST_VALUES: usize = 10_000_000;

impl<'a> Machine<'a> {
    fn run(bytes: &'a [u8]) -> Result<Value, Pickle> {
        let mut machine = Machine { bytes, at: 0, stack: Vec::new(), memo: HashMap::new() };
        loop {
            if machine.stack.len() > MOST_VALUES {
                return Err(Pickle::TooLarge);
            }
            if let Some(value) = machine.step()? {
                return Ok(value);
            }
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Pickle> {
        let part = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        let part = part.ok_or(Pickle::CutShort)?;
        self.at += count;
        Ok(part)
    }

    fn byte(&mut self) -> Result<u8, Pickle> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self, width: usize) -> Result<u64, Pickle> {
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(self.take(width)?);
        Ok(u64::from_le_bytes(bytes))
    }

    fn text(&mut self, length: usize) -> Result<String, Pickle> {
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn line(&mut self) -> Result<String, Pickle> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let length = rest.iter().position(|byte| *byte == b'\n').ok_or(Pickle::CutShort)?;
        let line = self.text(length)?;
        self.at += 1;
        Ok(line)
    }

    fn pop(&mut self) -> Result<Value, Pickle> {
        self.stack.pop().ok_or(Pickle::Damaged)
    }

    /// Everything above the last mark.
    fn above_mark(&mut self) -> Result<Vec<Value>, Pickle> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark));
        let mut values = self.stack.split_off(mark.ok_or(Pickle::Damaged)?);
        values.remove(0);
        Ok(values)
    }

    fn set_items(&mut self, items: Vec<Value>) -> Result<(), Pickle> {
        let mut items = items.into_iter();
        let target = self.stack.last_mut().ok_or(Pickle::Damaged)?;
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            if let Value::Dict(entries) = target {
                entries.push((key, value));
            }
        }
        Ok(())
    }

    fn store(&mut self, place: u32) {
        if let Some(value) = self.stack.last() {
            self.memo.insert(place, value.clone());
        }
    }

    fn fetch(&mut self, place: u32) -> Result<(), Pickle> {
        let value = self.memo.get(&place).ok_or(Pickle::Damaged)?.clone();
        self.stack.push(value);
        Ok(())
    }

    /// One instruction; the result at the last.
    fn step(&mut self) -> Result<Option<Value>, Pickle> {
        match self.byte()? {
            // PROTO, FRAME
            0x80 => drop(self.byte()?),
            0x95 => drop(self.take(8)?),
            b'.' => return self.pop().map(Some),
            b'(' => self.stack.push(Value::Mark),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.above_mark()?),
            b'2' => {
                let top = self.stack.last().cloned().ok_or(Pickle::Damaged)?;
                self.stack.push(top);
            }
            // None, booleans, numbers
            b'N' => self.stack.push(Value::None),
            0x88 | 0x89 => self.stack.push(Value::Other),
            b'K' => {
                let value = self.number(1)? as i64;
                self.stack.push(Value::Int(value));
            }
            b'M' => {
                let value = self.number(2)? as i64;
                self.stack.push(Value::Int(value));
            }
            b'J' => {
                let value = i64::from(self.number(4)? as u32 as i32);
                self.stack.push(Value::Int(value));
            }
            0x8a => {
                let width = self.byte()? as usize;
                let value = if width <= 8 { Value::Int(self.number(width)? as i64) } else { Value::Other };
                if width > 8 {
                    self.take(width)?;
                }
                self.stack.push(value);
            }
            b'G' => {
                self.take(8)?;
                self.stack.push(Value::Other);
            }
            // Texts and bytes
            b'X' => {
                let length = self.number(4)? as usize;
                let text = self.text(length)?;
                self.stack.push(Value::Text(text));
            }
            0x8c => {
                let length = self.number(1)? as usize;
                let text = self.text(length)?;
                self.stack.push(Value::Text(text));
            }
            b'U' | b'C' => {
                let length = self.number(1)? as usize;
                let text = self.text(length)?;
                self.stack.push(Value::Text(text));
            }
            b'T' | b'B' => {
                let length = self.number(4)? as usize;
                let text = self.text(length)?;
                self.stack.push(Value::Text(text));
            }
            // Tuples, lists, dicts
            b')' => self.stack.push(Value::Tuple(Vec::new())),
            b't' => {
                let values = self.above_mark()?;
                self.stack.push(Value::Tuple(values));
            }
            count @ 0x85..=0x87 => {
                let start = self.stack.len().checked_sub(usize::from(count - 0x84)).ok_or(Pickle::Damaged)?;
                let values = self.stack.split_off(start);
                self.stack.push(Value::Tuple(values));
            }
            b'}' => self.stack.push(Value::Dict(Vec::new())),
            b']' | 0x8f => self.stack.push(Value::Tuple(Vec::new())),
            b'a' => {
                let value = self.pop()?;
                if let Some(Value::Tuple(values)) = self.stack.last_mut() {
                    values.push(value);
                }
            }
            b'e' => {
                let more = self.above_mark()?;
                if let Some(Value::Tuple(values)) = self.stack.last_mut() {
                    values.extend(more);
                }
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set_items(vec![key, value])?;
            }
            b'u' => {
                let items = self.above_mark()?;
                self.set_items(items)?;
            }
            // The memo
            b'q' => {
                let place = u32::from(self.byte()?);
                self.store(place);
            }
            b'r' => {
                let place = self.number(4)? as u32;
                self.store(place);
            }
            0x94 => self.store(self.memo.len() as u32),
            b'h' => {
                let place = u32::from(self.byte()?);
                self.fetch(place)?;
            }
            b'j' => {
                let place = self.number(4)? as u32;
                self.fetch(place)?;
            }
            // Names, calls, storages
            b'c' => {
                let name = format!("{}.{}", self.line()?, self.line()?);
                self.stack.push(Value::Global(name));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (module, name) {
                    (Value::Text(module), Value::Text(name)) => {
                        self.stack.push(Value::Global(format!("{module}.{name}")));
                    }
                    _ => return Err(Pickle::Damaged),
                }
            }
            b'Q' => {
                let id = self.pop()?;
                self.stack.push(Value::Storage(storage(id)?));
            }
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.stack.push(call(function, arguments)?);
            }
            // BUILD: attributes of an object (an ordered dict's metadata); nothing that is needed.
            b'b' => drop(self.pop()?),
            other => return Err(Pickle::Instruction(other)),
        }
        Ok(None)
    }
}

/// `('storage', torch.FloatStorage, '0', 'cpu', 72)`
fn storage(id: Value) -> Result<Storage, Pickle> {
    if let Value::Tuple(parts) = id
        && let [Value::Text(tag), Value::Global(kind), Value::Text(key), ..] = parts.as_slice()
        && tag == "storage"
        // A key names a part of the archive, and nothing else.
        && key.chars().all(|letter| letter.is_ascii_alphanumeric())
    {
        let kind = kind.rsplit('.').next().unwrap_or(kind).to_string();
        return Ok(Storage { kind, key: key.clone() });
    }
    Err(Pickle::NoStorage)
}

/// The three functions that a state dict calls.
fn call(function: Value, arguments: Value) -> Result<Value, Pickle> {
    let (Value::Global(name), Value::Tuple(arguments)) = (function, arguments) else {
        return Err(Pickle::Damaged);
    };
    match name.as_str() {
        "collections.OrderedDict" => Ok(Value::Dict(Vec::new())),
        "torch._utils._rebuild_parameter" => arguments.into_iter().next().ok_or(Pickle::Damaged),
        "torch._utils._rebuild_tensor_v2" => {
            let sizes = |value: &Value| match value {
                Value::Tuple(values) => values
                    .iter()
                    .map(|value| match value {
                        Value::Int(value) => usize::try_from(*value).ok(),
                        _ => None,
                    })
                    .collect::<Option<Vec<usize>>>(),
                _ => None,
            };
            match arguments.as_slice() {
                [Value::Storage(storage), Value::Int(offset), shape, strides, ..] => {
                    let (shape, strides) = (sizes(shape), sizes(strides));
                    match (shape, strides, usize::try_from(*offset)) {
                        (Some(shape), Some(strides), Ok(offset)) => {
                            Ok(Value::Tensor(TensorAt { storage: storage.clone(), offset, shape, strides }))
                        }
                        _ => Err(Pickle::Tensor),
                    }
                }
                _ => Err(Pickle::Tensor),
            }
        }
        other => Err(Pickle::Calls(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_dict_reads_in_order_views_included() {
        let all = read(include_bytes!("../../../tests/train/files/weights.pt")).expect("it is a state dict");
        let names: Vec<&str> = all.iter().map(|tensor| tensor.name.as_str()).collect();
        assert_eq!(names, ["encoder.0.weight", "encoder.0.bias", "encoder.2.weight", "encoder.2.bias", "head.weight"]);
        assert_eq!((all[0].shape.as_slice(), all[0].values[8]), (&[4, 7][..], 0.08));
        // Strides (1, 3) from offset 1: element (r, c) is number 1 + r + 3·c of the storage.
        assert_eq!((all[2].shape.as_slice(), all[2].values[5]), (&[3, 4][..], 0.5 * 4.0));
        assert_eq!(all[4].values, [-1.0, -2.0, -3.0]);
    }

    #[test]
    fn nothing_in_a_file_is_executed() {
        let why = read(include_bytes!("../../../tests/train/files/harmful.pt")).expect_err("it calls eval");
        assert_eq!(why, NotPyTorch::Pickle(Pickle::Calls("__builtin__.eval".into())));
        assert!(why.to_string().contains("nothing in a file is executed"), "{why}");
    }

    #[test]
    fn damaged_files_are_refused_in_words() {
        let whole = include_bytes!("../../../tests/train/files/weights.pt");
        for length in (0..whole.len()).step_by(7) {
            let _ = read(&whole[..length]);
        }
        assert_eq!(read(b"hello"), Err(NotPyTorch::NoArchive));
        for byte in (0..whole.len()).step_by(3) {
            let mut changed = whole.to_vec();
            changed[byte] ^= 0x55;
            let _ = read(&changed);
        }
    }
}
