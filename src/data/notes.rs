//! What a format says of a row beside what stands in its columns: what the row is called, how large its picture is, and where each of its objects
//! is written. None of it is part of what the row holds.

/// What is said of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowNote {
    /// What it is called in messages: the path of its picture.
    pub name: String,
    /// Height and width of its picture, as its file says.
    pub size: Option<(usize, usize)>,
    pub objects: Objects,
}

/// Where each of the objects of a row is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Objects {
    #[default]
    Unsaid,
    /// In lines of a file.
    Lines(String, Vec<u32>),
    /// By what they are called: "annotation 7".
    Called(Vec<String>),
}

impl RowNote {
    /// Where an object is written, counted from 0: "line 7 of `a.txt`".
    pub fn object(&self, place: usize) -> Option<String> {
        match &self.objects {
            Objects::Unsaid => None,
            Objects::Lines(file, lines) => lines.get(place).map(|line| format!("line {line} of `{file}`")),
            Objects::Called(names) => names.get(place).cloned(),
        }
    }

    /// The same of what a kind says of a cell, in which "object 3" is counted from 1: where that is written stands behind it.
    pub fn located(&self, said: String) -> String {
        const WORD: &str = "object ";
        let Some(at) = said.find(WORD).map(|at| at + WORD.len()) else { return said };
        let end = at + said[at..].bytes().take_while(u8::is_ascii_digit).count();
        let number = said[at..end].parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match number.and_then(|place| self.object(place)) {
            Some(place) => format!("{} ({place}){}", &said[..end], &said[end..]),
            None => said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_said_with_their_places() {
        let note = |objects| RowNote { name: "`a.png`".into(), size: None, objects };
        let lines = note(Objects::Lines("a.txt".into(), vec![1, 4]));
        let said = |note: &RowNote, text: &str| note.located(text.to_string());
        assert_eq!(
            said(&lines, "no list: object 2 has no `class`"),
            "no list: object 2 (line 4 of `a.txt`) has no `class`"
        );
        assert_eq!(said(&lines, "no list: object 3 has no `class`"), "no list: object 3 has no `class`");
        assert_eq!(said(&lines, "object 0"), "object 0");
        assert_eq!(said(&lines, "an object that is none"), "an object that is none");
        let called = note(Objects::Called(vec!["annotation 7".into()]));
        assert_eq!(said(&called, "object 1"), "object 1 (annotation 7)");
        assert_eq!(said(&note(Objects::Unsaid), "object 1"), "object 1");
    }
}
