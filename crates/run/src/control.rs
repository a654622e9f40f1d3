/// Requests to a running session, which polls them after each step. The default methods request nothing.
///
/// Each request is served once: when `sample_now` or `checkpoint_now` returns true, the session writes the file
/// and polls again after the next step.
pub trait Control: Sync {
    /// Whether to stop. The session saves a checkpoint and ends.
    fn stop(&self) -> bool {
        false
    }

    /// Whether to write a grid of samples now: `samples/step_NNNNNNNN.png`.
    fn sample_now(&self) -> bool {
        false
    }

    /// Whether to save a checkpoint now: `checkpoints/step_NNNNNNNN_requested.ckpt`. It can be resumed from
    /// and is kept until it is deleted by hand. Retention and rollback ignore it.
    fn checkpoint_now(&self) -> bool {
        false
    }

    /// Runs a training step. A program that keeps its threads awake during a step can do so here.
    fn around_step(&self, step: &mut dyn FnMut()) {
        step();
    }
}

/// Lets a run train to its end.
impl Control for () {}
