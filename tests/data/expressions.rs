//! Columns that are made of others, against values worked out by hand; and tables that are joined.

use mtlc::data::{self, Need, Overrides};

use super::{Folder, pipeline_in, said, try_open};

const PEOPLE: &str = "name,grade,height,weight,born,seen,city\n\
    Ann ,12,170,68,1990-03-05,2020-03-05T12:00:00Z,Rome\n\
    bob,9.5,180,,2001-12-31,2020-01-01,Oslo\n\
    Ådi,,160,51.2,2010-06-15,2020-06-15,\n\
    ,10,0,70,1899-02-28,2020-02-29,Bern\n";

/// What a column that is made of those of `PEOPLE` holds, row by row, as text.
fn made(kind: &str, expression: &str) -> Vec<Option<String>> {
    let folder = Folder::new();
    folder.write("d.csv", PEOPLE);
    let spec = format!(
        "use std.tasks.{{regression}}\n\
         param limit: number = 10\n\
         data d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ name: text, grade, height, weight: number, \
         born, seen: time, city: category\n made: {kind} = {expression}\n y: number as \"grade\" }} }}\n\
         input x from d.height -> standardize\n\
         // mtlc: allow(unused-param) some expressions read it\n\
         task y: regression from x {{ label: d.y }}\n"
    );
    let (pipeline, _) = pipeline_in(&folder.0, &spec);
    let tables = data::open(&pipeline, &Overrides::default(), Need::Everything).expect("opens");
    tables.sets[0].texts(&pipeline.data[0], "made")
}

fn numbers(expression: &str) -> Vec<Option<f64>> {
    made("number", expression).into_iter().map(|text| text.map(|text| text.parse().expect("a number"))).collect()
}

fn texts(expression: &str) -> Vec<String> {
    made("text", expression).into_iter().map(|text| text.unwrap_or_else(|| "-".into())).collect()
}

/// A column of yes and no, as letters.
fn truths(expression: &str) -> String {
    made("category", expression)
        .into_iter()
        .map(|text| text.map_or('-', |text| text.chars().next().unwrap_or('?')))
        .collect()
}

#[test]
fn numbers_are_calculated() {
    assert_eq!(numbers("grade + 2 * 3 - 1"), [Some(17.0), Some(14.5), None, Some(15.0)]);
    assert_eq!(
        numbers("weight / (height / 100) ^ 2"),
        [Some(68.0 / (1.7f64 * 1.7)), None, Some(51.2 / (1.6f64 * 1.6)), None]
    );
    assert_eq!(numbers("-grade ^ 2"), [Some(-144.0), Some(-90.25), None, Some(-100.0)]);
    assert_eq!(numbers("2 ^ 3 ^ 2"), [Some(512.0); 4]);
    assert_eq!(numbers("max(grade, limit)"), [Some(12.0), Some(10.0), None, Some(10.0)]);
    assert_eq!(numbers("coalesce(weight, grade, 0)"), [Some(68.0), Some(9.5), Some(51.2), Some(70.0)]);
    assert_eq!(numbers("round(weight / 3, 2)"), [Some(22.67), None, Some(17.07), Some(23.33)]);
    assert_eq!(numbers("log(height)")[3], None, "0 has no logarithm");
    assert_eq!(numbers("if height == 0 then 0 else 100 / height")[3], Some(0.0));
    assert_eq!(numbers("length(name)"), [Some(4.0), Some(3.0), Some(3.0), None]);
    assert_eq!(numbers("clamp(grade, 9.75, 11)"), [Some(11.0), Some(9.75), None, Some(10.0)]);
}

#[test]
fn times_are_taken_apart() {
    assert_eq!(numbers("year(born)"), [Some(1990.0), Some(2001.0), Some(2010.0), Some(1899.0)]);
    assert_eq!(numbers("month(born) * 100 + day(born)"), [Some(305.0), Some(1231.0), Some(615.0), Some(228.0)]);
    // A Thursday, a Wednesday, a Monday, a Saturday.
    assert_eq!(numbers("weekday(seen)"), [Some(4.0), Some(3.0), Some(1.0), Some(6.0)]);
    assert_eq!(numbers("hour(seen)"), [Some(12.0), Some(0.0), Some(0.0), Some(0.0)]);
    assert_eq!(numbers("days_between(\"2020-01-01\", seen)"), [Some(64.5), Some(0.0), Some(166.0), Some(59.0)]);
    assert_eq!(truths("born < \"2001-12-31\""), "ynny");
    assert_eq!(made("time", "if grade > 10 then seen else born")[0].as_deref(), Some("1583409600"));
}

