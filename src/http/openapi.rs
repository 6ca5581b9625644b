//! The OpenAPI specification: what stands around the operations, and what it tells of paths.

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use rust_embed::RustEmbed;
use utoipa::OpenApi as _;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{HeaderBuilder, OpenApi, RefOr};

use super::components;
use super::error::{ApiError, Problem};
use crate::parameters::ParameterError;
use crate::text::nearest;

/// Answers of the service on its seed, one file an operation, named by its id; the tests keep them
/// true.
#[derive(RustEmbed)]
#[folder = "openapi/examples"]
struct Examples;

/// Paths beside those of the specification, all for GET.
const OTHER_PATHS: &[&str] = &["/", "/openapi.json", "/docs", "/docs/index.html"];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "offer-cases",
        description = "Job-offer cases by company, major and school tier: who with which background got which offer.\n\n\
            - Names resolve through aliases: `company=B站` is `company=bilibili`.\n\
            - Unknown is a value: `null` in answers, `unknown` in filters. Nothing is guessed.\n\
            - The raw row stays beside the normalised fields (`include=raw`).\n\
            - Only offers are stored: no success rate can be read from any of it.\n\n\
            按公司、专业和院校层次查询求职 offer 案例。名称可用别名；未知也是一个值，从不猜测；原始单元格与规范化结果一并保留；只收录拿到的 offer，因此不能由此得出成功率。",
        version = env!("CARGO_PKG_VERSION"),
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT"),
        contact()
    ),
    servers((url = "/", description = "The service that serves this document.")),
    tags(
        (name = "Offer cases", description = "The cases themselves. 案例。"),
        (name = "Comparable cases", description = "The cases most like a profile, with the reasons. 相似案例。"),
        (name = "Statistics", description = "Counts and shares over a choice of cases. 统计。"),
        (name = "Charts", description = "Statistics as pictures. 图表。"),
        (name = "Reference data", description = "Companies, roles, majors, schools, tiers, tags, sources, each with aliases and case counts. 基础数据。"),
        (name = "Imports", description = "What was imported, and what there is to know about it. 导入记录。"),
        (name = "Guide", description = "How to read the field. 指南。"),
        (name = "Operations", description = "For those who run the service. 运维。"),
    ),
    components(schemas(Problem, ParameterError))
)]
struct Frame;

/// What stands around the operations.
pub(super) fn frame() -> OpenApi {
    let mut frame = Frame::openapi();
    frame.info.contact = None;
    frame
}

/// Adds the headers that answers have in common, and says once what several operations share.
pub(super) fn complete(mut openapi: OpenApi) -> OpenApi {
    let header = |kind: Type, description: &str| {
        HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(kind))).description(Some(description)).build()
    };
    let request_id = header(
        Type::String,
        "The id under which the log has this request; taken over from the request where it has one.",
    );
    let dataset_version = header(Type::Integer, "The version of the data that the answer is of.");
    let text = |description: &str| header(Type::String, description);
    let etag = text("Stands for the answer; goes into `If-None-Match` of the next request.");
    let last_modified = text("When any of the data last changed.");
    let cache_control = text("`no-cache`: an answer may be kept, and is asked about before it is used again.");
    let vary = text("The request headers that the answer depends on.");
    let link = text("The next page (`rel=\"next\"`); missing on the last one.");
    let retry_after = header(Type::Integer, "Seconds after which to try again.");
    for (path, item) in &mut openapi.paths.paths {
        let Some(operation) = item.get.as_mut() else { continue };
        let example = operation.operation_id.as_deref().and_then(example_of);
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else { continue };
            response.headers.insert("X-Request-Id".into(), request_id.clone().into());
            if let (Some(RefOr::T(content)), "200") = (response.content.get_mut("application/json"), status.as_str()) {
                content.example.clone_from(&example);
            }
            if status == "200" && path != "/health/live" {
                response.headers.insert("Dataset-Version".into(), dataset_version.clone().into());
            }
            if matches!(status.as_str(), "200" | "304") && !path.starts_with("/health") {
                for (name, header) in [
                    ("ETag", &etag),
                    ("Last-Modified", &last_modified),
                    ("Cache-Control", &cache_control),
                    ("Vary", &vary),
                ] {
                    response.headers.insert(name.into(), header.clone().into());
                }
            }
            if status == "200" && path == "/api/v1/offer-cases" {
                response.headers.insert("Link".into(), link.clone().into());
            }
            if status == "503" {
                response.headers.insert("Retry-After".into(), retry_after.clone().into());
            }
        }
    }
    components::share(&mut openapi);
    openapi
}

fn example_of(operation_id: &str) -> Option<serde_json::Value> {
    let file = Examples::get(&format!("{operation_id}.json"))?;
    serde_json::from_slice(&file.data).ok()
}

/// The specification as it is served, and the paths in it.
pub struct Specification {
    /// The document.
    pub json: String,
    paths: Vec<(String, ResourceDef, String)>,
}

impl Specification {
    /// The specification of all routes.
    pub fn new() -> Self {
        let openapi = crate::http::routes::openapi();
        let mut paths: Vec<(String, ResourceDef, String)> = Vec::new();
        for path in openapi.paths.paths.keys() {
            paths.push((path.clone(), ResourceDef::new(path.as_str()), "GET, HEAD".into()));
        }
        for path in OTHER_PATHS {
            paths.push(((*path).to_owned(), ResourceDef::new(*path), "GET, HEAD".into()));
        }
        let json = openapi.to_pretty_json().unwrap_or_default() + "\n";
        Self { json, paths }
    }

    /// Why there is no answer to this method at this path.
    pub(super) fn nothing_here(&self, method: &Method, path: &str) -> ApiError {
        if let Some((_, _, allow)) = self.paths.iter().find(|(_, definition, _)| definition.is_match(path)) {
            return ApiError::MethodNotAllowed { method: method.to_string(), allow: allow.clone() };
        }
        let known: Vec<&str> = self.paths.iter().map(|(path, ..)| path.as_str()).collect();
        let did_you_mean = nearest_path(path, &known);
        ApiError::NotFound {
            detail: format!("There is nothing at `{path}`; /docs shows what there is."),
            did_you_mean: did_you_mean.map(str::to_owned),
        }
    }
}

/// The known path whose last part is most like that of `path`.
fn nearest_path<'a>(path: &str, known: &[&'a str]) -> Option<&'a str> {
    let last = |path: &str| path.trim_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let plain: Vec<(String, &str)> =
        known.iter().filter(|path| !path.contains('{')).map(|path| (last(path), *path)).collect();
    let nearest = nearest(&last(path), plain.iter().map(|(part, _)| part.as_str()))?;
    plain.iter().find(|(part, _)| part == nearest).map(|(_, path)| *path)
}

impl Default for Specification {
    fn default() -> Self {
        Self::new()
    }
}
