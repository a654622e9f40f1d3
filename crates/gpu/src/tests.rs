mod shaders;

#[cfg(feature = "device-tests")]
mod batch_norm;
#[cfg(feature = "device-tests")]
mod conv;
#[cfg(feature = "device-tests")]
mod elementwise;
#[cfg(feature = "device-tests")]
mod faults;
#[cfg(feature = "device-tests")]
mod recipes;
#[cfg(feature = "device-tests")]
mod repeat;
#[cfg(feature = "device-tests")]
mod support;
