//! Theme: what a seller may change about the shop's appearance.
//!
//! That is which of the themes, colours, a logo, a piece of style, and single templates.
//!
//! *Architecture Invariant:* nothing of a theme can keep the shop closed. A mistake in it is a
//! [`ThemeError`], which names file and line; what we ship stands in.

mod admit;
mod colours;
mod error;
mod extra;
mod logo;
mod palette;
mod samples;
mod source;
mod style;

pub use colours::Colour;
pub use error::ThemeError;
pub use logo::LogoGround;
pub use palette::{Role, Scheme};

use crate::{pictures::EncodedImage, templates::Override};
use palette::Palette;

/// A theme we ship.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// Warm paper, headings with serifs, soft corners.
    #[default]
    Paper,
    /// A market stall's board: ruled squares, heavy letters, a dark bar on top.
    Kiosk,
}

impl Base {
    /// Every theme there is.
    pub const ALL: [Self; 2] = [Self::Paper, Self::Kiosk];

    /// Returns its name in `theme.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Kiosk => "kiosk",
        }
    }

    /// Returns the theme with exactly this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|base| base.name() == name)
    }
}

/// Appearance of a shop. Everything in it was checked when it was put in.
#[derive(Clone, Debug)]
pub struct Theme {
    base: Base,
    light: Palette,
    dark: Palette,
    extra: String,
    logo: Option<EncodedImage>,
    logo_ground: LogoGround,
    overrides: Vec<Override>,
}

impl Default for Theme {
    fn default() -> Self {
        Self::of(Base::default())
    }
}

impl Theme {
    /// Returns a theme as we ship it.
    #[must_use]
    pub const fn of(base: Base) -> Self {
        let light = Palette::of(base, Scheme::Light);
        let dark = Palette::of(base, Scheme::Dark);
        Self {
            base,
            light,
            dark,
            extra: String::new(),
            logo: None,
            logo_ground: LogoGround::Light,
            overrides: Vec::new(),
        }
    }

    /// Names of the templates that can be replaced, with their texts.
    #[must_use]
    pub const fn templates() -> &'static [(&'static str, &'static str)] {
        &crate::templates::FILES
    }

    /// Returns the colour of a role.
    #[must_use]
    pub const fn colour(&self, scheme: Scheme, role: Role) -> Colour {
        self.palette(scheme).colour(role)
    }

    /// Takes the seller's colours, each with the line of `file` it stands in.
    /// If letters would be too hard to read (WCAG 2.2 AA), all colours of the scheme stay as
    /// they were.
    pub fn paint(
        &mut self,
        scheme: Scheme,
        colours: &[(Role, Colour, usize)],
        file: &str,
    ) -> Vec<ThemeError> {
        let painted = self.palette(scheme).with(colours);
        let flaws = painted.faint(scheme, colours, file);
        if flaws.is_empty() {
            match scheme {
                Scheme::Light => self.light = painted,
                Scheme::Dark => self.dark = painted,
            }
        }
        flaws
    }

    /// Shows this picture in the header, in place of the shop's name.
    /// If the header is not of the ground it was drawn for, it gets a plate of that ground.
    pub fn set_logo(&mut self, logo: EncodedImage, ground: LogoGround) {
        self.logo = Some(logo);
        self.logo_ground = ground;
    }

    /// Adds rules behind the theme's own.
    ///
    /// # Errors
    /// The first thing in it that cannot be: too long, an address outside of the shop, an escape, a
    /// brace that is not closed. Nothing of it is taken then.
    pub fn append(&mut self, css: &str, file: &str) -> Result<(), ThemeError> {
        extra::check(css, file)?;
        self.extra.push_str(css);
        Ok(())
    }

    /// Takes the seller's templates, by name and text; those that are broken are not taken.
    /// `folder` is what a flaw calls the place they are in. Every page is rendered with sample
    /// values, in every language.
    pub fn replace(&mut self, templates: Vec<(String, String)>, folder: &str) -> Vec<ThemeError> {
        let (taken, flaws) = admit::admit(templates, folder);
        self.overrides = taken;
        flaws
    }

    /// Returns the number of templates that are the seller's own.
    #[must_use]
    pub const fn replaced(&self) -> usize {
        self.overrides.len()
    }

    /// Returns the style sheet, ready to send.
    #[must_use]
    pub fn css(&self) -> String {
        style::sheet(self)
    }

    pub(crate) const fn logo(&self) -> Option<&EncodedImage> {
        self.logo.as_ref()
    }

    pub(crate) fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    const fn palette(&self, scheme: Scheme) -> &Palette {
        match scheme {
            Scheme::Light => &self.light,
            Scheme::Dark => &self.dark,
        }
    }
}

#[cfg(test)]
mod tests;
