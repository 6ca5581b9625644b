//! `/embed/chart.png`: the picture of a chart, for what shows a preview of a link and takes no SVG.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::asked;
use super::preview::PICTURE_WIDTH_PX;
use crate::charts::picture;
use crate::charts::png::{PngError, png};
use crate::http::error::ApiError;
use crate::http::media_types::{MediaType, accepted_language};
use crate::http::snapshot::written;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::parameters::message;

impl From<PngError> for ApiError {
    fn from(error: PngError) -> Self {
        match error {
            PngError::NoChineseFont => Self::Unavailable(message!(
                "{error}",
                "没有安装含中文的字体，图表无法画成 PNG。请安装一种（Debian、Ubuntu：apt-get install fonts-noto-cjk），然后重新启动服务。"
            )),
            PngError::Failed(why) => Self::Internal(why),
        }
    }
}

/// The picture. It is drawn beside the threads that serve requests.
pub(super) async fn picture(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Png).await?;
    let query = asked(request.query_string(), &snapshot.catalog, accepted_language(&request))?.with_fixed_colours();
    let found = statistics(&state, &mut snapshot, query.statistics.clone()).await?;
    let drawn = snapshot.in_memory(move |_, _| png(&picture::draw(&query, &found), PICTURE_WIDTH_PX)).await??;
    Ok(written(snapshot.response(), MediaType::Png, drawn))
}
