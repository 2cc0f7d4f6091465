"""Adds the mathematical signs that Inter lacks, from Noto Sans Math, scaled to Inter's em: maths.py INTER MATHS OUT."""

import sys

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

SIGNS = "∀∃∇∈∉∋∏∑∘⋅∝∞∠∧∨∩∪∴∼≅≡≢≪≫⊂⊃⊆⊇⊕⊗⊥⊤⋯⌈⌉⌊⌋⟨⟩ℕℝℤ‖∥∅"

inter, maths = TTFont(sys.argv[1]), TTFont(sys.argv[2])
have, source = inter.getBestCmap(), maths.getBestCmap()
scale = inter["head"].unitsPerEm / maths["head"].unitsPerEm
outlines = maths.getGlyphSet()
for sign in SIGNS:
    if ord(sign) in have:
        continue
    name = f"maths{ord(sign):04X}"
    pen = TTGlyphPen(None)
    parts = DecomposingRecordingPen(outlines)
    outlines[source[ord(sign)]].draw(parts)
    parts.replay(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
    glyph = pen.glyph()
    inter.setGlyphOrder(inter.getGlyphOrder() + [name])
    inter["glyf"][name] = glyph
    glyph.recalcBounds(inter["glyf"])
    advance, _ = maths["hmtx"][source[ord(sign)]]
    inter["hmtx"][name] = (round(advance * scale), getattr(glyph, "xMin", 0))
    for table in inter["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(sign)] = name
inter.save(sys.argv[3])
