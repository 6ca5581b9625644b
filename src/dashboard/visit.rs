//! What a request for a page says of itself: its address, and in which language and colours it is to be shown.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderName, HeaderValue, LOCATION};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use maud::Markup;

use super::address::Address;
use super::{assets, embed};
use crate::catalog::reference::Names;
use crate::http::error::ApiError;
use crate::http::media_types::{MediaType, accepted_language, takes_page};
use crate::http::snapshot::{Snapshot, written};
use crate::http::state::AppState;
use crate::http::validators::Variant;
use crate::model::field::Label;
use crate::parameters::{Kind, LANG, Language, Message, Parameter, ParameterReader, ParameterTable, parameter_tables};

/// The parameter that chooses colours.
pub(super) const THEME: Parameter = Parameter {
    name: "theme",
    description: "The colours: `auto` follows what the reader's system prefers.",
    kind: Kind::OneOf { allowed: &["auto", "light", "dark"], default: None },
    example: "dark",
};

parameter_tables! {
    /// The parameters of every page.
    PageParameters = &[LANG, THEME];
}

/// In which a browser says from where a page is asked for (Fetch Metadata).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// How long a browser keeps a choice.
const CHOICE_DAYS: i64 = 365;
/// Nothing from elsewhere, nothing written into a page runs; forms lead back here. Who has it in a frame stands behind.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors";

/// The colours of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the reader's system prefers.
    Auto,
    /// Dark ink on a white ground.
    Light,
    /// Pale ink on a dark ground.
    Dark,
}

impl Theme {
    fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// As it stands in an address.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A request for a page.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Where the page stands.
    pub(super) address: Address,
    /// The language of its texts.
    pub(super) language: Language,
    /// Its colours.
    pub(super) theme: Theme,
    request: HttpRequest,
}

impl Visit {
    /// What a request says: in its address, else in cookies, else in its headers. What is wrong with its address is found by
    /// [`Self::reader`].
    pub(super) fn of(request: &HttpRequest) -> Self {
        let address = Address::of(request);
        let chosen = |name: &str| {
            let kept = || request.cookie(name).map(|cookie| cookie.value().to_owned());
            address.get(name).or_else(kept)
        };
        let language = chosen(LANG.name).and_then(|tag| Language::of_tag(&tag));
        let language = language.unwrap_or_else(|| accepted_language(request));
        let theme = chosen(THEME.name).and_then(|name| Theme::named(&name)).unwrap_or(Theme::Auto);
        let variant = format!("{} {} {}", language.tag(), theme.name(), assets::digest());
        request.extensions_mut().insert(Variant(variant));
        Self { address, language, theme, request: request.clone() }
    }

    /// The parameters of the page, which are those of some tables and of every page; the latter are taken out.
    pub(super) fn reader(&self, tables: &[&'static [Parameter]]) -> ParameterReader {
        let plain: Vec<(&'static str, &'static [Parameter])> = tables.iter().map(|table| ("", *table)).collect();
        self.prefixed_reader(&plain)
    }

    /// The same where the names of a table stand behind a prefix.
    pub(super) fn prefixed_reader(&self, tables: &[(&'static str, &'static [Parameter])]) -> ParameterReader {
        let tables = [tables, &[("", PageParameters::PARAMETERS)]].concat();
        let mut reader = ParameterReader::with_prefixes(self.request.query_string(), &tables);
        reader.one_of(LANG.name);
        reader.one_of(THEME.name);
        reader
    }

    /// The data as it is now, with all cases in memory.
    ///
    /// # Errors
    /// Where there is none, or the client has the page already, and every choice that it makes.
    pub(super) async fn snapshot(&self, state: &AppState) -> Result<Snapshot, ApiError> {
        let snapshot = state.snapshot_of_many(&self.request, MediaType::Html).await;
        if !matches!(snapshot, Err(ApiError::NotModified(_))) || !self.chooses_anew() {
            return snapshot;
        }
        let mut snapshot = state.open().await?;
        snapshot.bring_columns(state).await?;
        Ok(snapshot)
    }

    /// Whether the address was chosen here, and not sent by somebody else. Browsers that do not say are believed.
    fn is_chosen_here(&self) -> bool {
        self.request.headers().get(FETCH_SITE).is_none_or(|site| site == "same-origin")
    }

    /// What is chosen here of language and colours.
    fn choices(&self) -> impl Iterator<Item = (&'static str, String)> {
        let names = [LANG.name, THEME.name].into_iter().filter(|_| self.is_chosen_here());
        names.filter_map(|name| Some((name, self.address.get(name)?)))
    }

    /// Whether a browser follows a link that chooses what it has not kept, which only an answer with a page can say.
    fn chooses_anew(&self) -> bool {
        let is_kept = |name: &str, value: &str| self.request.cookie(name).is_some_and(|kept| kept.value() == value);
        self.request.headers().contains_key(FETCH_SITE) && self.choices().any(|(name, value)| !is_kept(name, &value))
    }

    /// The page as an answer. What is chosen here of language and colours is kept by the browser.
    pub(super) fn answer(&self, snapshot: &Snapshot, page: Markup) -> HttpResponse {
        let mut response = snapshot.response();
        for header in self.headers() {
            response.insert_header(header);
        }
        for (name, value) in self.choices() {
            let cookie = Cookie::build(name, value).path("/").same_site(SameSite::Lax).http_only(true);
            response.cookie(cookie.max_age(Duration::days(CHOICE_DAYS)).finish());
        }
        written(response, MediaType::Html, page.into_string())
    }

    /// The page as an answer to a request that is wrong, which it says itself.
    pub(super) fn refused(&self, page: Markup) -> HttpResponse {
        let mut response = HttpResponse::BadRequest();
        for header in self.headers() {
            response.insert_header(header);
        }
        written(response, MediaType::Html, page.into_string())
    }

    /// The parameters without those of every page: what a call of the API takes.
    pub(super) fn asked(&self) -> Address {
        self.address.without(&[LANG.name, THEME.name])
    }

    /// Whether somebody looks at the page, as nobody does at what a program asks for.
    pub(super) fn is_for_people(&self) -> bool {
        takes_page(&self.request)
    }

    /// The headers of every page.
    pub(super) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let policy = format!("{POLICY} {}", embed::frame_ancestors(&self.request));
        // Settings let no sign in that a header cannot hold; without frames nothing would be lost.
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        vec![
            (actix_web::http::header::CONTENT_SECURITY_POLICY, policy),
            (actix_web::http::header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag())),
        ]
    }

    /// Where the service is reached, as the client wrote it: `https://example.org`.
    pub(super) fn origin(&self) -> String {
        let connection = self.request.connection_info();
        format!("{}://{}", connection.scheme(), connection.host())
    }

    /// A text of the interface.
    pub(super) fn t(&self, label: Label) -> &'static str {
        self.language.of(label.zh, label.en)
    }

    /// A sentence.
    pub(super) fn say(&self, message: &Message) -> String {
        message.of(self.language).to_owned()
    }

    /// What so many cases are called, without the number.
    pub(super) fn cases(&self, count: u64) -> &'static str {
        self.language.of("条案例", if count == 1 { "case" } else { "cases" })
    }

    /// What something is called.
    pub(super) fn name<'a>(&self, names: &'a Names) -> &'a str {
        self.language.of(&names.name, &names.name_en)
    }

    /// Another page in the same language and colours.
    pub(super) fn link(&self, path: &str) -> String {
        self.address.elsewhere(path).href()
    }
}

/// Leads to another address, which shows what this one asks for.
pub(super) fn see_other(address: &Address) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address.href())).finish()
}
