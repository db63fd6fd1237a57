//! `theme/`: how the shop looks, where the seller wants it otherwise.
//!
//! Nothing in it keeps the shop closed: what is wrong is said with file and line, and what we ship
//! stands in.

use crate::{error::CliError, files, pictures, shop_dir::ShopDir};
use shop_web::{Base, Colour, EncodedImage, LogoGround, Role, Scheme, Theme, ThemeError};
use std::path::Path;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The file that says which theme, colours and logo.
const FILE: &str = "theme/theme.toml";
/// Most bytes of a text in it.
const MOST: u64 = 256 * 1024;

/// A theme, and what is wrong with the folder it was read from.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) theme: Theme,
    pub(crate) base: Base,
    pub(crate) flaws: Vec<ThemeError>,
    /// True if there is a logo that is not shown because it is still to be made.
    pub(crate) lacks_logo: bool,
}

/// Reads the folder; without one, a shop looks as we ship it.
pub(crate) fn load(dir: &ShopDir) -> Found {
    load_with(dir, &|name| pictures::logo(dir, name).map(Some))
}

/// Reads the folder but makes no picture: a logo that was not made before is left out.
pub(crate) fn load_as_made(dir: &ShopDir) -> Found {
    load_with(dir, &|name| Ok(pictures::logo_if_made(dir, name)))
}

/// Returns the logo of this file name, or none if it is not made yet.
type FindLogo<'a> = &'a dyn Fn(&str) -> Result<Option<EncodedImage>, CliError>;

fn load_with(dir: &ShopDir, find_logo: FindLogo<'_>) -> Found {
    let folder = &dir.theme();
    let mut found = match text(folder, "theme.toml", FILE) {
        Ok(None) => of(Base::default()),
        Ok(Some(text)) => read(&text, find_logo),
        Err(flaw) => Found { flaws: vec![flaw], ..of(Base::default()) },
    };
    let css = text(folder, "extra.css", "theme/extra.css");
    let taken =
        css.and_then(|css| css.map_or(Ok(()), |css| found.theme.append(&css, "theme/extra.css")));
    found.flaws.extend(taken.err());
    let (templates, unread) = templates(&folder.join("templates"));
    found.flaws.extend(unread);
    found.flaws.extend(found.theme.replace(templates, "theme/templates"));
    found
}

fn of(base: Base) -> Found {
    Found { theme: Theme::of(base), base, flaws: Vec::new(), lacks_logo: false }
}

/// Reads `theme.toml` key by key, so that each refusal has its line.
fn read(text: &str, find_logo: FindLogo<'_>) -> Found {
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| line(span.start));
            let what = format!("{}; using the theme \"paper\"", error.message().trim());
            return Found { flaws: vec![ThemeError::new(FILE, at, what)], ..of(Base::default()) };
        }
    };
    let mut flaws = Vec::new();
    let mut refuse = |at: usize, what: String| flaws.push(ThemeError::new(FILE, line(at), what));
    let mut base = Base::default();
    let mut logo = None;
    let mut light = Vec::new();
    let mut dark = Vec::new();
    let mut logo_ground = LogoGround::default();
    for (key, value) in &table {
        let at = key.span().start;
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("base", DeValue::String(name)) => match Base::from_name(name) {
                Some(known) => base = known,
                None => {
                    let known = Base::ALL.map(Base::name).join("\" and \"");
                    refuse(at, format!("base: unknown theme {name:?}; use \"{known}\""));
                }
            },
            ("logo", DeValue::String(name)) if !name.is_empty() => {
                logo = Some((at, name.to_string()));
            }
            ("logo", DeValue::String(_)) => {}
            ("logo_on", DeValue::String(name)) => match LogoGround::from_name(name) {
                Some(ground) => logo_ground = ground,
                None => refuse(at, format!("logo_on: write \"light\" or \"dark\", not {name:?}")),
            },
            ("colors", DeValue::Table(colors)) => {
                for (key, value) in colors {
                    match (key.get_ref().as_ref(), value.get_ref()) {
                        ("dark", DeValue::Table(colors)) => {
                            let all = colors.iter();
                            dark.extend(
                                all.filter_map(|(k, v)| colour("colors.dark", k, v, &mut refuse)),
                            );
                        }
                        _ => light.extend(colour("colors", key, value, &mut refuse)),
                    }
                }
            }
            (name @ ("base" | "logo" | "logo_on"), _) => {
                refuse(at, format!("{name}: must be a string"))
            }
            (name, _) => {
                let known = "the keys are base, logo, logo_on, colors";
                refuse(at, format!("{name}: unknown key; {known}"));
            }
        }
    }
    let mut theme = Theme::of(base);
    for (scheme, colours) in [(Scheme::Light, light), (Scheme::Dark, dark)] {
        let colours: Vec<_> = colours.into_iter().map(|(r, c, at)| (r, c, line(at))).collect();
        flaws.extend(theme.paint(scheme, &colours, FILE));
    }
    let mut lacks_logo = false;
    if let Some((at, name)) = logo {
        match picture(&name, find_logo) {
            Ok(Some(logo)) => theme.set_logo(logo, logo_ground),
            Ok(None) => lacks_logo = true,
            Err(why) => flaws.push(ThemeError::new(FILE, line(at), format!("logo: {why}"))),
        }
    }
    Found { theme, base, flaws, lacks_logo }
}

