//! Shaded solids on a plane, as a camera above sees them: of each pixel what it shows, how far it is, and which way its surface faces. The dense prediction
//! that methods of multi-task learning are compared on (NYUv2: segmentation, depth and surface normals), with labels that are exact.
//!
//! One to four spheres, boxes, cylinders and cones stand on a ground of another colour, lit from one side. A pixel is found by the ray through its middle, in closed form.

use super::draw::Draw;
use super::{Column, Generator, Values};

pub(super) static GENERATOR: Generator = Generator {
    name: "solids",
    about: "32×32 pictures of shaded solids, with the class, the depth and the normal of each pixel (npz)",
    rows: 600,
    make,
};

const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
/// Grey levels of a channel are multiples of this, since few compress well.
const GRAIN: f64 = 4.0;
/// Depths and normals are rounded to such shares, for the same reason.
const FINE: f64 = 256.0;

type Vector = [f64; 3];

fn add(one: Vector, other: Vector, times: f64) -> Vector {
    [0, 1, 2].map(|axis| one[axis] + times * other[axis])
}

fn dot(one: Vector, other: Vector) -> f64 {
    (0..3).map(|axis| one[axis] * other[axis]).sum()
}

fn unit(vector: Vector) -> Vector {
    let length = dot(vector, vector).sqrt();
    vector.map(|part| part / length)
}

fn cross([a, b, c]: Vector, [x, y, z]: Vector) -> Vector {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Sphere,
    Box,
    Cylinder,
    Cone,
}

/// In the order of the classes, behind the ground.
const FORMS: [Form; 4] = [Form::Sphere, Form::Box, Form::Cylinder, Form::Cone];

/// A solid that stands on the ground at a place, turned by an angle whose cosine and sine it has.
#[derive(Clone, Copy, Debug)]
struct Solid {
    form: Form,
    place: [f64; 2],
    turn: [f64; 2],
    /// Half of its width and of its depth: radii of what is round.
    half: [f64; 2],
    height: f64,
    colour: Vector,
}

/// Where a ray meets a surface first: how far along, and which way the surface faces.
type Hit = (f64, Vector);

impl Solid {
    fn drawn(draw: &mut Draw) -> Self {
        let form = FORMS[usize::from(draw.below(FORMS.len() as u8))];
        let radius = draw.between(0.3, 0.55);
        let depth = if form == Form::Box { draw.between(0.3, 0.55) } else { radius };
        let height = if form == Form::Sphere { 2.0 * radius } else { draw.between(0.5, 1.2) };
        let place = [draw.between(-1.2, 1.2), draw.between(-1.2, 1.2)];
        Self { form, place, turn: turn(draw), half: [radius, depth], height, colour: colour(draw) }
    }

    /// Whether it stands clear of another.
    fn clear_of(&self, other: &Solid) -> bool {
        let apart: f64 = (0..2).map(|axis| (self.place[axis] - other.place[axis]).powi(2)).sum();
        apart.sqrt() > 1.45 * (self.half[0].max(self.half[1]) + other.half[0].max(other.half[1])) / 1.2
    }

    fn hit(&self, eye: Vector, ray: Vector) -> Option<Hit> {
        let [cosine, sine] = self.turn;
        let turned = |[x, y, z]: Vector| [cosine * x + sine * y, cosine * y - sine * x, z];
        let back = |[x, y, z]: Vector| [cosine * x - sine * y, cosine * y + sine * x, z];
        let (eye, ray) = (turned(add(eye, [self.place[0], self.place[1], 0.0], -1.0)), turned(ray));
        let found = match self.form {
            Form::Sphere => self.sphere(eye, ray),
            Form::Box => self.cuboid(eye, ray),
            Form::Cylinder => self.round(eye, ray, 0.0),
            Form::Cone => self.round(eye, ray, self.half[0] / self.height),
        };
        found.map(|(far, normal)| (far, back(normal)))
    }

    fn sphere(&self, eye: Vector, ray: Vector) -> Option<Hit> {
        let radius = self.half[0];
        let from = add(eye, [0.0, 0.0, radius], -1.0);
        let far = nearest(dot(ray, ray), 2.0 * dot(from, ray), dot(from, from) - radius * radius)?;
        Some((far[0], unit(add(from, ray, far[0]))))
    }

