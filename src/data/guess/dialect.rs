//! How a text file is laid out: what separates values, and whether its first line is one of names.

use ::csv::{ByteRecord, ReaderBuilder};

use crate::data::kinds::number::without_unit;

/// So much of the text says what separates values.
const LOOKED_AT: usize = 1 << 16;
/// Of two that fit equally well a comma comes last: it may be a decimal mark.
const DELIMITERS: [&str; 4] = [";", "\t", "|", ","];

/// What separates the values: the sign by which most lines have as many values as the first, and the first the most.
pub fn delimiter(text: &str) -> &'static str {
    let mut end = LOOKED_AT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // The last line may be cut.
    let end = if end < text.len() { text[..end].rfind('\n').map_or(end, |at| at + 1) } else { end };
    let start = &text[..end];
    let score = |delimiter: &str| {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter.as_bytes()[0])
            .from_reader(start.as_bytes());
        let mut record = ByteRecord::new();
        let (mut width, mut alike, mut lines) = (0, 0, 0);
        while let Ok(true) = reader.read_byte_record(&mut record) {
            if width == 0 {
                width = record.len();
            }
            lines += 1;
            alike += usize::from(record.len() == width);
        }
        if width < 2 { (0, 0) } else { (alike * 100 / lines.max(1), width) }
    };
    let mut best = (",", (0, 0));
    for delimiter in DELIMITERS {
        let found = score(delimiter);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}

/// A column as far as it tells whether the first line names it.
pub struct Named<'a> {
    pub header: &'a str,
    /// Whether the cells below are numbers, and what each carries.
    pub numbers: bool,
    pub unit: Option<&'a str>,
    /// Whether the first line's cell stands below too, of few values.
    pub repeats: bool,
}

/// Whether the first line looks like data: a number above every column of numbers, or a value of its own above each column.
pub fn first_line_is_data(columns: &[Named<'_>]) -> bool {
    let number = |column: &&Named<'_>| match column.unit {
        Some(unit) => without_unit(column.header, unit).and_then(|number| number.replace(',', ".").parse::<f64>().ok()),
        None => column.header.replace(',', ".").parse::<f64>().ok(),
    };
    let above: Vec<Option<f64>> =
        columns.iter().filter(|column| column.numbers).map(|column| number(&column)).collect();
    if above.is_empty() {
        return !columns.is_empty() && columns.iter().all(|column| column.repeats);
    }
    let Some(above) = above.into_iter().collect::<Option<Vec<f64>>>() else { return false };
    // Years, wavelengths and counted columns are names.
    let rises = above.windows(2).all(|pair| pair[0] < pair[1]);
    let counted = above[0] == 0.0 || above[0] == 1.0;
    let steady = above.len() >= 3 || (above.len() == 2 && counted && above[1] == above[0] + 1.0);
    let one_counter = above.len() == 1 && counted && columns.len() == 1;
    !(rises && steady || one_counter)
}

#[cfg(test)]
mod tests {
    use super::{Named, delimiter, first_line_is_data};

    #[test]
    fn lines_of_one_width_say_what_separates() {
        assert_eq!(delimiter("a,b\n1,2\n"), ",");
        assert_eq!(delimiter("price, net;w\n1,5;2\n2,5;3\n"), ";");
        assert_eq!(delimiter("a|b|c\n1|2|3\n"), "|");
        assert_eq!(delimiter("tags\tn\na,b\t1\na,b,c\t2\n"), "\t");
        assert_eq!(delimiter("a,b\n\"x;y;z\",2\n\"x;y\",3\n"), ",");
        assert_eq!(delimiter("one\n1\n"), ",");
        assert_eq!(delimiter(""), ",");
    }

    #[test]
    fn numbers_above_numbers_are_data() {
        let columns = |headers: &[&'static str]| -> Vec<Named<'static>> {
            headers.iter().map(|header| Named { header, numbers: true, unit: None, repeats: false }).collect()
        };
        assert!(first_line_is_data(&columns(&["5.1", "3.5", "1.4"])));
        assert!(first_line_is_data(&columns(&["5", "6"])));
        assert!(!first_line_is_data(&columns(&["a", "b"])));
        assert!(!first_line_is_data(&columns(&["0", "1"])));
        assert!(!first_line_is_data(&columns(&["1990", "1991", "1992"])));
        assert!(!first_line_is_data(&columns(&["400.5", "402", "403.5"])));
        assert!(!first_line_is_data(&columns(&["5.1", "3.5", "name"])));
        let word = Named { header: "no", numbers: false, unit: None, repeats: true };
        assert!(first_line_is_data(&[word]));
    }
}
