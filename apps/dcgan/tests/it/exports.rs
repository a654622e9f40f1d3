//! Generators that leave the program: ONNX files. What they compute is checked by `tests/python/check_onnx.py`.

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
fn only_its_own_networks_and_pages_are_replaced_without_force() {
    let place = Place::with_run();
    for (file, command) in [("x.onnx", "export"), ("y.onnx", "export")] {
        let write = [command, "run", "--out", file];
        place.dcgan(&write).succeeded();
        let written = place.bytes(file);
        place.dcgan(&write).succeeded();
        assert!(place.bytes(file) == written, "{file} changes from one call to the next");
        fs::write(place.path(file), "mine").unwrap();
        place.dcgan(&write).refused(2, &[file, "nothing shows that dcgan wrote it", "--force"]);
        place.dcgan(&[&write[..], &["--force"]].concat()).succeeded();
        assert!(place.bytes(file) == written);
    }
}
