//! Completes the written SVG: accessible names, the font stack, the theme and the whole of shortened labels.
//!
//! The drawing library writes none of these, so they are set into its text. Every place is found by markup that no
//! label can imitate, because the library escapes `<`, `>`, `&` and quotation marks in labels.

use super::{Frame, Theme, palette, text};

/// Faces that show Chinese on the usual systems, the system's own first.
const FONT_FAMILY: &str =
    "system-ui, &quot;PingFang SC&quot;, &quot;Microsoft YaHei&quot;, &quot;Noto Sans CJK SC&quot;, sans-serif";

/// What each text element is drawn with; the root's font stack takes its place.
pub(super) const PLACEHOLDER_FAMILY: &str = "sans-serif";

/// A label as it is drawn and as it was given.
pub(super) struct Shortened {
    pub(super) shown: String,
    pub(super) whole: String,
}

/// Makes the drawing a document of its own; `shortened` is in the order of drawing.
pub(super) fn complete(svg: &str, frame: &Frame, shortened: &[Shortened]) -> String {
    let family = format!(" font-family=\"{PLACEHOLDER_FAMILY}\"");
    let svg = svg.replace(" opacity=\"1\"", "").replace(&family, "");
    let svg = with_whole_labels(&svg, shortened);
    // The drawing begins with the root's start tag, which holds numbers only.
    let Some((root, content)) = svg.split_once('>') else { return svg };
    let lang = escape(frame.lang);
    let attributes =
        format!("role=\"img\" aria-labelledby=\"title desc\" lang=\"{lang}\" font-family=\"{FONT_FAMILY}\"");
    let title = escape(&text::clean(&frame.title));
    let description = escape(&text::clean(&frame.description));
    let style = style_sheet(content, frame.theme);
    format!(
        "{root} {attributes}>\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n\
         <style>{style}</style>{content}"
    )
}

/// Straight edges lie on whole pixels: without smoothing they stay sharp.
fn style_sheet(content: &str, theme: Theme) -> String {
    let sharp = "line,polyline,rect{shape-rendering:crispEdges}";
    match theme {
        Theme::Light | Theme::Dark => sharp.to_owned(),
        Theme::Auto => format!("{sharp}{}", palette::dark_style_sheet(content)),
    }
}

/// Adds the whole label as a tooltip to each text element that shows only its beginning.
fn with_whole_labels(svg: &str, shortened: &[Shortened]) -> String {
    let mut written = String::with_capacity(svg.len());
    let mut rest = svg;
    for label in shortened {
        let element_content = format!(">\n{}\n</text>", escape(&label.shown));
        // The first character closes the start tag; the tooltip comes right behind it.
        let Some(position) = rest.find(&element_content) else { continue };
        let (before, after) = rest.split_at(position + 1);
        written.push_str(before);
        written.push_str(&format!("<title>{}</title>", escape(&label.whole)));
        rest = after;
    }
    written.push_str(rest);
    written
}

/// Escapes exactly as the drawing library does, so that its texts can be found again.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}
