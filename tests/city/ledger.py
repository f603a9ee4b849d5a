"""The address ledger of 汐見野市 before the first request: zones, sites, their VLANs, prefixes, devices and addresses.

An object's id is made of what it is, so that the same city has the same ids every time.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from ipaddress import ip_network

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "ledger.shiomino.example")
LGWAN, MYNUMBER, INTERNET = ZONES = ("LGWAN系", "個人番号利用事務系", "インターネット系")
VRFS = {LGWAN: "lgwan", MYNUMBER: "mynumber", INTERNET: "internet"}
DNS = {LGWAN: "lgwan.shiomino.example", MYNUMBER: "mynumber.shiomino.example", INTERNET: "shiomino.example"}
SITES = {
    "本庁舎": "hall", "北支所": "kita", "南支所": "minami", "市立病院": "byoin", "消防本部": "shobo",
    "水道庁舎": "suido", "中央図書館": "tosho", "保健センター": "hoken",
}  # fmt: skip
CONTAINERS = {
    LGWAN: ("10.20.0.0/16", "10.21.0.0/16", "10.22.0.0/16", "10.255.0.0/16"),
    MYNUMBER: ("10.30.0.0/16", "10.32.0.0/16"),
    INTERNET: ("172.20.0.0/16", "172.21.0.0/16", "2001:db8:5310::/48"),
}
# Zone, purpose, sites, first VLAN id, container, prefix length, hosts in it, how hosts are called.
PLANS = (
    (LGWAN, "事務端末", tuple(SITES), 100, "10.20.0.0/16", 24, 16, "pc"),
    (LGWAN, "プリンタ", tuple(SITES), 200, "10.21.0.0/16", 26, 5, "prn"),
    (LGWAN, "サーバ", ("本庁舎", "市立病院"), 250, "10.22.0.0/16", 25, 20, "srv"),
    (LGWAN, "管理", tuple(SITES), 90, "10.255.0.0/16", 26, 0, "mgmt"),
    (MYNUMBER, "業務端末", ("本庁舎", "北支所", "南支所", "保健センター"), 300, "10.30.0.0/16", 25, 12, "mpc"),
    (MYNUMBER, "サーバ", ("本庁舎",), 400, "10.32.0.0/16", 26, 12, "msrv"),
    (INTERNET, "公開サーバ", ("本庁舎",), 500, "172.20.0.0/16", 26, 8, "web"),
    (INTERNET, "無線LAN", ("本庁舎", "市立病院", "中央図書館"), 520, "172.21.0.0/16", 23, 6, "ap"),
)
OWNERS = ("情報政策課", "総務課", "税務課", "市民課", "福祉課", "学校教育課", "水道総務課", "警防課")
Record = dict[str, object]
BRANCH_OFFICE = """# 依頼の例: 新しい出先の VLAN、/24、12 台分のアドレスと名前。
request: R8-0412
owner: 市民課
items:
  - action: issue
    type: vlan
    item: vlan
    name: tosho-annex
    site: 中央図書館
    zone: LGWAN系
    purpose: 事務端末
  - action: issue
    type: prefix
    item: prefix
    name: tosho-annex
    vlan: vlan
    site: 中央図書館
    zone: LGWAN系
    purpose: 事務端末
  - action: issue
    type: address
    item: pc
    prefix: prefix
    site: 中央図書館
    zone: LGWAN系
    purpose: 事務端末
    dns_zone: shiomino.lg.example
    hostnames:
"""


def objects() -> dict[str, Record]:
    """Every object by its key, in an order in which they can be made."""
    return dict(_all(random.Random("汐見野市の台帳")))


def text() -> bytes:
    """The ledger as the committed file holds it."""
    return (json.dumps({"objects": objects()}, ensure_ascii=False, indent=1) + "\n").encode()


def branch_office() -> bytes:
    """A request: a new branch office's VLAN, /24, and twelve addresses with names."""
    names = [*(f"annex-pc{n:02d}" for n in range(1, 11)), "annex-prn01", "annex-prn02"]
    return (BRANCH_OFFICE + "".join(f"      - {name}\n" for name in names)).encode()


def release() -> bytes:
    """A request as a table: two addresses are given back."""
    rows = ["申請番号,操作,種類,ホスト名", *(f"R8-0413,返却,アドレス,kita-pc{n:03d}" for n in (1, 2))]
    return "".join(f"{row}\r\n" for row in rows).encode("cp932")


def key(type_: str, *names: object) -> str:
    """The key of an object that these names tell."""
    return f"{type_}:{uuid.uuid5(SPACE, '/'.join(map(str, (type_, *names))))}"


