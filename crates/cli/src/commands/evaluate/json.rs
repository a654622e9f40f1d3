use anyhow::Result;
use dcgan_run::evaluation::{Figure, Pair};
use serde_json::{Map, Value, json};

use super::Report;
use super::model::Compared;
use crate::console::print_json;

pub(super) fn print(report: &Report) -> Result<()> {
    let figures = report.image_figures.iter().chain(&report.feature_figures);
    let figures: Map<String, Value> =
        figures.map(|figure| (figure.name.clone(), object(figure))).collect();
    let compared = report.compared.as_ref();
    let pairs = compared.zip(report.pairs.as_ref()).map(|(compared, pairs)| {
        let all = |pairs: &[Pair]| pairs.iter().map(|one| pair(one, compared)).collect::<Vec<_>>();
        json!({ "farthest": all(&pairs.farthest), "nearest": all(&pairs.nearest) })
    });
    print_json(&json!({
        "model": compared.map(|compared| json!({
            "file": compared.model,
            "model": compared.maker.model,
            "steps": compared.maker.steps,
            "raw": compared.raw,
            "seeds": [0, compared.images() - 1],
        })),
        "data": compared.map(|compared| json!({
            "file": compared.data,
            "images": compared.reals.total(),
            "used": compared.reals.len(),
        })),
        "features": {
            "space": report.sets.space,
            "dim": report.sets.reals.dim(),
            "images": report.sets.images(),
        },
        "figures": figures,
        "pairs": pairs,
    }))
}

fn object(figure: &Figure) -> Value {
    match &figure.found {
        Ok(found) => json!({
            "value": found.value,
            "floor": found.floor,
            "std": found.std.map(|[value, _]| value),
            "floor_std": found.std.map(|[_, floor]| floor),
            "images": figure.images,
        }),
        Err(why) => json!({ "value": null, "why": why, "images": figure.images }),
    }
}

fn pair(pair: &Pair, compared: &Compared) -> Value {
    let (index, file) = compared.reals.origin(pair.real);
    json!({
        "seed": pair.generated,
        "real": index,
        "file": file.map(|path| path.display().to_string()),
        "distance": pair.distance,
    })
}
