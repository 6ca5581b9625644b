//! Pictures as PNG, for places that show no SVG. Their texts are drawn with the fonts of the machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo, ID, Style};
use resvg::usvg::{Options, Tree};
use skrifa::{FontRef, MetadataProvider};

/// Letters that a font has which shows Chinese.
const CHINESE: &str = "百条案例占比薪资，";

/// Words in the names of families without strokes at the ends of lines, which a chart is drawn with where there are any.
const WITHOUT_SERIFS: &[&str] = &["Sans", "Hei", "Gothic", "黑"];

/// The greatest height of a picture.
const MAX_HEIGHT_PX: f32 = 16_384.0;

/// Why there is no PNG of a picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PngError {
    /// The machine has no font that the texts can be written with.
    #[error(
        "No font with Chinese letters is installed, so that charts cannot be drawn as PNG. Install one (on Debian and Ubuntu: \
         apt-get install fonts-noto-cjk) and start the service again."
    )]
    NoChineseFont,
    /// The picture is none, or too large.
    #[error("The picture cannot be drawn as PNG: {0}")]
    Failed(String),
}

/// The fonts of the machine, read once; `None` where none of them shows Chinese.
static FONTS: LazyLock<Option<Arc<Database>>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    with_chinese(fonts).map(Arc::new)
});

/// Draws a picture with fixed colours (light or dark ones, as no system says what is preferred), so many pixels wide.
///
/// It may take some tenths of a second of a core.
///
/// # Errors
/// Where no font with Chinese letters is installed, or the picture would be too large.
pub(crate) fn png(svg: &str, width_px: u32) -> Result<Vec<u8>, PngError> {
    draw(svg, width_px, FONTS.as_ref().ok_or(PngError::NoChineseFont)?)
}

fn draw(svg: &str, width_px: u32, fonts: &Arc<Database>) -> Result<Vec<u8>, PngError> {
    let options = Options { fontdb: Arc::clone(fonts), ..Options::default() };
    let failed = |error: &dyn ToString| PngError::Failed(error.to_string());
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(&error))?;
    // A few thousand pixels are exact.
    let scale = width_px as f32 / tree.size().width();
    let height_px = (tree.size().height() * scale).ceil();
    let pixels = (height_px <= MAX_HEIGHT_PX).then(|| Pixmap::new(width_px, height_px as u32)).flatten();
    let mut pixels = pixels.ok_or_else(|| failed(&format!("{width_px} × {height_px} pixels")))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(&error))
}

/// Makes a family that shows Chinese the one of texts that name no other; one without serifs, if there is any.
fn with_chinese(mut fonts: Database) -> Option<Database> {
    let is_plain = |face: &&FaceInfo| face.style == Style::Normal;
    let family = |face: &FaceInfo| face.families.first().map(|(name, _)| name.clone());
    let has_no_serifs = |face: &&FaceInfo| family(face).is_some_and(|name| is_without_serifs(&name));
    let (first, other): (Vec<&FaceInfo>, Vec<&FaceInfo>) = fonts.faces().filter(is_plain).partition(has_no_serifs);
    let chosen = first.into_iter().chain(other).find(|face| shows_chinese(&fonts, face.id)).and_then(family)?;
    fonts.set_sans_serif_family(chosen.clone());
    // What is fallen back on where no family of a text is there.
    fonts.set_serif_family(chosen);
    Some(fonts)
}

fn is_without_serifs(family: &str) -> bool {
    !family.contains("Mono") && WITHOUT_SERIFS.iter().any(|word| family.contains(word))
}

