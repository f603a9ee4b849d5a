"""Papers: what is in them, how they print, who can read them, and what they refuse. Read back by other libraries."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from openpyxl.worksheet.worksheet import Worksheet

from chonai.change.codec import message_to_json
from chonai.change.model import Key, Record
from chonai.reports.papers.faces import monospaced
from chonai.text.messages import message
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import FINAL, JOINER, MASS_LEAVE, OBJECTS, TANAKA, YAMADA, Town, wanted

LETTERHEAD = "city_name: 汐見野市\ncontact: 情報政策課 内線 2345\n"
FORMULA, MARKUP = '=cmd|" /C calc"!A0', "<w:t>&amp;</w:t>{{ 7*7 }}"
ACTING = "\x1b[31m\u202e山田\ufffe\x07"
LONG = "長" * 5000
HOSTILE = (FORMULA, "@SUM(A1)", "-1+1", "+81", MARKUP, ACTING, LONG)
ROW = "長" * 250
"""The longest text of one cell."""


@pytest.fixture(autouse=True)
def settled(town: Town) -> None:
    town.settle(kind="none", watcher=False, more=LETTERHEAD)
    town.folder.chmod(0o700)


def joiners(names: Mapping[str, tuple[str, str]]) -> tuple[dict[Key, Record], dict[Key, str]]:
    """The town's change with more joiners: number to name and section."""
    desired, reasons = wanted()
    new = {
        Key("user", f"new:1-{number}"): {**desired[JOINER], "name": number, "displayName": name, "department": section}
        for number, (name, section) in names.items()
    }
    return {**desired, **new}, {**reasons, **dict.fromkeys(new, "採用")}


def hostile() -> tuple[dict[Key, Record], dict[Key, str]]:
    return joiners({f"{n:06d}": (name, "市民課") for n, name in enumerate(HOSTILE)})


def applied(town: Town, run: Run, desired: Mapping[Key, Record], reasons: Mapping[Key, str], *systems: str) -> str:
    id_ = town.seal(desired, reasons, *systems)
    assert run("apply", id_, "--operator", "suzuki").code == 0
    return id_


def book(run: Run, id_: str, *more: str, code: int = 0) -> openpyxl.Workbook:
    file = Path(f"{id_}{''.join(more)}.xlsx")
    assert run("report", "review", id_, "--output", file, *more).code == code
    return openpyxl.load_workbook(file)


def texts(sheet: Worksheet) -> list[tuple[str, ...]]:
    return [tuple("" if value is None else str(value) for value in row) for row in sheet.iter_rows(values_only=True)]


def slips(town: Town, run: Run, id_: str, *more: object) -> list[str]:
    """The text of each page."""
    ran = run("passwords", id_, "--key", town.people.key("jinji"), "--slips", "slips.pdf", *more)
    assert ran.code == 0, ran.err
    return [page.extract_text() for page in pypdf.PdfReader("slips.pdf").pages]


def passwords(town: Town, run: Run, id_: str) -> dict[tuple[str, str], str]:
    """By account and system."""
    said = run("passwords", id_, "--key", town.people.key("jinji"), "--format", "csv").raw.decode("utf-8-sig")
    found = csv.DictReader(io.StringIO(said))
    return {(row["account"], row["system"]): row["initial password"] for row in found}


def letters(page: str) -> str:
    """A page without white space: the characters of a password stand apart."""
    return re.sub(r"\s", "", page)


# The review workbook


def test_the_workbook_holds_summary_comparisons_and_open_points(town: Town, run: Run) -> None:
    found = book(run, town.seal(*wanted(), brakes=(MASS_LEAVE, FINAL)))
    assert found.sheetnames == ["概要", "lgwan_ad", "ext_ad", "要確認"]
    summary = texts(found["概要"])
    flat = [cell for row in summary for cell in row]
    for wanted_text in ("汐見野市", "承認", "審査", "作成", "取扱注意", "sato、", "封印済み"):
        assert [cell for cell in flat if wanted_text in cell], wanted_text
    assert ("lgwan_ad", "利用者", "1", "0", "2", "0", "採用 1, 異動 1, 退職 1") in [row[:7] for row in summary]
    boxes = next(n for n, row in enumerate(summary) if "審査" in row)
    assert summary[boxes + 1][7:] == ("", "", "")


