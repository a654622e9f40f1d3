use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use dcgan_run::Control;

use dcgan_gan::Threads;

use crate::console;
use crate::failure::INTERRUPTED;
use crate::live::Live;

/// Shown on a terminal, since a step may take seconds.
const STOPPING: &str = "Stopping after this step; press Ctrl-C again to quit without saving";

/// Whether the user has asked to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Makes Ctrl-C and termination signals requests to stop; a second one ends the process.
    pub(crate) fn listen() -> Result<Self> {
        let interrupt = Self::default();
        let flag = interrupt.0.clone();
        let live = Live::new();
        ctrlc::set_handler(move || {
            let is_second = flag.swap(true, Ordering::SeqCst);
            if let Some(live) = &live {
                live.clear();
                if !is_second {
                    console::eprint(STOPPING);
                }
            }
            if is_second {
                std::process::exit(INTERRUPTED.into());
            }
        })
        .context("cannot listen for Ctrl-C")?;
        Ok(interrupt)
    }
}

/// The control of a run on the command line: Ctrl-C stops it, and its threads are kept awake during a step.
pub(crate) struct Keyboard<'a> {
    pub(crate) interrupt: Interrupt,
    pub(crate) threads: &'a Threads,
}

impl Control for Keyboard<'_> {
    fn stop(&self) -> bool {
        self.interrupt.0.load(Ordering::SeqCst)
    }

    fn around_step(&self, step: &mut dyn FnMut()) {
        self.threads.keep_awake(step);
    }
}