#[test]
fn texts_are_made() {
    assert_eq!(texts("upper(trim(name))"), ["ANN", "BOB", "ÅDI", "-"]);
    assert_eq!(
        texts("concat(name, \"@\", city)"),
        ["Ann@Rome", "bob@Oslo", "-", "-"].map(|text| text.replace("Ann@", "Ann @"))
    );
    assert_eq!(truths("contains(lower(name), \"b\")"), "nyn-");
    assert_eq!(truths("starts_with(city, \"R\") or ends_with(city, \"o\")"), "yy-n");
    assert_eq!(
        texts("if city == \"Oslo\" then \"north\" else if city == \"Rome\" then \"south\" else missing"),
        ["south", "north", "-", "-"]
    );
}

#[test]
fn what_is_missing_is_passed_on_unless_it_decides_nothing() {
    assert_eq!(truths("grade >= limit"), "yn-y");
    assert_eq!(truths("grade >= 10 or height > 150"), "yyyy");
    assert_eq!(truths("grade >= 10 and height > 165"), "ynnn", "a false side decides");
    assert_eq!(truths("grade >= 10 and height > 150"), "yn-n");
    assert_eq!(truths("not grade >= 10"), "ny-n");
    assert_eq!(truths("weight is missing"), "nynn");
    assert_eq!(truths("city is not missing and city in [\"Rome\", \"Bern\"]"), "ynny");
    assert_eq!(truths("city not in [\"Rome\", \"Bern\"]"), "ny-n");
    assert_eq!(truths("10 <= grade"), "yn-y");
}

#[test]
fn classes_that_are_numbers_are_compared_as_such() {
    let folder = Folder::new();
    folder.write("d.csv", "k,x,y\n1.0,1,5\n1,2,6\n2,3,7\n2.0,4,4\n");
    let spec = "use std.tasks.{regression}\n\
        data d: csv(\"d.csv\") { split { train: 100% }\n columns { k: category, one: category = k == \"2\", x, y: number } }\n\
        input x from d.x -> standardize\n\
        task y: regression from x { label: d.y, where: d.one == \"yes\" }\n";
    let opened = try_open(&folder, spec).expect("opens");
    assert_eq!(opened.prepared.batch(&[vec![0, 1, 2, 3]]).targets[0].present, [false, false, true, true]);
}

#[test]
fn columns_are_made_of_made_columns_in_any_order_and_cut() {
    let folder = Folder::new();
    folder.write("d.csv", "x,y\n1,2\n2,3\n3,5\n40,6\n");
    let spec = "use std.tasks.{classification}\n\
        data d: csv(\"d.csv\") { split { train: 100% }\n columns { \
        size: category(\"small\", \"big\", cut: [10]) = four, four: number = 2 * two, two: number = x * 2, x, y: number } }\n\
        input y from d.y -> standardize\n\
        task size: classification from y { label: d.size }\n";
    let opened = try_open(&folder, spec).expect("opens");
    let sizes = opened.tables.sets[0].texts(&opened.pipeline.data[0], "size");
    let sizes: Vec<&str> = sizes.iter().flatten().map(String::as_str).collect();
    assert_eq!(sizes, ["small", "small", "big", "big"]);
}

// ---------------------------------------------------------------------------------------- joins

const ORDERS: &str = "order,customer_id,day,price\n1,7,2024-01-02,3\n2,9,2024-01-03,4\n3,7.0,2024-01-04,5\n4,,2024-01-05,6\n5,8,2024-01-06,8\n";

