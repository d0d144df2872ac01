/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nothing. Out: the lists of numbers.h. They are written down here, since the headers of the machine that builds
 * may be older than the kernel that runs.
 */
#include "numbers.h"
#include <stddef.h>
#include <string.h>

const struct number numbers_families[] = {
	{ "AF_UNSPEC", 0 },   { "AF_UNIX", 1 },	      { "AF_LOCAL", 1 },       { "AF_INET", 2 },
	{ "AF_AX25", 3 },     { "AF_IPX", 4 },	      { "AF_APPLETALK", 5 },   { "AF_NETROM", 6 },
	{ "AF_BRIDGE", 7 },   { "AF_ATMPVC", 8 },     { "AF_X25", 9 },	       { "AF_INET6", 10 },
	{ "AF_ROSE", 11 },    { "AF_DECnet", 12 },    { "AF_NETBEUI", 13 },    { "AF_SECURITY", 14 },
	{ "AF_KEY", 15 },     { "AF_NETLINK", 16 },   { "AF_ROUTE", 16 },      { "AF_PACKET", 17 },
	{ "AF_ASH", 18 },     { "AF_ECONET", 19 },    { "AF_ATMSVC", 20 },     { "AF_RDS", 21 },
	{ "AF_SNA", 22 },     { "AF_IRDA", 23 },      { "AF_PPPOX", 24 },      { "AF_WANPIPE", 25 },
	{ "AF_LLC", 26 },     { "AF_IB", 27 },	      { "AF_MPLS", 28 },       { "AF_CAN", 29 },
	{ "AF_TIPC", 30 },    { "AF_BLUETOOTH", 31 }, { "AF_IUCV", 32 },       { "AF_RXRPC", 33 },
	{ "AF_ISDN", 34 },    { "AF_PHONET", 35 },    { "AF_IEEE802154", 36 }, { "AF_CAIF", 37 },
	{ "AF_ALG", 38 },     { "AF_NFC", 39 },	      { "AF_VSOCK", 40 },      { "AF_KCM", 41 },
	{ "AF_QIPCRTR", 42 }, { "AF_SMC", 43 },	      { "AF_XDP", 44 },	       { "AF_MCTP", 45 },
	{ NULL, 0 },
};

const struct number numbers_types[] = {
	{ "SOCK_STREAM", 1 },	 { "SOCK_DGRAM", 2 }, { "SOCK_RAW", 3 },     { "SOCK_RDM", 4 },
	{ "SOCK_SEQPACKET", 5 }, { "SOCK_DCCP", 6 },  { "SOCK_PACKET", 10 }, { NULL, 0 },
};

const struct number numbers_ip[] = {
	{ "IPPROTO_IP", 0 },
	{ "IPPROTO_ICMP", 1 },
	{ "IPPROTO_IGMP", 2 },
	{ "IPPROTO_IPIP", 4 },
	{ "IPPROTO_TCP", 6 },
	{ "IPPROTO_EGP", 8 },
	{ "IPPROTO_PUP", 12 },
	{ "IPPROTO_UDP", 17 },
	{ "IPPROTO_IDP", 22 },
	{ "IPPROTO_TP", 29 },
	{ "IPPROTO_DCCP", 33 },
	{ "IPPROTO_IPV6", 41 },
	{ "IPPROTO_RSVP", 46 },
	{ "IPPROTO_GRE", 47 },
	{ "IPPROTO_ESP", 50 },
	{ "IPPROTO_AH", 51 },
	{ "IPPROTO_MTP", 92 },
	{ "IPPROTO_BEETPH", 94 },
	{ "IPPROTO_ENCAP", 98 },
	{ "IPPROTO_PIM", 103 },
	{ "IPPROTO_COMP", 108 },
	{ "IPPROTO_L2TP", 115 },
	{ "IPPROTO_SCTP", 132 },
	{ "IPPROTO_UDPLITE", 136 },
	{ "IPPROTO_MPLS", 137 },
	{ "IPPROTO_ETHERNET", 143 },
	{ "IPPROTO_RAW", 255 },
	{ "IPPROTO_SMC", 256 },
	{ "IPPROTO_MPTCP", 262 },
	{ "IPPROTO_ICMPV6", 58 },
	{ NULL, 0 },
};

