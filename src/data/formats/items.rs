//! One value of an Arrow column, whatever type the column has: the one way from what formats give to what kinds take.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::catalog::dates;

/// A value as its file holds it.
#[derive(Debug)]
pub enum Item<'a> {
    Missing,
    Text(Cow<'a, str>),
    Whole(i128),
    Real(f64),
    /// One that is shown with fewer digits than a double of its value.
    Single(f32),
    Truth(bool),
    /// Seconds since 1970.
    Moment(f64),
    List(ArrayRef),
    /// Named members: one value each.
    Group(Vec<ArrayRef>),
    /// Bytes that are no text.
    Bytes(usize),
}

impl Item<'_> {
    /// As a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Item::Whole(value) => Some(*value as f64),
            Item::Real(value) | Item::Moment(value) => Some(*value),
            Item::Single(value) => Some(f64::from(*value)),
            Item::Truth(value) => Some(f64::from(u8::from(*value))),
            _ => None,
        }
    }

    /// As it is written in text.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Item::Missing => Cow::Borrowed(""),
            Item::Text(text) => Cow::Borrowed(text.as_ref()),
            Item::Whole(value) => Cow::Owned(value.to_string()),
            Item::Real(value) => Cow::Owned(value.to_string()),
            Item::Single(value) => Cow::Owned(value.to_string()),
            Item::Truth(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Item::Moment(seconds) => Cow::Owned(dates::show(*seconds)),
            Item::List(items) => Cow::Owned(list(items)),
            Item::Group(_) => Cow::Borrowed("a group of named values"),
            Item::Bytes(count) => Cow::Owned(format!("{count} bytes that are no text")),
        }
    }
}

/// A list as JSON has it.
fn list(items: &ArrayRef) -> String {
    let one = |place| match item(items, place) {
        Item::Missing => "null".to_string(),
        Item::Text(text) => serde_json::Value::from(text.as_ref()).to_string(),
        other => other.text().into_owned(),
    };
    format!("[{}]", (0..items.len()).map(one).collect::<Vec<_>>().join(", "))
}

/// Why a column of this type can be no column; to complete "`x` …".
pub fn refusal(data_type: &DataType) -> Option<String> {
    let what = match data_type {
        DataType::Struct(members) => {
            let names: Vec<String> = members.iter().map(|member| format!("`{}`", member.name())).collect();
            let first = members.first().map_or("", |member| member.name().as_str());
            return Some(format!(
                "is a group of named values ({}); name one of them by its path, such as `… as \"PATH.{first}\"`",
                names.join(", ")
            ));
        }
        DataType::Dictionary(_, values) => return refusal(values),
        DataType::List(items) | DataType::LargeList(items) | DataType::FixedSizeList(items, _) => {
            return match items.data_type() {
                DataType::Struct(_) => Some(
                    "is a list of groups of named values; name a member of them by its path, such as `… as \"boxes.x\"`"
                        .into(),
                ),
                other => refusal(other),
            };
        }
        DataType::Map(..) => "a map",
        DataType::Time32(_) | DataType::Time64(_) => "times of the day",
        DataType::Duration(_) | DataType::Interval(_) => "durations",
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal256(..) => "decimals of an unusual width",
        DataType::Union(..) => "values of several types",
        DataType::RunEndEncoded(..) | DataType::ListView(_) | DataType::LargeListView(_) => "an unusual layout",
        _ => return None,
    };
    Some(format!("holds {what} (Arrow type `{data_type}`), which is not read; save it as numbers or as text"))
}

