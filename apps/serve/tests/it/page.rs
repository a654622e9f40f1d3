use crate::Server;

#[test]
fn the_page_shows_images_and_leads_to_more() {
    let server = Server::start();
    let page = server.get("/").is(200, "text/html").text();
    let model = server.model();
    for part in [
        format!(r#"<img src="/0.png?model={model}""#),
        format!(r#"<img src="/59.png?model={model}""#),
        r#"<a id="more" href="/?from=60">"#.to_owned(),
        r#"<script src="/grid.js" defer>"#.to_owned(),
    ] {
        assert!(page.contains(&part), "`{part}` is not in:\n{page}");
    }
    let next = server.get("/?from=60").is(200, "text/html").text();
    assert!(next.contains("/60.png") && next.contains("/119.png") && !next.contains("/59.png"));
    let last = server.get("/?from=18446744073709551600").is(200, "text/html").text();
    assert!(last.contains("/18446744073709551615.png") && !last.contains("id=\"more\""));

    // Everything that the page refers to is there.
    for target in page.split('"').filter(|text| text.starts_with('/')).take(10) {
        assert_eq!(server.get(&target.replace("&amp;", "&")).status, 200, "{target}");
    }
    server.get("/grid.js").is(200, "text/javascript");
    server.get("/grid.css").is(200, "text/css");
}

#[test]
fn nothing_foreign_is_loaded_and_nothing_is_loaded_from_foreign_pages() {
    let server = Server::start();
    for target in ["/", "/7.png", "/nothing"] {
        let answer = server.get(target);
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let page = server.get("/").text();
    assert!(!page.contains("http") && !page.contains("<script>") && !page.contains("style="));
}