const struct number numbers_netlink[] = {
	{ "NETLINK_ROUTE", 0 },
	{ "NETLINK_UNUSED", 1 },
	{ "NETLINK_USERSOCK", 2 },
	{ "NETLINK_FIREWALL", 3 },
	{ "NETLINK_SOCK_DIAG", 4 },
	{ "NETLINK_INET_DIAG", 4 },
	{ "NETLINK_NFLOG", 5 },
	{ "NETLINK_XFRM", 6 },
	{ "NETLINK_SELINUX", 7 },
	{ "NETLINK_ISCSI", 8 },
	{ "NETLINK_AUDIT", 9 },
	{ "NETLINK_FIB_LOOKUP", 10 },
	{ "NETLINK_CONNECTOR", 11 },
	{ "NETLINK_NETFILTER", 12 },
	{ "NETLINK_IP6_FW", 13 },
	{ "NETLINK_DNRTMSG", 14 },
	{ "NETLINK_KOBJECT_UEVENT", 15 },
	{ "NETLINK_GENERIC", 16 },
	{ "NETLINK_SCSITRANSPORT", 18 },
	{ "NETLINK_ECRYPTFS", 19 },
	{ "NETLINK_RDMA", 20 },
	{ "NETLINK_CRYPTO", 21 },
	{ "NETLINK_SMC", 22 },
	{ NULL, 0 },
};