def life(item: str, owner: str = "情報政策課", **more: object) -> Record:
    """What everything has that is issued."""
    return {"status": "in_use", "owner": owner, "request": "R7-0001", "item": item, **more}


def _all(rng: random.Random) -> Iterator[tuple[str, Record]]:
    for zone in ZONES:
        yield key("zone", zone), {"name": zone}
    for site in SITES:
        yield key("site", site), {"name": site}
    for zone, vrf in VRFS.items():
        yield key("vrf", vrf), {"name": vrf, "zone": key("zone", zone)}
        for network in CONTAINERS[zone]:
            common = {"vrf": key("vrf", vrf), "zone": key("zone", zone), "kind": "container"}
            yield key("prefix", vrf, network), {"network": network, **common, **life(f"container {network}")}
    for plan in PLANS:
        yield from _purpose(rng, *plan)
    yield from _ends()


def _purpose(
    rng: random.Random,
    zone: str,
    purpose: str,
    sites: tuple[str, ...],
    vid: int,
    container: str,
    length: int,
    hosts: int,
    called: str,
) -> Iterator[tuple[str, Record]]:
    networks = ip_network(container).subnets(new_prefix=length)
    for number, (site, network) in enumerate(zip(sites, networks, strict=False)):
        name = f"{SITES[site]}-{called}"
        place = {"site": key("site", site), "zone": key("zone", zone)}
        vlan, prefix = key("vlan", site, vid + number), key("prefix", VRFS[zone], network)
        yield vlan, {"vid": vid + number, "name": name, **place, **life(f"vlan {name}", purpose=purpose)}
        ends = {"network": str(network), "gateway": str(network[1]), "kind": "assignable"}
        links = {"vrf": key("vrf", VRFS[zone]), "vlan": vlan, **place}
        yield prefix, {"name": name, **ends, **links, **life(f"prefix {name}", purpose=purpose)}
        if purpose == "管理":
            yield from _switches(site, zone, prefix, vlan, [str(one) for one in network.hosts()])
        if purpose == "無線LAN":
            pool = {"first": str(network[256]), "last": str(network[510]), "issuable": False, "purpose": "DHCP"}
            yield key("range", network), {"prefix": prefix, **pool}
        few = rng.randrange(max(1, hosts // 2), hosts + 1) if hosts else 0
        for n in range(1, few + 1):
            address, hostname = str(network[10 + n]), f"{name}{n:03d}"
            more = {"hostname": hostname, "dns_zone": DNS[zone], "prefix": prefix, "role": "host"}
            owned = life(hostname, rng.choice(OWNERS), purpose=purpose)
            yield key("address", VRFS[zone], address), {"address": address, **more, **owned}


def _switches(site: str, zone: str, prefix: str, vlan: str, addresses: list[str]) -> Iterator[tuple[str, Record]]:
    """Each site's core switch, which nobody's plan may touch, and its floor switches."""
    short, place = SITES[site], {"site": key("site", site), "zone": key("zone", zone)}
    count = 4 if site in ("本庁舎", "市立病院") else 1
    names = [f"core-{short}-01", *(f"l2-{short}-{n:02d}" for n in range(1, count + 1))]
    for name, address in zip(names, addresses, strict=False):
        is_core = name.startswith("core")
        device, port = key("device", name), key("interface", name)
        product = {"product": "L3スイッチ" if is_core else "L2スイッチ", "platform": "ios", "owner": "情報政策課"}
        yield device, {"name": name, **place, **product}
        yield port, {"device": device, "name": "Vlan90", "vlan": vlan, "management": True}
        role = {"role": "gateway" if is_core else "host", "hostname": name, "dns_zone": DNS[zone]}
        links = {"prefix": prefix, "interface": port}
        yield key("address", VRFS[zone], address), {"address": address, **role, **links, **life(name, purpose="管理")}


def _ends() -> Iterator[tuple[str, Record]]:
    """One address that is reserved, one in quarantine and one whose quarantine is over."""
    prefix = key("prefix", "lgwan", "10.20.0.0/24")
    ends = ((200, "reserved", "2099-03-31"), (201, "retired", "2099-06-30"), (202, "retired", "2026-01-31"))
    for number, status, until in ends:
        address = f"10.20.0.{number}"
        more = {"status": status, "until": until, "ended_by": "R7-0099 old" if status == "retired" else None}
        record = {"address": address, "prefix": prefix, "role": "host", "hostname": f"hall-old{number}"}
        yield key("address", "lgwan", address), {**record, **life(f"old{number}", "税務課", purpose="事務端末"), **more}
