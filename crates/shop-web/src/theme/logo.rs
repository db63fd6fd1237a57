//! Ground under the logo: a dark logo on a dark bar would not be seen.

use super::{Base, Colour, Role, Scheme, Theme};

/// The ground a logo is drawn for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogoGround {
    /// A light one: the logo is dark, or has many colours.
    #[default]
    Light,
    /// A dark one: the logo is light.
    Dark,
}

impl LogoGround {
    /// Returns its name in `theme.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the ground with exactly this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|ground| ground.name() == name)
    }

    /// Returns the ground a colour makes.
    fn of(colour: Colour) -> Self {
        let white = Colour::of(0xff_ffff);
        let black = Colour::of(0);
        if colour.contrast(black) > colour.contrast(white) { Self::Light } else { Self::Dark }
    }

    const fn plate(self) -> Colour {
        match self {
            Self::Light => Colour::of(0xff_ffff),
            Self::Dark => Colour::of(0x14_171f),
        }
    }
}

/// Returns the rules that put a plate under the logo, for the schemes whose header needs one.
pub(super) fn plate(theme: &Theme) -> String {
    let ground = theme.logo_ground;
    let needed = |scheme| LogoGround::of(theme.colour(scheme, bar(theme.base, scheme))) != ground;
    let light = needed(Scheme::Light);
    let dark = needed(Scheme::Dark);
    if theme.logo.is_none() || !(light || dark) {
        return String::new();
    }
    let plate = ground.plate();
    let rule =
        format!(".name img{{background:{plate};padding:.3rem .5rem;border-radius:var(--rs)}}");
    match (light, dark) {
        (true, true) => rule,
        (true, false) => format!("@media not (prefers-color-scheme:dark){{{rule}}}"),
        _ => format!("@media (prefers-color-scheme:dark){{{rule}}}"),
    }
}

/// Returns the colour of the header, as the theme's style sheet has it.
const fn bar(base: Base, scheme: Scheme) -> Role {
    match (base, scheme) {
        (Base::Paper, _) => Role::Paper,
        (Base::Kiosk, Scheme::Light) => Role::Ink,
        (Base::Kiosk, Scheme::Dark) => Role::Card,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::EncodedImage;

    fn sheet(base: Base, ground: LogoGround) -> String {
        let mut theme = Theme::of(base);
        theme.set_logo(EncodedImage::new(vec![1], "image/webp", (9, 3)), ground);
        theme.css()
    }

    #[test]
    fn logo_on_a_bar_it_was_not_drawn_for_gets_a_plate() {
        let plate = ".name img{background:#ffffff;";
        let always = sheet(Base::Kiosk, LogoGround::Light);
        assert!(always.contains(&format!("\n{plate}")), "a dark bar in both schemes");
        let in_the_dark = sheet(Base::Paper, LogoGround::Light);
        let dark = "@media (prefers-color-scheme:dark){";
        assert!(in_the_dark.contains(&format!("{dark}{plate}")), "{in_the_dark}");
        let by_day = sheet(Base::Paper, LogoGround::Dark);
        assert!(
            by_day.contains("@media not (prefers-color-scheme:dark){.name img{background:#14171f")
        );
        for css in [sheet(Base::Kiosk, LogoGround::Dark), Theme::of(Base::Kiosk).css()] {
            assert!(!css.contains(".name img{background"), "no plate where none is needed");
        }
    }
}
