//! Little stories with a question: people go to places, take things and put them down; where somebody or something is, what is held, how
//! many things, and whether somebody has something. In the manner of the tasks of Weston et al. 2015 (arXiv:1502.05698), in words of our own.
//!
//! Every question can be answered from the story, and of all that is asked about there is one answer. The answers to `where` and `what` are
//! words of the story (`found`), those to `count` and `whether` are not (`said`).

use super::draw::Draw;
use super::{Column, Generator, Values};

pub(super) static GENERATOR: Generator = Generator {
    name: "stories",
    about: "stories of three to six sentences with a question and its answer (csv)",
    rows: 12_000,
    make,
};

const PEOPLE: [&str; 4] = ["Ada", "Bruno", "Clara", "Dario"];
const PLACES: [&str; 4] = ["kitchen", "garden", "cellar", "attic"];
const THINGS: [&str; 3] = ["lamp", "key", "letter"];
const GOES: [&str; 3] = ["went to", "walked to", "hurried to"];
const TAKES: [&str; 3] = ["took", "picked up", "grabbed"];
const PUTS: [&str; 3] = ["put down", "dropped", "left"];
const COUNTS: [&str; 4] = ["none", "one", "two", "three"];
const KINDS: [&str; 4] = ["where", "what", "count", "whether"];

/// Where a thing is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lies {
    /// It has not been spoken of.
    Unknown,
    With(usize),
    In(usize),
}

struct World {
    people: [Option<usize>; PEOPLE.len()],
    things: [Lies; THINGS.len()],
}

/// What the rest of a row is made of.
struct Asked {
    kind: usize,
    question: String,
    answer: String,
}

impl World {
    fn held(&self, person: usize) -> Vec<usize> {
        (0..THINGS.len()).filter(|thing| self.things[*thing] == Lies::With(person)).collect()
    }

    /// Where a thing is, if the story tells.
    fn place_of(&self, thing: usize) -> Option<usize> {
        match self.things[thing] {
            Lies::Unknown => None,
            Lies::With(person) => self.people[person],
            Lies::In(place) => Some(place),
        }
    }

    /// One sentence, and what it changes.
    fn goes_on(&mut self, draw: &mut Draw) -> String {
        let placed: Vec<usize> = (0..PEOPLE.len()).filter(|person| self.people[*person].is_some()).collect();
        let chance = draw.unit();
        if let Some(person) = chosen(draw, &placed) {
            let here = self.people[person];
            let held = self.held(person);
            if chance < 0.2
                && let Some(thing) = chosen(draw, &held)
                && let Some(place) = here
            {
                self.things[thing] = Lies::In(place);
                return format!("{} {} the {}.", PEOPLE[person], word(draw, &PUTS), THINGS[thing]);
            }
            let near: Vec<usize> = (0..THINGS.len())
                .filter(|thing| match self.things[*thing] {
                    Lies::Unknown => true,
                    Lies::In(place) => Some(place) == here,
                    Lies::With(_) => false,
                })
                .collect();
            if chance < 0.55
                && held.len() + 1 < COUNTS.len()
                && let Some(thing) = chosen(draw, &near)
            {
                self.things[thing] = Lies::With(person);
                return format!("{} {} the {}.", PEOPLE[person], word(draw, &TAKES), THINGS[thing]);
            }
        }
        let person = below(draw, PEOPLE.len());
        let others: Vec<usize> = (0..PLACES.len()).filter(|place| Some(*place) != self.people[person]).collect();
        let place = chosen(draw, &others).unwrap_or(0);
        self.people[person] = Some(place);
        format!("{} {} the {}.", PEOPLE[person], word(draw, &GOES), PLACES[place])
    }

