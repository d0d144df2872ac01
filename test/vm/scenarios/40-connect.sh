# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# connect: connect(2) and every send that names an address, for every spelling of an address; unix sockets.

p=$BIN/probe
mkdir -p "$D/s"
touch "$D/free-node"
ip address add 10.1.2.3/32 dev lo
ip address add 10.1.9.9/32 dev lo
ip address add 2001:db8::5/128 dev lo nodad
ip address add 2001:db9::5/128 dev lo nodad
echo 3 >/proc/sys/net/ipv4/tcp_fastopen
exec {served}< <(exec "$BIN/other" serve 7001 7002 7050 7100 443 "stream:$D/s/ruled" "dgram:$D/s/ruled-dgram" \
	"seqpacket:$D/s/ruled-seq" "stream:$D/s/free" stream:@ruled stream:@free dgram:@ruled-dgram)
SERVER=$!
read -r _ <&"$served"

to() { echo "operation=connect object.address=$1 object.port=$2 object.protocol=$3 object.path=@absent"; }
connect() { echo "hook=socket_connect $(to "$@")"; }
send() { echo "hook=socket_sendmsg $(to "$@")"; }

echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range

rules connect-inet <<YAML
- {name: net, connect: ["10.1.2.0/24"]}
- {name: port, connect: ["10.1.9.9:7050-7100"]}
- {name: six, connect: ["[2001:db8::/32]"]}
- {name: udp, connect: ["*:53/udp"]}
- {name: loop, connect: ["127.0.0.1:7002", "[::1]:7002"]}
YAML
covered 'tcp' "rule=net $(connect 10.1.2.3 7001 tcp)" "$p" connect tcp4 10.1.2.3 7001
covered 'tcp, MPTCP' "rule=net hook=socket_connect object.protocol=tcp" "$p" connect mptcp4 10.1.2.3 7001
covered 'udp' "rule=net $(connect 10.1.2.3 7001 udp)" "$p" connect udp4 10.1.2.3 7001
covered 'raw' "rule=net hook=socket_connect object.address=10.1.2.3" "$p" connect raw4 10.1.2.3 0
covered 'IPv4-mapped' "rule=net $(connect 10.1.2.3 7001 tcp)" "$p" connect tcp6 ::ffff:10.1.2.3 7001
covered 'IPv4-mapped udp' "rule=net $(connect 10.1.2.3 7001 udp)" "$p" connect udp6 ::ffff:10.1.2.3 7001
covered 'IPv4 address on an IPv6 socket' "rule=net $(connect 10.1.2.3 7001 udp)" "$p" connect udp6 10.1.2.3 7001
covered 'IPv6' "rule=six $(connect 2001:db8::5 7001 tcp)" "$p" connect tcp6 2001:db8::5 7001
covered 'udp IPv6' "rule=six $(connect 2001:db8::5 7001 udp)" "$p" connect udp6 2001:db8::5 7001
covered 'first port' "rule=port $(connect 10.1.9.9 7050 tcp)" "$p" connect tcp4 10.1.9.9 7050
covered 'last port' "rule=port $(connect 10.1.9.9 7100 tcp)" "$p" connect tcp4 10.1.9.9 7100
covered 'sendto' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendto udp4 10.1.2.3 7001
covered 'sendto, IPv4-mapped' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendto udp6 ::ffff:10.1.2.3 7001
covered 'sendto, IPv4 on an IPv6 socket' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendto udp6 10.1.2.3 7001
covered 'sendto without a family' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendto udp4 unspec:10.1.2.3 7001
covered 'sendto IPv6' "rule=six $(send 2001:db8::5 7001 udp)" "$p" sendto udp6 2001:db8::5 7001
covered 'sendto raw' 'rule=net hook=socket_sendmsg object.address=10.1.2.3' "$p" sendto raw4 10.1.2.3 0
covered 'sendmsg' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendmsg udp4 10.1.2.3 7001
covered 'sendmmsg' "rule=net $(send 10.1.2.3 7001 udp)" "$p" sendmmsg udp4 10.1.2.3 7001
covered 'fast open' "rule=net $(send 10.1.2.3 7001 tcp)" "$p" fastopen tcp4 10.1.2.3 7001
covered 'fast open by an option' "rule=net $(connect 10.1.2.3 7001 tcp)" "$p" fastopen-connect tcp4 10.1.2.3 7001
covered 'any address, one protocol' "rule=udp $(send 10.1.9.9 53 udp)" "$p" sendto udp4 10.1.9.9 53
covered '0.0.0.0 is this host' "rule=loop $(connect 127.0.0.1 7002 tcp)" "$p" connect tcp4 0.0.0.0 7002
covered ':: is this host' 'rule=loop hook=socket_connect object.port=7002' "$p" connect tcp6 :: 7002
covered 'IPv4-mapped 0.0.0.0' "rule=loop $(connect 127.0.0.1 7002 tcp)" "$p" connect tcp6 ::ffff:0.0.0.0 7002
covered 'in a thread' "rule=net $(connect 10.1.2.3 7001 tcp)" "$p" thread connect tcp4 10.1.2.3 7001
# Linux 7 has none any more.
[[ $(uname -r) == 7.* ]] || covered 'UDP-Lite' "rule=net hook=socket_connect object.address=10.1.2.3 object.protocol=udp" \
	"$p" connect lite4 10.1.2.3 7001
