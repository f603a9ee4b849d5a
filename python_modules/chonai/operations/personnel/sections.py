"""The OUs and groups of sections: renamed in place, moved, made, or brought to their end as the reorganisation says.

Names and codes are only set to what they shall be; in which order two objects can take each other's name is the
engine's to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chonai.change.model import Key, Value
from chonai.operations.personnel.codes import division, office, parent
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import GROUP, OU, values
from chonai.operations.personnel.keyed import place_keyed
from chonai.operations.personnel.kinds import ReformKind
from chonai.operations.personnel.placing import Shown, placed
from chonai.operations.personnel.records import Section
from chonai.operations.personnel.succession import ENDED, Fate
from chonai.text.few import MANY, first_few
from chonai.text.messages import Message, message


def plan_sections(context: Context) -> Units:
    """Write the sections' OUs and groups into the draft; ends are left to `end_sections`, when everybody has moved."""
    units = Units(sections=_sections(context))
    if context.rules.users.by_section:
        _place(context, units, context.directory.section_ous, units.ous, OU)
        _move_ous(context, units)
    if context.rules.groups.section is not None:
        if context.rules.keyed:
            place_keyed(context, units)
            _make_missing(context, units, units.groups, GROUP)
        else:
            _place(context, units, context.directory.section_groups, units.groups, GROUP)
        _update_groups(context, units)
    return units


def _sections(context: Context) -> dict[str, Section]:
    if context.organised:
        codes = context.policy.sections
        return {code: section for code, section in context.succession.after.items() if office(code, codes) == code}
    named = context.directory.section_names
    return {
        code: Section(code, name, named.get(division(code, context.policy.sections), ""))
        for code, name in sorted(named.items())
    }


def _place(context: Context, units: Units, observed: Mapping[Key, Shown], places: dict[str, Key], type_: str) -> None:
    """Find the new code of everything observed, and make what the organisation has and the directory has not."""
    found = placed(observed, context.succession, type_)
    places |= found.places
    units.take(found)
    _make_missing(context, units, places, type_)


def _make_missing(context: Context, units: Units, places: dict[str, Key], type_: str) -> None:
    if not context.organised:
        return
    for code in sorted(units.sections.keys() - places.keys()):
        key = Key(type_, f"new:{code}")
        places[code] = key
        record = _new_ou(context, units, code) if type_ == OU else _new_group(context, units, code)
        context.draft.create(key, record, _why_new(context, units, code))
        if not any(office(row.new, context.policy.sections) == code for row in context.reforms if row.new):
            units.warnings.append(
                message("personnel.section_only_in_table", code=code, name=units.name(code), object=type_)
            )


def _new_ou(context: Context, units: Units, code: str) -> dict[str, Value]:
    rule = context.rules.section_units
    return {
        "name": rule.name.render(units.values(code)),
        rule.code: code,
        "parent": str(_parent_ou(context, units, code)),
    }


def _parent_ou(context: Context, units: Units, code: str) -> Key | None:
    upper = parent(code, context.policy.sections)
    if upper is None:
        return context.directory.users_ou
    # The 部 has a smaller code than its 課, so it is made before it is asked for.
    return units.ous.get(upper)


def _new_group(context: Context, units: Units, code: str) -> dict[str, Value]:
    rule = context.rules.groups.section
    assert rule is not None
    told = units.values(code)
    attributes: dict[str, Value] = {name: template.render(told) for name, template in rule.attributes.items()}
    place = context.placed(context.directory.groups_ou)
    return {"name": rule.name.render(told), "member": frozenset(), **place, **attributes, **context.listed(True)}


def _why_new(context: Context, units: Units, code: str) -> str:
    return context.wording.newly(context.reforms, code, units.name(code))


def _move_ous(context: Context, units: Units) -> None:
    rule = context.rules.section_units
    for code, key in sorted(units.ous.items()):
        if key not in context.directory.section_ous:
            continue
        old_code, old_name = context.directory.section_ous[key]
        fate = context.succession.fates.get(old_code)
        if fate is None or not fate.goes_on:
            _check_name(context, units, code, old_name)
            continue
        name = rule.name.render(units.values(code))
        attributes: dict[str, Value] = {"name": name, rule.code: code, "parent": str(_parent_ou(context, units, code))}
        context.draft.update(key, attributes, _why_fate(context, units, fate, old_name, code))


def _check_name(context: Context, units: Units, code: str, observed: str) -> None:
    if not context.organised:
        return
    section = units.sections.get(code)
    if section is None:
        units.vanished[code] = observed
    elif section.name != observed:
        units.problems.append(message("personnel.renamed_without_row", code=code, name=observed, new=section.name))


def _why_fate(context: Context, units: Units, fate: Fate, old_name: str, code: str) -> str:
    return context.wording.reform(
        fate.reform.word, context.wording.change(old_name, units.name(code)), fate.reform.date
    )


def _update_groups(context: Context, units: Units) -> None:
    rule = context.rules.groups.section
    assert rule is not None
    for code, key in sorted(units.groups.items()):
        why = _why_named(context, units, code, key)
        if why:
            told = units.values(code)
            attributes: dict[str, Value] = {name: template.render(told) for name, template in rule.attributes.items()}
            attributes |= context.listed(True) if key in context.directory.ended_groups else {}
            context.draft.update(key, {"name": rule.name.render(told), **attributes}, why)


