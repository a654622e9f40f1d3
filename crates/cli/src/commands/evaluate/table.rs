use anyhow::Result;
use dcgan_run::evaluation::{Figure, Measured};

use super::Report;
use super::model::Compared;
use crate::console::{count, print, thousands};

/// Above the two columns of numbers.
const HEADINGS: [&str; 2] = ["generated", "floor"];

pub(super) fn print_all(report: &Report) -> Result<()> {
    if let Some(compared) = &report.compared {
        describe(compared)?;
    }
    let numbers = count(report.sets.reals.dim() as u64, "number");
    print(format_args!("features       {}; {numbers} each", report.sets.space))?;
    let groups = [("pixels", &report.image_figures), ("features", &report.feature_figures)];
    let all: Vec<Row> = groups.iter().flat_map(|(_, figures)| *figures).map(Row::of).collect();
    let title = all.iter().map(|row| row.title.chars().count()).max().unwrap_or(0);
    let column = |i: usize| {
        let widths = all.iter().filter_map(|row| Some(row.numbers.as_ref()?[i].chars().count()));
        widths.chain([HEADINGS[i].len()]).max().unwrap_or(0)
    };
    let widths = [title, column(0), column(1)];
    for (name, figures) in groups {
        if let Some(first) = figures.first() {
            print("")?;
            let images = count(first.images as u64, "image");
            print(format_args!("{name} of {images} in each set"))?;
            Row { title: "", numbers: Some(HEADINGS.map(str::to_owned)), text: "" }
                .print(widths)?;
        }
        figures.iter().map(Row::of).try_for_each(|row| row.print(widths))?;
    }
    Ok(())
}

/// Which images are compared.
fn describe(compared: &Compared) -> Result<()> {
    let Compared { model, maker, raw, data, reals, .. } = compared;
    let steps = match maker.steps {
        0 => String::new(),
        steps => format!(", {}", count(steps, "step")),
    };
    let raw = if *raw { ", weights of the last step" } else { "" };
    print(format_args!("model          {model} ({}{steps}{raw})", maker.model))?;
    let last = thousands(compared.images() as u64 - 1);
    print(format_args!(
        "generated      {}, seeds 0 to {last}",
        count(compared.images() as u64, "image")
    ))?;
    let (used, total) = (thousands(reals.len() as u64), count(reals.total() as u64, "image"));
    print(format_args!("real           {used} of {total} in {data}"))
}

/// A line of the table.
struct Row<'a> {
    title: &'a str,
    /// Of the generated images and of real ones, if they could be measured.
    numbers: Option<[String; 2]>,
    /// What they mean, or why there are none.
    text: &'a str,
}

impl<'a> Row<'a> {
    fn of(figure: &'a Figure) -> Self {
        let title = &figure.title;
        match &figure.found {
            Ok(found) => Self { title, numbers: Some(numbers(found)), text: figure.meaning },
            Err(why) => Self { title, numbers: None, text: why },
        }
    }

    fn print(&self, [first, second, third]: [usize; 3]) -> Result<()> {
        let Self { title, numbers, text } = self;
        let line = match numbers {
            Some([value, floor]) => {
                format!("{title:first$}  {value:>second$}  {floor:>third$}  {text}")
            }
            None => format!("{title:first$}  {text}"),
        };
        print(line.trim_end())
    }
}

fn numbers(Measured { value, floor, std }: &Measured) -> [String; 2] {
    match std {
        None => [number(*value), number(*floor)],
        Some([of_value, of_floor]) => [
            format!("{} ± {}", number(*value), number(*of_value)),
            format!("{} ± {}", number(*floor), number(*of_floor)),
        ],
    }
}

/// Three or four digits.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.4}"),
        _ => format!("{value:.1e}"),
    }
}