covered 'ping socket' "rule=net hook=socket_connect object.address=10.1.2.3" "$p" connect ping4 10.1.2.3 0
covered 'connected, then sent elsewhere' "rule=net $(send 10.1.2.3 7001 udp)" \
	"$p" sendto-other udp4 10.1.9.9 7001 10.1.2.3 7001
covered '0.0.0.0 of a socket that is bound' "rule=net $(connect 10.1.2.3 7001 tcp)" \
	"$p" connect-from tcp4 10.1.2.3 0 0.0.0.0 7001
covered ':: of a socket that is bound as IPv4' "rule=loop $(connect 127.0.0.1 7002 tcp)" \
	"$p" connect-from tcp6 ::ffff:127.0.0.1 0 :: 7002
covered 'sendto raw IPv6' 'rule=six hook=socket_sendmsg object.address=2001:db8::5' "$p" sendto raw6 2001:db8::5 0
covered 'sendto raw IPv6 without a family' 'rule=six hook=socket_sendmsg object.address=2001:db8::5' \
	"$p" sendto raw6 unspec:2001:db8::5 0
free 'disconnecting' "$p" connect udp4 unspec:10.1.2.3 7001
free 'another network' "$p" connect tcp4 10.1.9.9 7001
free 'port below the range' "$p" connect udp4 10.1.9.9 7049
free 'port above the range' "$p" connect udp4 10.1.9.9 7101
free 'another IPv6 network' "$p" connect tcp6 2001:db9::5 7001
free 'the port, another protocol' "$p" connect tcp4 10.1.9.9 443
free 'loopback, another port' "$p" connect tcp4 127.0.0.1 7001
free 'another program' "$BIN/other" connect tcp4 10.1.2.3 7001
free 'binding' "$p" bind tcp4 10.1.2.3 7999
judge

# --- SCTP ---------------------------------------------------------------------------

if modprobe sctp 2>/dev/null; then
	exec {served_sctp}< <(exec "$BIN/other" serve sctp4:7001)
	SCTP_SERVER=$!
	read -r _ <&"$served_sctp"
	rules connect-sctp <<YAML
- {name: net, connect: ["10.1.2.0/24"]}
YAML
	covered 'sctp' "rule=net $(connect 10.1.2.3 7001 sctp)" "$p" connect sctp4 10.1.2.3 7001
	covered 'sctp, sendto' "rule=net $(send 10.1.2.3 7001 sctp)" "$p" sendto many4 10.1.2.3 7001
	covered 'sctp, connectx' "rule=net hook=sctp_bind_connect $(to 10.1.2.3 7001 sctp)" "$p" connectx sctp4 10.1.2.3 7001
	covered 'sctp, connectx, the last of a list' "rule=net hook=sctp_bind_connect $(to 10.1.2.3 7001 sctp)" \
		"$p" connectx sctp4 10.1.9.9 7001 127.0.0.1 7001 10.1.2.3 7001
	free 'sctp, another network' "$p" connectx sctp4 10.1.9.9 7001
	judge
	kill "$SCTP_SERVER" 2>/dev/null
	exec {served_sctp}<&-
else
	skip 'this kernel has no SCTP'
fi

# --- source routes: the first host on the way is not the one that is named -------------

rules connect-routed <<YAML
- {name: net, connect: ["10.1.2.0/24"]}
YAML
for way in sendto-routed send-routed sendmsg-routed; do
	allowed "$way: without a policy" "$p" "$way" udp4 10.1.9.9 7001 10.1.2.3
done
load "$FILE"
for way in sendto-routed send-routed sendmsg-routed; do
	refused "$way: it cannot be told where that goes" "$p" "$way" udp4 10.1.9.9 7001 10.1.2.3
done
allowed 'no route: free' "$p" sendto udp4 10.1.9.9 7001
unload --all

# --- unix ---------------------------------------------------------------------------

ln -sf ruled "$D/s/symlink"
local_to() { echo "rule=$1 operation=connect hook=$2 object.unix=$3 object.address=@absent"; }

