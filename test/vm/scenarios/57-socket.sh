# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# socket: kinds of sockets by family, type and protocol, in every spelling that the kernel takes for the same.

p=$BIN/probe
modprobe af_alg
modprobe algif_hash

of() { echo "operation=socket hook=socket_create object.family=$1 object.type=$2 object.protocol=$3 object.path=@absent"; }

rules socket-kinds <<YAML
- {name: alg, socket: AF_ALG}
- {name: raw, socket: [AF_INET/SOCK_RAW, AF_PACKET/SOCK_RAW/ETH_P_IP]}
- {name: tcp, socket: [AF_INET6/SOCK_STREAM/IPPROTO_TCP]}
- {name: netfilter, socket: [AF_NETLINK/SOCK_RAW/NETLINK_ROUTE]}
- {name: unix, socket: [1/5]}
YAML
covered 'a family' "rule=alg $(of AF_ALG SOCK_SEQPACKET 0)" "$p" socket 38 5 0
covered 'a type' "rule=raw $(of AF_INET SOCK_RAW 1)" "$p" socket 2 3 1
covered 'with flags' "rule=raw $(of AF_INET SOCK_RAW 1)" "$p" socket 2 0x80803 1
covered 'an Ethernet type' "rule=raw $(of AF_PACKET SOCK_RAW 2048)" "$p" socket 17 3 0x0008
covered 'an Ethernet type below other bits' "rule=raw $(of AF_PACKET SOCK_RAW 2048)" "$p" socket 17 3 0x10008
covered 'a protocol' "rule=tcp $(of AF_INET6 SOCK_STREAM 6)" "$p" socket 10 1 6
covered 'the protocol that goes without saying' "rule=tcp $(of AF_INET6 SOCK_STREAM 6)" "$p" socket 10 1 0
covered 'netlink' "rule=netfilter $(of AF_NETLINK SOCK_RAW 0)" "$p" socket 16 3 0
covered 'netlink by its other type' "rule=netfilter $(of AF_NETLINK SOCK_RAW 0)" "$p" socket 16 2 0
covered 'unix' "rule=unix $(of AF_UNIX SOCK_SEQPACKET 0)" "$p" socket 1 5 0
covered 'a pair' "rule=unix $(of AF_UNIX SOCK_SEQPACKET 0)" "$p" socketpair 1 5 0
covered 'in a thread' "rule=alg $(of AF_ALG SOCK_SEQPACKET 0)" "$p" thread socket 38 5 0
free 'another type' "$p" socket 2 2 0
free 'another Ethernet type' "$p" socket 17 3 0x0608
free 'another protocol' "$p" socket 10 1 262
free 'another type of unix' "$p" socketpair 1 1 0
free 'another netlink' "$p" socket 16 3 15
free 'another program' "$BIN/other" socket 38 5 0
judge

policy socket-allowlist <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: socket-allowlist}
spec:
  mode: enforce
  subject: {user: [1000]}
  default: {socket: deny}
  rules:
    - {name: some, socket: [AF_UNIX, AF_INET/SOCK_STREAM], action: allow}
YAML
other() { echo "process.uid=1000 rule=default $(of "$@")"; }
covered 'allow-list: another type' "$(other AF_INET SOCK_DGRAM 17)" "$p" as 1000 1000 socket 2 2 0
covered 'allow-list: another family' "$(other AF_INET6 SOCK_STREAM 6)" "$p" as 1000 1000 socket 10 1 0
covered 'allow-list: netlink' "$(other AF_NETLINK SOCK_RAW 15)" "$p" as 1000 1000 socket 16 3 15
free 'allow-list: allowed' "$p" as 1000 1000 socket 2 1 0
free 'allow-list: unix' "$p" as 1000 1000 socketpair 1 1 0
free 'allow-list: another user' "$p" as 1001 1001 socket 2 2 0
judge

rules socket-kill <<YAML
- {name: alg, socket: [AF_ALG], action: kill}
YAML
covered 'kill' "verdict=kill rule=alg $(of AF_ALG SOCK_SEQPACKET 0)" "$p" socket 38 5 0
judge
