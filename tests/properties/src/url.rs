use wagon_domain::HttpUrl;

/// A URL is shown as it was given, and what is called is that URL to every parser of URLs.
pub fn a_url_means_the_same_when_it_is_read_again(text: &str) {
    let Ok(url) = text.parse::<HttpUrl>() else { return };
    assert_eq!(url.as_str(), text);
    callable(&url);
    let normal: HttpUrl = url.url().as_str().parse().expect("a normalised URL is one");
    assert_eq!(normal.url(), url.url());
}

/// A redirect leads from one URL that can be called to another, whatever its `Location` holds.
pub fn a_location_leads_to_no_other_scheme(location: &str) {
    let from: HttpUrl = "https://example.com/a/b?c".parse().expect("a URL");
    if let Ok(to) = from.join(location) {
        callable(&to);
    }
}

fn callable(url: &HttpUrl) {
    let called = url.url();
    assert!(matches!(called.scheme(), "http" | "https"), "{called}");
    assert!(called.host_str().is_some_and(|host| !host.is_empty()), "{called}");
    assert!(
        called.username().is_empty() && called.password().is_none(),
        "{called}"
    );
    assert_ne!(called.port(), Some(0));
    assert_eq!(called.fragment(), None);
}
