"""What devices print, with the session around it, as it comes out of a terminal's log."""

from __future__ import annotations

from datetime import UTC, datetime

MADE = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)

CATALYST = """\
SW-HON-1F-01#terminal length 0
SW-HON-1F-01#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.20.1.1               -   0011.2233.4401  ARPA   Vlan100
Internet  10.20.1.5              12   0011.2233.4405  ARPA   Vlan100
Internet  10.20.1.9               0   Incomplete      ARPA
SW-HON-1F-01#show ipv6 neighbors
IPv6 Address                              Age Link-layer Addr State Interface
2001:DB8:20:1::10                           0 0011.2233.4410  REACH Vl100
2001:DB8:20:1::99                           - -               INCMP Vl100
SW-HON-1F-01#show mac address-table
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
 100    0011.2233.4405    DYNAMIC     Gi1/0/5
Total Mac Addresses for this criterion: 2
SW-HON-1F-01#
"""

CATALYST_6500 = """\
Legend: * - primary entry
        age - seconds since last seen
        n/a - not available

  vlan   mac address     type    learn     age              ports
------+----------------+--------+-----+----------+--------------------------
*  100  0011.2233.4405   dynamic  Yes          0   Gi1/1
*  100  0011.2233.4406   dynamic  Yes          0   Gi1/2,Gi1/3
"""

NEXUS = """\
N9K-1# show ip arp
Flags: * - Adjacencies learnt on non-active FHRP router
       + - Adjacencies synced via CFSoE
       # - Adjacencies Throttled for Glean

IP ARP Table for context default
Total number of entries: 1
Address         Age       MAC Address     Interface
10.20.1.5       00:10:33  0011.2233.4405  Vlan100
N9K-1# show mac address-table
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------
*   100     0011.2233.4405    dynamic   0          F    F  Eth1/5
G    -      0011.2233.4401    static    -          F    F  sup-eth1(R)
"""

ALLIED = """\
awplus>show arp
IP Address      MAC Address       Interface    Port         Type
10.20.1.5       0011.2233.4405    vlan100      port1.0.5    dynamic
10.20.1.1       0011.2233.4401    vlan100      port1.0.1    static
awplus>show mac address-table
VLAN port             mac            fwd
1    unknown        0000.cd28.0752   static
100  port1.0.5      0011.2233.4405   dynamic
"""

FORTIGATE = """\
FW-A (root) # get system arp
Address           Age(min)   Hardware Addr      Interface
10.20.1.5         12         00:11:22:33:44:05 port1
"""

PALO_ALTO = """\
admin@PA-1> show arp all

maximum of entries supported :      2500
default timeout:                    1800 seconds
total ARP entries in table :        2
total ARP entries shown :           2
status: s - static, c - complete, e - expiring, i - incomplete

interface         ip address      hw address        port              status   ttl
--------------------------------------------------------------------------------
ethernet1/1       10.20.1.5       00:11:22:33:44:05 ethernet1/1         c      1743
ethernet1/1       10.20.1.6       (incomplete)      ethernet1/1         i      1
"""

LINUX = """\
root@gw:~# ip -s neigh
10.20.1.5 dev eth0 lladdr 00:11:22:33:44:05 ref 1 used 120/720/120 probes 1 STALE
10.20.1.7 dev eth0  FAILED
10.20.1.8 dev eth0 lladdr 00:11:22:33:44:08 PERMANENT
fe80::1%eth0 dev eth0 lladdr 00:11:22:33:44:01 router REACHABLE
"""

UNIX = """\
$ arp -a
? (10.20.1.5) at 0:11:22:33:44:5 [ether] on eth0
? (10.20.1.9) at <incomplete> on eth0
"""

WINDOWS = """\
C:\\Users\\tanaka taro>arp -a

インターフェイス: 10.20.1.99 --- 0x4
  インターネット アドレス      物理アドレス           種類
  10.20.1.5             00-11-22-33-44-05     動的
  10.20.1.255           ff-ff-ff-ff-ff-ff     静的

Interface: 192.168.1.5 --- 0x7
  Internet Address      Physical Address      Type
  10.20.1.6             00-11-22-33-44-06     dynamic
"""

KEA4 = """\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
10.20.200.1,00:11:22:33:44:01,,86400,1775100000,1,0,0,pc-a.clients.example.,0,
10.20.200.2,00:11:22:33:44:02,01:00:11:22:33:44:02,86400,1775100000,1,0,0,,0,
10.20.200.1,00:11:22:33:44:aa,,86400,1775103600,1,0,0,pc&#x2cb,0,
10.20.200.2,00:11:22:33:44:02,01:00:11:22:33:44:02,0,1775013600,1,0,0,,0,
10.20.200.3,00:11:22:33:44:03,,86400,1775100000,1,0,0,,1,
10.20.200.4,00:11:22:33:44:04,,86400,1775000000,1,0,0,,0,
10.20.200.5,,ff:00:01,4294967295,6069967295,1,0,0,,0,
"""

KEA6 = """\
address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source
2001:db8:20:1::100,00:01:00:01,14400,1775020000,1,3600,0,1,128,0,0,pc-a,00:11:22:33:44:01,0,,1,2
2001:db8:f000::,00:01:00:01,14400,1775020000,1,3600,2,1,56,0,0,,,0,,1,2
"""

DNSMASQ = """\
1775100000 00:11:22:33:44:01 10.20.200.1 pc-a 01:00:11:22:33:44:01
0 06-00:11:22:33:44:02 10.20.200.2 * *
1775000000 00:11:22:33:44:03 10.20.200.3 gone *
duid 00:01:00:01:2f:aa:bb:cc:00:11:22:33:44:ff
1775100000 12345 2001:db8:20:1::100 pc-a 00:01:00:01:2f
"""

DHCPD = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3-P1

authoring-byte-order little-endian;

lease 10.20.200.1 {
  starts 3 2026/04/01 02:00:00;
  ends 3 2026/04/01 14:00:00;
  cltt 3 2026/04/01 02:30:00;
  binding state active;
  next binding state free;
  hardware ethernet 00:11:22:33:44:01;
  uid "\\001\\000\\021\\"3D\\001";
  set vendor-class-identifier = "MSFT 5.0";
  client-hostname "pc-a";
}
lease 10.20.200.2 {
  starts 3 2026/04/01 02:00:00;
  ends never;
  binding state active;
  hardware ethernet 00:11:22:33:44:02;
}
lease 10.20.200.2 {
  ends 3 2026/04/01 02:10:00;
  binding state free;
  hardware ethernet 00:11:22:33:44:02;
}
lease 10.20.200.3 {
  starts epoch 1775010000; # Wed Apr  1 02:20:00 2026
  ends epoch 1775020000; # Wed Apr  1 05:06:40 2026
  binding state active;
  hardware ethernet 00:11:22:33:44:03;
}
server-duid "\\000\\001";
"""
