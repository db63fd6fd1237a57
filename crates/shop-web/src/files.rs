//! The files that are handed out: read as they are sent, whole or in part.

use crate::range::Part;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use shop_core::digital::{DownloadLimits, LARGEST_FILE};
use std::{
    io::SeekFrom,
    path::{Path, PathBuf},
};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use tokio_util::io::ReaderStream;

/// Number of bytes read at once.
const CHUNK: usize = 64 * 1024;

/// The folder of the files that are handed out.
/// Nothing else on the disk is read by this crate.
#[derive(Clone, Debug)]
pub struct Files(PathBuf);

impl Files {
    /// Returns the files in this folder, which need not be there.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Returns the length of a file in bytes, if it can be handed out.
    /// A link cannot: it could lead anywhere.
    pub(crate) async fn length(&self, file: &DownloadLimits) -> Option<u64> {
        let is = tokio::fs::symlink_metadata(self.path(file)?).await.ok()?;
        (is.is_file() && (1..=LARGEST_FILE).contains(&is.len())).then_some(is.len())
    }

    /// Returns the answer that hands out a file, or the part asked for; none if it is not there.
    pub(crate) async fn answer(
        &self,
        terms: &DownloadLimits,
        asked: &HeaderMap,
    ) -> Option<Response> {
        // A pipe would wait for somebody to write: what is no file is not opened.
        self.length(terms).await?;
        let mut file = File::open(self.path(terms)?).await.ok()?;
        let length = file.metadata().await.ok()?.len();
        let (status, first, many) = match Part::of(asked, length) {
            Part::Whole => (StatusCode::OK, 0, length),
            Part::Bytes { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
            Part::Outside => return Some(outside(length)),
        };
        file.seek(SeekFrom::Start(first)).await.ok()?;
        let body = Body::from_stream(ReaderStream::with_capacity(file.take(many), CHUNK));
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(many));
        // To be kept, never to be shown: what a seller sells must not run or render in the shop.
        let bytes = HeaderValue::from_static("application/octet-stream");
        headers.insert(header::CONTENT_TYPE, bytes);
        let named = format!("attachment; filename=\"{}\"", terms.name);
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&named).ok()?);
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if status == StatusCode::PARTIAL_CONTENT {
            let part = format!("bytes {first}-{}/{length}", first + many - 1);
            headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).ok()?);
        }
        Some(response)
    }

    /// Returns the path of a file, which is always in the folder.
    /// A name comes from a receipt, which the database keeps sealed: whatever is in it, no path
    /// leads out of the folder.
    fn path(&self, file: &DownloadLimits) -> Option<PathBuf> {
        DownloadLimits::is_name(&file.name).then(|| self.0.join(&file.name))
    }
}

fn outside(length: u64) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    if let Ok(all) = HeaderValue::from_str(&format!("bytes */{length}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, all);
    }
    response
}