/// Reads one colour, and the place where it stands.
fn colour(
    section: &str,
    key: &Spanned<toml::de::DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    refuse: &mut impl FnMut(usize, String),
) -> Option<(Role, Colour, usize)> {
    let at = key.span().start;
    let name = key.get_ref();
    let Some(role) = Role::ALL.into_iter().find(|role| role.name() == name) else {
        let known = Role::ALL.map(Role::name).join(", ");
        refuse(at, format!("{section}.{name}: unknown colour; the colours are {known}"));
        return None;
    };
    let colour = match value.get_ref() {
        DeValue::String(text) => Colour::parse(text),
        _ => None,
    };
    if colour.is_none() {
        refuse(at, format!("{section}.{name}: write \"#rgb\" or \"#rrggbb\""));
    }
    Some((role, colour?, at))
}

fn picture(name: &str, find_logo: FindLogo<'_>) -> Result<Option<EncodedImage>, CliError> {
    if name.contains(['/', '\\']) || name.starts_with('.') {
        return Err(CliError::misconfigured(format!(
            "{name:?} is not the name of a file in theme/"
        )));
    }
    find_logo(name)
}

/// Reads every `*.html`, in order.
fn templates(folder: &Path) -> (Vec<(String, String)>, Vec<ThemeError>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".html")).collect();
    names.sort();
    let mut read = Vec::new();
    let mut flaws = Vec::new();
    for name in names {
        match text(folder, &name, &format!("theme/templates/{name}")) {
            Ok(text) => read.extend(text.map(|text| (name, text))),
            Err(flaw) => flaws.push(flaw),
        }
    }
    (read, flaws)
}

/// Reads a text that may be missing.
fn text(folder: &Path, name: &str, place: &str) -> Result<Option<String>, ThemeError> {
    let path = folder.join(name);
    if !path.exists() {
        return Ok(None);
    }
    files::read_text(&path, MOST).map(Some).map_err(|error| ThemeError::new(place, 0, error.what()))
}

/// Returns an explained `theme.toml` that changes nothing but the theme.
pub(crate) fn example(base: Base) -> String {
    let theme = Theme::of(base);
    let colours = |scheme| {
        let line = |role: Role| {
            let name = role.name();
            format!("# {name} = \"{}\"  # {}\n", theme.colour(scheme, role), role.what())
        };
        Role::ALL.into_iter().map(line).collect::<String>()
    };
    include_str!("theme/example.toml")
        .replace("{base}", base.name())
        .replace("{light}", &colours(Scheme::Light))
        .replace("{dark}", &colours(Scheme::Dark))
}

#[cfg(test)]
mod tests;
