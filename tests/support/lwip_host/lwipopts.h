// SPDX-License-Identifier: Apache-2.0
// lwIP as a host on a serial line: PPP with PAP, IPv4, TCP, ICMP; memory from the system, for it is a test.
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_NETIF_API 0

#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_DHCP 0
#define LWIP_DNS 1  // PPP asks for name servers only then
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define TCP_MSS 1460
#define TCP_WND (8 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)

#define PPP_SUPPORT 1
#define PPPOS_SUPPORT 1
#define PPP_IPV4_SUPPORT 1
#define PPP_IPV6_SUPPORT 0
#define PAP_SUPPORT 1
#define CHAP_SUPPORT 0
#define LCP_ECHOINTERVAL 1  // seconds: some come and go while a test runs
#define LCP_MAXECHOFAILS 5
