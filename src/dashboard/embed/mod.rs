//! `/embed`: charts for pages of others. [`chart`] is a page for a frame, [`png`] the picture of it, [`oembed`] what a program
//! needs to put the frame into a page, [`preview`] what a page says of itself where a link to it is shown.
//!
//! All of them take the same parameters: which chart, those of a chart of that kind, and the filter.

mod chart;
mod oembed;
mod png;
pub(super) mod preview;

use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

use super::address::Address;
use super::at;
use crate::catalog::Catalog;
use crate::charts::parameters::{ChartKind, ChartQuery};
use crate::parameters::{Kind, Language, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables};
use crate::settings::Origins;

/// What all that may be in frames of others stands below.
const FOLDER: &str = "/embed/";
/// Where the page for a frame stands.
const CHART_PATH: &str = "/embed/chart";
/// Where its picture stands.
const PNG_PATH: &str = "/embed/chart.png";
/// Where programs ask what to put into a page.
const OEMBED_PATH: &str = "/embed/oembed";
/// Only the pages of the service itself.
const OWN_PAGES: &str = "'self'";

const CHART: Parameter = Parameter {
    name: "chart",
    description: "The kind of chart.",
    kind: Kind::OneOf { allowed: ChartKind::NAMES, default: Some(ChartKind::Bar.name()) },
    example: "heatmap",
};

parameter_tables! {
    /// The parameters of a chart in a frame, beside those of a chart of its kind.
    EmbedParameters = &[CHART];
}

/// Adds what stands in pages of others.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at(CHART_PATH).route(web::get().to(chart::page)))
        .service(at(PNG_PATH).route(web::get().to(png::picture)))
        .service(at(OEMBED_PATH).route(web::get().to(oembed::answer)));
}

/// The pages that may have charts in a frame, as a policy names them.
#[derive(Debug, Clone)]
pub(crate) struct FrameAncestors(String);

impl From<&Origins> for FrameAncestors {
    fn from(origins: &Origins) -> Self {
        Self(match origins {
            Origins::Any => "*".to_owned(),
            Origins::These(origins) => [&[OWN_PAGES.to_owned()], origins.as_slice()].concat().join(" "),
        })
    }
}

/// The pages that may have the answer to a request in a frame.
pub(super) fn frame_ancestors(request: &HttpRequest) -> &str {
    let allowed = request.app_data::<FrameAncestors>().filter(|_| request.path().starts_with(FOLDER));
    allowed.map_or(OWN_PAGES, |FrameAncestors(allowed)| allowed)
}

/// The address of a chart for a frame, of one that has the parameters of its kind.
pub(super) fn chart_in_frame(kind: ChartKind, parameters: &Address) -> Address {
    parameters.at(CHART_PATH).with(CHART.name, kind.name())
}

/// The address of its picture.
pub(super) fn picture_of(chart: &Address) -> Address {
    chart.at(PNG_PATH)
}

/// Which chart a query string asks for; `preferred` is the language where it says none.
///
/// # Errors
/// All that is wrong with it.
fn asked(query_string: &str, catalog: &Catalog, preferred: Language) -> Result<ChartQuery, Vec<ParameterError>> {
    let (own, of_kind) = divided(query_string, EmbedParameters::PARAMETERS);
    let mut reader = ParameterReader::new(&own, &[EmbedParameters::PARAMETERS]);
    let kind = reader.one_of(CHART.name).and_then(ChartKind::named).unwrap_or(ChartKind::Bar);
    reader.finish()?;
    ChartQuery::parse(kind, &of_kind, catalog, preferred)
}

/// The part of a query string that these parameters are, and the rest, both as they were written.
fn divided(query_string: &str, parameters: &[Parameter]) -> (String, String) {
    let name = |pair: &str| pair.split_once('=').map_or(pair, |(name, _)| name).to_owned();
    let is_own = |pair: &&str| parameters.iter().any(|parameter| parameter.name == name(pair));
    let (own, rest): (Vec<&str>, Vec<&str>) = query_string.split('&').partition(is_own);
    (own.join("&"), rest.join("&"))
}