    /// A question of a kind, if there is one to ask.
    fn ask(&self, kind: usize, draw: &mut Draw) -> Option<Asked> {
        let placed: Vec<usize> = (0..PEOPLE.len()).filter(|person| self.people[*person].is_some()).collect();
        let person = chosen(draw, &placed)?;
        let known: Vec<usize> = (0..THINGS.len()).filter(|thing| self.place_of(*thing).is_some()).collect();
        let thing = chosen(draw, &known);
        let (question, answer) = match KINDS[kind] {
            "where" if draw.unit() < 0.5 => {
                let thing = thing?;
                (format!("Where is the {}?", THINGS[thing]), PLACES[self.place_of(thing)?].to_string())
            }
            "where" => (format!("Where is {}?", PEOPLE[person]), PLACES[self.people[person]?].to_string()),
            "what" => {
                let holders: Vec<usize> = placed.into_iter().filter(|person| self.held(*person).len() == 1).collect();
                let person = chosen(draw, &holders)?;
                (format!("What does {} have?", PEOPLE[person]), THINGS[self.held(person)[0]].to_string())
            }
            "count" => {
                (format!("How many things does {} have?", PEOPLE[person]), COUNTS[self.held(person).len()].to_string())
            }
            _ => {
                let right = draw.unit() < 0.5;
                let pairs = placed.iter().flat_map(|person| known.iter().map(|thing| (*person, *thing)));
                let fits = |(person, thing): &(usize, usize)| (self.things[*thing] == Lies::With(*person)) == right;
                let pairs: Vec<(usize, usize)> = pairs.filter(fits).collect();
                let (person, thing) = *pairs.get(below(draw, pairs.len().max(1)))?;
                let question = format!("Does {} have the {}?", PEOPLE[person], THINGS[thing]);
                (question, if right { "yes" } else { "no" }.to_string())
            }
        };
        Some(Asked { kind, question, answer })
    }
}

fn below(draw: &mut Draw, count: usize) -> usize {
    usize::from(draw.below(count as u8))
}

fn word<'a>(draw: &mut Draw, words: &[&'a str]) -> &'a str {
    words[below(draw, words.len())]
}

fn chosen(draw: &mut Draw, among: &[usize]) -> Option<usize> {
    (!among.is_empty()).then(|| among[below(draw, among.len())])
}

