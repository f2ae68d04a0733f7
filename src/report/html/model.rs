//! The model graph, laid out by `layout-rs` and drawn in the page's colours.

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::svg::coordinate as at;
use super::text::escape;
use super::{ReportInput, Section};

/// The graph of the model in one of several forms.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelPicture {
    /// To be laid out and drawn here.
    Graph { boxes: Vec<ModelBox>, edges: Vec<(usize, usize)> },
    /// An image of one's own, put into the page as it is: its text must have been escaped.
    Svg(String),
    /// Text in the language of Graphviz, drawn if it can be read and else shown.
    Dot(String),
    /// Shown as it is (mermaid, for example).
    Text(String),
}

/// A box of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelBox {
    /// The first is the name.
    pub lines: Vec<String>,
    pub role: ModelRole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelRole {
    Input,
    /// Read by several tasks.
    Shared,
    /// Of one task.
    Head,
    Other,
}

/// The most boxes that are laid out: more is no picture, and takes long.
const MOST: usize = 150;

pub fn section(input: &ReportInput) -> Option<Section> {
    let picture = input.model.as_ref()?;
    let (drawn, legend) = match picture {
        ModelPicture::Graph { boxes, edges } => (draw(boxes, edges), true),
        ModelPicture::Svg(svg) => (Some(without_prologue(svg).to_string()), false),
        ModelPicture::Dot(text) => (draw_dot(text), false),
        ModelPicture::Text(_) => (None, false),
    };
    let note = match legend && drawn.is_some() {
        true => "Grey boxes are inputs, blue frames are shared, orange frames belong to one task.",
        false => "",
    };
    let body = match (drawn, picture) {
        (Some(svg), _) => zoomed(&svg),
        (None, ModelPicture::Graph { boxes, .. }) => format!(
            "<p class=\"note\">The graph has {} boxes, too many for a picture here; <code>mtlc graph</code> writes it.</p>",
            boxes.len()
        ),
        (None, ModelPicture::Dot(text) | ModelPicture::Text(text) | ModelPicture::Svg(text)) => {
            format!("<pre class=\"spec\">{}</pre>", escape(text))
        }
    };
    Some(Section { id: "model", title: "Model", note: note.into(), body })
}

/// The picture in a pane that scrolls, with a choice of sizes: no script is needed.
fn zoomed(svg: &str) -> String {
    let size = |(id, name, checked): (&str, &str, &str)| {
        format!(
            "<input type=\"radio\" name=\"zoom\" id=\"zoom-{id}\"{checked}/><label for=\"zoom-{id}\">{name}</label>"
        )
    };
    let sizes: String = [("fit", "fit", ""), ("1", "normal", " checked=\"\""), ("2", "large", ""), ("3", "larger", "")]
        .map(size)
        .concat();
    format!("<figure class=\"card graph\">{sizes}<div class=\"pane\">{svg}</div></figure>")
}

fn without_prologue(svg: &str) -> &str {
    svg.find("<svg").map_or(svg, |place| &svg[place..])
}

const SIZE: usize = 12;

/// `None` if there is nothing or too much to draw.
fn draw(boxes: &[ModelBox], edges: &[(usize, usize)]) -> Option<String> {
    if boxes.is_empty() || boxes.len() > MOST {
        return None;
    }
    let mut graph = VisualGraph::new(Orientation::TopToBottom);
    let look = || StyleAttr::new(Color::fast("black"), 1, None, 0, SIZE);
    let handles: Vec<_> = boxes
        .iter()
        .map(|one| {
            let widest = one.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f64;
            let size = Point::new(widest * 6.9 + 26.0, one.lines.len() as f64 * 17.0 + 14.0);
            let class = match one.role {
                ModelRole::Input => "input",
                ModelRole::Shared => "shared",
                ModelRole::Head => "head",
                ModelRole::Other => "other",
            };
            let shape = ShapeKind::new_box(&one.lines.join("\n"));
            graph.add_node(Element::create_with_properties(shape, look(), Orientation::TopToBottom, size, class))
        })
        .collect();
    for (from, to) in edges {
        if let (Some(from), Some(to)) = (handles.get(*from), handles.get(*to)) {
            graph.add_edge(Arrow::simple(""), *from, *to);
        }
    }
    lay_out(graph)
}