    /// By where the ray enters each pair of faces last.
    fn cuboid(&self, eye: Vector, ray: Vector) -> Option<Hit> {
        let (low, high) = ([-self.half[0], -self.half[1], 0.0], [self.half[0], self.half[1], self.height]);
        let (mut enters, mut leaves, mut normal) = (f64::NEG_INFINITY, f64::INFINITY, [0.0; 3]);
        for axis in 0..3 {
            let [one, other] = [low, high].map(|face| (face[axis] - eye[axis]) / ray[axis]);
            if one.min(other) > enters {
                enters = one.min(other);
                normal = [0.0; 3];
                normal[axis] = -ray[axis].signum();
            }
            leaves = leaves.min(one.max(other));
        }
        (enters < leaves && enters > 0.0).then_some((enters, normal))
    }

    /// A cylinder, or what narrows by so much with each unit of height; both have a lid, of a cone a point.
    fn round(&self, eye: Vector, ray: Vector, narrowing: f64) -> Option<Hit> {
        // x² + y² = (r − n·z)²
        let (radius, [x, y, z], [across, along, up]) = (self.half[0], eye, ray);
        let (wide, slope) = (radius - narrowing * z, -narrowing * up);
        let ends = nearest(
            across * across + along * along - slope * slope,
            2.0 * (x * across + y * along - wide * slope),
            x * x + y * y - wide * wide,
        );
        let side = ends.into_iter().flatten().filter_map(|far| {
            let [x, y, z] = add(eye, ray, far);
            let inside = far > 0.0 && (0.0..=self.height).contains(&z);
            inside.then(|| (far, unit([x, y, narrowing * (radius - narrowing * z)])))
        });
        let far = (self.height - z) / up;
        let [x, y, _] = add(eye, ray, far);
        let lid = (far > 0.0 && narrowing == 0.0 && x * x + y * y <= radius * radius).then_some((far, [0.0, 0.0, 1.0]));
        side.chain(lid).min_by(|one, other| one.0.total_cmp(&other.0))
    }
}

/// Both solutions of a·t² + b·t + c = 0, the smaller first; none if there is none.
fn nearest(a: f64, b: f64, c: f64) -> Option<[f64; 2]> {
    let inside = b * b - 4.0 * a * c;
    if inside < 0.0 || a == 0.0 {
        return None;
    }
    let root = inside.sqrt();
    let [one, other] = [(-b - root) / (2.0 * a), (-b + root) / (2.0 * a)];
    Some([one.min(other), one.max(other)])
}

/// Cosine and sine of an angle at random.
fn turn(draw: &mut Draw) -> [f64; 2] {
    loop {
        let (x, y) = (draw.between(-1.0, 1.0), draw.between(-1.0, 1.0));
        let length = (x * x + y * y).sqrt();
        if (0.1..=1.0).contains(&length) {
            return [x / length, y / length];
        }
    }
}

fn colour(draw: &mut Draw) -> Vector {
    [0, 1, 2].map(|_| draw.between(70.0, 235.0))
}

/// What sees: where it is, and which way forward, right and up are.
struct Camera {
    eye: Vector,
    forward: Vector,
    right: Vector,
    up: Vector,
}

impl Camera {
    const WIDE: f64 = 0.42;

    fn new() -> Self {
        let eye = [0.0, -3.4, 4.0];
        let forward = unit(add([0.0, 0.0, 0.3], eye, -1.0));
        let right = [1.0, 0.0, 0.0];
        Self { eye, forward, right, up: cross(right, forward) }
    }

    /// Through the middle of a pixel; as long as it must be for one unit of depth.
    fn ray(&self, row: usize, column: usize) -> Vector {
        let place = |at: usize| ((at as f64 + 0.5) / SIDE as f64 * 2.0 - 1.0) * Self::WIDE;
        add(add(self.forward, self.right, place(column)), self.up, -place(row))
    }