const struct number numbers_ethernet[] = {
	{ "ETH_P_LOOP", 0x60 },	       { "ETH_P_PUP", 0x200 },	     { "ETH_P_PUPAT", 0x201 },
	{ "ETH_P_TSN", 0x22f0 },       { "ETH_P_ERSPAN2", 0x22eb },  { "ETH_P_IP", 0x800 },
	{ "ETH_P_X25", 0x805 },	       { "ETH_P_ARP", 0x806 },	     { "ETH_P_BPQ", 0x8ff },
	{ "ETH_P_IEEEPUP", 0xa00 },    { "ETH_P_IEEEPUPAT", 0xa01 }, { "ETH_P_BATMAN", 0x4305 },
	{ "ETH_P_DEC", 0x6000 },       { "ETH_P_DNA_DL", 0x6001 },   { "ETH_P_DNA_RC", 0x6002 },
	{ "ETH_P_DNA_RT", 0x6003 },    { "ETH_P_LAT", 0x6004 },	     { "ETH_P_DIAG", 0x6005 },
	{ "ETH_P_CUST", 0x6006 },      { "ETH_P_SCA", 0x6007 },	     { "ETH_P_TEB", 0x6558 },
	{ "ETH_P_RARP", 0x8035 },      { "ETH_P_ATALK", 0x809b },    { "ETH_P_AARP", 0x80f3 },
	{ "ETH_P_8021Q", 0x8100 },     { "ETH_P_ERSPAN", 0x88be },   { "ETH_P_IPX", 0x8137 },
	{ "ETH_P_IPV6", 0x86dd },      { "ETH_P_PAUSE", 0x8808 },    { "ETH_P_SLOW", 0x8809 },
	{ "ETH_P_WCCP", 0x883e },      { "ETH_P_MPLS_UC", 0x8847 },  { "ETH_P_MPLS_MC", 0x8848 },
	{ "ETH_P_ATMMPOA", 0x884c },   { "ETH_P_PPP_DISC", 0x8863 }, { "ETH_P_PPP_SES", 0x8864 },
	{ "ETH_P_LINK_CTL", 0x886c },  { "ETH_P_ATMFATE", 0x8884 },  { "ETH_P_PAE", 0x888e },
	{ "ETH_P_PROFINET", 0x8892 },  { "ETH_P_REALTEK", 0x8899 },  { "ETH_P_AOE", 0x88a2 },
	{ "ETH_P_ETHERCAT", 0x88a4 },  { "ETH_P_8021AD", 0x88a8 },   { "ETH_P_802_EX1", 0x88b5 },
	{ "ETH_P_PREAUTH", 0x88c7 },   { "ETH_P_TIPC", 0x88ca },     { "ETH_P_LLDP", 0x88cc },
	{ "ETH_P_MRP", 0x88e3 },       { "ETH_P_MACSEC", 0x88e5 },   { "ETH_P_8021AH", 0x88e7 },
	{ "ETH_P_MVRP", 0x88f5 },      { "ETH_P_1588", 0x88f7 },     { "ETH_P_NCSI", 0x88f8 },
	{ "ETH_P_PRP", 0x88fb },       { "ETH_P_CFM", 0x8902 },	     { "ETH_P_FCOE", 0x8906 },
	{ "ETH_P_IBOE", 0x8915 },      { "ETH_P_TDLS", 0x890d },     { "ETH_P_FIP", 0x8914 },
	{ "ETH_P_80221", 0x8917 },     { "ETH_P_HSR", 0x892f },	     { "ETH_P_NSH", 0x894f },
	{ "ETH_P_LOOPBACK", 0x9000 },  { "ETH_P_QINQ1", 0x9100 },    { "ETH_P_QINQ2", 0x9200 },
	{ "ETH_P_QINQ3", 0x9300 },     { "ETH_P_EDSA", 0xdada },     { "ETH_P_DSA_8021Q", 0xdadb },
	{ "ETH_P_DSA_A5PSW", 0xe001 }, { "ETH_P_IFE", 0xed3e },	     { "ETH_P_AF_IUCV", 0xfbfb },
	{ "ETH_P_802_3_MIN", 0x600 },  { "ETH_P_802_3", 0x1 },	     { "ETH_P_AX25", 0x2 },
	{ "ETH_P_ALL", 0x3 },	       { "ETH_P_802_2", 0x4 },	     { "ETH_P_SNAP", 0x5 },
	{ "ETH_P_DDCMP", 0x6 },	       { "ETH_P_WAN_PPP", 0x7 },     { "ETH_P_PPP_MP", 0x8 },
	{ "ETH_P_LOCALTALK", 0x9 },    { "ETH_P_CAN", 0xc },	     { "ETH_P_CANFD", 0xd },
	{ "ETH_P_CANXL", 0xe },	       { "ETH_P_PPPTALK", 0x10 },    { "ETH_P_TR_802_2", 0x11 },
	{ "ETH_P_MOBITEX", 0x15 },     { "ETH_P_CONTROL", 0x16 },    { "ETH_P_IRDA", 0x17 },
	{ "ETH_P_ECONET", 0x18 },      { "ETH_P_HDLC", 0x19 },	     { "ETH_P_ARCNET", 0x1a },
	{ "ETH_P_DSA", 0x1b },	       { "ETH_P_TRAILER", 0x1c },    { "ETH_P_PHONET", 0xf5 },
	{ "ETH_P_IEEE802154", 0xf6 },  { "ETH_P_CAIF", 0xf7 },	     { "ETH_P_XDSA", 0xf8 },
	{ "ETH_P_MAP", 0xf9 },	       { "ETH_P_MCTP", 0xfa },	     { NULL, 0 },
};

const struct number numbers_can[] = {
	{ "CAN_RAW", 1 },   { "CAN_BCM", 2 },	{ "CAN_TP16", 3 },  { "CAN_TP20", 4 },
	{ "CAN_MCNET", 5 }, { "CAN_ISOTP", 6 }, { "CAN_J1939", 7 }, { NULL, 0 },
};

const struct number numbers_bluetooth[] = {
	{ "BTPROTO_L2CAP", 0 }, { "BTPROTO_HCI", 1 },  { "BTPROTO_SCO", 2 },  { "BTPROTO_RFCOMM", 3 },
	{ "BTPROTO_BNEP", 4 },	{ "BTPROTO_CMTP", 5 }, { "BTPROTO_HIDP", 6 }, { "BTPROTO_AVDTP", 7 },
	{ "BTPROTO_ISO", 8 },	{ NULL, 0 },
};

