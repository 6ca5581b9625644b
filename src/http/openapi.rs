//! The OpenAPI specification: what stands around the operations, and what it tells of paths.

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use std::sync::{Arc, LazyLock, OnceLock};

use actix_web::http::header::EntityTag;
use log::error;
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use super::components::{self, members};
use super::error::{ApiError, Problem};
use super::meta::Meta;
use super::packed::Packed;
use super::token::Token;
use super::translation::in_chinese;
use crate::import::key::sha256_hex;
use crate::parameters::{InvalidParameter, parsed};
use crate::parameters::{Language, message};
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
        contact(name = "The offer-cases contributors")
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
    components(schemas(Problem, InvalidParameter))
)]
struct Frame;

/// What stands around the operations.
pub(super) fn frame() -> OpenApi {
    let mut frame = Frame::openapi();
    // Nothing signs anybody in: what is read is public.
    frame.security = Some(Vec::new());
    frame
}

/// The headers that answers have in common.
const HEADERS: &[(&str, &str, &str)] = &[
    (
        "X-Request-Id",
        "string",
        "The id under which the log has this request; taken over from the request where it has one.",
    ),
    (
        "Dataset-Version",
        "string",
        "The version of the data that the answer is of: a number that goes up with every change, and what stands for the history that it is of.",
    ),
    ("ETag", "string", "Stands for the answer; goes into `If-None-Match` of the next request."),
    ("Last-Modified", "string", "When any of the data last changed."),
    ("Cache-Control", "string", "`no-cache`: an answer may be kept, and is asked about before it is used again."),
    ("Vary", "string", "The request headers that the answer depends on."),
    ("Link", "string", "The next page (`rel=\"next\"`) and the one before (`rel=\"prev\"`), where there are such."),
    ("Retry-After", "integer", "Seconds after which to try again."),
    (
        "RateLimit-Policy",
        "string",
        "What the client's address may ask at once (`q`), and in how many seconds that is given anew (`w`); absent where there \
        is no limit.",
    ),
    (
        "RateLimit",
        "string",
        "What is left of it (`r`), and after how many seconds all of it is there again (`t`). A case or a list counts 1, \
        statistics, charts, searches and counts 5, a file of cases 20, and each kilobyte of an address 1.",
    ),
];

/// What is told of the program alone, and not of the data.
const META: &str = "/api/v1/meta";

/// Whether the answers of this status at a path have a header.
fn has_header(name: &str, status: &str, path: &str) -> bool {
    match name {
        "X-Request-Id" => true,
        "Dataset-Version" => status == "200" && path != "/health/live" && path != META,
        "Last-Modified" if path == META => false,
        "Link" => status == "200" && path == "/api/v1/offer-cases",
        "Retry-After" => matches!(status, "429" | "503"),
        "RateLimit" | "RateLimit-Policy" => !path.starts_with("/health"),
        _ => matches!(status, "200" | "304") && !path.starts_with("/health"),
    }
}

/// Adds examples and the headers that answers have in common, and says once what several operations share.
pub(super) fn complete(openapi: OpenApi) -> OpenApi {
    let mut document = json!(openapi);
    for (path, item) in members(&mut document["paths"]) {
        let Some(operation) = item.get_mut("get") else { continue };
        let example = operation["operationId"].as_str().and_then(example_of);
        if has_header("Dataset-Version", "200", path) && !path.starts_with("/health") {
            add_parameter(operation);
        }
        for (status, response) in members(&mut operation["responses"]) {
            if let (Some(content), "200") = (response.pointer_mut("/content/application~1json"), status.as_str()) {
                content["example"] = json!(example);
            }
            for (name, kind, description) in HEADERS.iter().filter(|(name, ..)| has_header(name, status, path)) {
                response["headers"][name] = json!({"schema": {"type": kind}, "description": description});
            }
        }
    }
    components::share(&mut document);
    parsed(document)
}