fn joined(customers: &str, more: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("orders.csv", ORDERS);
    folder.write("customers.csv", customers);
    let spec = format!(
        "use std.tasks.{{regression}}\n\
         data orders: csv(\"orders.csv\") {{\n split {{ train: 100% }}\n\
         columns {{ order: id, customer_id: category, day: time, price: number{more} }}\n\
         join customers: csv(\"customers.csv\", delimiter: \";\") on customer_id as \"id\" {{ age: number, since: time, city: category, old: category = age > 40 }}\n}}\n\
         input age from orders.customers.age -> impute -> standardize\n\
         input city from orders.customers.city -> embed(2)\n\
         task price: regression from concat(age, city) {{ label: orders.price }}\n"
    );
    (folder, spec)
}

#[test]
fn a_table_is_joined_by_its_key() {
    let customers = "city;id;since;age\nRome;9;2023-01-03;30\nOslo;7;2023-01-02;50\nBern;3;2020-01-01;60\n";
    let (folder, spec) = joined(customers, ", member: number = days_between(customers.since, day)");
    let opened = try_open(&folder, &spec).expect("opens");
    let column = |name: &str| -> Vec<String> {
        let texts = opened.tables.sets[0].texts(&opened.pipeline.data[0], name);
        texts.into_iter().map(|text| text.unwrap_or_else(|| "-".into())).collect()
    };
    assert_eq!(column("customers.age"), ["50", "30", "50", "-", "-"]);
    assert_eq!(column("customers.city"), ["Oslo", "Rome", "Oslo", "-", "-"]);
    assert_eq!(column("customers.old"), ["yes", "no", "yes", "-", "-"]);
    assert_eq!(column("member"), ["365", "365", "367", "-", "-"]);
    let found = said(&spec, &[("orders.csv", ORDERS.as_bytes()), ("customers.csv", customers.as_bytes())]);
    let unmatched: Vec<&String> =
        found.iter().filter(|(code, _)| code == "unmatched-key").map(|(_, said)| said).collect();
    let unmatched: Vec<&str> = unmatched.iter().filter_map(|said| said.lines().next()).collect();
    assert_eq!(
        unmatched,
        ["1 row of `orders` has a `customer_id` that `customers` does not have, such as `8` (`orders.csv`, line 6)"],
        "{found:#?}"
    );
}

#[test]
fn a_key_that_is_repeated_or_never_found_is_refused() {
    let (folder, spec) =
        joined("city;id;since;age\nRome;9;2023-01-03;30\nOslo;7;2023-01-02;50\nBern;9;2020-01-01;60\n", "");
    let problems = try_open(&folder, &spec).map(|_| ()).expect_err("9 stands twice");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(
        problems[0].message,
        "`customers.csv`, line 4: `id` is `9`, as in line 2 already, so that a row of `orders` would belong to both"
    );
    let (folder, spec) = joined("city;id;since;age\nRome;C9;2023-01-03;30\n", "");
    let problems = try_open(&folder, &spec).map(|_| ()).expect_err("no key fits");
    assert!(
        problems[0].message.contains("no row of `orders` has a `customer_id` that `customers.csv` has"),
        "{problems:#?}"
    );
    let (folder, spec) = joined("city;number;since;age\nRome;9;2023-01-03;30\n", "");
    let problems = try_open(&folder, &spec).map(|_| ()).expect_err("no such column");
    assert!(problems[0].message.contains("`customers.csv` has no column `id`"), "{problems:#?}");
}

/// A condition over a joined column chooses rows, and cells in the others are refused all the same.
#[test]
fn a_where_reads_a_joined_column() {
    let customers = "city;id;since;age\nRome;9;2023-01-03;30\nOslo;7;2023-01-02;50\n";
    let (folder, spec) = joined(customers, "");
    let spec = spec.replace("label: orders.price", "label: orders.price, where: orders.customers.old == \"yes\"");
    let opened = try_open(&folder, &spec).expect("opens");
    assert_eq!(opened.prepared.batch(&[vec![0, 1, 2, 3, 4]]).targets[0].present, [true, false, true, false, false]);
}

