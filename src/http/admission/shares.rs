//! How much of each class is worked on at once.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::class::Class;
use super::places::{Place, Places};
use crate::http::error::ApiError;
use crate::parameters::message;
use crate::waiting::Waiting;

/// How long a request waits for a place of its class.
const WAIT_LIMIT: Duration = Duration::from_secs(2);
/// The most exports at once: few read from the database at a time, most wait for their clients.
const MAX_EXPORTS: usize = 64;
/// The most exports at once for one address.
const MAX_EXPORTS_OF_ADDRESS: usize = 8;

/// The places of each class.
pub(super) struct Shares {
    questions: Share,
    exports: Share,
    exports_by_address: Arc<Places>,
}

/// The places of one class.
struct Share {
    class: Class,
    most: usize,
    places: Arc<Semaphore>,
    waiting: Waiting,
    refused: AtomicU64,
}

/// How much is worked on of a class.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// What the class is called.
    pub class: &'static str,
    /// How much there may be at once.
    pub most: usize,
    /// How much there is.
    pub running: usize,
    /// How many requests wait for a place.
    pub waiting: usize,
    /// How many found none in time, since the start.
    pub refused: u64,
}

impl Share {
    fn new(class: Class, most: usize) -> Self {
        let places = Arc::new(Semaphore::new(most));
        Self { class, most, places, waiting: Waiting::default(), refused: AtomicU64::new(0) }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let place = tokio::time::timeout(WAIT_LIMIT, Arc::clone(&self.places).acquire_owned());
        let place = self.waiting.while_waiting(place).await;
        place.ok().and_then(Result::ok).ok_or_else(|| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            all_taken(self.class)
        })
    }

    fn work(&self) -> Work {
        Work {
            class: if self.class == Class::Export { "export" } else { "costly" },
            most: self.most,
            running: self.most - self.places.available_permits(),
            waiting: self.waiting.now(),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }
}

/// The places that a request has.
#[derive(Default)]
pub(super) struct Taken {
    /// Until the answer is made.
    pub of_question: Option<OwnedSemaphorePermit>,
    /// Until the file is sent.
    pub of_export: Option<ExportPlace>,
}

/// The place of an export, among the extensions of its request: who streams the file keeps it until its end.
pub struct ExportPlace {
    _place: OwnedSemaphorePermit,
    _of_address: Option<Place>,
}

impl Shares {
    /// Where so many connections to the database serve what may take long: a quarter of them, and one at least where there
    /// are two, stays free for cheap reads, whatever costly questions are asked.
    pub fn new(long_connections: usize) -> Self {
        let questions = (long_connections - long_connections.div_ceil(4)).max(1);
        Self {
            questions: Share::new(Class::Costly, questions),
            exports: Share::new(Class::Export, MAX_EXPORTS),
            exports_by_address: Places::new(MAX_EXPORTS_OF_ADDRESS),
        }
    }

    /// How much is worked on of each class.
    pub fn work(&self) -> [Work; 2] {
        [self.questions.work(), self.exports.work()]
    }

    /// A place for a request of a class, waited for if need be.
    ///
    /// # Errors
    /// Where none became free in time.
    pub async fn place(&self, class: Class, client: Option<IpAddr>) -> Result<Taken, ApiError> {
        match class {
            Class::Health | Class::Read => Ok(Taken::default()),
            Class::Costly => Ok(Taken { of_question: Some(self.questions.place().await?), of_export: None }),
            Class::Export => {
                let of_address = client.map(|client| self.exports_by_address.take(client).ok_or_else(too_many_exports));
                let _of_address = of_address.transpose()?;
                let _place = self.exports.place().await?;
                Ok(Taken { of_question: None, of_export: Some(ExportPlace { _place, _of_address }) })
            }
        }
    }
}

fn all_taken(class: Class) -> ApiError {
    ApiError::AllPlacesTaken(match class {
        Class::Export => message!(
            "As many exports are on their way as there may be at once; try again in a moment.",
            "正在进行的导出已达上限，请稍后再试。"
        ),
        _ => message!(
            "As many statistics, facets, charts, searches and pages are worked on as there may be at once; try again in a \
             moment. Cases and lists are answered meanwhile.",
            "正在计算的统计、分面、图表、搜索和网页已达上限，请稍后再试；其间单个案例和列表照常应答。"
        ),
    })
}

fn too_many_exports() -> ApiError {
    ApiError::AllPlacesTaken(message!(
        "{MAX_EXPORTS_OF_ADDRESS} exports to your address are on their way, and one address may have no more at once; read \
         one of them to its end.",
        "发往你的地址的导出已有 {MAX_EXPORTS_OF_ADDRESS} 个正在进行，同一地址不能更多；请先读完其中一个。"
    ))
}