def _why_named(context: Context, units: Units, code: str, key: Key) -> str:
    """Why a group that is there gets the name of its section; blank where no row speaks of it."""
    if context.rules.keyed and code in units.sections and not key.is_new:
        rows = [row for row in context.reforms if office(row.new, context.policy.sections) == code]
        return _why_new(context, units, code) if rows or key in context.directory.ended_groups else ""
    if key not in context.directory.section_groups:
        return ""
    old_code, old_name = context.directory.section_groups[key]
    fate = context.succession.fates.get(old_code)
    if fate is not None and fate.goes_on:
        return _why_fate(context, units, fate, old_name, code)
    if context.organised and code not in units.sections:
        units.vanished.setdefault(code, old_name)
    return ""


def merge_strangers(context: Context, units: Units) -> None:
    """Members of a merged section's group that are no staff (a nested group, an equipment account) go along."""
    staff = {str(account.key) for account in context.directory.accounts.values()}
    for key in sorted(key for key in units.now if key.type == GROUP and units.loses_people(key)):
        code = units.now[key]
        if not code.startswith(ENDED):
            for member in sorted(values(context.directory.state[key], "member") - staff):
                context.draft.leave(key, Key.parse(member), context.wording.say("cause_reform"))
                context.draft.join(units.groups[code], Key.parse(member), context.wording.say("cause_reform"))


def end_sections(context: Context, units: Units, left_behind: Mapping[str, list[str]]) -> None:
    """Delete or put aside what has ended.

    Whoever still has a post there, or whatever else is in it, is a problem that names them.
    """
    units.problems += _left_behind(context, left_behind)
    strangers = _strangers(context, units)
    for key in sorted(units.ended):
        code, name = units.ended[key]
        fate = context.succession.fates[code]
        if strangers[key]:
            fields = {"count": len(strangers[key]), "people": first_few(strangers[key], MANY), "word": fate.reform.word}
            units.problems.append(fate.reform.place.says("old", code, "personnel.not_empty", **fields))
        elif code not in left_behind:
            why = context.wording.reform(fate.reform.word, _end_detail(context, units, fate, name), fate.reform.date)
            _end(context, units, key, why)


def _left_behind(context: Context, left_behind: Mapping[str, list[str]]) -> Iterator[Message]:
    for code, people in sorted(left_behind.items()):
        fate = context.succession.fates[code]
        fields = {"count": len(people), "people": first_few(people, MANY), "word": fate.reform.word}
        yield fate.reform.place.says("old", code, _LEFT_BEHIND[fate.kind], **fields)


def _end(context: Context, units: Units, key: Key, why: str) -> None:
    code, name = units.ended[key]
    if _deletes_ended(context, key):
        context.draft.delete(key, why)
        return
    if context.draft.update(key, _end_attributes(context, units, key), why):
        units.warnings.append(message("personnel.ended_kept", code=code, name=name, object=key.type))


def _deletes_ended(context: Context, key: Key) -> bool:
    groups = context.rules.groups.section
    own = groups.delete_ended if groups is not None and key.type == GROUP else None
    return context.policy.reorganisation.delete_ended if own is None else own


_LEFT_BEHIND = {**dict.fromkeys(ReformKind, "personnel.not_empty"), ReformKind.SPLIT: "personnel.split_without_target"}


def _end_detail(context: Context, units: Units, fate: Fate, name: str) -> str:
    return context.wording.change(name, "・".join(units.name(code) for code in fate.to)) if fate.to else name


def _end_attributes(context: Context, units: Units, key: Key) -> dict[str, Value]:
    code, name = units.ended[key]
    day = context.succession.fates[code].reform.date.isoformat()
    values = {"section_code": code, "section_name": name, "division_name": "", "date": day}
    if key.type == OU:
        rule = context.rules.section_units
        return {"name": rule.ended_name.render(values), rule.code: rule.ended_code.render(values)}
    groups = context.rules.groups.section
    assert groups is not None
    attributes: dict[str, Value] = {name: template.render(values) for name, template in groups.ended_attributes.items()}
    return {"name": groups.ended_name.render(values), **attributes, **context.listed(False)}


def _strangers(context: Context, units: Units) -> dict[Key, list[str]]:
    """What will still be in each ended section and is nobody's account: OUs, equipment, nested groups, by name."""
    draft, state = context.draft, context.directory.state
    gone = draft.deleted() | units.ended.keys()
    staff = {account.key for account in context.directory.accounts.values()}
    found: dict[Key, list[str]] = {key: [] for key in units.ended}
    for key in state.keys() - staff - gone:
        holder = Key.parse(str(draft.record(key).get("parent") or ""))
        if holder in found:
            found[holder].append(draft.name(key))
    for key in units.ended:
        if key.type == GROUP:
            members = {Key.parse(member) for member in draft.members(key)}
            found[key] = [draft.name(member) if member in state else str(member) for member in members - staff - gone]
    return {key: sorted(names) for key, names in found.items()}