fn draw_dot(text: &str) -> Option<String> {
    let text = text.to_string();
    // The reader is another's, and a report may not fail for a picture.
    let read = std::panic::catch_unwind(move || {
        let parsed = layout::gv::DotParser::new(&text).process().ok()?;
        let mut builder = layout::gv::GraphBuilder::new();
        builder.visit_graph(&parsed);
        Some(builder.get())
    });
    read.ok().flatten().filter(|graph| graph.num_nodes() <= MOST).and_then(lay_out)
}

fn lay_out(graph: VisualGraph) -> Option<String> {
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let (mut graph, mut canvas) = (graph, Canvas::default());
        graph.do_it(false, false, false, &mut canvas);
        canvas.finish()
    }));
    drawn.ok()
}

/// Takes the drawing calls of the layout and writes SVG with the page's classes.
#[derive(Default)]
struct Canvas {
    svg: String,
    width: f64,
    height: f64,
    left: f64,
    top: f64,
    started: bool,
}

impl Canvas {
    fn cover(&mut self, x: f64, y: f64) {
        if !self.started {
            (self.left, self.top, self.width, self.height, self.started) = (x, y, x, y, true);
        }
        self.left = self.left.min(x);
        self.top = self.top.min(y);
        self.width = self.width.max(x);
        self.height = self.height.max(y);
    }

    fn finish(self) -> String {
        let (x, y) = (self.left - 4.0, self.top - 4.0);
        let (width, height) = (self.width - x + 4.0, self.height - y + 4.0);
        format!(
            "<svg viewBox=\"{} {} {} {}\" style=\"--w:{}\" role=\"img\" aria-label=\"model graph\">{}</svg>",
            at(x),
            at(y),
            at(width),
            at(height),
            at(width),
            self.svg
        )
    }
}

impl RenderBackend for Canvas {
    fn draw_rect(&mut self, xy: Point, size: Point, _: &StyleAttr, properties: Option<String>, _: Option<ClipHandle>) {
        self.cover(xy.x, xy.y);
        self.cover(xy.x + size.x, xy.y + size.y);
        self.svg += &format!(
            "<g class=\"{}\"><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/></g>",
            escape(&properties.unwrap_or_default()),
            at(xy.x),
            at(xy.y),
            at(size.x),
            at(size.y)
        );
    }

    fn draw_line(&mut self, start: Point, stop: Point, _: &StyleAttr, _: Option<String>) {
        self.svg +=
            &format!("<path class=\"edge\" d=\"M{} {}L{} {}\"/>", at(start.x), at(start.y), at(stop.x), at(stop.y));
    }

    fn draw_circle(&mut self, xy: Point, size: Point, look: &StyleAttr, properties: Option<String>) {
        let corner = Point::new(xy.x - size.x / 2.0, xy.y - size.y / 2.0);
        self.draw_rect(corner, size, look, properties, None);
    }

    fn draw_text(&mut self, xy: Point, text: &str, _: &StyleAttr) {
        let lines: Vec<&str> = text.lines().collect();
        let first = xy.y - (lines.len() as f64 - 1.0) * 8.5 + 4.0;
        for (place, line) in lines.iter().enumerate() {
            self.svg += &format!(
                "<text class=\"mid line{}\" x=\"{}\" y=\"{}\">{}</text>",
                place + 1,
                at(xy.x),
                at(first + place as f64 * 17.0),
                escape(line)
            );
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _dashed: bool,
        _head: (bool, bool),
        _: &StyleAttr,
        _: Option<String>,
        _text: &str,
    ) {
        let [first, second, rest @ ..] = path else { return };
        for (point, control) in path {
            self.cover(point.x, point.y);
            self.cover(control.x.clamp(self.left, self.width), control.y.clamp(self.top, self.height));
        }
        let pair = |point: &Point| format!("{} {}", at(point.x), at(point.y));
        // The first point leaves by its control point; every later one is entered by its own.
        let mut d = format!("M{}C{},{},{}", pair(&first.0), pair(&first.1), pair(&second.0), pair(&second.1));
        for (control, point) in rest {
            d += &format!("S{},{}", pair(control), pair(point));
        }
        self.svg += &format!("<path class=\"edge\" d=\"{d}\"/>");
        // A later point is (control, point); the tip lies along the last stretch.
        let (control, end) = path.last().map_or((&second.0, &second.1), |last| (&last.0, &last.1));
        let angle = (end.y - control.y).atan2(end.x - control.x).to_degrees();
        self.svg += &format!(
            "<path class=\"tip\" transform=\"translate({}) rotate({})\" d=\"M0 0l-8 -4v8z\"/>",
            pair(end),
            at(angle)
        );
    }

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
