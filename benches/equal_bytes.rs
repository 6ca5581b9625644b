//! The limit of HTTP: a handler that has the answers in memory and sends them, headers and all.
//!
//! `equal_bytes <address> <file>` serves the answers in a file of JSON lines, each with `target`, `status`, `headers`
//! and `body`; anything else is answered with an empty 200. `benches/run.py` builds and runs it.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::HashMap;
use std::io::BufRead;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde::Deserialize;

/// An answer as the file has it.
#[derive(Deserialize)]
struct Line {
    target: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// An answer as it is sent.
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

type Answers = HashMap<String, Answer>;

async fn answer(request: HttpRequest, answers: Data<Answers>) -> HttpResponse {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let Some(answer) = answers.get(target) else { return HttpResponse::Ok().finish() };
    let mut response = HttpResponse::build(answer.status);
    for (name, value) in &answer.headers {
        response.append_header((name.clone(), value.clone()));
    }
    response.body(answer.body.clone())
}

fn read(file: &str) -> Answers {
    let lines = std::io::BufReader::new(std::fs::File::open(file).unwrap()).lines();
    let answer = |line: std::io::Result<String>| {
        let Line { target, status, headers, body } = serde_json::from_str(&line.unwrap()).unwrap();
        let header = |(name, value): (String, String)| (name.parse().unwrap(), value.parse().unwrap());
        let headers = headers.into_iter().map(header).collect();
        (target, Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::from(body) })
    };
    lines.map(answer).collect()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [address, file] = arguments.as_slice() else {
        eprintln!("equal_bytes <address> <file of answers>: run it by benches/run.py");
        return Ok(());
    };
    let answers = Data::new(read(file));
    let workers = std::thread::available_parallelism()?.get();
    let app = move || App::new().app_data(Data::clone(&answers)).default_service(web::to(answer));
    HttpServer::new(app).workers(workers).bind(address)?.run().await
}
