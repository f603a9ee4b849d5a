"""A stand-in for products that take account files by hand (資産管理, ファイル交換). It is a fake and says so: no such
product can be had. What it does, it does as a product would: it reads import files with Python's own csv module by the
rules that its makers wrote down, refuses what is wrong as a whole, exports what it holds, and tells who may do what. It
shares no code with chonai.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
from pathlib import Path

BOMS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16le-bom": b"\xff\xfe"}
CODECS = {"utf-8-sig": "utf-8", "utf-16le-bom": "utf-16-le"}
DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"}
LINES = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
QUOTES = {"all": csv.QUOTE_ALL, "minimal": csv.QUOTE_MINIMAL, "none": csv.QUOTE_NONE}


class Refused(Exception):
    """Why the product does not take a file."""


class Form:
    """How the product's files look."""

    def __init__(self, form):
        name = form["encoding"]
        self.bom, self.codec = BOMS.get(name, b""), CODECS.get(name, name)
        self.line, self.quoting = LINES[form.get("line_ending", "crlf")], QUOTES[form["quoting"]]
        self.delimiter = DELIMITERS[form.get("delimiter", "comma")]

    def read(self, data):
        """All rows of a file, the header included."""
        if not data.startswith(self.bom):
            raise Refused("ファイルの先頭に BOM がありません")
        try:
            text = data[len(self.bom) :].decode(self.codec)
        except UnicodeDecodeError as error:
            raise Refused(f"文字コードが違います: {error}") from None
        source = io.StringIO(text, newline="")
        if self.quoting == csv.QUOTE_NONE:
            return [line.split(self.delimiter) for line in text.split(self.line) if line]
        return list(csv.reader(source, delimiter=self.delimiter, strict=True))

    def written(self, rows):
        """The bytes of a file."""
        out = io.StringIO(newline="")
        quotes = {"quotechar": None} if self.quoting == csv.QUOTE_NONE else {}
        options = {"delimiter": self.delimiter, "lineterminator": self.line, "quoting": self.quoting, **quotes}
        csv.writer(out, **options).writerows(rows)
        return self.bom + out.getvalue().encode(self.codec)


class File:
    """The rules for one type of object."""

    def __init__(self, described, form):
        self.type, self.mode = described["type"], described["mode"]
        self.form = Form(described.get("format", form))
        self.columns = described["columns"]
        self.titles = [column["title"] for column in self.columns]
        self.exported = [c["title"] for c in self.columns if c.get("in_export", not {"secret", "action"} & c.keys())]
        self.keeps, self.clear = described.get("empty") == "keep", described.get("clear_with")
        self.most = described.get("max_rows")
        self.key = [self.title(attribute=name) for name in described["key"]]
        self.unique = [[self.title(attribute=name) for name in names] for names in described.get("unique", [])]

    def title(self, **wanted):
        """The title of the column that has this; None when there is none."""
        [(name, value)] = wanted.items()
        return next((c["title"] for c in self.columns if c.get(name) == value), None)

    def kind(self, name):
        """The title of the column of a kind."""
        return next((c["title"] for c in self.columns if name in c), None)

    @property
    def by_rows(self):
        return next((c["title"] for c in self.columns if c.get("many") == "rows"), None)

    def deed(self, row):
        """What a row asks for."""
        column = next((c for c in self.columns if "action" in c), None)
        if column is None:
            return None
        words = {word: deed for deed, word in column["action"].items()}
        if row[column["title"]] not in words:
            raise Refused(f"処理区分が違います: {row[column['title']]}")
        return words[row[column["title"]]]

    def check(self, row, number):
        """Refuse what the makers' rules do not allow in one row."""
        for column in self.columns:
            cell, where = row[column["title"]], f"{number} 行目 {column['title']}"
            if column.get("required") and not cell:
                raise Refused(f"{where}: 必須項目が空です")
            if len(cell.encode(self.form.codec)) > column.get("max_bytes", 10**9):
                raise Refused(f"{where}: {column['max_bytes']} バイトを超えています")
            words = {column.get("when_true"), column.get("when_false")} - {None}
            if words and cell not in words:
                raise Refused(f"{where}: {cell} は使えません")
            if "fixed" in column and cell != column["fixed"]:
                raise Refused(f"{where}: {cell} は使えません")


def _hashed(password):
    """A salt, and the digest of the password behind it."""
    salt = secrets.token_hex(8)
    return [salt, hashlib.sha256((salt + password).encode()).hexdigest()]