const struct number numbers_bpf[] = {
	{ "BPF_MAP_CREATE", 0 },
	{ "BPF_MAP_LOOKUP_ELEM", 1 },
	{ "BPF_MAP_UPDATE_ELEM", 2 },
	{ "BPF_MAP_DELETE_ELEM", 3 },
	{ "BPF_MAP_GET_NEXT_KEY", 4 },
	{ "BPF_PROG_LOAD", 5 },
	{ "BPF_OBJ_PIN", 6 },
	{ "BPF_OBJ_GET", 7 },
	{ "BPF_PROG_ATTACH", 8 },
	{ "BPF_PROG_DETACH", 9 },
	{ "BPF_PROG_TEST_RUN", 10 },
	{ "BPF_PROG_GET_NEXT_ID", 11 },
	{ "BPF_MAP_GET_NEXT_ID", 12 },
	{ "BPF_PROG_GET_FD_BY_ID", 13 },
	{ "BPF_MAP_GET_FD_BY_ID", 14 },
	{ "BPF_OBJ_GET_INFO_BY_FD", 15 },
	{ "BPF_PROG_QUERY", 16 },
	{ "BPF_RAW_TRACEPOINT_OPEN", 17 },
	{ "BPF_BTF_LOAD", 18 },
	{ "BPF_BTF_GET_FD_BY_ID", 19 },
	{ "BPF_TASK_FD_QUERY", 20 },
	{ "BPF_MAP_LOOKUP_AND_DELETE_ELEM", 21 },
	{ "BPF_MAP_FREEZE", 22 },
	{ "BPF_BTF_GET_NEXT_ID", 23 },
	{ "BPF_MAP_LOOKUP_BATCH", 24 },
	{ "BPF_MAP_LOOKUP_AND_DELETE_BATCH", 25 },
	{ "BPF_MAP_UPDATE_BATCH", 26 },
	{ "BPF_MAP_DELETE_BATCH", 27 },
	{ "BPF_LINK_CREATE", 28 },
	{ "BPF_LINK_UPDATE", 29 },
	{ "BPF_LINK_GET_FD_BY_ID", 30 },
	{ "BPF_LINK_GET_NEXT_ID", 31 },
	{ "BPF_ENABLE_STATS", 32 },
	{ "BPF_ITER_CREATE", 33 },
	{ "BPF_LINK_DETACH", 34 },
	{ "BPF_PROG_BIND_MAP", 35 },
	{ "BPF_TOKEN_CREATE", 36 },
	{ "BPF_PROG_STREAM_READ_BY_FD", 37 },
	{ NULL, 0 },
};

const struct number numbers_signals[] = {
	{ "SIGHUP", 1 },     { "SIGINT", 2 },	{ "SIGQUIT", 3 },   { "SIGILL", 4 },   { "SIGTRAP", 5 },
	{ "SIGABRT", 6 },    { "SIGBUS", 7 },	{ "SIGFPE", 8 },    { "SIGKILL", 9 },  { "SIGUSR1", 10 },
	{ "SIGSEGV", 11 },   { "SIGUSR2", 12 }, { "SIGPIPE", 13 },  { "SIGALRM", 14 }, { "SIGTERM", 15 },
	{ "SIGSTKFLT", 16 }, { "SIGCHLD", 17 }, { "SIGCONT", 18 },  { "SIGSTOP", 19 }, { "SIGTSTP", 20 },
	{ "SIGTTIN", 21 },   { "SIGTTOU", 22 }, { "SIGURG", 23 },   { "SIGXCPU", 24 }, { "SIGXFSZ", 25 },
	{ "SIGVTALRM", 26 }, { "SIGPROF", 27 }, { "SIGWINCH", 28 }, { "SIGIO", 29 },   { "SIGPWR", 30 },
	{ "SIGSYS", 31 },    { NULL, 0 },
};

const struct number *numbers_protocols(unsigned int family)
{
	static const struct {
		const char *family;
		const struct number *list;
	} lists[] = {
		{ "AF_INET", numbers_ip },	   { "AF_INET6", numbers_ip }, { "AF_NETLINK", numbers_netlink },
		{ "AF_PACKET", numbers_ethernet }, { "AF_CAN", numbers_can },  { "AF_BLUETOOTH", numbers_bluetooth },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (numbers_find(numbers_families, lists[i].family)->value == family)
			return lists[i].list;
	return NULL;
}

const struct number *numbers_find(const struct number *list, const char *name)
{
	for (; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}

const char *numbers_name(const struct number *list, unsigned int value)
{
	for (; list->name; list++)
		if (list->value == value)
			return list->name;
	return NULL;
}
