//! The values and types of settings.

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
setting!(u16, Int);
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
