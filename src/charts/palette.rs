//! The colours of the charts, each as a pair for light and dark pages.
//!
//! Blue on neutral grey stays apart for every common kind of colour blindness. The tests hold every pair of text
//! and ground to a contrast of at least 4.5 to 1.

/// Which colours a chart is drawn with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark ink on a white ground.
    Light,
    /// Pale ink on a dark ground.
    Dark,
    /// Light or dark, as the viewer's system prefers.
    #[default]
    Auto,
}

/// One role's colour in both themes, as `0xRRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) light: u32,
    pub(super) dark: u32,
}

impl Pair {
    const fn new(light: u32, dark: u32) -> Self {
        Self { light, dark }
    }

    /// The rule of a style sheet that turns an attribute dark where it has this colour.
    pub(super) fn turn_dark(self, attribute: &str) -> String {
        let Self { light, dark } = self;
        format!("[{attribute}=\"#{light:06X}\"]{{{attribute}:#{dark:06X}}}")
    }
}

/// The ground of the picture.
pub(super) const PAPER: Pair = Pair::new(0xFFFFFF, 0x0D1117);
/// Headings, labels, medians and whiskers.
pub(super) const INK: Pair = Pair::new(0x1F2328, 0xE6EDF3);
/// Ticks, axis names and notes.
pub(super) const MUTED: Pair = Pair::new(0x57606A, 0x9DA7B3);
/// Grid lines and the outlines of empty cells.
pub(super) const GRID: Pair = Pair::new(0xDDE2E7, 0x2B323B);
/// The line at zero.
pub(super) const AXIS: Pair = Pair::new(0x8C959F, 0x656D76);
/// Bars.
pub(super) const BAR: Pair = Pair::new(0x4A90CC, 0x3D7FC0);
/// The bar of what is set apart.
pub(super) const BAR_APART: Pair = Pair::new(0x868F99, 0x717B86);
/// A heat map's cell that is set apart, off the scale.
pub(super) const CELL_APART: Pair = Pair::new(0xDFE3E8, 0x2A313A);
/// The inside of a box from the lower to the upper quartile.
pub(super) const BOX_FILL: Pair = Pair::new(0xB8D5EF, 0x1F4B78);
/// The outline and the whiskers of a box.
pub(super) const BOX_LINE: Pair = Pair::new(0x2A6CA8, 0x6CB2F0);
/// A heat map's cell without a value.
pub(super) const EMPTY: Pair = Pair::new(0xF3F5F7, 0x161B22);
/// Text on the lower steps of the heat scale.
pub(super) const ON_LOW: Pair = Pair::new(0x101820, 0xF4F8FC);
/// Text on the upper steps of the heat scale.
pub(super) const ON_HIGH: Pair = Pair::new(0xFDFDFD, 0x071018);

/// The sequential scale, from the lowest to the highest value. It nears the ground at its lower end in both themes.
pub(super) const HEAT: [Pair; 9] = [
    Pair::new(0xE4EFFA, 0x12263C),
    Pair::new(0xCDE1F4, 0x15324F),
    Pair::new(0xB3D2ED, 0x193F66),
    Pair::new(0x96C1E5, 0x1C4D7F),
    Pair::new(0x77AEDB, 0x205E9A),
    Pair::new(0x5A9BD0, 0x2870B6),
    Pair::new(0x2272B6, 0x4F98DA),
    Pair::new(0x15559A, 0x86BEF0),
    Pair::new(0x0B3A75, 0xC9E4FC),
];

/// All colours but those of the scale.
const ROLES: [Pair; 13] =
    [PAPER, INK, MUTED, GRID, AXIS, BAR, BAR_APART, CELL_APART, BOX_FILL, BOX_LINE, EMPTY, ON_LOW, ON_HIGH];

/// All colours.
pub(super) fn all() -> impl Iterator<Item = Pair> {
    ROLES.into_iter().chain(HEAT)
}

/// The first step of the scale that is written on with `ON_HIGH`; the same in both themes, so that one rule of the
/// style sheet recolours every cell's text.
const FIRST_HIGH_STEP: usize = 6;

/// The colours of the texts on a step of the scale.
pub(super) fn on_heat(step: usize) -> Pair {
    if step >= FIRST_HIGH_STEP { ON_HIGH } else { ON_LOW }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: u32) -> f64 {
        let [_, red, green, blue] = colour.to_be_bytes().map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: u32, other: u32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn least_contrast(one: Pair, other: Pair) -> f64 {
        contrast(one.light, other.light).min(contrast(one.dark, other.dark))
    }

    #[test]
    fn every_text_stands_out_from_its_ground() {
        for (text, ground) in [(INK, PAPER), (MUTED, PAPER), (MUTED, EMPTY), (INK, CELL_APART)] {
            assert!(least_contrast(text, ground) >= 4.5, "{text:X?} on {ground:X?}");
        }
        for (step, ground) in HEAT.into_iter().enumerate() {
            assert!(least_contrast(on_heat(step), ground) >= 4.5, "step {step}");
        }
    }

    #[test]
    fn every_mark_stands_out_from_its_ground() {
        let on_paper = [BAR, BAR_APART, BOX_LINE, AXIS].map(|mark| (mark, PAPER));
        for (mark, ground) in on_paper.into_iter().chain([(INK, BAR), (INK, BAR_APART), (INK, BOX_FILL)]) {
            assert!(least_contrast(mark, ground) >= 3.0, "{mark:X?} on {ground:X?}");
        }
    }

    #[test]
    fn no_two_roles_share_a_light_colour() {
        let mut colours: Vec<u32> = all().map(|pair| pair.light).collect();
        let count = colours.len();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), count, "the style sheet could not tell the roles apart");
    }

    #[test]
    fn the_heat_scale_runs_one_way() {
        assert!(HEAT.windows(2).all(|pair| luminance(pair[0].light) > luminance(pair[1].light)));
        assert!(HEAT.windows(2).all(|pair| luminance(pair[0].dark) < luminance(pair[1].dark)));
    }
}