fn shows_chinese(fonts: &Database, face: ID) -> bool {
    let has_all = |data: &[u8], index: u32| {
        FontRef::from_index(data, index).is_ok_and(|font| {
            let letters = font.charmap();
            CHINESE.chars().all(|letter| letters.map(letter).is_some())
        })
    };
    fonts.with_face_data(face, has_all) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fonts of the machine; where none shows Chinese it is said that a test is skipped.
    fn fonts() -> Option<&'static Arc<Database>> {
        if FONTS.is_none() {
            eprintln!("\n!!! SKIPPED: {}: PNG was not looked at\n", PngError::NoChineseFont);
        }
        FONTS.as_ref()
    }

    fn pixels(svg: &str, width_px: u32, fonts: &Arc<Database>) -> Pixmap {
        Pixmap::decode_png(&draw(svg, width_px, fonts).expect("a picture")).expect("a PNG")
    }

    fn of_text(text: &str, fonts: &Arc<Database>) -> Vec<u8> {
        let family = "system-ui, 'No Such Family', sans-serif";
        let svg = format!(
            "<svg width=\"40\" height=\"30\" viewBox=\"0 0 40 30\" xmlns=\"http://www.w3.org/2000/svg\" \
             font-family=\"{family}\"><text x=\"4\" y=\"24\" font-size=\"20\">{text}</text></svg>"
        );
        pixels(&svg, 80, fonts).data().to_vec()
    }

    #[test]
    fn every_letter_is_drawn_as_itself() {
        let Some(fonts) = fonts() else { return };
        let nothing = of_text("", fonts);
        let letters: Vec<Vec<u8>> = "百度条中位数Ab1%–≥".chars().map(|it| of_text(&it.to_string(), fonts)).collect();
        for (index, letter) in letters.iter().enumerate() {
            assert_ne!(*letter, nothing, "the letter {index} is not drawn");
            assert!(!letters[..index].contains(letter), "the letter {index} is drawn as another one, or as a box");
        }
    }

    #[test]
    fn a_picture_is_as_wide_as_asked_for_and_keeps_its_proportions() {
        let Some(fonts) = fonts() else { return };
        let svg = "<svg width=\"800\" height=\"201\" viewBox=\"0 0 800 201\" xmlns=\"http://www.w3.org/2000/svg\">\
            <rect x=\"0\" y=\"0\" width=\"800\" height=\"201\" fill=\"#0D1117\"/></svg>";
        for (width_px, height_px) in [(1200, 302), (800, 201), (1, 1)] {
            let drawn = Pixmap::decode_png(&png(svg, width_px).expect("a picture")).expect("a PNG");
            assert_eq!((drawn.width(), drawn.height()), (width_px, height_px));
            let first = drawn.pixel(0, 0).expect("a pixel").demultiply();
            assert!(width_px == 1 || [first.red(), first.green(), first.blue()] == [0x0D, 0x11, 0x17], "{first:?}");
        }
        for width_px in [0, 1_000_000] {
            assert!(matches!(draw(svg, width_px, fonts), Err(PngError::Failed(_))), "{width_px}");
        }
        assert!(matches!(draw("<svg", 800, fonts), Err(PngError::Failed(_))));
    }

    #[test]
    fn without_chinese_letters_nothing_is_drawn_and_it_is_said_what_to_install() {
        assert!(with_chinese(Database::new()).is_none());
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        let chinese: Vec<ID> = fonts.faces().map(|face| face.id).filter(|face| shows_chinese(&fonts, *face)).collect();
        chinese.into_iter().for_each(|face| fonts.remove_face(face));
        assert!(with_chinese(fonts).is_none());
        assert!(PngError::NoChineseFont.to_string().contains("fonts-noto-cjk"));
    }

    #[test]
    fn families_without_serifs_go_first() {
        for family in
            ["Noto Sans CJK SC", "WenQuanYi Zen Hei", "Microsoft YaHei", "Source Han Sans", "Droid Sans Fallback"]
        {
            assert!(is_without_serifs(family), "{family}");
        }
        for family in ["Noto Serif CJK SC", "AR PL UMing CN", "Noto Sans Mono CJK SC", "SimSun"] {
            assert!(!is_without_serifs(family), "{family}");
        }
    }
}
