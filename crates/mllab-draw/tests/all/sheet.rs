//! Writes every specimen as SVG and PNG under the target folder, to be looked at.

use mllab_core::Figure;
use mllab_draw::{Drawing, Drawn, Font, Width, png};
use std::path::PathBuf;

/// Every specimen.
pub fn specimens() -> Vec<Figure> {
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
                    for (width, suffix) in [(Width::Wide, ""), (Width::Narrow, ".narrow")] {
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
