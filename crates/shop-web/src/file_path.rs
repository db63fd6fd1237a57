//! Paths of files.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Returns the path of a file, made from its contents.
///
/// The same path is always the same file, so browsers may keep it, and no version number tells when
/// the shop was changed. The files are the seller's own, so nobody is there to forge a collision.
pub(crate) fn file_path(folder: &str, bytes: &[u8], media_type: &str) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let ending = match media_type {
        "image/webp" => "webp",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "text/css" => "css",
        _ => "bin",
    };
    format!("/{folder}/{:016x}.{ending}", hasher.finish())
}