    /// A direction as the camera has it: right, up, and towards it.
    fn own(&self, direction: Vector) -> Vector {
        [dot(direction, self.right), dot(direction, self.up), -dot(direction, self.forward)]
    }
}

fn make(rows: usize, seed: u64) -> Vec<Column> {
    let (mut draw, camera) = (Draw::new(seed), Camera::new());
    let (mut pictures, mut classes) = (Vec::with_capacity(rows * 3 * PIXELS), Vec::with_capacity(rows * PIXELS));
    let (mut depths, mut normals) = (Vec::with_capacity(rows * PIXELS), Vec::with_capacity(rows * 3 * PIXELS));
    for _ in 0..rows {
        let solids = solids(&mut draw);
        let ground = colour(&mut draw).map(|part| part * 0.7);
        let [x, y] = turn(&mut draw);
        let light = unit([x, y, draw.between(0.6, 1.6)]);
        let (start, of_normals) = (pictures.len(), normals.len());
        pictures.resize(start + 3 * PIXELS, 0);
        normals.resize(of_normals + 3 * PIXELS, 0.0);
        for pixel in 0..PIXELS {
            let ray = camera.ray(pixel / SIDE, pixel % SIDE);
            let (class, far, normal, colour) = seen(&solids, &camera, ray, ground);
            let bright = 0.35 + 0.65 * dot(normal, light).max(0.0);
            let own = camera.own(normal);
            for channel in 0..3 {
                let level = (colour[channel] * bright + 5.0 * draw.normal()) / GRAIN;
                pictures[start + channel * PIXELS + pixel] = (level.round() * GRAIN).clamp(0.0, 255.0) as u8;
                normals[of_normals + channel * PIXELS + pixel] = rounded(own[channel]);
            }
            classes.push(class);
            depths.push(rounded(far));
        }
    }
    vec![
        Column { name: "picture".into(), shape: vec![3, SIDE, SIDE], values: Values::Bytes(pictures) },
        Column { name: "class".into(), shape: vec![SIDE, SIDE], values: Values::Bytes(classes) },
        Column { name: "depth".into(), shape: vec![1, SIDE, SIDE], values: Values::Numbers(depths, 3) },
        Column { name: "normal".into(), shape: vec![3, SIDE, SIDE], values: Values::Numbers(normals, 3) },
    ]
}

fn rounded(value: f64) -> f32 {
    ((value * FINE).round() / FINE) as f32
}

/// One to four that stand clear of each other, or fewer where there is no room.
fn solids(draw: &mut Draw) -> Vec<Solid> {
    let mut solids: Vec<Solid> = Vec::new();
    for _ in 0..=draw.below(4) {
        let mut tries = (0..20).map(|_| Solid::drawn(draw));
        if let Some(solid) = tries.find(|solid| solids.iter().all(|other| solid.clear_of(other))) {
            solids.push(solid);
        }
    }
    solids
}

