//! Rendering a storefront.

use super::{BuildError, ContentPage, Fixed, Storefront, StorefrontSource, render, views};
use crate::{
    markdown, png,
    refusal::Refusal,
    templates::{STYLE, Templates},
};
use axum::http::StatusCode;
use minijinja::{Value, context};
use shop_core::{
    catalog::{Product, ProductId},
    order::Letters,
};
use std::collections::HashMap;

pub(super) fn storefront(source: StorefrontSource) -> Result<Storefront, BuildError> {
    check(&source)?;
    let templates = Templates::built_in()?;
    let css = minified(STYLE);
    let css_url = views::file_url("s", css.as_bytes(), "text/css");
    let shared = shared(&source, &css_url);
    let builder = Builder { source: &source, templates: &templates, shared: &shared };
    let mut fixed = builder.pages()?;
    let refusals = builder.refusals()?;
    for image in source.pictures.all().flat_map(|picture| [&picture.thumb, &picture.full]) {
        fixed
            .entry(views::url(image))
            .or_insert_with(|| Fixed::picture(image.media_type, image.bytes.clone()));
    }
    fixed.insert(css_url, Fixed::style(css));
    fixed.insert("/favicon.ico".to_owned(), Fixed::picture("image/png", icon()));
    fixed.insert("/pgp.txt".to_owned(), Fixed::text(source.seal_cert.armored().to_owned()));
    let thumbs = source
        .catalog
        .products()
        .iter()
        .filter_map(|p| Some((p.id.clone(), thumb(p, &source)?)))
        .collect::<HashMap<ProductId, Value>>();
    let StorefrontSource { catalog, name, contact, offered, demo, seal_cert, .. } = source;
    let letters = Letters { shop: name, demo };
    Ok(Storefront {
        catalog,
        offered,
        contact,
        seal_cert,
        letters,
        templates,
        shared,
        thumbs,
        fixed,
        refusals,
    })
}

fn thumb(product: &Product, source: &StorefrontSource) -> Option<Value> {
    let picture = product.images.iter().find_map(|name| source.pictures.named(name))?;
    Some(views::image(&picture.thumb))
}

/// What can be wrong although every part is right for itself.
fn check(source: &StorefrontSource) -> Result<(), BuildError> {
    if source.offered.is_empty() {
        return Err(BuildError::NothingOffered);
    }
    for product in source.catalog.products() {
        if views::prices(product, &source.offered).is_empty() {
            return Err(BuildError::NoPrice { product: product.id.as_str().to_owned() });
        }
    }
    for (i, page) in source.pages.iter().enumerate() {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let wrong = |why| Err(BuildError::Page { slug: page.slug.clone(), why });
        if page.slug.is_empty() || page.slug.len() > 64 || !page.slug.bytes().all(fits) {
            return wrong("its name must be 1 to 64 lower-case letters, digits and dashes");
        }
        if source.pages.iter().take(i).any(|other| other.slug == page.slug) {
            return wrong("another page has the same name");
        }
    }
    Ok(())
}

/// What every template sees as `shop`.
fn shared(source: &StorefrontSource, css: &str) -> Value {
    context! {
        name => &source.name,
        tagline => &source.tagline,
        contact => source.contact.as_deref(),
        demo => source.demo,
        css => views::path(css.to_owned()),
        pages => views::list(source.pages.iter().map(|page| {
            context! { url => views::path(page_url(page)), title => &page.title }
        })),
        categories => views::list(source.catalog.categories().iter().map(views::category)),
    }
}

/// `/policy` is where the old cart had it.
fn page_url(page: &ContentPage) -> String {
    match page.slug.as_str() {
        "policy" => "/policy".to_owned(),
        slug => format!("/page/{slug}"),
    }
}

struct Builder<'a> {
    source: &'a StorefrontSource,
    templates: &'a Templates,
    shared: &'a Value,
}

impl Builder<'_> {
    fn pages(&self) -> Result<HashMap<String, Fixed>, BuildError> {
        let catalog = &self.source.catalog;
        let views: Vec<(&Product, Value)> =
            catalog.products().iter().map(|product| (product, self.view(product))).collect();
        let all = views::list(views.iter().map(|(_, view)| view.clone()));
        let mut pages = HashMap::new();
        let mut add = |path: String, template: &str, page: Value| -> Result<(), BuildError> {
            let html = render(self.templates, self.shared, template, &path, page)?;
            pages.insert(path, Fixed::page(StatusCode::OK, html));
            Ok(())
        };
        add("/".to_owned(), "landing.html", context! { products => &all })?;
        let list = context! { products => all, heading => "All products" };
        add("/product".to_owned(), "list.html", list)?;
        for (product, view) in &views {
            let next = catalog.next(&product.id).map(|next| {
                context! { url => views::path(views::product_url(next)), name => &next.name }
            });
            let page = context! { product => view, next };
            add(views::product_url(product), "product.html", page)?;
        }
        for category in catalog.categories() {
            let inside = category.products.iter().filter_map(|at| views.get(*at));
            let products = views::list(inside.map(|(_, view)| view.clone()));
            let page = context! { products, heading => &category.name };
            add(views::category_url(&category.slug), "list.html", page)?;
        }
        for page in &self.source.pages {
            let body = markdown::render(&page.markdown, &|name| {
                self.source.pictures.named(name).map(|picture| views::url(&picture.full))
            });
            let body = Value::from_safe_string(body);
            add(page_url(page), "content.html", context! { title => &page.title, body })?;
        }
        add("/order/enter".to_owned(), "enter.html", context! { unknown => false })?;
        Ok(pages)
    }

    fn refusals(&self) -> Result<Vec<(Refusal, Fixed)>, BuildError> {
        let mut pages = Vec::new();
        for refusal in Refusal::DRESSED {
            let (heading, sentences) = refusal.words();
            let links = views::list(refusal.ways().iter().map(
                |(url, text)| context! { url => views::path((*url).to_owned()), text => *text },
            ));
            let sentences = views::list(sentences.iter().map(|s| Value::from(*s)));
            let page = context! { heading, sentences, links };
            let html = render(self.templates, self.shared, "notice.html", "", page)?;
            pages.push((refusal, Fixed::page(refusal.status(), html)));
        }
        Ok(pages)
    }

    fn view(&self, product: &Product) -> Value {
        views::product(product, &self.source)
    }
}

/// Without the indentation and the comments that are for us.
fn minified(css: &str) -> String {
    css.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A small bag, for browsers that ask for an icon. Pages name none: it would be one more request.
fn icon() -> Vec<u8> {
    png::black_and_white(32, 32, |x, y| {
        let bag = (5..27).contains(&x) && (11..29).contains(&y);
        let handle = (10..22).contains(&x)
            && (4..11).contains(&y)
            && !((13..19).contains(&x) && (7..11).contains(&y));
        bag || handle
    })
}