fn make(rows: usize, seed: u64) -> Vec<Column> {
    let mut draw = Draw::new(seed);
    let [mut stories, mut questions, mut answers, mut found, mut said] = [const { Vec::new() }; 5];
    let mut kinds = Vec::new();
    while stories.len() < rows {
        let kind = below(&mut draw, KINDS.len());
        // A story of which nothing of the kind can be asked is another one, so that each kind is asked as often.
        let (story, asked) = loop {
            let sentences = 3 + below(&mut draw, 4);
            let mut world = World { people: [None; PEOPLE.len()], things: [Lies::Unknown; THINGS.len()] };
            let story: Vec<String> = (0..sentences).map(|_| world.goes_on(&mut draw)).collect();
            if let Some(asked) = world.ask(kind, &mut draw) {
                break (story, asked);
            }
        };
        let in_story = asked.kind < 2;
        stories.push(story.join(" "));
        questions.push(asked.question);
        found.push(if in_story { asked.answer.clone() } else { String::new() });
        said.push(if in_story { String::new() } else { asked.answer.clone() });
        answers.push(asked.answer);
        kinds.push(asked.kind as u8);
    }
    let texts = |name: &str, texts| Column { name: name.into(), shape: Vec::new(), values: Values::Texts(texts) };
    vec![
        texts("story", stories),
        texts("question", questions),
        Column { name: "kind".into(), shape: Vec::new(), values: Values::Words(kinds, &KINDS) },
        texts("answer", answers),
        texts("found", found),
        texts("said", said),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Reads a story as a person does, sentence by sentence: who is where, and who has what since when.
    fn answer(story: &str, question: &str) -> Option<String> {
        let mut at: HashMap<&str, &str> = HashMap::new();
        let mut holder: HashMap<&str, &str> = HashMap::new();
        let mut left: HashMap<&str, &str> = HashMap::new();
        for sentence in story.split_terminator('.') {
            let words: Vec<&str> = sentence.split_whitespace().collect();
            let (who, what) = (words[0], words[words.len() - 1]);
            match words[1] {
                "went" | "walked" | "hurried" => _ = at.insert(who, what),
                "took" | "picked" | "grabbed" => {
                    assert!(!holder.contains_key(what), "{what} is taken out of a hand: {story}");
                    assert!(left.get(what).is_none_or(|place| at.get(who) == Some(place)), "{what} from afar: {story}");
                    holder.insert(what, who);
                }
                "put" | "dropped" | "left" => {
                    assert_eq!(holder.remove(what), Some(who), "{story}");
                    left.insert(what, at[who]);
                }
                other => panic!("nobody knows `{other}`"),
            }
        }
        let place = |of: &str| at.get(of).or_else(|| at.get(holder.get(of)?)).or_else(|| left.get(of)).copied();
        let words: Vec<&str> = question.trim_end_matches('?').split_whitespace().collect();
        match words.as_slice() {
            ["Where", "is", .., of] => place(of).map(str::to_string),
            ["What", "does", who, "have"] => {
                let held: Vec<&&str> = holder.iter().filter(|(_, by)| *by == who).map(|(thing, _)| thing).collect();
                (held.len() == 1).then(|| held[0].to_string())
            }
            ["How", "many", .., who, "have"] => {
                let held = holder.values().filter(|by| *by == who).count();
                Some(["none", "one", "two", "three"][held].to_string())
            }
            ["Does", who, "have", "the", thing] => {
                Some(if holder.get(thing) == Some(who) { "yes" } else { "no" }.to_string())
            }
            other => panic!("nobody understands {other:?}"),
        }
    }

    fn texts(column: &Column) -> &[String] {
        match &column.values {
            Values::Texts(texts) => texts,
            other => panic!("no texts: {other:?}"),
        }
    }

    #[test]
    fn who_reads_the_story_gives_the_answer() {
        let columns = make(3000, 5);
        let [story, question, answers, found, said] = [0, 1, 3, 4, 5].map(|column| texts(&columns[column]));
        let Values::Words(kinds, _) = &columns[2].values else { panic!("kinds are words") };
        for row in 0..3000 {
            assert_eq!(answer(&story[row], &question[row]).as_deref(), Some(answers[row].as_str()), "{}", story[row]);
            let (own, other) = if kinds[row] < 2 { (&found[row], &said[row]) } else { (&said[row], &found[row]) };
            assert_eq!((own, other.as_str()), (&answers[row], ""));
            let words = |text: &str| text.split([' ', '.']).any(|word| word == answers[row]);
            assert_eq!(words(&story[row]), kinds[row] < 2, "{}: {}", question[row], story[row]);
        }
        // Each kind is asked, and no answer is given blindly.
        for kind in 0..4 {
            let own: Vec<&String> = (0..3000).filter(|row| kinds[*row] == kind).map(|row| &answers[row]).collect();
            let most = own.iter().map(|one| own.iter().filter(|other| other == &one).count()).max().unwrap_or(0);
            assert!((600..900).contains(&own.len()) && most * 10 < own.len() * 6, "{kind}: {most} of {}", own.len());
        }
    }

    #[test]
    fn a_seed_is_a_set_of_stories() {
        assert_eq!(make(50, 1), make(50, 1));
        assert_ne!(make(50, 1), make(50, 2));
        assert_eq!(texts(&make(50, 1)[0])[..20], texts(&make(20, 1)[0])[..]);
    }

    #[test]
    fn stories_by_hand() {
        let story = "Ada went to the kitchen. Ada took the key. Ada walked to the attic. Bruno hurried to the cellar.";
        let says = |question: &str| answer(story, question).expect("an answer");
        assert_eq!(says("Where is the key?"), "attic");
        assert_eq!(says("What does Ada have?"), "key");
        assert_eq!(says("How many things does Bruno have?"), "none");
        assert_eq!(says("Does Bruno have the key?"), "no");
        assert_eq!(says("Does Ada have the key?"), "yes");
    }
}
