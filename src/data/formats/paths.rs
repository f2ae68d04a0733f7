//! Columns inside columns: `meta.price` is the member `price` of the group `meta`, `boxes.x` the list of the `x` of a list
//! of groups.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, LargeListArray, ListArray};
use arrow_schema::{DataType, Field, Fields};

use super::Found;

/// The names on the way to a column. A name of the first level wins over a path, and may have dots in it.
pub fn find(fields: &Fields, source: &str) -> Result<Vec<String>, Found> {
    let at: Vec<usize> = (0..fields.len()).filter(|place| fields[*place].name().trim() == source).collect();
    match at.as_slice() {
        [first] => return Ok(vec![fields[*first].name().clone()]),
        [first, second, ..] => return Err(Found::Twice(*first, *second)),
        [] => {}
    }
    for (dot, _) in source.match_indices('.') {
        let (head, rest) = (&source[..dot], &source[dot + 1..]);
        let Some(field) = fields.iter().find(|field| field.name().trim() == head) else { continue };
        if let Some(Ok(mut names)) = members(field.data_type()).map(|members| find(members, rest)) {
            names.insert(0, field.name().clone());
            return Ok(names);
        }
    }
    Err(Found::No)
}

/// The members of a group, or of the groups of a list.
fn members(data_type: &DataType) -> Option<&Fields> {
    match data_type {
        DataType::Struct(members) => Some(members),
        DataType::List(items) | DataType::LargeList(items) | DataType::FixedSizeList(items, _) => {
            members(items.data_type())
        }
        _ => None,
    }
}

/// The type at the end of a path.
pub fn type_at(fields: &Fields, path: &[String]) -> Option<DataType> {
    let (first, rest) = path.split_first()?;
    let field = fields.iter().find(|field| field.name() == first)?;
    below(field.data_type(), rest)
}

fn below(data_type: &DataType, rest: &[String]) -> Option<DataType> {
    if rest.is_empty() {
        return Some(data_type.clone());
    }
    let listed = |items: &Field| Some(Arc::new(Field::new_list_field(below(items.data_type(), rest)?, true)));
    match data_type {
        DataType::Struct(members) => type_at(members, rest),
        DataType::List(items) => Some(DataType::List(listed(items)?)),
        DataType::LargeList(items) => Some(DataType::LargeList(listed(items)?)),
        DataType::FixedSizeList(items, size) => Some(DataType::FixedSizeList(listed(items)?, *size)),
        _ => None,
    }
}

/// The column at the end of a path below a column. A group that a row lacks has members that it lacks.
pub fn column_at(column: &ArrayRef, path: &[String]) -> Result<ArrayRef, String> {
    let Some((first, rest)) = path.split_first() else { return Ok(column.clone()) };
    let said = |error: arrow_schema::ArrowError| error.to_string();
    let item = |array: &ArrayRef| Arc::new(Field::new_list_field(array.data_type().clone(), true));
    match column.data_type() {
        DataType::Struct(_) => {
            let group = column.as_struct();
            let member = group.column_by_name(first).ok_or_else(|| format!("`{first}` is gone"))?;
            let member = match group.nulls() {
                None => member.clone(),
                Some(groups) => {
                    let nulls = arrow_buffer::NullBuffer::union(Some(groups), member.nulls());
                    let data = member.to_data().into_builder().nulls(nulls).build().map_err(said)?;
                    arrow_array::make_array(data)
                }
            };
            column_at(&member, rest)
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>();
            let items = column_at(list.values(), path)?;
            let list = ListArray::try_new(item(&items), list.offsets().clone(), items, list.nulls().cloned());
            Ok(Arc::new(list.map_err(said)?))
        }
        DataType::LargeList(_) => {
            let list = column.as_list::<i64>();
            let items = column_at(list.values(), path)?;
            let list = LargeListArray::try_new(item(&items), list.offsets().clone(), items, list.nulls().cloned());
            Ok(Arc::new(list.map_err(said)?))
        }
        DataType::FixedSizeList(..) => {
            let list = column.as_fixed_size_list();
            let items = column_at(list.values(), path)?;
            let list = FixedSizeListArray::try_new(item(&items), list.value_length(), items, list.nulls().cloned());
            Ok(Arc::new(list.map_err(said)?))
        }
        _ => Err(format!("`{first}` is gone")),
    }
}
