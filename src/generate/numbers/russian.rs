//! Russian: thousands are feminine, and have a form for one, for two to four, and for all others: "одна тысяча двести тридцать четыре".

const BELOW_TWENTY: [&str; 20] = [
    "ноль",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
const TENS: [&str; 10] =
    ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
const HUNDREDS: [&str; 10] =
    ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];

pub(super) fn say(number: u32) -> String {
    let mut words = Vec::new();
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands > 0 {
        add(thousands, true, &mut words);
        words.push(match (thousands % 100 / 10, thousands % 10) {
            (1, _) => "тысяч",
            (_, 1) => "тысяча",
            (_, 2..=4) => "тысячи",
            _ => "тысяч",
        });
    }
    if rest > 0 || thousands == 0 {
        add(rest, false, &mut words);
    }
    words.join(" ")
}

/// Adds the words of a number below a thousand.
fn add(number: u32, feminine: bool, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (number / 100, number % 100 / 10, number % 10);
    words.extend((hundreds > 0).then(|| HUNDREDS[hundreds as usize]));
    words.extend((tens > 1).then(|| TENS[tens as usize]));
    let last = if tens == 1 { 10 + ones } else { ones };
    if last > 0 || number == 0 {
        words.push(match (last, feminine) {
            (1, true) => "одна",
            (2, true) => "две",
            _ => BELOW_TWENTY[last as usize],
        });
    }
}
