use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dcgan_gan::{Config, GeneratorWeights, generator};
use dcgan_layers::Params;
use sha2::{Digest, Sha256};

use crate::weights::{Layer, pack};
use crate::{Demo, DemoError};
use dcgan_gan::half::to_f16;

/// A generator with weights of many magnitudes.
fn weights(config: Config) -> GeneratorWeights {
    let network = generator(&config);
    let mut draw = 0u32;
    let theta = network.init(&mut || {
        draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(draw) / f64::from(u32::MAX) * 6.0 - 3.0) as f32
    });
    GeneratorWeights { config, theta, buffers: network.init_buffers() }
}

fn small() -> Config {
    Config { image_size: 16, channels: 1, nz: 5, ngf: 4, ..Config::default() }
}

fn demo(weights: &GeneratorWeights) -> Demo<'_> {
    Demo {
        weights,
        name: "cats",
        fingerprint: "0123456789ab",
        steps: 1200,
        path: "runs/cats-001",
        flags: "",
        software: "dcgan 0.1.0+abc",
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).unwrap_or_else(|| panic!("no {before}")) + before.len();
    let length = text[start..].find(after).unwrap();
    &text[start..start + length]
}

#[test]
fn the_page_of_the_default_networks_can_be_mailed() {
    let weights = weights(Config::default());
    let page = demo(&weights).page().unwrap();
    assert!(page.len() < 3_500_000, "{} bytes", page.len());
    // Every part has been filled in, and nothing is loaded.
    for absent in ["{{", "http:", "https:", "src=", "@import", "url(", "fetch", "XMLHttpRequest"] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert!(page.contains("64 × 64 pixels, colour · 1,100,224 weights · 1,200 training steps"));
    assert!(page.starts_with("<!doctype html>\n<!-- dcgan 0.1.0+abc -->\n"));
}

/// A browser runs no script whose hash is missing.
#[test]
fn the_policy_has_the_hashes_of_the_scripts_and_the_style() {
    let weights = weights(small());
    let page = demo(&weights).page().unwrap();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let scripts =
        ["<script id=\"engine\">", "<script>"].map(|tag| hash(between(&page, tag, "</script>")));
    assert!(policy.contains(&format!("script-src {};", scripts.join(" "))), "{policy}");
    let style = hash(between(&page, "<style>", "</style>"));
    assert!(policy.contains(&format!("style-src {style};")), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn names_and_paths_are_text_and_nothing_else() {
    let weights = weights(small());
    let name = "</script><script>\"a\" & {{weights}}";
    let page = Demo { name, path: "'</script>'", flags: "--raw", ..demo(&weights) }.page().unwrap();
    assert!(page.contains("<h1>&lt;/script&gt;&lt;script&gt;&quot;a&quot; &amp; {{weights}}</h1>"));
    assert_eq!(page.matches("<script").count(), 5);
    assert_eq!(page.matches("</script>").count(), 5);
    let model = between(&page, "type=\"application/json\">", "</script>");
    let model: serde_json::Value = serde_json::from_str(model).unwrap();
    assert_eq!(model["name"], name);
    assert_eq!(model["model"], "'</script>' --raw");
}

/// The numbers of a page by layer, decoded as the page does it.
fn unpacked(layers: &[Layer], base64: &str) -> Vec<f32> {
    let bytes = STANDARD.decode(base64).unwrap();
    let mut rest = &bytes[..];
    let mut all = Vec::new();
    for layer in layers {
        let (halves, after) = rest.split_at(2 * 16 * layer.c_in * layer.c_out);
        let half = |pair: &[u8]| from_half(u16::from_le_bytes([pair[0], pair[1]]));
        all.extend(halves.chunks(2).map(|pair| (half(pair) * layer.scale) as f32));
        let (biases, after) = after.split_at(if layer.bias { 4 * layer.c_out } else { 0 });
        all.extend(biases.chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())));
        rest = after;
    }
    assert!(rest.is_empty());
    all
}

/// By the definition of an IEEE half.
fn from_half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

#[test]
fn the_weights_lose_only_what_a_half_loses() {
    let weights = weights(small());
    let (layers, base64) = pack(&weights).unwrap();
    let sizes = |layer: &Layer| (layer.c_in, layer.c_out, layer.bias);
    assert_eq!(
        layers.iter().map(sizes).collect::<Vec<_>>(),
        [(5, 8, true), (8, 4, true), (4, 1, false)]
    );
    let folded: Params = weights.folded().1;
    let there = unpacked(&layers, &base64);
    assert_eq!(there.len(), folded.len());
    for (there, here) in there.iter().zip(folded.as_slice()) {
        assert!((there - here).abs() <= here.abs() / 2048.0, "{there} for {here}");
    }
}

#[test]
fn halves_are_rounded_to_the_nearest() {
    let finite = (0..0x7c00).chain(0x8000..0xfc00);
    for half in finite {
        assert_eq!(to_f16(from_half(half) as f32), half);
    }
    // Half way to the next: to the even one. A little more or less decides.
    let middle = |half: u16| ((from_half(half) + from_half(half + 1)) / 2.0) as f32;
    for half in [0x3c00, 0x3c01, 0x0001, 0x5bff] {
        assert_eq!(to_f16(middle(half)), half + (half & 1), "{half:#x}");
        let little = ((from_half(half + 1) - from_half(half)) / 1000.0) as f32;
        assert_eq!(to_f16(middle(half) + little), half + 1);
        assert_eq!(to_f16(middle(half) - little), half);
    }
}

#[test]
fn weights_that_give_no_image_are_refused_by_name() {
    let mut weights = weights(small());
    let range = weights.theta.entries()[1].range.clone();
    weights.theta.as_mut_slice()[range].fill(f32::MAX);
    weights.buffers.as_mut_slice().fill(0.0);
    assert_eq!(demo(&weights).page(), Err(DemoError::NotFinite("main.0.weight".to_owned())));
}