/// New rows get the values of the table that the spec joins; a file that nobody joins to is not read.
#[test]
fn other_files_are_joined_too() {
    let customers = "city;id;since;age\nRome;9;2023-01-03;30\nOslo;7;2023-01-02;50\n";
    let (folder, spec) = joined(customers, "");
    let (pipeline, _) = pipeline_in(&folder.0, &spec);
    let new = folder.write("new.csv", "customer_id\n7\n9\n\n11\n");
    let overrides = Overrides { files: [(0, vec![new])].into(), ..Overrides::default() };
    let tables = data::open(&pipeline, &overrides, Need::Inputs).expect("opens");
    let ages = tables.sets[0].texts(&pipeline.data[0], "customers.age");
    assert_eq!(ages, [Some("50".to_string()), Some("30".to_string()), None]);
    let keyless = folder.write("keyless.csv", "order\n7\n");
    let overrides = Overrides { files: [(0, vec![keyless])].into(), ..Overrides::default() };
    let problems = data::open(&pipeline, &overrides, Need::Inputs).map(|_| ()).expect_err("the key is needed");
    assert!(problems[0].message.contains("has no column `customer_id`"), "{problems:#?}");
}

// ------------------------------------------------------------------------- keys of several columns

const VISITS: &str =
    "visit,country,year,price\n1,DE,2020,3\n2,DE,2021,4\n3,FR,2020.0,5\n4,,2020,6\n5,FR,,7\n6,FR,2022,8\n7,IT,2020,9\n";

fn by_country_and_year(rates: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("visits.csv", VISITS);
    folder.write("rates.csv", rates);
    let spec = "use std.tasks.{regression}\n\
         data visits: csv(\"visits.csv\") {\n split { train: 100% }\n\
         columns { visit: id, country: category, year: category, price: number }\n\
         join rates: csv(\"rates.csv\") on [country as \"Land\", year] { rate: number, name: text }\n}\n\
         input rate from visits.rates.rate -> impute -> standardize\n\
         task price: regression from rate { label: visits.price }\n";
    (folder, spec.to_string())
}

/// Rows are found by all columns of the key together; `2020` and `2020.0` are one class, and a row that lacks a part has no partner.
#[test]
fn a_table_is_joined_by_several_columns() {
    let rates = "year,rate,Land,name\n2020,0.5,FR,f20\n2021.0,1.5,DE,d21\n2020.0,2.5,DE,d20\n,9,DE,none\n2020,8,,no land\n,7,,\n,6,,\n";
    let (folder, spec) = by_country_and_year(rates);
    let opened = try_open(&folder, &spec).expect("opens");
    let column = |name: &str| -> Vec<String> {
        let texts = opened.tables.sets[0].texts(&opened.pipeline.data[0], name);
        texts.into_iter().map(|text| text.unwrap_or_else(|| "-".into())).collect()
    };
    assert_eq!(column("rates.rate"), ["2.5", "1.5", "0.5", "-", "-", "-", "-"]);
    assert_eq!(column("rates.name"), ["d20", "d21", "f20", "-", "-", "-", "-"]);
    let found = said(&spec, &[("visits.csv", VISITS.as_bytes()), ("rates.csv", rates.as_bytes())]);
    let unmatched: Vec<&str> =
        found.iter().filter(|(code, _)| code == "unmatched-key").filter_map(|(_, said)| said.lines().next()).collect();
    assert_eq!(
        unmatched,
        [
            "2 rows of `visits` have the key (`country`, `year`) that `rates` does not have, such as `FR`, `2022` (`visits.csv`, line 7)"
        ],
        "{found:#?}"
    );
}