/// Adds the parameter of all that is read of the data.
fn add_parameter(operation: &mut Value) {
    let parameter = json!({
        "name": "Min-Dataset-Version",
        "in": "header",
        "required": false,
        "description": "A version that `Dataset-Version` has given: the answer is of that version or a later one, also where it comes \
            from another instance or from a replica of the database; 503 `version_not_reached` where that is not there yet.",
        "schema": {"type": "string", "pattern": Token::PATTERN},
        "example": "63-0a1b2c3d",
    });
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

fn example_of(operation_id: &str) -> Option<Value> {
    let file = Examples::get(&format!("{operation_id}.json"))?;
    serde_json::from_slice(&file.data).ok()
}

/// The specification as it is served, and the paths in it.
pub struct Specification {
    /// The document.
    pub json: String,
    /// What there is to know of a case, as JSON.
    pub meta: String,
    /// Stands for the document and for the pages that show it: another program has another one.
    pub etag: EntityTag,
    paths: Vec<(String, ResourceDef)>,
    packed: [OnceLock<Arc<Packed>>; 2],
}

impl Specification {
    /// The specification of all routes.
    pub fn new() -> Self {
        let openapi = crate::http::routes::openapi();
        let paths = openapi.paths.paths.keys().map(String::as_str).chain(OTHER_PATHS.iter().copied());
        let paths = paths.map(|path| (path.to_owned(), ResourceDef::new(path))).collect();
        let json = openapi.to_pretty_json().unwrap_or_default() + "\n";
        let meta = serde_json::to_string(&Meta::new()).unwrap_or_default();
        let etag = EntityTag::new_weak(sha256_hex(format!("{json}{meta}").as_bytes()));
        Self { json, meta, etag, paths, packed: [const { OnceLock::new() }; 2] }
    }

    /// That of this process: all servers in it have the same, which takes 50 ms to make.
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Specification>> = LazyLock::new(Arc::default);
        Arc::clone(&SHARED)
    }

    /// The document with its texts in a language.
    pub(super) fn json_in(&self, language: Language) -> Arc<Packed> {
        let [english, chinese] = &self.packed;
        let packed = match language {
            Language::English => english.get_or_init(|| Packed::new(self.json.clone())),
            Language::Chinese => chinese.get_or_init(|| {
                Packed::new(in_chinese(&self.json).unwrap_or_else(|error| {
                    error!("the specification stays English: {error}");
                    self.json.clone()
                }))
            }),
        };
        Arc::clone(packed)
    }

    /// What stands for what the program carries, in a language.
    pub(super) fn etag_in(&self, language: Language) -> EntityTag {
        match language {
            Language::English => self.etag.clone(),
            Language::Chinese => EntityTag::new_weak(format!("{}-{}", self.etag.tag(), language.tag())),
        }
    }

    /// Why there is no answer to this method at this path.
    pub(super) fn nothing_here(&self, method: &Method, path: &str) -> ApiError {
        if self.paths.iter().any(|(_, definition)| definition.is_match(path)) {
            return ApiError::MethodNotAllowed { method: method.to_string(), allow: "GET, HEAD" };
        }
        let did_you_mean = nearest_path(path, self.paths.iter().map(|(path, _)| path.as_str()));
        ApiError::NotFound {
            detail: message!(
                "There is nothing at `{path}`; /docs shows what there is.",
                "`{path}` 没有内容；有什么见 /docs。"
            ),
            did_you_mean: did_you_mean.map(str::to_owned),
        }
    }
}

/// The known path whose last part is most like that of `path`.
fn nearest_path<'a>(path: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |path: &str| path.trim_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let plain: Vec<(String, &str)> = known.filter(|path| !path.contains('{')).map(|path| (last(path), path)).collect();
    let nearest = nearest(&last(path), plain.iter().map(|(part, _)| part.as_str()))?;
    plain.iter().find(|(part, _)| part == nearest).map(|(_, path)| *path)
}

impl Default for Specification {
    fn default() -> Self {
        Self::new()
    }
}