/// The bytes at a place of a column that holds such.
pub fn bytes_at(array: &ArrayRef, row: usize) -> Option<&[u8]> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Binary => Some(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Some(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => Some(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => Some(array.as_fixed_size_binary().value(row)),
        _ => None,
    }
}

/// The value at a place.
pub fn item(array: &ArrayRef, row: usize) -> Item<'_> {
    if array.is_null(row) {
        return Item::Missing;
    }
    macro_rules! whole {
        ($type:ty) => {
            array.as_primitive_opt::<$type>().map_or(Item::Missing, |array| Item::Whole(i128::from(array.value(row))))
        };
    }
    macro_rules! moment {
        ($type:ty, $each:expr) => {
            array
                .as_primitive_opt::<$type>()
                .map_or(Item::Missing, |array| Item::Moment(array.value(row) as f64 / f64::from($each)))
        };
    }
    match array.data_type() {
        DataType::Utf8 => Item::Text(Cow::Borrowed(array.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Item::Text(Cow::Borrowed(array.as_string::<i64>().value(row))),
        DataType::Utf8View => Item::Text(Cow::Borrowed(array.as_string_view().value(row))),
        DataType::Boolean => Item::Truth(array.as_boolean().value(row)),
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Float16 => Item::Single(array.as_primitive::<Float16Type>().value(row).to_f32()),
        DataType::Float32 => Item::Single(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => Item::Real(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, scale) => decimal(array.as_primitive::<Decimal128Type>().value(row), *scale),
        DataType::Date32 => array
            .as_primitive_opt::<Date32Type>()
            .map_or(Item::Missing, |array| Item::Moment(f64::from(array.value(row)) * 86_400.0)),
        DataType::Date64 => moment!(Date64Type, 1e3_f32),
        DataType::Timestamp(TimeUnit::Second, _) => moment!(TimestampSecondType, 1.0_f32),
        DataType::Timestamp(TimeUnit::Millisecond, _) => moment!(TimestampMillisecondType, 1e3_f32),
        DataType::Timestamp(TimeUnit::Microsecond, _) => moment!(TimestampMicrosecondType, 1e6_f32),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => moment!(TimestampNanosecondType, 1e9_f32),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        DataType::List(_) => Item::List(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Item::List(array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => Item::List(array.as_fixed_size_list().value(row)),
        DataType::Struct(_) => {
            Item::Group(array.as_struct().columns().iter().map(|member| member.slice(row, 1)).collect())
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = item_of_key(dictionary.keys(), row);
            match key.filter(|key| *key < dictionary.values().len()) {
                Some(key) => item(dictionary.values(), key),
                None => Item::Missing,
            }
        }
        _ => Item::Missing,
    }
}

fn item_of_key(keys: &dyn Array, row: usize) -> Option<usize> {
    macro_rules! key {
        ($type:ty) => {
            keys.as_primitive_opt::<$type>().and_then(|keys| usize::try_from(keys.value(row)).ok())
        };
    }
    match keys.data_type() {
        DataType::Int8 => key!(Int8Type),
        DataType::Int16 => key!(Int16Type),
        DataType::Int32 => key!(Int32Type),
        DataType::Int64 => key!(Int64Type),
        DataType::UInt8 => key!(UInt8Type),
        DataType::UInt16 => key!(UInt16Type),
        DataType::UInt32 => key!(UInt32Type),
        DataType::UInt64 => key!(UInt64Type),
        _ => None,
    }
}

/// Text that its writer has not marked as such, or bytes.
fn bytes(bytes: &[u8]) -> Item<'_> {
    std::str::from_utf8(bytes).map_or(Item::Bytes(bytes.len()), |text| Item::Text(Cow::Borrowed(text)))
}

/// A decimal is read as it is written, so that it is the double nearest to it.
fn decimal(value: i128, scale: i8) -> Item<'static> {
    if scale <= 0 {
        return Item::Real(format!("{value}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN));
    }
    Item::Real(format!("{value}e-{scale}").parse().unwrap_or(f64::NAN))
}

/// The shape of every value of a column of this type, if it is an array of one shape.
pub fn fixed_shape(data_type: &DataType) -> Option<Vec<usize>> {
    match data_type {
        DataType::FixedSizeList(items, size) => {
            let mut shape = vec![usize::try_from(*size).ok()?];
            shape.extend(fixed_shape(items.data_type()).unwrap_or_default());
            Some(shape)
        }
        _ => None,
    }
}

/// Whether it is an array, and no list of groups.
pub fn is_array(item: &Item<'_>) -> bool {
    let Item::List(items) = item else { return false };
    let mut inside = items.clone();
    while let Some(next) = inside.as_fixed_size_list_opt().map(|lists| lists.values().clone()) {
        inside = next;
    }
    inside.data_type().is_numeric()
}

/// A value as JSON: groups are objects, and what JSON has no word for is text.
pub fn json(array: &ArrayRef, row: usize) -> serde_json::Value {
    use serde_json::Value;
    if let Some(group) = array.as_struct_opt().filter(|group| group.is_valid(row)) {
        let members = group.fields().iter().zip(group.columns());
        return members.map(|(field, member)| (field.name().clone(), json(member, row))).collect();
    }
    match item(array, row) {
        Item::Missing => Value::Null,
        Item::Whole(value) => i64::try_from(value).map_or_else(|_| Value::from(value as f64), Value::from),
        Item::Real(value) => Value::from(value),
        // As many digits as it has.
        Item::Single(value) => value.to_string().parse::<f64>().map_or(Value::Null, Value::from),
        Item::Truth(value) => Value::from(value),
        Item::List(items) => (0..items.len()).map(|place| json(&items, place)).collect(),
        other => Value::from(other.text()),
    }
}
