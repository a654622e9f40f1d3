//! One declaration for each setting, from which everything else about it is derived.
//!
//! [`fields!`](crate::fields) declares a struct of settings and, from the same lines, a table of
//! [`Field`]s. Defaults, validation, fingerprints, what may change when a run is resumed, what `dcgan
//! info` prints, and the checkpoint are loops over that table.

use crate::Value;

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
