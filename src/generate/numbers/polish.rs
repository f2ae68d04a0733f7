//! Polish: thousands have a form for one, for two to four, and for all others: "tysiąc dwieście trzydzieści cztery".

const BELOW_TWENTY: [&str; 20] = [
    "zero",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
];
const TENS: [&str; 10] = [
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
const HUNDREDS: [&str; 10] =
    ["", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset", "dziewięćset"];

pub(super) fn say(number: u32) -> String {
    let mut words = Vec::new();
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands > 1 {
        add(thousands, &mut words);
    }
    words.extend(match (thousands, thousands % 100 / 10, thousands % 10) {
        (0, ..) => None,
        (1, ..) => Some("tysiąc"),
        (_, tens, 2..=4) if tens != 1 => Some("tysiące"),
        _ => Some("tysięcy"),
    });
    if rest > 0 || thousands == 0 {
        add(rest, &mut words);
    }
    words.join(" ")
}

/// Adds the words of a number below a thousand.
fn add(number: u32, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (number / 100, number % 100 / 10, number % 10);
    words.extend((hundreds > 0).then(|| HUNDREDS[hundreds as usize]));
    words.extend((tens > 1).then(|| TENS[tens as usize]));
    let last = if tens == 1 { 10 + ones } else { ones };
    if last > 0 || number == 0 {
        words.push(BELOW_TWENTY[last as usize]);
    }
}
