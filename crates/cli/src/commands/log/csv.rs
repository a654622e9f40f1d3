use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use dcgan_run::journal::{History, Record};

/// The columns that every table begins with.
const COLUMNS: [&str; 11] = [
    "step",
    "epoch",
    "loss_g",
    "loss_d_real",
    "loss_d_fake",
    "d_x",
    "d_g_z",
    "grad_norm_g",
    "grad_norm_d",
    "images_per_second",
    "ms_per_step",
];

/// What is known of a step, by column.
type Row = BTreeMap<String, String>;

/// The table of a run, and the number of its rows: one for each step that anything is recorded of. The numbers of an
/// evaluation are in the row of its step. What is not recorded is empty.
pub(super) fn table(history: &History) -> (String, usize) {
    let mut rows: BTreeMap<u64, Row> = BTreeMap::new();
    history
        .records
        .iter()
        .for_each(|record| rows.entry(record.step).or_default().extend(cells(record)));
    for metric in &history.metrics {
        let row = rows.entry(metric.step).or_default();
        add(row, "epoch", metric.epoch);
        add(row, "swd", metric.swd);
        add(row, "swd_floor", metric.floor);
    }
    for evaluation in &history.evaluations {
        let row = rows.entry(evaluation.step).or_default();
        add(row, "epoch", evaluation.epoch);
        for (name, found) in &evaluation.figures {
            add(row, name, found.value);
            add(row, &format!("{name}_floor"), found.floor);
        }
    }
    let more: BTreeSet<&str> =
        rows.values().flat_map(|row| row.keys().map(String::as_str)).collect();
    let more = more.into_iter().filter(|name| !COLUMNS.contains(name));
    let columns: Vec<&str> = COLUMNS.into_iter().chain(more).collect();
    let mut text = line(columns.iter().map(|name| quoted(name)));
    for (step, row) in &rows {
        let step = step.to_string();
        let cell = |name: &&str| match *name {
            "step" => Cow::Borrowed(step.as_str()),
            name => row.get(name).map_or(Cow::Borrowed(""), |cell| Cow::Borrowed(cell.as_str())),
        };
        text += &line(columns.iter().map(cell));
    }
    (text, rows.len())
}

fn add(row: &mut Row, column: &str, value: f64) {
    row.insert(column.to_owned(), value.to_string());
}

/// The cells of a line of the log.
fn cells(record: &Record) -> Row {
    let Record { step: _, epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, .. } = *record;
    let Record { grad_norm_g, grad_norm_d, images_per_second, ms_per_step, .. } = *record;
    // As f32 a number has fewer digits than the same as f64.
    let single = |value: f32| Some(value.to_string());
    let cells = [
        ("epoch", Some(epoch.to_string())),
        ("loss_g", single(loss_g)),
        ("loss_d_real", single(loss_d_real)),
        ("loss_d_fake", single(loss_d_fake)),
        ("d_x", single(d_x)),
        ("d_g_z", single(d_g_z)),
        ("grad_norm_g", grad_norm_g.and_then(single)),
        ("grad_norm_d", grad_norm_d.and_then(single)),
        ("images_per_second", Some(images_per_second.to_string())),
        ("ms_per_step", Some(ms_per_step.to_string())),
    ];
    cells.into_iter().filter_map(|(name, cell)| Some((name.to_owned(), cell?))).collect()
}

fn line<'a>(cells: impl Iterator<Item = Cow<'a, str>>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\n"
}

/// A name as a cell: quoted if it contains a separator (RFC 4180).
fn quoted(name: &str) -> Cow<'_, str> {
    match name.contains([',', '"', '\n', '\r']) {
        true => Cow::Owned(format!("\"{}\"", name.replace('"', "\"\""))),
        false => Cow::Borrowed(name),
    }
}
