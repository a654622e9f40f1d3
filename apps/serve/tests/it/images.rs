use dcgan_gan::{Generator, latent};
use dcgan_run::provenance::Provenance;

use crate::{Answer, Server};

/// Side and pixels of a PNG.
fn decoded(answer: Answer) -> (usize, Vec<u8>) {
    let answer = answer.is(200, "image/png");
    let mut reader = png::Decoder::new(std::io::Cursor::new(answer.body)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let side = reader.next_frame(&mut pixels).unwrap().width as usize;
    (side, pixels)
}

#[track_caller]
fn assert_shows(answer: Answer, expected: &[u8]) {
    let (side, pixels) = decoded(answer);
    assert_eq!((side, pixels.len()), (16, expected.len()));
    assert!(pixels.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 1));
}

fn pixels(server: &Server, latent: &[f32]) -> Vec<u8> {
    Generator::from_weights(&server.weights).generate_bytes(latent).into_iter().collect()
}

#[test]
fn a_seed_is_the_image_that_the_model_makes_of_it() {
    let server = Server::start();
    for seed in [7, u64::MAX] {
        let expected = pixels(&server, &latent::from_seed(seed, 5));
        assert!(expected.iter().any(|&byte| byte.abs_diff(expected[0]) > 20), "a flat image");
        assert_shows(server.get(&format!("/{seed}.png")), &expected);
    }
}

#[test]
fn enlarged_images_have_squares_for_pixels() {
    let server = Server::start();
    let (_, small) = decoded(server.get("/7.png"));
    let (side, large) = decoded(server.get("/7.png?scale=4"));
    assert_eq!(side, 64);
    for (i, pixel) in large.chunks(3).enumerate() {
        let (row, column) = (i / 64 / 4, i % 64 / 4);
        assert_eq!(pixel, &small[(row * 16 + column) * 3..][..3]);
    }
    for target in ["/7.png?scale=0", "/7.png?scale=17", "/7.png?scale=18446744073709551615"] {
        server.get(target).says(400, "scale must be from 1 to 16");
    }
}

#[test]
fn a_blend_lies_between_two_seeds() {
    let server = Server::start();
    let [from, to] = [7, 12].map(|seed| latent::from_seed(seed, 5));
    for (place, t) in [("0", 0.0), ("0.3", 0.3), ("0.125", 0.125), ("1.0", 1.0)] {
        let expected = pixels(&server, &latent::slerp(&from, &to, t));
        assert_shows(server.get(&format!("/blend/7-12/{place}.png")), &expected);
    }
}

#[test]
fn images_say_how_they_were_made() {
    let server = Server::start();
    let [from, to] = [7, 12].map(|seed| latent::from_seed(seed, 5));
    for (target, expected) in [
        ("/7.png?scale=2", from.clone()),
        ("/blend/7-12/0.3.png", latent::slerp(&from, &to, 0.3)),
        ("/blend/7-12/1.png", to.clone()),
    ] {
        let (made, program) = Provenance::read(&server.get(target).body).unwrap();
        assert!(program.starts_with("dcgan-serve "), "{program}");
        assert_eq!(made.maker.model.to_string(), server.model());
        assert_eq!((made.maker.steps, made.count()), (12, 1));
        assert_eq!(made.latents(5).unwrap(), expected);
    }
}

#[test]
fn images_are_kept_by_browsers_as_long_as_they_are_true() {
    let server = Server::start();
    let asked = server.get("/7.png");
    let tag = asked.header("etag").to_owned();
    assert!(tag.contains(&server.model()), "{tag}");
    assert_eq!(asked.header("cache-control"), "no-cache");
    for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = server.ask("GET", "/7.png", &[&format!("If-None-Match: {known}")]);
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), tag);
    }
    let other = server.ask("GET", "/8.png", &[&format!("If-None-Match: {tag}")]);
    assert_ne!(other.is(200, "image/png").header("etag"), tag);

    let named = server.get(&format!("/7.png?model={}", server.model())).is(200, "image/png");
    assert!(named.header("cache-control").contains("immutable"));
    server
        .get("/7.png?model=0123456789ab")
        .says(404, &format!("the model here is {}", server.model()));
}

#[test]
fn head_describes_what_get_sends() {
    let server = Server::start();
    let (get, head) = (server.get("/7.png"), server.ask("HEAD", "/7.png", &[]));
    assert!(head.body.is_empty() && head.status == 200);
    assert_eq!(head.headers, get.headers);
}
