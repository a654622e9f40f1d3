mod shaders;

#[cfg(feature = "device-tests")]
mod device;