def test_a_comparison_has_every_attribute_by_object(town: Town, run: Run) -> None:
    rows = texts(book(run, town.seal(*wanted()))["lgwan_ad"])
    assert rows[0] == ("番号", "区分", "種別", "アカウント", "属性", "旧", "新", "理由", "状況")
    moved = [row for row in rows if row[3] == "山田　太郎 (001234)"]
    why = "異動: 税務課→市民課, 発令 2026-04-01"
    assert [row[4:8] for row in moved] == [
        ("所属 (department)", "税務課", "市民課", why),
        ("場所 (parent)", "税務課", "市民課", why),
    ]
    numbers = [int(row[0]) for row in rows[1:]]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 5))
    members = [row[5:7] for row in rows if row[4] == "メンバー (member)"]
    assert ("", "髙﨑　德子 (002001)") in members
    assert ("山田　太郎 (001234)", "") in members


def test_open_points_have_room_for_a_decision(town: Town, run: Run) -> None:
    rows = texts(book(run, town.seal(*wanted(), brakes=(MASS_LEAVE, FINAL)))["要確認"])
    assert rows[0] == ("番号", "種類", "システム", "確認する内容", "判断", "判断者・日付")
    assert [row[1] for row in rows[1:]] == ["歯止め"] * 4 + ["注意"]
    assert all(row[4:] == ("", "") for row in rows[1:])
    assert rows[-1][2] == "lgwan_ad, ext_ad"
    empty = texts(book(run, town.seal(OBJECTS, {}))["ext_ad"])
    assert empty[1][3] == "変更なし"


def test_every_sheet_prints_on_a4_with_its_head_on_each_page(town: Town, run: Run) -> None:
    for sheet in book(run, town.seal(*wanted())).worksheets:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.center.text == "&P/&N"
        assert sheet.print_area
        assert all(cell.font.name == "游ゴシック" for row in sheet.iter_rows() for cell in row if cell.value)
        if sheet.title != "概要":
            assert sheet.print_title_rows == "$1:$1"
            assert sheet.freeze_panes == "A2"
            assert sheet.auto_filter.ref == f"A1:{sheet.dimensions.split(':')[1]}"


def test_no_cell_of_the_workbook_is_a_formula_or_a_number_that_was_text(town: Town, run: Run) -> None:
    found = book(run, town.seal(*hostile()))
    cells = [cell for sheet in found.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {type(cell.value) for cell in cells if cell.data_type == "n"} <= {int, type(None)}
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[:1] in tuple("=+-@"))
    said = {str(cell.value) for cell in cells}
    assert {FORMULA, "@SUM(A1)", "-1+1", "+81", MARKUP, ROW, "000000"} <= said
    assert "\\x1b[31m\\u202e山田\\ufffe\\x07" in said
    new = [cell.value for cell in found["ext_ad"]["G"] if cell.value and set(str(cell.value)) == {"長"}]
    assert "".join(new) == LONG
    assert "長" * 240 + "…(5,009)" in said


def test_rows_are_high_enough_for_what_they_hold(town: Town, run: Run) -> None:
    sheet = book(run, town.seal(*hostile()))["ext_ad"]
    groups = sheet.column_dimensions.values()
    widths = {number: group.width for group in groups for number in range(group.min, group.max + 1)}
    for row in sheet.iter_rows():
        needed = max(len(str(cell.value or "")) / widths[cell.column] for cell in row)
        full = max(2 * str(cell.value or "").count("長") / widths[cell.column] for cell in row)
        height = sheet.row_dimensions[row[0].row].height or 15
        assert max(needed, full) <= 1 or height >= 15 * max(needed, full)
        assert height <= 409


