use anyhow::Result;
use dcgan_run::{Adapter, adapters};

use crate::console::{print, print_json, thousands};
use crate::failure::Ending;

const EXAMPLES: &str = "\
Examples:
  dcgan devices
  dcgan devices --json";

/// `dcgan devices`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let adapters = adapters()?;
    if args.json {
        print_json(&adapters)?;
        return Ok(Ending::Done);
    }
    if adapters.is_empty() {
        print(format_args!("No graphics card with a driver for Vulkan, Metal or Direct3D 12"))?;
    }
    for (index, adapter) in adapters.iter().enumerate() {
        print(format_args!("{}", line(index, adapter)))?;
    }
    Ok(Ending::Done)
}

/// An adapter: its name for `--device`, what it is, and what it can do.
fn line(index: usize, adapter: &Adapter) -> String {
    let Adapter { name, kind, interface, driver, .. } = adapter;
    let able = [(adapter.timestamps, "timestamps"), (adapter.f16, "f16")];
    let able: String =
        able.iter().filter(|(able, _)| *able).map(|(_, what)| format!(", {what}")).collect();
    format!(
        "gpu:{index}  {name} ({kind}, {interface}, driver {driver}): arrays of up to {} MB, {} kB of workgroup memory{able}",
        thousands(adapter.max_array_bytes / 1_000_000),
        adapter.workgroup_memory_bytes / 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_one_line() {
        let adapter = Adapter {
            name: "Card X".to_owned(),
            kind: "discrete",
            interface: "Vulkan".to_owned(),
            driver: "Driver 1.2".to_owned(),
            max_array_bytes: 2_147_483_647,
            workgroup_memory_bytes: 49_152,
            timestamps: true,
            f16: false,
        };
        assert_eq!(
            line(1, &adapter),
            "gpu:1  Card X (discrete, Vulkan, driver Driver 1.2): arrays of up to 2,147 MB, 49 kB of workgroup memory, timestamps"
        );
    }
}
