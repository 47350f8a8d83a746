"""Which sheet is what, and which column: by the words of the headings, in both languages, in any order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from owners.registry.problems import Problem
from owners.registry.values import folded
from owners.registry.workbook import Sheet, column_letter

# field -> the headings that mean it. The first is the one we ask for in English, "|" parts it from the Chinese one.
BUILDING = {
    "building_code": "building_code building block tower building_no block_code tower_code building_number | 楼幢 楼栋 栋号 幢号 楼号 幢 栋 楼幢号 楼栋号 楼幢编号 楼宇"
}
UNIT_KEY = {
    **BUILDING,
    "section": "section entrance staircase stair core | 单元 单元号 梯号",
    "number": "unit_no unit_number flat_no flat_number number no_of_unit apartment door | 房号 室号 房间号 房屋号 门牌号 户室",
    "unit_code": "unit_code unit unit_id unit_ref unit_reference | 房屋编号 房屋编码 房产编号 房源编号 户号",
}
UNIT_FACTS = {
    "floor": "floor storey level | 楼层 层 所在层 所在楼层",
    "kind": "kind unit_kind unit_type property_type type use usage | 物业类型 房屋类型 房屋用途 用途 物业性质 房屋性质",
    "area": "exclusive_area area unit_area floor_area area_m2 area_sqm sqm | 专有部分面积 专有面积 面积 建筑面积 产权面积 房屋面积",
    "status": "status unit_status state | 房屋状态 状态 使用状态 入住状态",
    "delivered_on": "delivered_on delivered delivery_date handed_over_on handed_over handover_date | 交付日期 交付时间 交房日期 收楼日期 交楼日期",
}
OWNER = {
    "name": "name owner owner_name full_name name_of_owner | 业主姓名名称 业主姓名 业主名称 业主 姓名 姓名名称 产权人 产权人姓名 权利人",
    "reference": "party_ref party_reference reference ref owner_ref owner_reference owner_id party_id | 业主编号 业主编码 产权人编号",
    "party_kind": "party_type owner_type type kind party_kind | 业主类型 业主性质 产权人类型 业主类别",
    "share": "share ownership_share fraction percentage percent | 份额 产权份额 共有份额 持有份额 份额比例 产权比例",
    "voter": "voter votes voting voting_owner designated_voter votes_for_the_unit | 表决代表 表决人 投票代表 投票人 是否表决代表",
    "owned_from": "owned_from owned_since owner_since from since acquired_on acquired | 产权起始日期 取得日期 购买日期 登记日期 产权日期",
    "phone": "phone telephone tel mobile phone_number mobile_phone owner_phone contact_number | 联系电话 电话 手机 手机号 手机号码 业主电话 联系方式",
    "email": "email e_mail email_address mail owner_email | 电子邮箱 邮箱 电子邮件 邮件",
    "language": "language lang preferred_language language_of_notices | 通知语言 语言 首选语言",
    "postal_address": "postal_address address mailing_address correspondence_address | 通讯地址 通信地址 邮寄地址 联系地址",
}
OCCUPANT_PLAIN = {
    "occupant_name": "name full_name | 姓名",
    "occupant_kind": "kind type relation | 类型 关系 与业主关系",
    "occupant_from": "from start since start_date from_date begins | 起 起始日期 开始日期 入住日期 起租日期",
    "occupant_to": "to until end end_date to_date ends | 止 终止日期 结束日期 到期日期 截止日期",
    "occupant_phone": "phone telephone tel mobile phone_number | 联系电话 电话 手机 手机号 手机号码",
    "occupant_email": "email e_mail email_address mail | 电子邮箱 邮箱 电子邮件",
    "occupant_language": "language lang preferred_language | 通知语言 语言",
}
OCCUPANT = {
    "occupant_name": "occupant_name occupant tenant lessee resident tenant_name lessee_name name_of_occupant | 使用人姓名 使用人 承租人姓名 承租人 租户姓名 租户 住户姓名",
    "occupant_kind": "occupant_kind occupant_type tenant_type kind_of_occupant | 使用人类型 使用人类别 使用人性质",
    "occupant_from": "occupant_from occupied_from lease_start lease_from tenancy_start from | 租期起 租期开始 租赁开始 租赁起始日期 起租日 使用期起",
    "occupant_to": "occupant_to occupied_to lease_end lease_to tenancy_end to | 租期止 租期结束 租赁结束 租赁终止日期 止租日 使用期止",
    "occupant_phone": "occupant_phone tenant_phone lessee_phone phone_of_occupant | 使用人电话 使用人联系电话 租户电话 承租人电话",
    "occupant_email": "occupant_email tenant_email lessee_email | 使用人邮箱 使用人电子邮箱 租户邮箱",
    "occupant_language": "occupant_language tenant_language | 使用人语言 使用人通知语言",
}
BUILDING_FACTS = {
    "building_name": "building_name name block_name tower_name | 楼幢名称 楼栋名称 楼宇名称 名称",
    "floors": "floors_above_ground floors storeys stories number_of_floors | 地上层数 层数 总层数 地上楼层数",
    "sections": "sections number_of_sections entrances | 单元数 单元数量",
    "lifts": "lifts elevators number_of_lifts | 电梯台数 电梯数 电梯数量 电梯",
    "completed_on": "completed_on completed completion_date date_of_completion | 竣工日期 竣工时间 建成日期",
    "address": "address street_address | 地址 坐落 楼幢地址",
}
KINDS: dict[str, dict[str, str]] = {
    "flat": {**UNIT_KEY, **UNIT_FACTS, **OCCUPANT, **OWNER},
    "units": {**UNIT_KEY, **UNIT_FACTS},
    "owners": {**UNIT_KEY, **OWNER},
    "occupants": {**UNIT_KEY, **OCCUPANT, **OCCUPANT_PLAIN},
    "buildings": {
        **BUILDING,
        "building_code": BUILDING["building_code"].replace(" |", " code |") + " 编号 名称",
        **BUILDING_FACTS,
    },
}
REQUIRED = {
    "flat": ("building_code", "number", "kind", "area", "status", "name", "party_kind", "share", "voter"),
    "units": ("building_code", "unit_code", "kind", "area", "status"),
    "owners": ("unit_code", "name", "party_kind", "share", "voter"),
    "occupants": ("unit_code", "occupant_name", "occupant_kind"),
    "buildings": ("building_code",),
}
SHEET_NAMES = {
    "flat": "register registry roll 业主名册 名册 业主清册 房屋清册 业主信息",
    "units": "units unit flats homes 房屋 房屋信息 专有部分 房屋清单",
    "owners": "owners owner ownership 业主 产权 产权人",
    "occupants": "occupants occupant tenants residents 使用人 租户 住户 承租人",
    "buildings": "buildings building blocks towers 楼幢 楼栋 楼宇",
}
IGNORED = frozenset(
    ["序号", "备注", "no", "nr", "id", "remark", "remarks", "note", "notes", "comment", "comments", "说明"]
)
HEADING_ROWS = 15


def folded_heading(value: Any) -> str:
    """A heading for comparing: without case, blanks, punctuation, and what stands in brackets."""
    text = re.sub(r"[(\[{（【].*?[)\]}）】]", "", folded(value))
    return re.sub(r"[\W_]+", "", text)


def _meanings(fields: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, headings in fields.items():
        for heading in headings.replace("|", " ").split():
            found.setdefault(folded_heading(heading), name)
    return found


MEANINGS = {kind: _meanings(fields) for kind, fields in KINDS.items()}
NAMES = {kind: {folded_heading(name) for name in names.split()} for kind, names in SHEET_NAMES.items()}


@dataclass
class Table:
    """A sheet whose columns are known. ``columns`` maps a field to its index, ``headings`` to what stands above it."""

    kind: str
    sheet: Sheet
    heading_row: int
    columns: dict[str, int]
    headings: dict[str, str]
    left_out: list[str] = field(default_factory=list)
    twice: list[tuple[str, int]] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[int, list[Any]]]:
        return [(number, cells) for number, cells in self.sheet.rows if number > self.heading_row]

    def letter(self, name: str) -> str:
        return column_letter(self.columns[name]) if name in self.columns else ""

    def missing(self) -> list[str]:
        wanted = [name for name in REQUIRED[self.kind] if name not in self.columns]
        # A number says as much as a code when the building stands beside it, and the other way round.
        if "number" in wanted and "unit_code" in self.columns:
            wanted.remove("number")
        if "unit_code" in wanted and {"building_code", "number"} <= self.columns.keys():
            wanted.remove("unit_code")
        return wanted


def asked_heading(kind: str, name: str, *, chinese: bool) -> str:
    """The heading we ask for when a column is missing."""
    english, _, other = KINDS[kind][name].partition("|")
    return (other if chinese else english).split()[0]


def recognised(sheet: Sheet) -> Table | None:
    """The sheet as a table, or None when its headings say nothing of a registry."""
    best: tuple[float, Table] | None = None
    for number, cells in sheet.rows[:HEADING_ROWS]:
        for kind in KINDS:
            table = _as_table(kind, sheet, number, cells)
            if table is None:
                continue
            score = len(table.columns) + (2.5 if folded_heading(sheet.name) in NAMES[kind] else 0)
            if best is None or score > best[0]:
                best = (score, table)
    return best[1] if best else None


def _as_table(kind: str, sheet: Sheet, number: int, cells: list[Any]) -> Table | None:
    table = Table(kind, sheet, number, {}, {})
    for index, cell in enumerate(cells):
        word = folded_heading(cell) if isinstance(cell, str) else ""
        if not word:
            continue
        name = MEANINGS[kind].get(word)
        if name is None:
            if word not in IGNORED:
                table.left_out.append(str(cell).strip())
        elif name in table.columns:
            table.twice.append((str(cell).strip(), index))
        else:
            table.columns[name], table.headings[name] = index, str(cell).strip()
    return table if _speaks_of(kind, table.columns.keys(), sheet) else None


def _speaks_of(kind: str, names: Iterable[str], sheet: Sheet) -> bool:
    found = set(names)
    named = folded_heading(sheet.name) in NAMES[kind]
    unit, owner = len(found & UNIT_FACTS.keys() - {"floor"}), len(found & OWNER.keys())
    keyed = bool(found & {"unit_code", "number"})
    if kind == "flat":
        return unit >= 2 and owner >= 2 and bool(found & {"share", "voter", "name"})
    if kind == "units":
        return unit >= (1 if named else 2) and (keyed or "building_code" in found)
    if kind == "owners":
        return owner >= 3 and (keyed or named) and bool(found & {"share", "voter", "reference", "party_kind"})
    if kind == "occupants":
        speaks = bool(found & {"occupant_kind", "occupant_from", "occupant_to"})
        return speaks and ("occupant_name" in found or named) and (keyed or named)
    return not keyed and (("building_code" in found and len(found) >= 3) or (named and len(found) >= 2))


def heading_problems(table: Table, *, chinese: bool) -> list[Problem]:
    """Columns that are missing, and headings that stand twice."""
    name = table.sheet.name
    problems = [
        Problem(
            "missing_column",
            name,
            table.heading_row,
            params={"what": asked_heading(table.kind, wanted, chinese=chinese)},
        )
        for wanted in table.missing()
    ]
    return problems + [
        Problem("column_twice", name, table.heading_row, column_letter(index), heading, heading)
        for heading, index in table.twice
    ]
