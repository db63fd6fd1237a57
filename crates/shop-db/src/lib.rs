//! Everything the shop remembers, in SQLite.
