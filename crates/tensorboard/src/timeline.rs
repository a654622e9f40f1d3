use dcgan_run::journal::Record;

/// When the steps of a run were taken, without the pauses between its sessions: the log has no dates, but the speed
/// at each of its lines.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// Steps, and seconds since 1970; both in ascending order.
    points: Vec<(u64, f64)>,
}

impl Timeline {
    /// The times of a run whose last line was written `end` seconds after 1970.
    pub(crate) fn new(records: &[Record], end: f64) -> Self {
        let mut points = vec![(0, 0.0)];
        for record in records {
            let (step, time) = points.last().copied().unwrap_or_default();
            let taken = record.step.saturating_sub(step);
            points.push((record.step, time + taken as f64 * record.ms_per_step / 1e3));
        }
        let duration = points.last().map_or(0.0, |&(_, time)| time);
        points.iter_mut().for_each(|(_, time)| *time += end - duration);
        Self { points }
    }

    /// When this step was taken: between two lines at an even pace, and after the last one at once.
    pub(crate) fn at(&self, step: u64) -> f64 {
        let after = self.points.partition_point(|&(own, _)| own <= step);
        let Some(&(from, start)) = after.checked_sub(1).and_then(|i| self.points.get(i)) else {
            return 0.0;
        };
        match self.points.get(after) {
            Some(&(to, end)) => start + (end - start) * (step - from) as f64 / (to - from) as f64,
            None => start,
        }
    }
}
