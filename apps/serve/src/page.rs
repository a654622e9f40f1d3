//! The page: a grid of images and a link to the next ones, which the script follows as one scrolls.

use std::fmt::Write;

use dcgan_infer::Generator;

use crate::picture::max_scale;

/// Images in a page.
const IMAGES: u64 = 60;

/// Pixels at which an image is shown in the grid, and alone, about.
const SHOWN: [usize; 2] = [128, 1024];

/// The page of the images from the seed `from` on.
pub(crate) fn html(generator: &Generator, from: u64) -> String {
    let (model, side) = (generator.fingerprint(), generator.side());
    let last = from.saturating_add(IMAGES - 1);
    // Only whole multiples, or the browser would blur them.
    let [small, large] = SHOWN.map(|pixels| (pixels / side).clamp(1, max_scale(side)));
    let mut images = String::new();
    for seed in from..=last {
        let _ = writeln!(
            images,
            r#"<a href="/{seed}.png?scale={large}&amp;model={model}" title="seed {seed}"><img src="/{seed}.png?model={model}" alt="seed {seed}" width="{shown}" height="{shown}" loading="lazy"></a>"#,
            shown = side * small,
        );
    }
    let more = match last.checked_add(1) {
        Some(next) => format!(r#"<a id="more" href="/?from={next}">More</a>"#),
        None => String::new(),
    };
    format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>dcgan: model {model}</title>
<link rel="icon" href="/{from}.png?model={model}">
<link rel="stylesheet" href="/grid.css">
<script src="/grid.js" defer></script>
<h1>Model {model}</h1>
<p>{side} × {side} pixels. An image is at /SEED.png, enlarged at /SEED.png?scale=4, and between two seeds at /blend/7-12/0.3.png.</p>
<main>
{images}</main>
<p>{more}</p>
</html>
"#
    )
}

/// Follows the link when it comes into view. Without it, the link is one to the next page.
pub(crate) const SCRIPT: &str = r#""use strict";
const grid = document.querySelector("main");
const more = document.getElementById("more");
let loading = false;

async function load() {
  if (loading || !more.isConnected) return;
  loading = true;
  const answer = await fetch(more.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    grid.append(...page.querySelectorAll("main > a"));
    const next = page.getElementById("more");
    if (next) more.href = next.getAttribute("href"); else more.remove();
    // If the link is still in view, observing it again reports it again.
    observer.unobserve(more);
    observer.observe(more);
  }
  loading = false;
}

const observer = new IntersectionObserver(
  (entries) => entries.some((entry) => entry.isIntersecting) && load(),
  { rootMargin: "600px" },
);
if (more) observer.observe(more);
"#;

pub(crate) const STYLE: &str = "\
body { background: #181818; color: #ddd; font: 15px/1.4 system-ui, sans-serif; margin: 16px; }
h1 { font-size: 18px; }
main { display: flex; flex-wrap: wrap; gap: 4px; }
img { display: block; image-rendering: pixelated; background: #2a2a2a; }
a { color: #9cf; }
";