/// What a ray meets first: its class, how deep it lies, which way it faces, and its colour.
fn seen(solids: &[Solid], camera: &Camera, ray: Vector, ground: Vector) -> (u8, f64, Vector, Vector) {
    let plane = (0, -camera.eye[2] / ray[2], [0.0, 0.0, 1.0], ground);
    let hits = solids.iter().filter_map(|solid| {
        let (far, normal) = solid.hit(camera.eye, ray)?;
        let class = FORMS.iter().position(|form| *form == solid.form).map_or(0, |place| place as u8 + 1);
        Some((class, far, normal, solid.colour))
    });
    hits.chain([plane]).min_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or(plane)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solid(form: Form, half: [f64; 2], height: f64) -> Solid {
        Solid { form, place: [1.0, 2.0], turn: [1.0, 0.0], half, height, colour: [0.0; 3] }
    }

    /// Rays from the front and from above, against what they must meet.
    #[test]
    fn rays_meet_solids_where_they_stand() {
        let front = |solid: &Solid, high: f64| solid.hit([1.0, -8.0, high], [0.0, 1.0, 1e-12]);
        let above = |solid: &Solid, right: f64| solid.hit([1.0 + right, 2.0, 9.0], [1e-12, 1e-12, -1.0]);
        let near = |found: Option<Hit>, far: f64, normal: Vector| {
            let (at, faces) = found.expect("a hit");
            assert!((at - far).abs() < 1e-6, "{at} is not {far}");
            assert!((0..3).all(|axis| (faces[axis] - normal[axis]).abs() < 1e-6), "{faces:?} is not {normal:?}");
        };
        let sphere = solid(Form::Sphere, [0.5, 0.5], 1.0);
        near(front(&sphere, 0.5), 9.5, [0.0, -1.0, 0.0]);
        near(above(&sphere, 0.0), 8.0, [0.0, 0.0, 1.0]);
        let cuboid = solid(Form::Box, [0.5, 0.25], 2.0);
        near(front(&cuboid, 1.0), 9.75, [0.0, -1.0, 0.0]);
        near(above(&cuboid, 0.4), 7.0, [0.0, 0.0, 1.0]);
        let cylinder = solid(Form::Cylinder, [0.5, 0.5], 2.0);
        near(front(&cylinder, 1.0), 9.5, [0.0, -1.0, 0.0]);
        near(above(&cylinder, 0.4), 7.0, [0.0, 0.0, 1.0]);
        // Half as wide at half its height, and its side faces up by half as much as out.
        let cone = solid(Form::Cone, [0.5, 0.5], 1.0);
        near(front(&cone, 0.5), 9.75, unit([0.0, -1.0, 0.5]));
        near(above(&cone, 0.25), 8.5, unit([1.0, 0.0, 0.5]));
        for solid in [sphere, cuboid, cylinder, cone] {
            assert!(front(&solid, 2.5).is_none() && above(&solid, 0.6).is_none(), "{solid:?}");
        }
        let turned = Solid { turn: [0.0, 1.0], ..cuboid };
        near(front(&turned, 1.0), 9.5, [0.0, -1.0, 0.0]);
    }

    /// Depths and normals against each other: between neighbours on one surface the depth changes as the normal says.
    #[test]
    fn depths_change_as_normals_say() {
        let camera = Camera::new();
        let mut draw = Draw::new(5);
        let (mut looked, mut wrong) = (0, 0);
        for _ in 0..20 {
            let solids = solids(&mut draw);
            for pixel in (0..PIXELS).filter(|pixel| pixel % SIDE + 1 < SIDE) {
                let [one, other] = [pixel, pixel + 1].map(|pixel| {
                    let ray = camera.ray(pixel / SIDE, pixel % SIDE);
                    let (class, far, normal, _) = seen(&solids, &camera, ray, [0.0; 3]);
                    (class, add(camera.eye, ray, far), normal)
                });
                let alike = dot(one.2, other.2) > 0.98;
                if one.0 == other.0 && alike {
                    let step = add(other.1, one.1, -1.0);
                    let faces = unit(add(one.2, other.2, 1.0));
                    looked += 1;
                    wrong += usize::from(dot(unit(step), faces).abs() > 0.05);
                }
            }
        }
        // Two boxes one behind the other may face the same way.
        assert!(looked > 15_000 && wrong * 200 < looked, "{wrong} of {looked}");
    }

    #[test]
    fn columns_are_of_one_size_and_normals_of_length_one() {
        let columns = make(3, 1);
        let numbers = |place: usize| match &columns[place].values {
            Values::Numbers(numbers, _) => numbers.clone(),
            _ => panic!("numbers"),
        };
        let (depths, normals) = (numbers(2), numbers(3));
        assert_eq!((depths.len(), normals.len()), (3 * PIXELS, 9 * PIXELS));
        for (row, of_row) in normals.chunks(3 * PIXELS).enumerate() {
            for pixel in 0..PIXELS {
                let length: f32 = (0..3).map(|channel| of_row[channel * PIXELS + pixel].powi(2)).sum();
                assert!((length - 1.0).abs() < 0.02, "{length}");
                assert!((2.0..12.0).contains(&depths[row * PIXELS + pixel]));
            }
        }
        assert_eq!(make(3, 1), columns);
        assert_ne!(make(3, 2), columns);
    }
}
