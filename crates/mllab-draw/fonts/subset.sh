#!/bin/sh
# Makes the four font files beside this script from the static Inter of the npm package @expo-google-fonts/inter, with
# the mathematical signs that it lacks from @expo-google-fonts/noto-sans-math (both SIL Open Font License, see the two
# licence files). Needs npm and a Python with fonttools and brotli.
#
# Name table: without the family and style names resvg draws the semibold as regular.
# Features: kerning, tabular figures, composed marks. Alternates would double the size.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"
npm pack --silent @expo-google-fonts/inter@0.4.2 @expo-google-fonts/noto-sans-math@0.4.2 >/dev/null
for font in inter noto-sans-math; do
    mkdir $font
    tar xzf expo-google-fonts-$font-*.tgz -C $font
done
cp inter/package/LICENSE_FONT "$here/Inter-OFL.txt"
cp noto-sans-math/package/LICENSE_FONT "$here/NotoSansMath-OFL.txt"
# Latin, Latin-1, Latin Extended-A, Greek, general punctuation, super- and subscripts, currency, letterlike signs,
# number forms, arrows, mathematics, technical, shapes, ticks, tick marks.
unicodes='U+0020-017F,U+0192,U+02C6,U+02C7,U+02D8-02DD,U+0300-0304,U+0302,U+0370-03FF,U+1D62-1D6A,U+2000-206F,U+2070-209F,U+20AC,U+2100-214F,U+2150-218F,U+2190-21FF,U+2200-22FF,U+2300-23FF,U+27E8-27E9,U+25A0-25FF,U+2713,U+2717'
for weight in 400Regular 600SemiBold; do
    python3 "$here/maths.py" "inter/package/$weight/Inter_$weight.ttf" \
        noto-sans-math/package/400Regular/NotoSansMath_400Regular.ttf $weight.ttf
    for flavor in ttf woff2; do
        extra=
        [ "$flavor" = woff2 ] && extra=--flavor=woff2
        pyftsubset $weight.ttf --unicodes="$unicodes" --name-IDs='*' \
            --layout-features=kern,tnum,ccmp,mark,mkmk --no-hinting --desubroutinize $extra \
            --output-file="$here/Inter-$weight.$flavor"
    done
done
