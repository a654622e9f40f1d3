use prost::{Message, Oneof};

/// The version of event files that TensorBoard expects in the first record.
const VERSION: &str = "brain.Event:2";

/// The state of a session that starts, which makes TensorBoard forget all events from its step on.
const START: i32 = 1;

/// TensorFlow's `Event`.
#[derive(Clone, PartialEq, Message)]
pub struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    /// Steps taken.
    #[prost(int64, tag = "2")]
    pub step: i64,
    /// What happened.
    #[prost(oneof = "Kind", tags = "3, 5, 7")]
    pub what: Option<Kind>,
}

/// What an [`Event`] says.
#[derive(Clone, PartialEq, Oneof)]
pub enum Kind {
    /// The format of the file, in its first record.
    #[prost(string, tag = "3")]
    FileVersion(String),
    /// Values at a step.
    #[prost(message, tag = "5")]
    Summary(Summary),
    /// A session starts.
    #[prost(message, tag = "7")]
    SessionLog(SessionLog),
}

/// Values at one step.
#[derive(Clone, PartialEq, Message)]
pub struct Summary {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub value: Vec<Value>,
}

/// A named value.
#[derive(Clone, PartialEq, Message)]
pub struct Value {
    /// Its name: TensorBoard groups names by what is before the slash.
    #[prost(string, tag = "1")]
    pub tag: String,
    /// The value.
    #[prost(oneof = "Values", tags = "2, 4")]
    pub value: Option<Values>,
}

/// A number or an image.
#[derive(Clone, PartialEq, Oneof)]
pub enum Values {
    /// A number.
    #[prost(float, tag = "2")]
    Simple(f32),
    /// An image.
    #[prost(message, tag = "4")]
    Image(Image),
}

/// An encoded image.
#[derive(Clone, PartialEq, Message)]
pub struct Image {
    /// In pixels.
    #[prost(int32, tag = "1")]
    pub height: i32,
    /// In pixels.
    #[prost(int32, tag = "2")]
    pub width: i32,
    /// Number of channels: 1 (grey), 3 (RGB) or 4 (RGBA).
    #[prost(int32, tag = "3")]
    pub colorspace: i32,
    /// A PNG file.
    #[prost(bytes = "vec", tag = "4")]
    pub encoded_image_string: Vec<u8>,
}

/// The start of a session.
#[derive(Clone, PartialEq, Message)]
pub struct SessionLog {
    /// 1 for a start.
    #[prost(int32, tag = "1")]
    pub status: i32,
}

impl Event {
    /// The events that a file begins with. Those of earlier files in the same folder no longer count.
    pub(crate) fn head(wall_time: f64) -> [Self; 2] {
        let version = Kind::FileVersion(VERSION.to_owned());
        let start = Kind::SessionLog(SessionLog { status: START });
        [version, start].map(|what| Self { wall_time, step: 0, what: Some(what) })
    }

    /// Values at a step.
    pub(crate) fn summary(step: u64, wall_time: f64, value: Vec<Value>) -> Self {
        let what = Some(Kind::Summary(Summary { value }));
        Self { wall_time, step: i64::try_from(step).unwrap_or(i64::MAX), what }
    }
}

impl Value {
    /// A number.
    pub(crate) fn number(tag: impl Into<String>, number: f64) -> Self {
        Self { tag: tag.into(), value: Some(Values::Simple(number as f32)) }
    }
}
