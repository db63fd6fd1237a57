//! Colours of a theme by their use.

use super::{Base, Colour, ThemeError};

/// Preference of a browser that a palette is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Any preference but dark. Tor Browser never prefers dark.
    Light,
    /// Preference for dark.
    Dark,
}

macro_rules! roles {
    ($($role:ident $name:literal $what:literal),* $(,)?) => {
        /// Use of a colour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role { $(#[doc = $what] $role),* }

        impl Role {
            /// All roles, in the order of a palette.
            pub const ALL: [Self; 12] = [$(Self::$role),*];

            /// Returns its name in `theme.toml` and in the style sheet.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name),* }
            }

            /// Returns its use, in a few words.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$role => $what),* }
            }
        }
    };
}

roles! {
    Paper "paper" "page background",
    Card "card" "background of boxes and fields",
    Ink "ink" "text",
    Soft "soft" "less important text",
    Line "line" "dividing lines",
    Edge "edge" "borders of fields",
    Accent "accent" "links and buttons",
    OnAccent "on-accent" "text on buttons",
    Tint "tint" "background of notes and pictures",
    Warn "warn" "text of warnings",
    WarnTint "warn-tint" "background of warnings",
    Ring "ring" "the focus ring",
}

/// Pairs of a colour and its ground, with the contrast they need in hundredths.
/// It is 450 for letters (WCAG 2.2, 1.4.3), 300 for edges and the focus ring (1.4.11).
const SEEN_ON: [(Role, Role, u32); 16] = [
    (Role::Ink, Role::Paper, 450),
    (Role::Ink, Role::Card, 450),
    (Role::Ink, Role::Tint, 450),
    (Role::Soft, Role::Paper, 450),
    (Role::Soft, Role::Card, 450),
    (Role::Accent, Role::Paper, 450),
    (Role::Accent, Role::Card, 450),
    (Role::Accent, Role::Tint, 450),
    (Role::OnAccent, Role::Accent, 450),
    (Role::Warn, Role::WarnTint, 450),
    (Role::Warn, Role::Paper, 450),
    (Role::Warn, Role::Card, 450),
    (Role::Edge, Role::Card, 300),
    (Role::Ring, Role::Paper, 300),
    (Role::Ring, Role::Card, 300),
    (Role::Ring, Role::Tint, 300),
];

/// A colour for each role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Palette([Colour; 12]);

impl Palette {
    pub(super) const fn of(base: Base, scheme: Scheme) -> Self {
        let rgb: [u32; 12] = match (base, scheme) {
            (Base::Paper, Scheme::Light) => [
                0xfaf8f4, 0xffffff, 0x23211d, 0x655f55, 0xe3ddd1, 0x8d8678, 0x1d5a4b, 0xffffff,
                0xe6efe9, 0x83340f, 0xfcefe0, 0x1d5a4b,
            ],
            (Base::Paper, Scheme::Dark) => [
                0x171613, 0x201e1a, 0xece7dd, 0xaaa395, 0x37332c, 0x7d7668, 0x8ccbb6, 0x10231d,
                0x1f2e28, 0xf2b48a, 0x35231a, 0x8ccbb6,
            ],
            (Base::Kiosk, Scheme::Light) => [
                0xf2f4f7, 0xffffff, 0x14171f, 0x4d5566, 0xc9cfda, 0x6f788a, 0x2439c4, 0xffffff,
                0xe2e7fb, 0xa3123a, 0xfde8ec, 0xd9480f,
            ],
            (Base::Kiosk, Scheme::Dark) => [
                0x0d1017, 0x161b26, 0xeef1f7, 0xa3adc2, 0x2c3446, 0x77819a, 0x9fb1ff, 0x0d1340,
                0x1c2547, 0xff9bb0, 0x3a1320, 0xffb066,
            ],
        };
        let mut colours = [Colour::of(0); 12];
        let mut at = 0;
        while at < rgb.len() {
            #[expect(clippy::indexing_slicing, reason = "both are twelve long, and `at` is below")]
            {
                colours[at] = Colour::of(rgb[at]);
            }
            at += 1;
        }
        Self(colours)
    }

    #[expect(clippy::indexing_slicing, reason = "there are as many colours as roles")]
    pub(super) const fn colour(&self, role: Role) -> Colour {
        self.0[role as usize]
    }

    pub(super) fn with(mut self, colours: &[(Role, Colour, usize)]) -> Self {
        for (role, colour, _) in colours {
            if let Some(own) = self.0.get_mut(*role as usize) {
                *own = *colour;
            }
        }
        self
    }

    /// Returns the pairs too hard to see, at the line of the seller's colour that is in each.
    pub(super) fn faint(
        &self,
        scheme: Scheme,
        colours: &[(Role, Colour, usize)],
        file: &str,
    ) -> Vec<ThemeError> {
        let line = |role: Role| colours.iter().find(|(r, ..)| *r == role).map(|(.., line)| *line);
        let section = if scheme == Scheme::Dark { "colors.dark" } else { "colors" };
        let faint = |(over, under, needs): &(Role, Role, u32)| {
            let line = line(*over).or_else(|| line(*under))?;
            let has = self.colour(*over).contrast(self.colour(*under));
            (has < *needs).then(|| {
                let what = format!(
                    "{section}.{}: {} on {} ({}) has a contrast of {}; it needs {} (WCAG 2.2 AA), \
                     so the theme's colours are used",
                    over.name(),
                    self.colour(*over),
                    under.name(),
                    self.colour(*under),
                    decimal(has),
                    decimal(*needs),
                );
                ThemeError::new(file, line, what)
            })
        };
        SEEN_ON.iter().filter_map(faint).collect()
    }

    /// Writes the palette as style: `--paper:#faf8f4;..`
    pub(super) fn css(&self) -> String {
        let set = |role: Role| format!("--{}:{};", role.name(), self.colour(role));
        Role::ALL.into_iter().map(set).collect()
    }
}

fn decimal(hundredths: u32) -> String {
    format!("{}.{:02}:1", hundredths / 100, hundredths % 100)
}
