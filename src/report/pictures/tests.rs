//! Curves and bins against scikit-learn's, and what is drawn of which label.

use super::*;
use crate::answers::{Boxes, Located};
use crate::score::{Labels, Prediction};

fn yes_or_no<'a>(values: &'a [bool], given: &'a [f64]) -> Scored<'a> {
    let prediction = Prediction::Probabilities { width: 1, values: given };
    Scored { prediction, label: Labels::Binary { values }, weights: None, thresholds: &[] }
}

fn close(left: &[(f64, f64)], right: &[(f64, f64)]) {
    assert_eq!(left.len(), right.len(), "{left:?}");
    let same =
        |(one, other): (&(f64, f64), &(f64, f64))| (one.0 - other.0).abs() < 1e-12 && (one.1 - other.1).abs() < 1e-12;
    assert!(left.iter().zip(right).all(same), "{left:?} is not {right:?}");
}

#[test]
fn a_curve_goes_through_ties_diagonally() {
    // scikit-learn's roc_curve with drop_intermediate=False gives fpr 0, 0, ½, 1 and tpr 0, ½, 1, 1.
    let scored = yes_or_no(&[true, true, false, false], &[0.9, 0.5, 0.5, 0.1]);
    let curves = &TaskPictures::of("test", &scored, Named::default()).curves;
    assert_eq!(curves[0].roc, [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]);
}

#[test]
fn precision_against_recall() {
    // The example of scikit-learn's precision_recall_curve and average_precision_score.
    let scored = yes_or_no(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8]);
    let curves = &TaskPictures::of("test", &scored, Named { positive: Some("sick"), ..Named::default() }).curves;
    close(&curves[0].precision, &[(0.5, 1.0), (0.5, 0.5), (1.0, 2.0 / 3.0), (1.0, 0.5)]);
    assert!((curves[0].average_precision - 5.0 / 6.0).abs() < 1e-12 && (curves[0].area - 0.75).abs() < 1e-12);
    assert_eq!((curves[0].of.as_str(), curves[0].share), ("sick", 0.5));
    // Of one class there is nothing to tell apart.
    assert!(TaskPictures::of("test", &yes_or_no(&[true, true], &[0.1, 0.9]), Named::default()).curves.is_empty());
}

#[test]
fn every_class_has_its_curves_and_the_rarest_have_none() {
    let names: Vec<String> = (0..10).map(|class| format!("k{class}")).collect();
    // Class c is the label of c + 1 rows, and the model is always right.
    let labels: Vec<u32> = (0..10_u32).flat_map(|class| vec![class; class as usize + 1]).collect();
    let given: Vec<f64> =
        labels.iter().flat_map(|label| (0..10).map(move |class| if class == *label { 0.82 } else { 0.02 })).collect();
    let scored = Scored {
        prediction: Prediction::Distribution { classes: 10, values: &given },
        label: Labels::Classes { classes: 10, values: &labels },
        weights: None,
        thresholds: &[],
    };
    let pictures = TaskPictures::of("test", &scored, Named { classes: &names, ..Named::default() });
    let drawn: Vec<&str> = pictures.curves.iter().map(|curves| curves.of.as_str()).collect();
    assert_eq!(drawn, ["k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9"]);
    assert!(pictures.curves.iter().all(|curves| curves.area == 1.0 && (curves.average_precision - 1.0).abs() < 1e-12));
    let confusion = pictures.confusion.expect("classes are taken for one another");
    assert_eq!((confusion[9][9], confusion[9][8], confusion.len()), (10, 0, 10));
    // Said with 82%, and always right.
    let calibration = pictures.calibration.expect("there are probabilities");
    assert_eq!(calibration.bins.len(), 1);
    assert!((calibration.error - 0.18).abs() < 1e-12);
    assert!(worst(&scored, Named::default(), &|row| row.to_string()).len() == 10);
}

#[test]
fn probabilities_in_bins() {
    // The example of scikit-learn's calibration_curve has three bins; here are ten, of the same answers.
    let values = [false, false, false, false, true, true, true, true, true];
    let given = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0];
    let calibration = TaskPictures::of("test", &yes_or_no(&values, &given), Named::default()).calibration;
    let calibration = calibration.expect("there are probabilities");
    let bins: Vec<(f64, f64)> = calibration.bins.iter().map(|bin| (bin.said, bin.was)).collect();
    close(&bins, &[(0.1, 0.0), (0.2, 0.0), (0.3, 0.0), (0.4, 0.0), (0.675, 1.0), (0.8, 1.0), (0.9, 1.0), (1.0, 1.0)]);
    assert_eq!(calibration.bins[4].answers, 2);
    assert!((calibration.error - (0.1 + 0.2 + 0.3 + 0.4 + 0.65 + 0.2 + 0.1) / 9.0).abs() < 1e-12);
}

#[test]
fn many_points_are_sampled() {
    let values: Vec<f64> = (0..5001).map(f64::from).collect();
    let scored = Scored {
        prediction: Prediction::Numbers { width: 1, values: &values },
        label: Labels::Numbers { width: 1, values: &values },
        weights: None,
        thresholds: &[],
    };
    let pictures = TaskPictures::of("test", &scored, Named::default());
    let scatter = pictures.scatters.first().expect("numbers have points");
    assert_eq!((scatter.points.len(), scatter.rows, scatter.r2), (2000, 5001, Some(1.0)));
    assert!(scatter.points.last().is_some_and(|point| point.0 > 4990.0));
    assert_eq!(thin(vec![(0.0, 0.0); 5000]).len(), 2000);
    assert!(worst(&scored, Named::default(), &|row| row.to_string()).is_empty(), "nothing is wrong");
}

