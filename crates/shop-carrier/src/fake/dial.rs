//! Streams to the fake carrier inside this process.

use super::FakePost;
use shop_http::{BoxFuture, Dial, Stream, in_process};
use std::{io, sync::Arc};

/// Dialer of a fake carrier. No task is started: its server runs while its client reads.
pub struct FakeDial(
    /// The carrier that is reached.
    pub Arc<FakePost>,
);

impl Dial for FakeDial {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let post = Arc::clone(&self.0);
        let stream = in_process(|far| Box::pin(async move { post.serve(far).await }));
        Box::pin(async move { Ok(stream) })
    }
}