#[test]
fn a_key_of_several_columns_that_is_repeated_or_never_found_is_refused() {
    let message = |rates: &str| {
        let (folder, spec) = by_country_and_year(rates);
        let problems = try_open(&folder, &spec).map(|_| ()).expect_err("the key is wrong");
        assert_eq!(problems.len(), 1, "{problems:#?}");
        (problems[0].message.clone(), problems[0].notes.join("; "))
    };
    let (said, note) =
        message("year,rate,Land,name\n2020,1,DE,a\n2020,1,FR,b\n2021,1,DE,c\n2020.0,1,DE,d\n2020,1,FR,e\n");
    assert_eq!(
        said,
        "`rates.csv`, line 5: `Land` is `DE` and `year` is `2020.0`, as in line 2 already, so that a row of `visits` would belong to both"
    );
    assert_eq!(note, "2 rows repeat a key");
    // Each part is there, and no two together.
    let (said, note) = message("year,rate,Land,name\n2021,1,FR,a\n2022,1,DE,b\n2021,1,IT,c\n");
    assert_eq!(
        said,
        "no row of `visits` has the key (`country`, `year`) that `rates.csv` has: `visits.csv`, line 2 has `DE`, `2020`"
    );
    assert_eq!(note, "`rates.csv` has (`FR`, `2021`), (`DE`, `2022`), (`IT`, `2021`), …");
    // One part fits nowhere.
    let (_, note) = message("year,rate,Land,name\n2020,1,Germany,a\n2021,1,France,b\n");
    assert_eq!(
        note,
        "`rates.csv` has (`Germany`, `2020`), (`France`, `2021`), …; no `country` alone is in `rates.csv` either"
    );
    let (said, _) = message("year,rate,name\n2020,1,a\n");
    assert!(said.starts_with("`rates.csv` has no column `Land`"), "{said}");
}

/// One class in two spellings is one key, and not two rows that could be meant.
#[test]
fn a_key_in_two_spellings_is_repeated() {
    let (folder, spec) = joined("city;id;since;age\nRome;9;2023-01-03;30\nOslo;9.0;2023-01-02;50\n", "");
    let problems = try_open(&folder, &spec).map(|_| ()).expect_err("9 and 9.0 are one class");
    assert!(problems[0].message.starts_with("`customers.csv`, line 3: `id` is `9.0`, as in line 2"), "{problems:#?}");
}

/// Numbers, times and texts are keys too, and so is what is made of other columns.
#[test]
fn keys_of_every_kind_are_taken_together() {
    let folder = Folder::new();
    folder.write(
        "d.csv",
        "a,b,day,name,y\n1,2,2024-01-02,x,1\n1.50,2,2024-01-02,x,2\n1,2,2024-01-03,x,3\n1,2,2024-01-02,z,4\n",
    );
    folder.write("e.csv", "name,sum,a,day,v\nx,3,1,02.01.2024,10\nx,3.5,1.5,02.01.2024,20\nx,3,1,03.01.2024,30\n");
    let spec = "use std.tasks.{regression}\n\
        data d: csv(\"d.csv\") { split { train: 100% }\n columns { a, b, y: number, sum: number = a + b, day: time, name: text }\n\
        join e: csv(\"e.csv\") on [name, sum, day, a] { day: time(format: \"%d.%m.%Y\"), v: number } }\n\
        input v from d.e.v -> impute -> standardize\n\
        task y: regression from v { label: d.y }\n";
    let opened = try_open(&folder, spec).expect("opens");
    let found: Vec<String> = opened.tables.sets[0]
        .texts(&opened.pipeline.data[0], "e.v")
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    assert_eq!(found, ["10", "20", "30", ""]);
}

/// What is made of other columns must be in a file to predict from, and the label's columns need not.
#[test]
fn other_files_need_what_inputs_are_made_of() {
    let folder = Folder::new();
    folder.write("d.csv", "a,b,y,z\n1,2,3,1\n2,3,4,2\n3,4,5,1\n");
    let spec = "use std.tasks.{regression}\n\
        data d: csv(\"d.csv\") { split { train: 100% }\n columns { a, b, y, z: number, sum: number = a + b, out: number = y * z } }\n\
        input sum from d.sum -> standardize\n\
        task out: regression from sum { label: d.out }\n";
    let (pipeline, _) = pipeline_in(&folder.0, spec);
    let open = |name: &str, text: &str| {
        let path = folder.write(name, text);
        let overrides = Overrides { files: [(0, vec![path])].into(), ..Overrides::default() };
        data::open(&pipeline, &overrides, Need::Inputs)
    };
    let tables = open("new.csv", "a,b\n5,6\n").expect("has all that inputs are made of");
    assert_eq!(tables.sets[0].texts(&pipeline.data[0], "sum"), [Some("11".to_string())]);
    let problems = open("less.csv", "a\n5\n").map(|_| ()).expect_err("`b` is needed");
    assert!(problems[0].message.contains("has no column `b`"), "{problems:#?}");
}
