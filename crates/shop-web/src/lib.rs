//! The storefront: router, pages, forms, headers and templates.
