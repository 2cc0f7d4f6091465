//! Writes every specimen as SVG and PNG under the target folder, to be looked at.

use mllab_core::Figure;
use mllab_draw::{Drawing, Drawn, Font, Width, png, thumbnail};
use std::path::PathBuf;
use std::sync::LazyLock;

/// Every specimen.
pub fn specimens() -> &'static [Figure] {
    static ALL: LazyLock<Vec<Figure>> = LazyLock::new(made);
    &ALL
}

/// Every specimen, made anew.
pub fn made() -> Vec<Figure> {
    [crate::reference::all(), crate::planes::all(), crate::awkward::all()].concat()
}

pub fn draw(figure: &Figure, width: Width, font: Font) -> Drawn {
    let command = format!("mllab run specimen --seed 7 --claim {}", figure.id);
    Drawing { figure, width, prefix: &format!("specimen-{}", figure.id), command: &command, font, size: None }.draw()
}

#[test]
fn the_sheet_is_written() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("specimens");
    std::fs::create_dir_all(&folder).unwrap();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let folder = &folder;
            scope.spawn(move || {
                for figure in specimens().iter().skip(half).step_by(2) {
                    for (width, suffix) in [(Width::Wide, ""), (Width::Beside, ".beside"), (Width::Narrow, ".narrow")] {
                        let drawn = draw(figure, width, Font::Embedded);
                        let name = format!("{}{suffix}", figure.id);
                        std::fs::write(folder.join(format!("{name}.svg")), &drawn.svg).unwrap();
                        std::fs::write(folder.join(format!("{name}.png")), png(&drawn.svg).unwrap()).unwrap();
                    }
                }
            });
        }
    });
}

/// All specimens inline in one page, as a lab's page carries them: to be looked at in a browser, light and dark.
#[test]
fn the_page_is_written() {
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Specimens</title><style>{}{}\
         body{{margin:28px;background:#fff}}figure{{margin:0 0 56px;max-width:820px}}\
         @media (prefers-color-scheme:dark){{:root:not([data-theme=light]) body{{background:#14171b}}}}\
         :root[data-theme=dark] body{{background:#14171b}}</style>",
        mllab_draw::font_face_css(),
        mllab_draw::css()
    );
    for figure in specimens() {
        let drawn = draw(figure, Width::Wide, Font::FromPage);
        page.push_str("<figure>");
        page.push_str(&drawn.svg);
        page.push_str("</figure>");
    }
    // Tiles last, as the front page has them.
    for figure in specimens() {
        let tile = thumbnail(figure, 300.0, 132.0, &format!("specimen-{}", figure.id));
        assert!(!tile.contains("<text"), "{}", figure.id);
        page.push_str("<div style='width:300px;display:inline-block;margin:8px'>");
        page.push_str(&tile);
        page.push_str("</div>");
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("specimens");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("page.html"), page).unwrap();
}