#[test]
fn a_label_of_two_columns_is_two_pictures() {
    let columns = ["width", "height"].map(String::from);
    let (values, given) = ([1.0, 1000.0, 2.0, 3000.0, 3.0, 2000.0], [1.0, 1000.0, 2.0, 2000.0, 1.0, 2000.0]);
    let scored = Scored {
        prediction: Prediction::Numbers { width: 2, values: &given },
        label: Labels::Numbers { width: 2, values: &values },
        weights: None,
        thresholds: &[],
    };
    let named = Named { columns: &columns, ..Named::default() };
    let scatters = TaskPictures::of("test", &scored, named).scatters;
    assert_eq!(scatters.iter().map(|one| one.of.as_str()).collect::<Vec<_>>(), ["width", "height"]);
    close(&scatters[1].points, &[(1000.0, 1000.0), (3000.0, 2000.0), (2000.0, 2000.0)]);
    // Each in its own unit: 1 − 4/2 and 1 − 10⁶/2·10⁶.
    assert_eq!((scatters[0].r2, scatters[1].r2), (Some(-1.0), Some(0.5)));
    // Two of three spreads off in width is more than one in height.
    let worst = worst(&scored, named, &|row| format!("r{row}"));
    assert_eq!(worst.iter().map(|row| row.row.as_str()).collect::<Vec<_>>(), ["r2", "r1"]);
    assert_eq!(worst[0].truth, "3.000, 2000");
}

#[test]
fn the_worst_rows_come_first() {
    let classes = ["no", "yes"].map(String::from);
    let named = Named { classes: &classes, positive: Some("yes"), ..Named::default() };
    let rows = worst(&yes_or_no(&[true, false, true], &[0.02, 0.75, 1.0]), named, &|row| format!("r{row}"));
    let of = |row: &str, truth: &str, predicted: &str, wrong: &str| WorstRow {
        row: row.into(),
        truth: truth.into(),
        predicted: predicted.into(),
        wrong: wrong.into(),
    };
    assert_eq!(rows, [of("r0", "yes", "no", "2.0%"), of("r1", "no", "yes", "25.0%")]);
    let (truth, given) = ([true, false, false, true], [0.9, 0.1, 0.6, 0.2]);
    let scored = Scored {
        prediction: Prediction::Probabilities { width: 2, values: &given },
        label: Labels::Sets { width: 2, values: &truth },
        weights: None,
        thresholds: &[],
    };
    let names = ["red", "round"].map(String::from);
    let rows = worst(&scored, Named { classes: &names, ..Named::default() }, &|row| format!("r{row}"));
    assert_eq!(rows[0], of("r1", "round", "red", "2 wrong"));
}

#[test]
fn what_is_found_in_pictures_has_precision_and_recall() {
    let one =
        |class: u32, score: f32, left: f32| Located { score, ..Located::label(class, [left, 0.0, left + 10.0, 10.0]) };
    let truth = Boxes::of_rows(
        [vec![one(0, 1.0, 0.0), one(0, 1.0, 20.0)], vec![one(0, 1.0, 0.0), one(2, 1.0, 50.0)]].into_iter(),
    );
    // The surest lies nowhere, the second shares 9 of 11, the third a third alone, the fourth all.
    let given = Boxes::of_rows(
        [vec![one(0, 0.9, 70.0), one(0, 0.8, 1.0), one(0, 0.6, 25.0)], vec![one(0, 0.5, 0.0)]].into_iter(),
    );
    let scored =
        Scored { label: Labels::Other(&truth), prediction: Prediction::Other(&given), weights: None, thresholds: &[] };
    let names: Vec<String> = ["cat", "dog", "cow"].map(String::from).into();
    let named = Named { classes: &names, ..Named::default() };
    let pictures = TaskPictures::of("test", &scored, named);
    let [cat, cow] = &pictures.curves[..] else { panic!("of two classes there is something") };
    close(&cat.precision, &[(0.0, 0.0), (1.0 / 3.0, 0.5), (1.0 / 3.0, 1.0 / 3.0), (2.0 / 3.0, 0.5)]);
    // Of 101 points of recall 67 lie at two thirds or below, and precision there is a half.
    assert!((cat.average_precision - 0.5 * 67.0 / 101.0).abs() < 1e-12, "{}", cat.average_precision);
    assert_eq!((cat.of.as_str(), cat.there, cow.of.as_str(), cow.there), ("cat", 3, "cow", 1));
    assert!(cow.precision.is_empty() && cow.average_precision == 0.0 && cat.roc.is_empty());
    // The first row misses one and has two too many; the second misses the cow.
    let rows = worst(&scored, named, &|row| row.to_string());
    assert_eq!(rows.iter().map(|row| row.wrong.as_str()).collect::<Vec<_>>(), ["1 missed, 2 too many", "1 missed"]);
}
