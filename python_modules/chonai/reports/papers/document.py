"""Word documents for A4: Japanese fonts, tables whose heads repeat and whose rows are not split, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from chonai.reports.visible import visible

FACE = "游ゴシック"
LATIN = "Yu Gothic"
SHADE = "EDEDED"
MOST = 1000
"""Characters of a cell. A row is never split over pages, so it has to fit on one."""


class Paper:
    """A document that grows downwards."""

    def __init__(self, title: str, at: datetime, mark: str = "") -> None:
        """`mark` stands at the top of each page."""
        self.docx: Docx = Document()
        moment = at.astimezone(UTC).replace(tzinfo=None)
        properties = self.docx.core_properties
        properties.title, properties.author, properties.comments = visible(title)[:250], "chonai", ""
        properties.created = properties.modified = moment
        _page(self.docx)
        for name in ("Normal", "Title", "Heading 1"):
            _face(self.docx, name)
        if mark:
            header = self.docx.sections[0].header.paragraphs[0]
            header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            header.add_run(visible(mark)).bold = True

    def title(self, text: str) -> None:
        """The document's title, in the middle."""
        self._paragraph(text, "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str) -> None:
        """A heading; it stays with what follows."""
        self._paragraph(text, "Heading 1")

    def line(self, text: str, *, right: bool = False) -> None:
        """A paragraph."""
        paragraph = self._paragraph(text, "Normal")
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def pairs(self, rows: Sequence[tuple[str, str]], widths: tuple[float, float] = (36, 138)) -> None:
        """Names and values."""
        table = self._table(widths)
        for name, value in rows:
            row = _row(table)
            _fill(row.cells[0], name, shade=True)
            _fill(row.cells[1], value)
        _fix(table, widths)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A table whose head stands on every page."""
        table = self._table(widths)
        for number, cells in enumerate((head, *rows)):
            row = _row(table)
            for cell, text in zip(row.cells, cells, strict=True):
                _fill(cell, text, shade=number == 0)
            if number == 0:
                _mark(row, "w:tblHeader")
        _fix(table, widths)

    def boxes(self, names: Sequence[str], width: float, height: float) -> None:
        """Empty boxes for stamps, at the right."""
        widths = [width] * len(names)
        table = self._table(widths)
        head, room = _row(table), _row(table)
        for cell, name in zip(head.cells, names, strict=True):
            _fill(cell, name, shade=True)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        room.height = Mm(height)
        _fix(table, widths)
        _align_right(table)

    def finish(self) -> bytes:
        """The file's content."""
        buffer = io.BytesIO()
        self.docx.save(buffer)
        return buffer.getvalue()

    def _paragraph(self, text: str, style: str) -> Paragraph:
        return self.docx.add_paragraph(visible(text), style=style)

    def _table(self, widths: Sequence[float]) -> Table:
        table: Table = self.docx.add_table(rows=0, cols=len(widths), style="Table Grid")
        table.autofit = False
        return table


def _page(docx: Docx) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(18), Mm(16)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("PAGE", "/", "NUMPAGES"):
        _field(footer, part) if part != "/" else footer.add_run(part)


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _face(docx: Docx, name: str) -> None:
    """The same face for Latin and Japanese characters; without w:eastAsia Word takes one of its own for the latter."""
    style = docx.styles[name]
    assert isinstance(style, ParagraphStyle)
    sizes = {"Normal": 10, "Title": 18, "Heading 1": 12}
    style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(sizes[name]), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in [key for key in fonts.attrib if str(key).endswith("Theme")]:
        del fonts.attrib[theme]
    fonts.set(qn("w:eastAsia"), FACE)
    style.paragraph_format.space_before = Pt(8 if name == "Heading 1" else 2)
    style.paragraph_format.space_after = Pt(3 if name == "Heading 1" else 2)
    for line in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        line.getparent().remove(line)


def _fill(cell: _Cell, text: str, *, shade: bool = False) -> None:
    shown = visible(text) if len(text) <= MOST else f"{visible(text[:MOST])}…({len(text):,})"
    cell.paragraphs[0].add_run(shown).bold = shade
    if shade:
        element = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            element.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(element)


def _fix(table: Table, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _align_right(table: Table) -> None:
    element: BaseOxmlElement = OxmlElement("w:jc")
    element.set(qn("w:val"), "right")
    table._tbl.tblPr.append(element)


def _row(table: Table) -> _Row:
    """A new row, which is not split over two pages."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # the one method that python-docx does not annotate
    _mark(row, "w:cantSplit")
    return row


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