def test_sheets_of_odd_systems_have_names_that_excel_takes(town: Town, run: Run) -> None:
    odd = ("a" * 40, "a" * 41, "x/y:[z]*?", "概要")
    names = book(run, town.seal(*wanted(), *odd)).sheetnames
    assert len({name.casefold() for name in names}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_the_workbook_says_that_a_seal_is_broken_and_speaks_english_too(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert book(run, id_, "--locale", "en").sheetnames == ["Summary", "lgwan_ad", "ext_ad", "To decide"]
    (town.folder / "signers").write_text("")
    town.site_file.write_text(
        town.site_file.read_text().replace(str(town.people.signers), str(town.folder / "signers"))
    )
    broken = book(run, id_, code=3)
    assert texts(broken["要確認"])[1][1] == "封印"


def test_three_thousand_people_take_seconds(town: Town, run: Run) -> None:
    people = {Key("user", f"m{n}"): {**OBJECTS[YAMADA], "name": f"{n:06d}"} for n in range(3000)}
    moved = {key: {**record, "parent": "ou:civic", "department": "市民課"} for key, record in people.items()}
    id_ = town.seal({**OBJECTS, **moved}, dict.fromkeys(people, "異動"), "ext_ad", observed={**OBJECTS, **people})
    started = time.process_time()
    assert run("report", "review", id_, "--output", "many.xlsx").code == 0
    assert time.process_time() - started < 8
    assert openpyxl.load_workbook("many.xlsx", read_only=True)["ext_ad"].max_row == 6001


# Password slips


def test_a_slip_for_each_person_by_section_and_number(town: Town, run: Run) -> None:
    more = {"002003": ("乙", "い課"), "002002": ("甲", "い課"), "002004": ("丙", "あ課")}
    id_ = applied(town, run, *joiners(more))
    pages = slips(town, run, id_)
    secrets = passwords(town, run, id_)
    order = ["002004", "002002", "002003", "002001"]
    assert [next(number for number in order if number in page) for page in pages] == order
    for number, page in zip(order, pages, strict=True):
        for system in ("ext_ad", "lgwan_ad"):
            assert re.sub("大文字|小文字|数字|記号", "", letters(page)).count(system) == 1
            assert not set(secrets[number, system]) - set(letters(page))
    first = letters(pages[0])
    for part in ("汐見野市", "初期パスワード通知書", "あ課", "丙", "様", "大文字", "情報政策課", id_):
        assert part in first


def test_a_slip_shows_each_character_with_its_reading(town: Town, run: Run) -> None:
    id_ = applied(town, run, *wanted(), "ext_ad")
    (page,) = slips(town, run, id_)
    (secret,) = passwords(town, run, id_).values()
    capitals = sum(character.isupper() for character in secret)
    assert page.count("大文字") == capitals + 1  # the advice says that they differ from small ones
    assert [line for line in page.splitlines() if line in set(secret)] == list(secret)
    (english,) = slips_again(town, run, id_)
    assert english.count("CAPITAL") == capitals


def slips_again(town: Town, run: Run, id_: str) -> list[str]:
    Path("slips.pdf").unlink()
    return slips(town, run, id_, "--locale", "en")


def test_a_slip_is_one_a5_page_with_embedded_fonts(town: Town, run: Run) -> None:
    slips(town, run, applied(town, run, *joiners({"002002": ("𠮷田　辻\U000e0100", "市民課")})))
    reader = pypdf.PdfReader("slips.pdf")
    assert [(round(float(one.mediabox.width)), round(float(one.mediabox.height))) for one in reader.pages] == [
        (595, 421),
        (595, 421),
    ]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    below = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all("/FontFile2" in one or "/FontFile3" in one for one in below)
    assert {str(font["/BaseFont"]).split("+")[1] for font in fonts} == {
        "IPAexGothic",
        "IPAmjMincho",
        "DejaVuSansMonoBook",
    }
    assert "𠮷田辻" in letters("".join(page.extract_text() for page in reader.pages))


@pytest.mark.parametrize(
    ("name", "said"),
    [("外\ue000字", "\ue000 (U+E000)"), ("笑😀", "😀 (U+1F600)"), ("辻\U000e01ef", "辻\U000e01ef (U+8FBB U+E01EF)")],
)
def test_what_no_font_shows_is_named_before_anything_is_decrypted(town: Town, run: Run, name: str, said: str) -> None:
    id_ = applied(town, run, *joiners({"002002": (name, "市民課")}))
    key = town.people.key("jinji")
    refused = run("passwords", id_, "--key", key, "--slips", "slips.pdf", "--receipts", "list.pdf")
    assert refused.code == 2
    assert f"002002, name: {said}" in refused.err
    assert "--font FILE" in refused.err
    assert not Path("slips.pdf").exists()
    assert "secret_shown" not in run("journal", "show", id_, "--format", "json").out
    assert run("passwords", id_, "--key", key, "--slips", "s.pdf", "--font", town.site_file).code == 2


def test_the_citys_own_characters_come_from_its_own_font(town: Town, run: Run) -> None:
    font = TTFont(monospaced().path)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0xE000] = "A"
    font.save("gaiji.ttf")
    id_ = applied(town, run, *joiners({"002002": ("外\ue000字", "市民課")}), "ext_ad")
    assert "外\ue000字" in letters("".join(slips(town, run, id_, "--font", "gaiji.ttf")))


def test_hostile_names_are_printed_as_they_are_spelled(town: Town, run: Run) -> None:
    pages = slips(town, run, applied(town, run, *hostile(), "ext_ad"), "--receipts", "list.pdf")
    assert len(pages) == len(HOSTILE) + 1
    everything = letters("".join(pages))
    for part in (letters(FORMULA), letters(MARKUP), "\\x1b[31m\\u202e山田", "…(5,000)"):
        assert part in everything
    listed = letters("".join(page.extract_text() for page in pypdf.PdfReader("list.pdf").pages))
    assert letters(FORMULA) in listed


def test_the_receipt_list_has_everybody_in_the_same_order_and_no_password(town: Town, run: Run) -> None:
    people = {f"01{n:04d}": (f"職員{n}", "市民課") for n in range(25)}
    id_ = applied(town, run, *joiners(people), "ext_ad")
    slips(town, run, id_, "--receipts", "list.pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader("list.pdf").pages]
    assert len(pages) == 2
    for page in pages:
        assert all(word in page for word in ("受領簿", "職員番号", "氏名", "所属", "受領日", "受領印"))
    assert re.findall("01[0-9]{4}", "".join(pages)) == sorted(people)
    assert not [secret for secret in passwords(town, run, id_).values() if secret in letters("".join(pages))]


def test_passwords_stand_in_that_file_only_and_for_its_owner_only(town: Town, run: Run) -> None:
    id_ = applied(town, run, *wanted())
    slips(town, run, id_, "--receipts", "list.pdf")
    assert run("report", "work", id_, "--output", "work.docx").code == 0
    assert run("report", "review", id_, "--output", "review.xlsx").code == 0
    made = [Path(name) for name in ("slips.pdf", "list.pdf", "work.docx", "review.xlsx")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o600] * 4
    secrets = passwords(town, run, id_).values()
    for path in (path for path in town.folder.rglob("*") if path.is_file() and path.name != "slips.pdf"):
        text = readable(path)
        assert not [secret for secret in secrets if secret in text], path
    shown = json.loads(run("journal", "show", id_, "--format", "json").out)["events"]
    assert [one["actor"] for one in shown if one["event"] == "secret_shown"] == ["jinji", "jinji"]


def readable(path: Path) -> str:
    """What is in a file, unpacked."""
    match path.suffix:
        case ".pdf":
            return letters("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))
        case ".docx":
            return docx.Document(str(path)).element.xml
        case ".xlsx":
            return "".join(" ".join(row) for sheet in openpyxl.load_workbook(path).worksheets for row in texts(sheet))
        case _:
            return path.read_bytes().decode(errors="replace")


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_no_slips_into_a_folder_that_others_can_enter(town: Town, run: Run, mode: int) -> None:
    id_ = applied(town, run, *wanted())
    (town.folder / "shared").mkdir()
    (town.folder / "shared").chmod(mode)
    refused = run("passwords", id_, "--key", town.people.key("jinji"), "--slips", "shared/slips.pdf")
    assert refused.code == 3
    assert "mkdir -m 700" in refused.err
    assert not list((town.folder / "shared").iterdir())
    assert "secret_shown" not in run("journal", "show", id_, "--format", "json").out


def test_no_paper_is_written_over_another_file(town: Town, run: Run) -> None:
    id_ = applied(town, run, *wanted())
    key = town.people.key("jinji")
    Path("there").write_text("mine")
    Path("link").symlink_to("nowhere")
    for name in ("there", "link"):
        for call in (
            ("passwords", id_, "--key", key, "--slips", name),
            ("passwords", id_, "--key", key, "--slips", "new.pdf", "--receipts", name),
            ("report", "review", id_, "--output", name),
            ("report", "work", id_, "--output", name),
        ):
            assert run(*call).code == 2, call
    assert Path("there").read_text() == "mine"
    assert not Path("new.pdf").exists()
    assert run("report", "work", id_, "--output", "no/folder.docx").code == 2
    assert "secret_shown" not in run("journal", "show", id_, "--format", "json").out


def test_slips_say_whose_they_are_or_are_not_made(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    id_ = applied(town, run, *wanted())
    refused = run("passwords", id_, "--key", town.people.key("jinji"), "--slips", "slips.pdf")
    assert refused.code == 2
    assert "city_name" in refused.err
    assert run("passwords", id_, "--key", town.people.key("jinji"), "--receipts", "list.pdf").code == 2


def test_slips_of_nothing_are_not_made(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert "was not applied yet" in run("passwords", id_, "--key", town.people.key("jinji"), "--slips", "s.pdf").err
    assert not Path("s.pdf").exists()
    made = applied(town, run, *wanted())
    assert run("passwords", made, "--key", town.people.key("sato"), "--slips", "s.pdf").code == 3
    assert not Path("s.pdf").exists()


# The work report


def report(run: Run, id_: str, *more: str) -> Document:
    ran = run("report", "work", id_, "--output", f"work{len(more)}.docx", *more)
    assert ran.code == 0, ran.err
    return docx.Document(f"work{len(more)}.docx")


def tables(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def test_the_work_report_says_what_was_brought_in_and_who_checked_it(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    usb, disc = "USBメモリ 03, 佐藤, 2026-03-31 17:20, 定義 2026-03-31, 検出なし", "CD-R 納品物"
    rows = tables(report(run, id_, "--media", usb, "--media", disc))[4]
    assert rows[1:] == [
        ["USBメモリ 03", "佐藤", "2026-03-31 17:20", "定義 2026-03-31, 検出なし"],
        ["CD-R 納品物", "", "", ""],
    ]
    nothing = report(run, id_, "--no-media")
    assert "持込媒体なし" in [paragraph.text for paragraph in nothing.paragraphs]
    for wrong in (("--media", disc, "--no-media"), ("--media", " ,佐藤")):
        assert run("report", "work", id_, "--output", "wrong.docx", *wrong).code == 2
    assert not Path("wrong.docx").exists()


def test_the_work_report_tells_who_when_what_and_how_it_went(town: Town, run: Run) -> None:
    town.settle(watcher=True, more=LETTERHEAD)
    id_ = town.seal(*wanted())
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"), "-y").code == 0
    assert run("apply", id_, "--operator", "sato", "--watcher", "suzuki").code == 0
    head, results, steps, differences, media, proof, box = tables(report(run, id_))
    assert media == [["媒体・ファイル", "実施者", "実施日時", "ソフト・定義、結果"], [""] * 4, [""] * 4]
    facts = dict(head)
    assert facts["申請番号"] == ""
    assert facts["件名"] == f"人事異動 ({id_})"
    assert (facts["作業者"], facts["立会者（確認者）"], facts["作成者"]) == ("sato", "suzuki", "sato")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d – \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d", facts["実施日時"]
    )
    assert facts["承認"].startswith("suzuki ")
    assert [row[:3] for row in results] == [["システム", "完了", "失敗"], ["lgwan_ad", "5", "0"], ["ext_ad", "5", "0"]]
    what = [row[3].split(":")[0] for row in steps[1:]]
    assert what[:3] == ["封印", "承認", "付記"]
    assert (what.count("適用開始"), what.count("適用終了")) == (2, 2)
    assert ["lgwan_ad", "利用者 山田　太郎 (001234)", "所属 (department)", "税務課", "市民課"] in differences
    assert dict(proof)["ダイジェスト"].startswith("sha256:")
    assert dict(proof)["記録のアンカー"] in run("journal", "anchor").out
    assert box == [["受領印"], [""]]


def test_what_is_left_stands_there_with_its_reason(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), "ext_ad")
    left = tables(report(run, id_))[5]
    assert left[0] == ["システム", "アカウント", "状況", "理由"]
    assert len(left) == 6
    assert {row[2] for row in left[1:]} == {"未実施"}
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): message_to_json(message("site.missing_key", key="その人"))})
    run("apply", id_, "--operator", "suzuki")
    failed = [row for row in tables(report(run, id_, "--locale", "ja"))[5] if row[2] == "失敗"]
    assert [row[1] for row in failed] == ["田中　花子 (001235)"]
    assert failed[0][3] == "その人: 必須です"


def test_the_report_has_japanese_fonts_and_rows_that_stay_whole(town: Town, run: Run) -> None:
    document = report(run, applied(town, run, *hostile()))
    for name in ("Normal", "Title", "Heading 1"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "游ゴシック"
        assert not [key for key in fonts.attrib if "Theme" in key]
    for row in (row for table in document.tables for row in table.rows):
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    for table in document.tables[1:4]:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    footer = document.sections[0].footer.paragraphs[0]._p
    assert [field.get(qn("w:instr")) for field in footer.findall(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_hostile_names_are_text_in_the_report(town: Town, run: Run) -> None:
    left = tables(report(run, town.seal(*hostile(), "ext_ad")))[5]
    named = {row[1] for row in left}
    for number, name in enumerate(HOSTILE[:5]):
        assert f"{name} ({number:06d})" in named
    assert "\\x1b[31m\\u202e山田\\ufffe\\x07 (000005)" in named
    assert "長" * 60 + "…(5,009)" in named


def test_the_report_has_its_usual_name(town: Town, run: Run) -> None:
    id_ = applied(town, run, *wanted())
    day = time.strftime("%Y%m%d")
    assert run("report", "work", id_).code == 0
    assert Path(f"{day}_作業報告書_personnel_v1.0.docx").is_file()
    assert run("report", "work", id_).code == 2
    assert run("report", "work", id_, "--locale", "en").code == 0
    assert [path.name for path in town.folder.glob(f"{day}_Work report_*")] == [
        f"{day}_Work report_personnel_v1.0.docx"
    ]


@pytest.mark.parametrize(("language", "words"), [("en", "Usage: receipt Exit code"), ("ja", "使い方: 受領簿 コード")])
def test_help_is_in_both_languages(town: Town, language: str, words: str) -> None:
    said = ""
    for command in (("report",), ("report", "review"), ("report", "work"), ("passwords",)):
        code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CHONAI_LANG": language}
        call = [sys.executable, "-c", code, *command, "--help"]
        said += subprocess.run(
            call, capture_output=True, text=True, env=environment, cwd=town.folder, check=True
        ).stdout
    assert not [word for word in words.split() if word not in said]
