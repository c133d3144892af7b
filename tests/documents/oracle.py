"""The letters and certificates that shared/document writes, read by software that nobody here wrote: qpdf (pikepdf), pdfminer
(pdfplumber), PDFium and ZXing.

    python tests/documents/oracle.py target/debug/examples/letters

Prints `N passed, 0 failed`, N being checks of all samples; on a failure says which, and exits with 1.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pikepdf
import zxingcpp

MARGIN = 70  # points that the letter keeps clear on the left and right
SIZES = {"refusal": 2, "permission": 2, "correction": 1, "long": 3, "certificate": 1}  # at least so many pages

Check = tuple[str, bool]


def written(program: str, folder: Path) -> dict[str, bytes]:
    subprocess.run([program, str(folder)], check=True, stdout=subprocess.DEVNULL)
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.pdf"))}


def of_file(path: Path) -> Iterator[Check]:
    """What the file says of itself."""
    with pikepdf.open(path) as pdf:
        yield f"qpdf finds nothing wrong: {pdf.check_pdf_syntax()}", not pdf.check_pdf_syntax()
        root, info = pdf.Root, pdf.docinfo
        yield "language", str(root.Lang) == "zh-TW"
        yield "marked as tagged", bool(root.MarkInfo.Marked)
        yield "a title", "字第" in str(info.Title)
        yield "the title is what viewers show", bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as xmp:
            yield "PDF/UA-1", xmp.get("pdfuaid:part") == "1"
            yield "PDF/A-2a", (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) == ("2", "A")
            yield "the same title in XMP", xmp.get("dc:title") == str(info.Title)
        yield "outline", "/Outlines" in root
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        yield "fonts", bool(fonts)
        for font in fonts:
            (descendant,) = font.DescendantFonts
            files = {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
            name = str(font.BaseFont)
            yield f"{name}: embedded", len(files) == 1
            yield f"{name}: a subset", bool(re.match(r"/[A-Z]{6}\+", name))
            yield f"{name}: can be copied from", "/ToUnicode" in font


@dataclass
class Element:
    """A structure element: what it is and what it contains, content by page (from 1) and number."""

    kind: str
    words: str
    parts: list["Element | tuple[int, int]"]

    def children(self) -> list["Element"]:
        return [part for part in self.parts if isinstance(part, Element)]

    def all(self) -> Iterator["Element"]:
        yield self
        for child in self.children():
            yield from child.all()

    def text(self, marked: dict[tuple[int, int], str]) -> str:
        """The text of an element and those in it, in the order of the tree."""
        return "".join(p.text(marked) if isinstance(p, Element) else marked.get(p, "") for p in self.parts)


def tree(path: Path) -> Element:
    """The structure, by qpdf: pdfplumber has one page for each element, and paragraphs go over pages."""
    with pikepdf.open(path) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}

        def listed(value: pikepdf.Object) -> list[pikepdf.Object]:
            return list(value) if isinstance(value, pikepdf.Array) else [value]

        def element(node: pikepdf.Object) -> Element:
            parts: list[Element | tuple[int, int]] = []
            for part in listed(node.K) if "/K" in node else []:
                if not isinstance(part, pikepdf.Dictionary):
                    parts.append((pages[node.Pg.objgen], int(part)))
                elif "/S" in part:
                    parts.append(element(part))
                elif "/MCID" in part:
                    parts.append((pages[part.Pg.objgen], int(part.MCID)))
            return Element(str(node.S).removeprefix("/"), str(node.get("/Alt", "")), parts)

        (root,) = listed(pdf.Root.StructTreeRoot.K)
        return element(root)


def of_tree(path: Path, expected: list[str]) -> Iterator[Check]:
    """What is read out, and in which order."""
    with pdfplumber.open(path) as pdf:
        marked: dict[tuple[int, int], str] = {}
        loose = []
        for page in pdf.pages:
            for char in page.chars:
                if char["mcid"] is None:
                    loose.append(char)
                else:
                    key = (page.page_number, char["mcid"])
                    marked[key] = marked.get(key, "") + char["text"]
                inside = MARGIN <= char["x0"] and char["x1"] <= page.width - MARGIN
                # Spaces at the end of a line hang over.
                if char["mcid"] is not None and char["text"].strip() and not inside:
                    yield f"inside the margins: {char['text']}", False
        document = tree(path)
        elements = list(document.all())
        read, wanted = document.text(marked), "".join(expected)
        yield f"all texts in reading order:\n{read}\nwanted\n{wanted}", read == wanted
        taken = [part for element in elements for part in element.parts if not isinstance(part, Element)]
        yield "no content twice in the tree", len(taken) == len(set(taken))
        kinds = [element.kind for element in elements]
        yield "one title, first", kinds.count("H1") == 1 and kinds[:2] == ["Document", "H1"]
        headings = [element.text(marked) for element in elements if element.kind == "H2"]
        sections = ["證明事項："] if path.stem == "certificate" else ["主旨：", "說明："]
        yield f"headings: {headings}", headings == [*sections, "文件查驗"]
        for element in elements:
            if element.kind == "LI":
                shape = [child.kind for child in element.children()]
                yield "an item is a label and a body", shape == ["Lbl", "LBody"]
        figures = [element for element in elements if element.kind == "Figure"]
        address = next(line for line in expected if line.startswith("查驗網址：")).split("：")[1]
        yield "the figure has words", len(figures) == 1 and address in figures[0].words
        links = [link["uri"] for page in pdf.pages for link in page.hyperlinks]
        # Whoever holds a certificate has nothing to write about.
        mails = [] if path.stem == "certificate" else ["mailto:park@example.gov.tw"]
        yield "the addresses can be followed", links == [*mails, address]
        yield "as many links", kinds.count("Link") == len(links)
        yield "what is no part of the letter is marked so", all(char["tag"] == "Artifact" for char in loose)
        for page in pdf.pages:
            number = f"第{page.page_number}頁，共{len(pdf.pages)}頁"
            running = "".join(char["text"] for char in loose if char["page_number"] == page.page_number)
            yield f"page number: {number}", number in running
        yield "as many pages as expected", len(pdf.pages) >= SIZES[path.stem]


def of_code(path: Path, expected: list[str]) -> Iterator[Check]:
    """The QR code as a camera sees it."""
    said = dict(line.split("：", 1) for line in expected if line.startswith("查驗"))
    with pdfplumber.open(path) as pdf:
        image = pdf.pages[-1].to_image(resolution=150).original
    seen = [code.text for code in zxingcpp.read_barcodes(image)]
    yield f"QR code: {seen}", seen == [f"{said['查驗網址']}/{said['查驗碼']}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    program = parser.parse_args().program
    checks: list[Check] = []
    with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
        first, second = written(program, Path(here)), written(program, Path(there))
        checks.append(("every sample was written", set(first) == set(SIZES)))
        for name in first:
            checks.append((f"{name}: the same bytes from another process", first[name] == second[name]))
            path = Path(here) / f"{name}.pdf"
            # Lines that the writer ended have no sign of it in the text that is read out.
            lines = path.with_suffix(".txt").read_text(encoding="utf-8").split("\n")
            found = [*of_file(path), *of_tree(path, lines), *of_code(path, lines)]
            checks += [(f"{name}: {what}", passed) for what, passed in found]
    failed = [what for what, passed in checks if not passed]
    for what in failed:
        print(f"failed: {what}", file=sys.stderr)
    print(f"{len(checks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
