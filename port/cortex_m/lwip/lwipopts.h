// SPDX-License-Identifier: Apache-2.0
// lwIP's configuration: no system, its own fixed pools, TCP for a handful of connections. About 45 KB of RAM
// in all.
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0  // all of lwIP runs in the loop, nothing in interrupts
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_NETIF_API 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE \
  (12 * 1024)  // what was written and not yet acknowledged: TCP_SND_BUF for each busy connection
#define MEMP_NUM_TCP_PCB 6
#define MEMP_NUM_TCP_PCB_LISTEN 2
#define MEMP_NUM_TCP_SEG 20
#define MEMP_NUM_UDP_PCB 4  // DHCP, DNS
#define MEMP_NUM_PBUF 8
#define PBUF_POOL_SIZE 10
#define PBUF_POOL_BUFSIZE 1540  // a whole frame in one piece, with room for the last word of its checksum

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_DHCP 1
#define DHCP_DOES_ARP_CHECK 0  // a second saved; the server has checked
#define LWIP_DNS 1
#define LWIP_SINGLE_NETIF 1
#define IP_REASSEMBLY 0
#define IP_FRAG 0

#define LWIP_TCP 1
#define TCP_MSS 1460
#define TCP_WND \
  (6 * TCP_MSS)  // not above what the chip's FIFO holds while the loop does something else: 10 KB
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define TCP_QUEUE_OOSEQ 0
#define TCP_LISTEN_BACKLOG 1
// "an attacker ... can ... guess the sequence number" (RFC 6528): initial ones are random.
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) linnet_lwip_random()

#define LWIP_STATS 1  // the high-water marks
#define LWIP_STATS_DISPLAY 0
#define MEM_STATS 1
#define MEMP_STATS 1
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define SYS_STATS 0
#define LWIP_DBG_MIN_LEVEL 0
