//! Who may ask how much: what a client may ask in a time, and what is worked on at the same time.
//!
//! Requests are of [classes](Class). [`clients`] says which address a request comes from, [`rates`] how much an address may
//! ask, [`shares`] how much of each class is worked on at once, so that none keeps another waiting; [`connections`] how many
//! connections an address may have. Questions of health are asked nothing.

mod class;
mod clients;
mod connections;
mod places;
mod rates;
mod shares;

use std::any::Any;
use std::net::IpAddr;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

pub use class::Class;
use clients::Clients;
use connections::Connections;
pub use rates::Left;
use rates::{RATE_LIMIT, RATE_LIMIT_POLICY, Rates};
use shares::Shares;
pub use shares::{ExportPlace, Work};

use crate::http::error::ApiError;
use crate::settings::Limits;

/// The headers that tell a client what it may still ask.
pub const RATE_HEADERS: [HeaderName; 2] = [RATE_LIMIT, RATE_LIMIT_POLICY];

/// What all requests are measured by.
pub struct Admission {
    clients: Clients,
    connections: Connections,
    rates: Option<Rates>,
    shares: Shares,
}

/// The address that a request comes from, among its extensions.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl Admission {
    /// By these limits, where so many connections to the database serve what may take long.
    pub fn new(limits: &Limits, long_connections: usize) -> Self {
        Self {
            clients: Clients::behind(limits.trusted_proxies.clone()),
            connections: Connections::new(limits),
            rates: Rates::new(limits.requests_per_second, limits.burst),
            shares: Shares::new(long_connections),
        }
    }

    /// Takes in a new connection, or closes it where its address has too many.
    pub fn connected(&self, connection: &dyn Any, data: &mut Extensions) {
        self.connections.take_in(connection, data, |peer| self.clients.is_trusted(peer));
    }

    /// How many connections clients have.
    pub fn connections(&self) -> usize {
        self.connections.number()
    }

    /// How many they may have, all together.
    pub fn most_connections(&self) -> usize {
        self.connections.most()
    }

    /// How much is worked on of each class that has a share of its own.
    pub fn work(&self) -> [Work; 2] {
        self.shares.work()
    }

    /// Takes what a request costs from what its client may ask, where that has a limit. A trusted proxy that asks for nobody else
    /// has none.
    fn charge(&self, request: &ServiceRequest, class: Class) -> Result<Option<Left>, ApiError> {
        let client = client_of(request).filter(|client| !self.clients.is_trusted(*client));
        let (Some(rates), Some(client)) = (&self.rates, client) else { return Ok(None) };
        let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
        rates.take(client, class.cost(target)).map(Some).map_err(ApiError::TooManyRequests)
    }

    /// Notes the address that a request comes from, and takes away what is said of it by nobody who is trusted.
    pub fn identify(&self, request: &mut ServiceRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        let client = self.clients.client_of(peer, request.headers_mut());
        request.extensions_mut().insert(ClientAddress(client));
        Some(client)
    }
}

/// Lets a request through when its client has not asked too much and there is a place for its class.
pub(super) async fn admit<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let class = Class::of(request.path(), request.query_string());
    let Some(admission) = request.app_data::<Data<Admission>>().cloned().filter(|_| class != Class::Health) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let left = match admission.charge(&request, class) {
        Ok(left) => left,
        Err(refused) => return Ok(request.error_response(refused).map_into_right_body()),
    };
    let client = client_of(&request);
    let mut response = match admission.shares.place(class, client).await {
        Ok(place) => {
            if let Some(place) = place.of_export {
                request.extensions_mut().insert(place);
            }
            let response = next.call(request).await?;
            drop(place.of_question);
            response.map_into_left_body()
        }
        Err(refused) => request.error_response(refused).map_into_right_body(),
    };
    if let Some(left) = left {
        left.add_to(response.headers_mut());
    }
    Ok(response)
}

fn client_of(request: &ServiceRequest) -> Option<IpAddr> {
    request.extensions().get::<ClientAddress>().map(|client| client.0)
}
