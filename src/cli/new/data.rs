//! The data of a new project: drawn, the same each time, and with something in it to be learnt.

use super::Kind;

/// Numbers that look like chance, by SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[(self.unit() * of.len() as f64) as usize]
    }
}

/// The files of a kind: paths from the project's folder, and what they hold.
pub fn of(kind: Kind) -> Vec<(String, Vec<u8>)> {
    let mut draw = Draw(1);
    match kind {
        Kind::Table => vec![("houses.csv".into(), houses(&mut draw).into_bytes())],
        Kind::Text => vec![("reviews.csv".into(), reviews(&mut draw).into_bytes())],
        Kind::Pictures => figures(&mut draw),
        Kind::Series => vec![("signals.jsonl".into(), signals(&mut draw).into_bytes())],
    }
}

fn houses(draw: &mut Draw) -> String {
    let mut text = String::from("area,rooms,town,price,sold\n");
    for _ in 0..500 {
        let area = draw.between(40.0, 220.0).round();
        let rooms = (area / 35.0 + draw.between(0.0, 2.0)).round();
        let town = draw.one(&["north", "south", "west"]);
        let worth = match town {
            "north" => 2.1,
            "south" => 3.4,
            _ => 2.7,
        };
        let price = (area * worth + rooms * 8.0 + draw.between(-25.0, 25.0)).round();
        // What costs little for what it is goes quickly.
        let sold = if price / area + draw.between(-0.4, 0.4) < 2.9 { "yes" } else { "no" };
        text += &format!("{area},{rooms},{town},{price},{sold}\n");
    }
    text
}

fn reviews(draw: &mut Draw) -> String {
    const ABOUT: [(&str, [&str; 4]); 3] = [
        ("book", ["story", "author", "chapter", "plot of the novel"]),
        ("film", ["actor", "scene", "camera work", "soundtrack"]),
        ("phone", ["battery", "screen", "charger", "keyboard"]),
    ];
    const WORDS: [(&str, f64); 8] = [
        ("awful", 1.0),
        ("boring", 1.5),
        ("weak", 2.0),
        ("fair", 3.0),
        ("decent", 3.5),
        ("good", 4.0),
        ("lovely", 4.5),
        ("brilliant", 5.0),
    ];
    let mut text = String::from("text,about,stars\n");
    for _ in 0..600 {
        let (about, parts) = ABOUT[(draw.unit() * 3.0) as usize];
        let (first, second) = (WORDS[(draw.unit() * 8.0) as usize], WORDS[(draw.unit() * 8.0) as usize]);
        let opening = draw.one(&["The", "I found the", "To me the", "All in all the"]);
        let joint = draw.one(&["and", "but", "while"]);
        let (one, other) = (draw.one(&parts), draw.one(&parts));
        let stars = (first.1 + second.1) / 2.0;
        text += &format!("{opening} {one} {} {joint} the {other} {},{about},{stars}\n", first.0, second.0);
    }
    text
}

/// Grey pictures in the simplest format that there is (PGM), with a table of them.
fn figures(draw: &mut Draw) -> Vec<(String, Vec<u8>)> {
    const SIDE: usize = 16;
    let mut table = String::from("picture,shape,size\n");
    let mut files = Vec::new();
    for index in 0..450 {
        let shape = draw.one(&["cross", "disc", "square"]);
        let size = draw.between(2.5, 6.0);
        let (x, y) = (draw.between(6.0, 10.0), draw.between(6.0, 10.0));
        let (ground, ink) = (draw.between(10.0, 60.0), draw.between(140.0, 250.0));
        let mut bytes = format!("P5\n{SIDE} {SIDE}\n255\n").into_bytes();
        for place in 0..SIDE * SIDE {
            let (right, down) = ((place % SIDE) as f64 - x, (place / SIDE) as f64 - y);
            let inside = match shape {
                "cross" => right.abs().max(down.abs()) <= size && right.abs().min(down.abs()) <= 1.2,
                "disc" => right.hypot(down) <= size,
                _ => right.abs().max(down.abs()) <= size,
            };
            let shade = if inside { ink } else { ground } + draw.between(-10.0, 10.0);
            bytes.push(shade.clamp(0.0, 255.0) as u8);
        }
        let path = format!("pictures/{index:03}.pgm");
        table += &format!("{path},{shape},{size:.2}\n");
        files.push((path, bytes));
    }
    files.push(("figures.csv".into(), table.into_bytes()));
    files
}

fn signals(draw: &mut Draw) -> String {
    const STEPS: usize = 48;
    let mut text = String::new();
    for _ in 0..450 {
        let form = draw.one(&["saw", "sine", "square"]);
        let (speed, start) = (draw.between(1.5, 5.0), draw.unit());
        let values: Vec<String> = (0..STEPS)
            .map(|step| {
                let turn = (start + speed * step as f64 / STEPS as f64).fract();
                let value = match form {
                    "saw" => 2.0 * turn - 1.0,
                    "sine" => (turn * std::f64::consts::TAU).sin(),
                    _ => f64::from(turn < 0.5) * 2.0 - 1.0,
                };
                format!("[{:.3}]", value + draw.between(-0.1, 0.1))
            })
            .collect();
        text += &format!("{{\"values\":[{}],\"form\":\"{form}\",\"speed\":{speed:.3}}}\n", values.join(","));
    }
    text
}
