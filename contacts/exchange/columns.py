"""The columns of a file of outside parties: a row for each person there, or one for a party without people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import OutsideParty

PARTY: dict[str, Promise] = {
    "name": _("Outside party"),
    "kind": _("Kind"),
    "branch": _("Utility or trade"),
    "phone": _("Phone"),
    "emergency_phone": _("Emergency number"),
    "emergency_note": _("What to call it for"),
    "email": _("E-mail"),
    "website": _("Website"),
    "address": _("Address"),
    "hours": _("Hours"),
    "note": _("Notes"),
    "serves": _("Serves"),
}
PERSON: dict[str, Promise] = {
    "person": _("Person"),
    "post": _("Post"),
    "person_phone": _("Person's phone"),
    "mobile": _("Mobile phone"),
    "person_email": _("Person's e-mail"),
}
COLUMNS = {**PARTY, **PERSON}
# What else a heading may be called, besides the names above in both languages and those of the columns.
ALSO: dict[str, tuple[str, ...]] = {
    "name": ("party", "company", "organisation", "organization", "单位", "单位名称", "公司", "外部单位"),
    "kind": ("type", "类型", "类别", "单位类型"),
    "branch": ("trade", "utility", "专业", "行业", "专业类别"),
    "phone": ("telephone", "tel", "电话", "联系电话", "单位电话"),
    "emergency_phone": ("emergency", "emergency phone", "24h", "应急电话", "抢修电话", "值班电话"),
    "email": ("mail", "e-mail address", "邮箱", "电子邮箱"),
    "website": ("web", "url", "网址", "网站"),
    "address": ("地址",),
    "hours": ("opening hours", "服务时间", "工作时间"),
    "note": ("note", "notes", "remarks", "备注"),
    "serves": ("estate", "estates", "area", "服务范围", "小区", "项目"),
    "person": ("contact", "contact person", "联系人", "姓名"),
    "post": ("position", "title", "role", "职务", "岗位"),
    "person_phone": ("contact phone", "联系人电话"),
    "mobile": ("mobile", "cell", "手机", "联系人手机"),
    "person_email": ("contact e-mail", "contact email", "联系人邮箱"),
}
EVERYWHERE = ("everywhere", "every estate", "all", "*", "全部", "所有小区")
ALSO_KINDS: dict[str, str] = {
    "developer": OutsideParty.Kind.CONSTRUCTION_UNIT,
    "utility": OutsideParty.Kind.UTILITY,
    "contractor": OutsideParty.Kind.PROFESSIONAL,
    "authority": OutsideParty.Kind.GOVERNMENT,
}
