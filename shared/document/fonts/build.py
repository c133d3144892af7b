"""Makes the two fonts of this folder from their sources. Needs fontTools 4.68 and glibc's iconv.

    pip install fonttools==4.68.0 pylopdf-fonts-zh-tw==0.1.1      # has NotoSerifTC-Regular.otf
    apt-get download fonts-cns11643-sung                          # has TW-Sung-98_1.ttf, TW-Sung-Ext-B-98_1.ttf
    python build.py NotoSerifTC-Regular.otf TW-Sung-98_1.ttf TW-Sung-Ext-B-98_1.ttf

NotoSerifTC.otf: every character of the source, without hints and layout features, which this crate does
not use. TW-Sung-*.ttf: what that lacks of plane 3 of CNS 11643 (全字庫), which completes planes 1 to 3.
"""

import subprocess
import sys
from pathlib import Path

from fontTools import subset

PLANE = 3
HERE = Path(__file__).parent


def plane(number: int) -> set[int]:
    """The characters of one plane of CNS 11643, by EUC-TW."""
    rows = range(0xA1, 0xFF)
    codes = b"\n".join(bytes([0x8E, 0xA0 + number, row, cell]) for row in rows for cell in rows)
    text = subprocess.run(
        ["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"], input=codes, capture_output=True, check=False
    ).stdout.decode()
    return {ord(character) for character in text if character != "\n"}


def cut(source: Path, wanted: set[int] | None, target: Path) -> set[int]:
    """Writes the part of `source` with the characters `wanted`, all if None; returns what it has."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        glyph_names=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        recalc_timestamp=False,
        drop_tables=["BASE", "DSIG", "FFTM", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "gasp"],
    )
    font = subset.load_font(source, options)
    there = set(font.getBestCmap())
    characters = there if wanted is None else there & wanted
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.save(target)
    print(f"{target.name}: {len(characters)} characters, {target.stat().st_size} bytes")
    return characters


def main(noto: Path, sung: Path, sung_ext_b: Path) -> None:
    covered = cut(noto, None, HERE / "NotoSerifTC.otf")
    covered |= cut(sung, plane(PLANE) - covered, HERE / "TW-Sung.ttf")
    covered |= cut(sung_ext_b, plane(PLANE) - covered, HERE / "TW-Sung-Ext-B.ttf")
    for number in range(1, 8):
        there = {code for code in plane(number) if chr(code).isprintable()}
        print(f"plane {number}: {len(there & covered)} of {len(there)}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
