//! Codes of files: those of a table, and those that its cells name.

crate::declare_codes! {
    /// A file of data cannot be read: it is not there, or it is damaged.
    ///
    /// Paths are relative to the folder of the spec. Gzip is recognised by content, whatever the name. A quote that is opened and
    /// never closed, a gzip or npz file that was cut short, bytes that are not text in the given encoding: each is named with
    /// its place.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,2
    /// "2,3
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,2
    /// "2",3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// 9,13
    /// ```
    pub UNREADABLE_DATA: "unreadable-data", error;

    /// A picture is not there, or cannot be decoded.
    ///
    /// The path of a picture is relative to the folder of its table. What is damaged, cut short, larger than 67 million pixels or no
    /// picture at all is named with its row. `image(broken: skip)` leaves such rows out.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, photo: image } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,photo
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,no-such.png
    /// ```
    ///
    /// ```csv good
    /// x,y,photo
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_PICTURE: "broken-picture", error;

    /// Rows are left out, since their pictures are not there or cannot be decoded, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, photo: image(broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,photo
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// 10,14,
    /// ```
    ///
    /// ```csv good
    /// x,y,photo
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_PICTURE: "skipped-picture", warn;

    /// A sound is not there, or cannot be decoded.
    ///
    /// The path of a sound is relative to the folder of its table. What is damaged, cut short, empty, longer than its column says or no sound at all is
    /// named with its row. `audio(broken: skip)` leaves such rows out.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, heard: audio } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,heard
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,no-such.wav
    /// ```
    ///
    /// ```csv good
    /// x,y,heard
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_SOUND: "broken-sound", error;

    /// Rows are left out, since their sounds are not there or cannot be decoded, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, heard: audio(broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,heard
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// 10,14,
    /// ```
    ///
    /// ```csv good
    /// x,y,heard
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_SOUND: "skipped-sound", warn;

    /// Cells of a label are taken as missing, since the spec says so of those that cannot be used.
    ///
    /// `broken: skip` of a column of masks, boxes, things, points or tracks. The rows are trained on by the other tasks.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat", broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""dog"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_CELL: "skipped-cell", warn;

    /// A box lies outside its picture, is inverted or has no area.
    ///
    /// Boxes are given by the left and the upper edge, width and height, in pixels, unless the column says otherwise: `boxes(form: xyxy)`,
    /// `form: center`, `relative: true`. Up to a pixel beyond the edge of a picture is nothing. `broken: skip` leaves such boxes out, and `broken: clip` cuts off
    /// what lies beyond the picture.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat") } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 0, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_BOX: "broken-box", error;

    /// All boxes of a column are smaller than a pixel, in both directions.
    ///
    /// Boxes are in pixels unless the column says otherwise, and boxes of this size are shares of the width and the height of their pictures, as YOLO writes
    /// them: `boxes(relative: true)`.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat") } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [0.3, 0.4, 0.2, 0.5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub TINY_BOXES: "tiny-boxes", warn;

    /// A picture is of another size than its file of annotations says.
    ///
    /// COCO and PASCAL VOC write the width and the height of a picture beside what stands in it. Where the picture has others, it was made larger, smaller or
    /// replaced after it was annotated, and what is written in pixels lies elsewhere in it. A size of 0 says nothing, and width and height may be
    /// exchanged, as programs do of pictures that EXIF data turns.
    pub OTHER_SIZE: "other-size", warn;

    /// Boxes are cut off at the edges of their pictures, or left out, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat", broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 0, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_BOX: "skipped-box", warn;

    /// A file is another than the one whose SHA-256 the spec says.
    ///
    /// Nothing of it is read, and what was fetched is not kept. If the other file is meant, its sum is what to write.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv", sha256: "36af62e0cea74fb76fcfcc5dea25e627f99ec7a2af718e2e8d015f1730ef9018") {
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,2
    /// 2,4
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,2
    /// 2,3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// 9,13
    /// ```
    pub OTHER_FILE: "other-file", error;
}
