//! One declaration for each setting, from which everything else about it is derived.
//!
//! [`fields!`](crate::fields) declares a struct of settings and, from the same lines, a table of
//! [`Field`]s. Defaults, validation, fingerprints, what may change when a run is resumed, what `dcgan
//! info` prints, and the checkpoint are loops over that table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The value of a setting, as files hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// On or off.
    Bool(bool),
    /// A count, size or seed.
    Int(u64),
    /// A rate.
    Float(f64),
    /// Anything that is written as a word.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// A type that a setting can have.
pub trait Setting: Sized {
    /// The value; `None` for a setting that is not set.
    fn to_value(&self) -> Option<Value>;

    /// The setting with this value, if the type can hold it.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! setting {
    ($type:ty, $variant:ident) => {
        impl Setting for $type {
            fn to_value(&self) -> Option<Value> {
                Some(Value::$variant(self.clone().try_into().ok()?))
            }

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => value.clone().try_into().ok(),
                    _ => None,
                }
            }
        }
    };
}

setting!(bool, Bool);
setting!(usize, Int);
setting!(u64, Int);
setting!(String, Text);

impl Setting for f64 {
    fn to_value(&self) -> Option<Value> {
        Some(Value::Float(*self))
    }

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(value) => Some(*value),
            Value::Int(value) => Some(*value as f64),
            _ => None,
        }
    }
}

/// Settings that are written as words, by `Display` and `FromStr`.
#[macro_export]
macro_rules! word_settings {
    ($($type:ty),*) => {
        $(impl $crate::Setting for $type {
            fn to_value(&self) -> Option<$crate::Value> {
                Some($crate::Value::Text(self.to_string()))
            }

            fn from_value(value: &$crate::Value) -> Option<Self> {
                match value {
                    $crate::Value::Text(word) => word.parse().ok(),
                    _ => None,
                }
            }
        })*
    };
}

/// A setting that is one of a few names: the pairs of its constant `ALL`. Serde has it as its name.
#[macro_export]
macro_rules! named_setting {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                let own = Self::ALL.iter().find(|(value, _)| value == self);
                f.write_str(own.map_or("", |(_, name)| name))
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let named = Self::ALL.iter().find(|(_, name)| *name == text);
                named.map(|(value, _)| *value).ok_or_else(|| {
                    format!("it must be one of {}", Self::ALL.map(|(_, name)| name).join(", "))
                })
            }
        }

        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        $crate::word_settings!($type);
    };
}

impl<T: Setting> Setting for Option<T> {
    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(Setting::to_value)
    }

    fn from_value(value: &Value) -> Option<Self> {
        T::from_value(value).map(Some)
    }
}

/// What a setting means to a run that is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It decides the result: part of the fingerprint, and fixed for the whole run.
    Fixed,
    /// It decides when, where or whether something is done: it may change on resume.
    Free,
}

/// When a setting appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// In the first version: every file has it.
    Original,
    /// Before runs had fingerprints: a file without it means the default, and every fingerprint covers it.
    Early,
    /// Later: a file without it means the default. The fingerprint leaves it out at its default, so
    /// that older runs keep theirs.
    Added,
}

/// One setting of the struct `S`.
pub struct Field<S> {
    /// Its name in the struct, in `config.toml` and in checkpoints.
    pub name: &'static str,
    /// What it means on resume.
    pub role: Role,
    /// When it appeared.
    pub since: Since,
    /// Its value; `None` if it is not set.
    pub get: fn(&S) -> Option<Value>,
    /// Sets it; false if its type cannot hold the value.
    pub set: fn(&mut S, &Value) -> bool,
    /// What it must be, if it is something else.
    pub check: fn(&S) -> Result<(), String>,
}

impl<S: Default> Field<S> {
    /// The name of its flag: `--batch-size` for `batch_size`.
    pub fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    /// Its default.
    pub fn default(&self) -> Option<Value> {
        (self.get)(&S::default())
    }

    /// What is written of it: nothing where a setting that was added later has its default, so that files and
    /// fingerprints stay what they were before there was such a setting.
    pub fn written(&self, settings: &S) -> Option<Value> {
        let value = (self.get)(settings)?;
        let omitted = self.since == Since::Added && Some(&value) == self.default().as_ref();
        (!omitted).then_some(value)
    }
}

/// The lines `name value` of all settings that decide the result, for a fingerprint.
pub fn identity<S: Default>(fields: &[Field<S>], settings: &S) -> String {
    let line = |field: &Field<S>| {
        let fixed = field.role == Role::Fixed;
        field.written(settings).filter(|_| fixed).map(|value| format!("{} {value}\n", field.name))
    };
    fields.iter().filter_map(line).collect()
}

/// Declares a struct of settings and its table `FIELDS`. Fields after `and` are not part of the table; without
/// that part the defaults must be constants, and are the constant `DEFAULT`.
///
/// ```
/// use dcgan_gan::{Value, fields};
///
/// fields! {
///     /// How to bake.
///     #[derive(Clone, Debug, PartialEq)]
///     pub struct Oven {
///         /// Degrees Celsius.
///         temperature: f64 = 180.0, Fixed, Original, |t| {
///             if *t > 0.0 { Ok(()) } else { Err("it must be greater than 0".into()) }
///         };
///         /// Whether to beep at the end.
///         beep: bool = true, Free, Added, |_| Ok(());
///     }
/// }
///
/// assert_eq!(Oven::FIELDS[0].default(), Some(Value::Float(180.0)));
/// assert_eq!(dcgan_gan::identity(Oven::FIELDS, &Oven::default()), "temperature 180\n");
/// ```
#[macro_export]
macro_rules! fields {
    (
        $(#[$attr:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$field_attr:meta])*
                $field:ident: $type:ty = $default:expr, $role:ident, $since:ident, $check:expr;
            )*
        }
    ) => {
        $crate::fields! {
            $(#[$attr])*
            $vis struct $name {
                $($(#[$field_attr])* $field: $type = $default, $role, $since, $check;)*
            }
            and {}
        }

        impl $name {
            /// All defaults.
            pub const DEFAULT: Self = Self { $($field: $default,)* };
        }
    };
    (
        $(#[$attr:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$field_attr:meta])*
                $field:ident: $type:ty = $default:expr, $role:ident, $since:ident, $check:expr;
            )*
        }
        and {
            $(
                $(#[$other_attr:meta])*
                $other:ident: $other_type:ty;
            )*
        }
    ) => {
        $(#[$attr])*
        $vis struct $name {
            $($(#[$field_attr])* pub $field: $type,)*
            $($(#[$other_attr])* pub $other: $other_type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: $default,)*
                    $($other: Default::default(),)*
                }
            }
        }

        impl $name {
            /// All settings, in the order of the struct.
            pub const FIELDS: &'static [$crate::Field<Self>] = &[$($crate::Field {
                name: stringify!($field),
                role: $crate::Role::$role,
                since: $crate::Since::$since,
                get: |settings| $crate::Setting::to_value(&settings.$field),
                set: |settings, value| match $crate::Setting::from_value(value) {
                    Some(value) => {
                        settings.$field = value;
                        true
                    }
                    None => false,
                },
                check: |settings| {
                    let check: fn(&$type) -> Result<(), String> = $check;
                    check(&settings.$field)
                },
            },)*];
        }
    };
}
