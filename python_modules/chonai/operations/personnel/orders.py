"""The transaction list (発令リスト): one row an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chonai.operations.personnel.cells import Cells, Sheet
from chonai.operations.personnel.columns import ALSO
from chonai.operations.personnel.forwards import forwarding
from chonai.operations.personnel.kinds import Act, OrderType
from chonai.operations.personnel.names import in_use
from chonai.operations.personnel.organisation import Finder
from chonai.operations.personnel.plausible import old_dates
from chonai.operations.personnel.records import Order, StaffKey
from chonai.operations.personnel.spellings import spelling
from chonai.text.folding import full_width_kana, search_key

REQUIRED = ("date", "number", "name")
_YES = frozenset({*"○〇◯有1y", "はい"})
_MAIN = frozenset({Act.JOIN, Act.MOVE, Act.REHIRE})


def parse_orders(sheet: Sheet, finder: Finder) -> tuple[Order, ...]:
    """The orders, repeated rows once; problems and warnings go to the sheet. `finder` finds sections by name where
    codes are blank.
    """
    orders = [order for row in sheet.table.rows if (order := _order(Cells(sheet, row), finder)) is not None]
    kept = _without_repeats(sheet, orders)
    known = {order.target for order in kept if order.target}  # named by a 取消 or 訂正: there because it is old
    sheet.warnings.extend(old_dates(((each.place, each.date) for each in kept if each.id not in known), sheet.span))
    return kept


def _without_repeats(sheet: Sheet, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders of which no equal one came before. Two different rows with one order number are a problem."""
    kept: dict[Order, Order] = {}
    numbered: dict[str, Order] = {}
    for order in orders:
        first = kept.setdefault(order, order)
        if first is not order:
            named = ("order", order.id) if order.id else ("number", order.key.number)
            sheet.warnings.append(order.says(*named, "personnel.row_repeated", other=first.place.row))
        elif order.id and numbered.setdefault(order.id, order) is not order:
            sheet.problems.append(
                order.says("order", order.id, "personnel.order_number_twice", other=numbered[order.id].place.row)
            )
    return tuple(kept)


def _order(cells: Cells, finder: Finder) -> Order | None:
    type_ = _type(cells)
    key = cells.staff_key("body", "number", cells.sheet.policy.default_body)
    day = cells.day_of_change("date")
    legal = cells.needed("name")
    title_code, title = cells.title("title_code", "title")
    new_section, old_section = _new_section(cells, finder), cells.section("old_section")
    also = cells.sections(ALSO)
    kind, old_key = cells.kind("kind"), _old_key(cells, key)
    forward, romaji = forwarding(cells, day), spelling(cells)
    if type_ is None or key is None or cells.failed():
        return None
    order = Order(
        place=cells.place,
        id=search_key(cells["order"]).upper(),
        date=day,
        type=type_,
        key=key,
        name=in_use(legal, cells["former_name"], search_key(cells["use_former"]) in _YES),
        legal_name=legal,
        kana=full_width_kana(cells["kana"]),
        title_code=title_code,
        title=title,
        old_title=cells["old_title"],
        new_section=new_section,
        old_section=old_section,
        old_name=cells["old_name"],
        also=also,
        kind=kind,
        old_key=old_key,
        target=search_key(cells["target"]).upper(),
        forward=forward,
        romaji=romaji,
    )
    return _complete(cells, order)


def _type(cells: Cells) -> OrderType | None:
    types = cells.sheet.policy.order_types
    code = search_key(cells["type_code"]).upper()
    code = code.zfill(cells.sheet.words.type_width) if code else ""
    named = cells.sheet.words.types.get(search_key(cells["type"])) if cells["type"] else None
    if cells["type"] and named is None:
        cells.wrong("type", "personnel.unknown_order_type", known=", ".join(kind.name for kind in types.values()))
    elif code and code not in types:
        known = ", ".join(f"{each} {kind.name}" for each, kind in types.items())
        cells.wrong("type_code", "personnel.unknown_order_code", known=known)
    elif code and named and types[code] != types[named]:
        cells.wrong("type", "personnel.order_type_disagrees", type_code=code, known=types[code].name)
    elif not code and not named:
        cells.needed("type")
    else:
        return types[code or named or ""]
    return None


def _new_section(cells: Cells, finder: Finder) -> str:
    names = cells["new_division"], cells["new_name"], cells["new_unit"]
    if cells["new_section"] or not any(names):
        code = cells.section("new_section")
        if code and finder.contradicts(code, *names):
            cells.wrong("new_section", "personnel.section_name_disagrees", names=" ".join(filter(None, names)))
        return code
    most_exact = next(key for key in ("new_unit", "new_name", "new_division") if cells[key])
    return finder.one(cells, most_exact, names)


def _old_key(cells: Cells, key: StaffKey | None) -> StaffKey | None:
    if not cells["old_number"] or key is None:
        return None
    return cells.staff_key("old_body", "old_number", key.body)


def _complete(cells: Cells, order: Order) -> Order | None:
    """The order, if it says all that its type needs. A move that is marked 兼務 adds a post."""
    if order.act is Act.MOVE and search_key(cells["post"]) == "兼務":
        order = replace(order, type=replace(order.type, act=Act.ADD_POST))
    if order.act is Act.JOIN and not order.new_section:
        cells.wrong("new_section", "personnel.joiner_without_section")
    elif order.act is Act.MOVE and not (order.new_section or order.title or order.also):
        cells.wrong("new_section", "personnel.move_says_nothing")
    elif order.act is Act.ADD_POST and not (order.new_section or order.also):
        cells.wrong("new_section", "personnel.post_without_section")
    elif order.act is Act.REMOVE_POST and not (order.old_section or order.new_section):
        cells.wrong("old_section", "personnel.post_without_section")
    else:
        return order
    return None
