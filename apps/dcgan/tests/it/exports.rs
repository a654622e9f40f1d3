//! Generators that leave the program: ONNX files and web pages. What they compute is checked by
//! `tests/python/check_onnx.py` and `tests/browser/check_demo.py`.

use std::fs;

use crate::Place;

#[test]
fn both_networks_are_exported_as_onnx() {
    let place = Place::with_run();
    let export = |args: &[&str]| place.dcgan(&[&["export", "run"], args].concat());
    let outcome = export(&["--out", "g.onnx"]).succeeded();
    outcome.prints(&["generator after 2 steps in g.onnx"]);
    export(&["--out", "b.onnx", "--uint8"]).succeeded();
    export(&["--out", "d.ONNX", "--net", "discriminator"]).succeeded();
    for file in ["g.onnx", "b.onnx", "d.ONNX"] {
        assert!(place.bytes(file).starts_with(b"\x08\x07\x12\x05dcgan"), "{file}");
    }
    assert!(place.bytes("b.onnx") != place.bytes("g.onnx"));
    // The weights of the last step, and a file from PyTorch.
    export(&["--out", "raw.onnx", "--raw"]).succeeded();
    assert!(place.bytes("raw.onnx") != place.bytes("g.onnx"));
    export(&["--out", "g.safetensors"]).succeeded();
    place.dcgan(&["export", "g.safetensors", "--out", "again.onnx"]).succeeded();
    assert!(place.bytes("again.onnx") == place.bytes("g.onnx"));

    export(&["--out", "w.safetensors", "--uint8"]).refused(2, &["--uint8 is for ONNX"]);
    export(&["--out", "d.onnx", "--uint8", "--net", "discriminator"])
        .refused(2, &["--uint8 is for images", "logits"]);
    place.dcgan(&["info", "g.onnx"]).refused(1, &["an ONNX file of dcgan, which is not read"]);
}

#[test]
fn a_page_has_the_name_and_the_commands_of_its_model() {
    let place = Place::with_run();
    let page = |args: &[&str]| {
        place.dcgan(&[&["demo", "--out", "page.html"], args].concat()).succeeded();
        place.text("page.html")
    };
    let of_run = page(&["run"]);
    let info = place.dcgan(&["info", "run"]).succeeded().out;
    let model = of_run.split("\"fingerprint\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(info.contains(model), "{model} is not in:\n{info}");
    assert!(of_run.contains("<h1>run</h1>") && of_run.contains("\"model\":\"run\""));
    // A checkpoint is named after its run, and the folders above are nobody's business.
    let checkpoint = place.path("run/checkpoints/step_00000002.ckpt");
    let of_checkpoint = page(&[checkpoint.to_str().unwrap()]);
    assert!(of_checkpoint.contains("<h1>run</h1>"));
    assert!(of_checkpoint.contains("\"model\":\"step_00000002.ckpt\""));
    assert!(!of_checkpoint.contains(place.path("").to_str().unwrap()));
    assert!(page(&["run", "--raw"]).contains("\"model\":\"run --raw\""));
    assert!(page(&["run", "--name", "A & B"]).contains("<h1>A &amp; B</h1>"));
    place.dcgan(&["demo", "run", "--out", "page.htm"]).refused(2, &["must end in .html"]);
    place.dcgan(&["demo", "--out", "page.html"]).refused(2, &["no model given"]);
}

#[test]
fn only_its_own_networks_and_pages_are_replaced_without_force() {
    let place = Place::with_run();
    for (file, command) in [("x.onnx", "export"), ("x.html", "demo")] {
        let write = [command, "run", "--out", file];
        place.dcgan(&write).succeeded();
        let written = place.bytes(file);
        place.dcgan(&write).succeeded();
        assert!(place.bytes(file) == written, "{file} changes from one call to the next");
        fs::write(place.path(file), "<!doctype html>\nmine").unwrap();
        place.dcgan(&write).refused(2, &[file, "nothing shows that dcgan wrote it", "--force"]);
        place.dcgan(&[&write[..], &["--force"]].concat()).succeeded();
        assert!(place.bytes(file) == written);
    }
}