class FakeImportProduct:
    """Tables by type and key, each object a list of rows; the product knows nothing but titles and cells."""

    def __init__(self, profile, exports, tables=None, passwords=None):
        self.files = {one["type"]: File(one, profile.get("format")) for one in profile["files"]}
        self.exports = {type_: Path(path) for type_, path in exports.items()}
        self.tables = tables or {type_: {} for type_ in self.files}
        self.passwords = passwords or {}
        self.imported = []

    def take(self, type_, path):
        """Import a file as a whole or not at all; None, or why not."""
        kept = json.loads(json.dumps(self.tables[type_])), dict(self.passwords)
        try:
            self._take(self.files[type_], path)
        except (Refused, csv.Error) as why:
            self.tables[type_], self.passwords = kept
            return str(why)
        self.imported.append(path.name)
        self.export()
        return None

    def type_of(self, path):
        """Whose file this is, by its header."""
        for type_, file in self.files.items():
            try:
                if file.form.read(path.read_bytes())[:1] == [file.titles]:
                    return type_
            except (Refused, csv.Error):
                continue
        raise Refused("見出しがどの取込ファイルとも違います")

    def _take(self, file, path):
        header, *rows = file.form.read(path.read_bytes())
        if header != file.titles:
            raise Refused("見出しが違います")
        if file.most and len(rows) > file.most:
            raise Refused(f"{file.most} 行を超えています")
        table = {} if file.mode == "full" else self.tables[file.type]
        seen = set()
        for number, cells in enumerate(rows, start=2):
            if len(cells) != len(header):
                raise Refused(f"{number} 行目: 項目数が違います")
            self._row(file, dict(zip(header, cells, strict=True)), number, table, seen)
        self.tables[file.type] = table
        self._check_whole(file)

    def _row(self, file, row, number, table, seen):
        deed = file.deed(row)
        if deed != "delete":
            file.check(row, number)
        key = "/".join(row[title] for title in file.key)
        again = key in seen and file.by_rows is not None
        if key in seen and not again:
            raise Refused(f"{number} 行目: {key} が重複しています")
        if deed == "add" and key in table and not again:
            raise Refused(f"{number} 行目: {key} は登録済みです")
        if deed in ("update", "delete") and key not in table:
            raise Refused(f"{number} 行目: {key} がありません")
        seen.add(key)
        if deed == "delete":
            del table[key]
            self.passwords.pop(key, None)
            return
        self._keep_password(file, key, row)
        old = table.get(key, [{}])[0] if deed == "update" else {}
        new = {title: self._cell(file, old, row, title) for title in file.exported}
        table[key] = [*table[key], new] if again else [new]

    def _keep_password(self, file, key, row):
        title = file.kind("secret")
        if title and row[title]:
            self.passwords[key] = _hashed(row[title])

    def _cell(self, file, old, row, title):
        cell = row.get(title, "")
        if old and file.keeps and cell == "":
            return old.get(title, "")
        return "" if old and file.clear and cell == file.clear else cell

    def _check_whole(self, file):
        for titles in file.unique:
            holders = {}
            for key, rows in self.tables[file.type].items():
                value = tuple(rows[0][title].casefold() for title in titles)
                if all(value) and holders.setdefault(value, key) != key:
                    raise Refused(f"{'/'.join(titles)} {'/'.join(value)} が {holders[value]} と {key} で重複しています")
        for column in file.columns:
            if "reference" not in column:
                continue
            known = self.tables[column["reference"]]
            for key, rows in self.tables[file.type].items():
                for row in rows:
                    for name in self._values(column, row):
                        if name not in known:
                            raise Refused(f"{key} の {column['title']}: {name} は登録されていません")

    def _values(self, column, row):
        cell = row.get(column["title"], "")
        return [name for name in (cell.split(column["separator"]) if "separator" in column else [cell]) if name]

    def export(self):
        """Write what is there, without passwords."""
        for type_, path in self.exports.items():
            file = self.files[type_]
            rows = [[row[t] for t in file.exported] for _, held in sorted(self.tables[type_].items()) for row in held]
            beside = path.with_name(f"{path.name}.new")
            beside.write_bytes(file.form.written([file.exported, *rows]))
            beside.replace(path)

    def adopt(self, password=None):
        """Take what the export files hold as the content; everybody gets the password, where the product has any."""
        for type_, path in self.exports.items():
            file, table = self.files[type_], {}
            header, *rows = file.form.read(path.read_bytes())
            if header != file.exported:
                raise Refused(f"{path.name}: 見出しが違います")
            for cells in rows:
                row = dict(zip(header, cells, strict=True))
                table.setdefault("/".join(row[title] for title in file.key), []).append(row)
            self.tables[type_] = table
        for file in self.files.values():
            self._check_whole(file)
        if password and self.files["user"].kind("secret"):
            self.passwords = dict.fromkeys(self.tables["user"], _hashed(password))

    def may(self, name, password=None):
        """Whether somebody may log in, the codes of the sections whose folder they may open, and where they approve."""
        rows = self.tables["user"].get(name)
        if rows is None:
            return {"login": "unknown"}
        file = self.files["user"]
        enabled = next(c for c in file.columns if c.get("attribute") == "enabled")
        if rows[0][enabled["title"]] != enabled["when_true"]:
            return {"login": "disabled"}
        if file.kind("secret") and not self.accepts(name, password or ""):
            return {"login": "wrong password"}
        return {
            "login": "welcome",
            **{role: self._roles(role, name, rows) for role in ("member", "approvers", "deputies")},
        }

    def accepts(self, name, password):
        """Whether this is somebody's password."""
        salt, digest = self.passwords.get(name, ["", ""])
        return hashlib.sha256((salt + password).encode()).hexdigest() == digest

    def _roles(self, role, name, rows):
        if role == "member" and self.files["user"].by_rows:
            return sorted({row[self.files["user"].by_rows] for row in rows} - {""})
        column = next((c for c in self.files["group"].columns if c.get("attribute") == role), None)
        groups = self.tables["group"].items() if column else ()
        return sorted(code for code, held in groups if name in self._values(column, held[0]))
