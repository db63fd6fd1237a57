//! Copying between two streams.
