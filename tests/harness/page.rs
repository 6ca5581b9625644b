//! A page, taken apart.

use tl::{HTMLTag, ParserOptions, VDom};

use super::{Answer, TestApp};

/// A page.
#[derive(Debug)]
pub struct Page {
    html: String,
}

impl Page {
    /// The page at this target, as somebody who looks at pages gets it, with its answer.
    pub async fn at(app: &TestApp, target: &str) -> (Self, Answer) {
        let answer = app.request(reqwest::Method::GET, target, &[("Accept", "text/html,*/*;q=0.8")]).await;
        assert!(answer.header("content-type").starts_with("text/html"), "{target}: {answer:?}");
        let page = Self { html: answer.text.clone() };
        page.must_be_harmless(target);
        (page, answer)
    }

    /// The page at this target, which must be there.
    pub async fn ok(app: &TestApp, target: &str) -> Self {
        let (page, answer) = Self::at(app, target).await;
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        page
    }

    fn dom(&self) -> VDom<'_> {
        tl::parse(&self.html, ParserOptions::default()).unwrap_or_else(|error| panic!("{error}: {}", self.html))
    }

    /// What is told of each element that the last of these selectors finds within those that the others find.
    fn each<T>(&self, selectors: &[&str], tell: impl Fn(&HTMLTag<'_>, &tl::Parser<'_>) -> Option<T>) -> Vec<T> {
        let dom = self.dom();
        let parser = dom.parser();
        let mut found: Vec<&HTMLTag<'_>> = Vec::new();
        for (index, selector) in selectors.iter().enumerate() {
            let is_selector = "must be a selector";
            let handles: Vec<_> = match index {
                0 => dom.query_selector(selector).expect(is_selector).collect(),
                _ => found.iter().flat_map(|tag| tag.query_selector(parser, selector).expect(is_selector)).collect(),
            };
            found = handles.iter().filter_map(|handle| handle.get(parser)?.as_tag()).collect();
        }
        found.into_iter().filter_map(|tag| tell(tag, parser)).collect()
    }

    /// The texts of elements.
    pub fn texts(&self, selectors: &[&str]) -> Vec<String> {
        self.each(selectors, |tag, parser| Some(decoded(&tag.inner_text(parser)).trim().to_owned()))
    }

    /// The text of the one element that is found.
    #[track_caller]
    pub fn text(&self, selectors: &[&str]) -> String {
        let mut texts = self.texts(selectors);
        assert_eq!(texts.len(), 1, "{selectors:?}: {texts:?}");
        texts.remove(0)
    }

    /// An attribute of those elements that have it.
    pub fn attributes(&self, selectors: &[&str], name: &str) -> Vec<String> {
        self.each(selectors, |tag, _| Some(decoded(&tag.attributes().get(name)??.as_utf8_str())))
    }

    /// The figures that elements stand for, whatever their text is.
    pub fn figures(&self, selectors: &[&str]) -> Vec<f64> {
        self.attributes(selectors, "value").iter().map(|value| value.parse().unwrap()).collect()
    }

    /// That nothing that somebody wrote became more than text.
    #[track_caller]
    fn must_be_harmless(&self, target: &str) {
        for tag in self.dom().nodes().iter().filter_map(tl::Node::as_tag) {
            let name = tag.name().as_utf8_str();
            assert!(name != "script" || tag.attributes().contains("src"), "{target} has a script in it");
            for (attribute, value) in tag.attributes().iter() {
                let value = decoded(&value.unwrap_or_default());
                assert!(!attribute.starts_with("on") && attribute != "style", "{target}: <{name} {attribute}=…>");
                let is_address = ["href", "src", "action"].contains(&&*attribute);
                let is_plain = value.starts_with(['/', '#', '.']) || value.starts_with("http");
                assert!(!is_address || is_plain, "{target}: <{name} {attribute}={value}>");
            }
        }
    }
}

fn decoded(text: &str) -> String {
    html_escape::decode_html_entities(text).into_owned()
}

/// The parameters of an address that a page leads to, without those of every page.
pub fn parameters_of(href: &str) -> Vec<(String, String)> {
    let query = href.split_once('?').map_or("", |(_, query)| query);
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).filter(|(name, _)| name != "lang").collect()
}

/// The number of cases on the page that an address leads to.
pub async fn cases_at(app: &TestApp, href: &str) -> u64 {
    assert!(href.starts_with("/explore?"), "{href}");
    let mut parameters = parameters_of(href);
    parameters.push(("count".into(), "exact".into()));
    let pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.get("/api/v1/offer-cases", &pairs).await.ok()["total"].as_u64().unwrap()
}