rules connect-unix <<YAML
- {name: path, connect: ["unix:$D/s/ruled*"]}
- {name: name, connect: ["unix:@ruled", "unix:@ruled-dgram"]}
YAML
covered 'unix path' "$(local_to path unix_stream_connect "$D/s/ruled")" "$p" unix-connect stream "$D/s/ruled"
covered 'unix path, relative' "$(local_to path unix_stream_connect "$D/s/ruled")" "$p" cd "$D/s" unix-connect stream ruled
covered 'unix path, symbolic link' "$(local_to path unix_stream_connect "$D/s/ruled")" \
	"$p" unix-connect stream "$D/s/symlink"
covered 'unix seqpacket' "$(local_to path unix_stream_connect "$D/s/ruled-seq")" \
	"$p" unix-connect seqpacket "$D/s/ruled-seq"
covered 'unix datagram, connect' "$(local_to path unix_may_send "$D/s/ruled-dgram")" \
	"$p" unix-connect dgram "$D/s/ruled-dgram"
covered 'unix datagram, sendto' "$(local_to path unix_may_send "$D/s/ruled-dgram")" \
	"$p" unix-send dgram "$D/s/ruled-dgram"
covered 'abstract name' "$(local_to name unix_stream_connect @ruled)" "$p" unix-connect stream @ruled
covered 'abstract name, datagram' "$(local_to name unix_may_send @ruled-dgram)" "$p" unix-send dgram @ruled-dgram
free 'another unix path' "$p" unix-connect stream "$D/s/free"
free 'another abstract name' "$p" unix-connect stream @free
judge

# A socket that is renamed is the same socket; its file keeps the rule, as files do.
rules connect-moved <<YAML
- {name: path, connect: ["unix:$D/s/ruled*"]}
YAML
allowed 'a unix socket: without a policy' "$p" unix-connect stream "$D/s/ruled"
load "$FILE"
mv "$D/s/ruled" "$D/s/moved"
refused 'a unix socket that was renamed' "$p" unix-connect stream "$D/s/moved"
ln "$D/s/ruled-dgram" "$D/s/linked"
refused 'a unix socket by a hard link' "$p" unix-send dgram "$D/s/linked"
rm "$D/s/ruled-dgram"
refused 'a unix socket by a hard link, its name removed' "$p" unix-send dgram "$D/s/linked"
refused 'a unix socket by a bind mount' "$p" unshare mount "$D/s/ruled-seq" "$D/free-node" \
	unix-connect seqpacket "$D/free-node"
allowed 'another unix socket' "$p" unix-connect stream "$D/s/free"
unload --all

# --- allow-list for a user ------------------------------------------------------------

policy connect-allowlist <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: connect-allowlist}
spec:
  mode: enforce
  subject: {user: [1000]}
  default: {connect: deny}
  rules:
    - {name: inside, connect: ["10.1.2.0/24:7000-7050", "127.0.0.1"], action: allow}
YAML
covered 'allow-list: elsewhere' "process.uid=1000 rule=default $(connect 10.1.9.9 7001 tcp)" \
	"$p" as 1000 1000 connect tcp4 10.1.9.9 7001
covered 'allow-list: another port' "process.uid=1000 rule=default $(connect 10.1.2.3 7100 tcp)" \
	"$p" as 1000 1000 connect tcp4 10.1.2.3 7100
covered 'allow-list: loopback is no exception' "process.uid=1000 rule=default $(connect ::1 7001 tcp)" \
	"$p" as 1000 1000 connect tcp6 ::1 7001
covered 'allow-list: nor is DNS' "process.uid=1000 rule=default $(send 10.1.9.9 53 udp)" \
	"$p" as 1000 1000 sendto udp4 10.1.9.9 53
free 'allow-list: allowed' "$p" as 1000 1000 connect tcp4 10.1.2.3 7001
free 'allow-list: allowed loopback' "$p" as 1000 1000 connect tcp4 0.0.0.0 7001
free 'allow-list: unix sockets are not meant' "$p" as 1000 1000 unix-connect stream @free
free 'allow-list: another user' "$p" as 1001 1001 connect tcp4 10.1.9.9 7001
judge

rules connect-kill <<YAML
- {name: net, connect: ["10.1.2.3"], action: kill}
YAML
covered 'kill' "verdict=kill rule=net $(connect 10.1.2.3 7001 tcp)" "$p" connect tcp4 10.1.2.3 7001
covered 'kill by sendto' "verdict=kill rule=net $(send 10.1.2.3 7001 udp)" "$p" sendto udp4 10.1.2.3 7001
judge

kill "$SERVER" 2>/dev/null
exec {served}<&-
