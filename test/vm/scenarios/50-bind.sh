# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# bind: taking an address, a port the kernel chooses, listening without binding, unix names.

p=$BIN/probe
mkdir -p "$D/b"
ip address show dev lo | grep -q 10.1.2.3 || ip address add 10.1.2.3/32 dev lo

took() { echo "operation=bind hook=socket_bind object.address=$1 object.port=$2 object.protocol=$3"; }

rules bind-inet <<YAML
- {name: port, bind: ["*:8000-8010/tcp"]}
- {name: address, bind: ["10.1.2.3:9000"]}
- {name: chosen, bind: ["*:0/udp"]}
YAML
covered 'tcp' "rule=port $(took 127.0.0.1 8000 tcp)" "$p" bind tcp4 127.0.0.1 8000
covered 'tcp, every address' "rule=port $(took 0.0.0.0 8010 tcp)" "$p" bind tcp4 0.0.0.0 8010
covered 'tcp IPv6' "rule=port $(took :: 8005 tcp)" "$p" bind tcp6 :: 8005
covered 'tcp, IPv4-mapped' "rule=port $(took 127.0.0.1 8005 tcp)" "$p" bind tcp6 ::ffff:127.0.0.1 8005
covered 'udp' "rule=address $(took 10.1.2.3 9000 udp)" "$p" bind udp4 10.1.2.3 9000
covered 'udp, IPv4-mapped' "rule=address $(took 10.1.2.3 9000 udp)" "$p" bind udp6 ::ffff:10.1.2.3 9000
covered 'a port that the kernel chooses' "rule=chosen $(took 0.0.0.0 0 udp)" "$p" bind udp4 0.0.0.0 0
covered 'tcp without a family' "rule=port $(took 0.0.0.0 8001 tcp)" "$p" bind tcp4 unspec:0.0.0.0 8001
covered 'MPTCP' "rule=port $(took 127.0.0.1 8002 tcp)" "$p" bind mptcp4 127.0.0.1 8002
[[ $(uname -r) == 7.* ]] || covered 'UDP-Lite' "rule=address $(took 10.1.2.3 9000 udp)" "$p" bind lite4 10.1.2.3 9000
free 'udp on a port for tcp' "$p" bind udp4 127.0.0.1 8000
free 'port below' "$p" bind tcp4 127.0.0.1 7999
free 'port above' "$p" bind tcp4 127.0.0.1 8011
free 'another address' "$p" bind tcp4 127.0.0.1 9000
free 'another program' "$BIN/other" bind tcp4 127.0.0.1 8000
judge

rules bind-listen '{bind: deny}' <<YAML
- {name: one, bind: ["127.0.0.1:8500"], action: allow}
YAML
covered 'listen without bind' 'rule=default operation=bind hook=socket_listen object.port=0 object.protocol=tcp' \
	"$p" listen tcp4
covered 'listen without bind, IPv6' 'rule=default operation=bind hook=socket_listen object.port=0' "$p" listen tcp6
covered 'allow-list: another port' "rule=default $(took 127.0.0.1 8501 tcp)" "$p" bind tcp4 127.0.0.1 8501
free 'allow-list: allowed' "$p" bind tcp4 127.0.0.1 8500
free 'allow-list: unix sockets are not meant' "$p" unix-bind stream @anything
judge

if modprobe sctp 2>/dev/null; then
	rules bind-sctp <<YAML
- {name: port, bind: ["10.1.2.3:8600/sctp"]}
YAML
	covered 'sctp' "rule=port $(took 10.1.2.3 8600 sctp)" "$p" bind sctp4 10.1.2.3 8600
	covered 'sctp, bindx' 'rule=port operation=bind hook=sctp_bind_connect object.address=10.1.2.3 object.port=8600' \
		"$p" bindx sctp4 127.0.0.1 8600 10.1.2.3 8600
	free 'sctp, another port' "$p" bindx sctp4 127.0.0.1 8601 10.1.2.3 8601
	judge
else
	skip 'this kernel has no SCTP'
fi

fresh_names() { rm -f "$D/b/"*; }

rules bind-unix <<YAML
- {name: path, bind: ["unix:$D/b/ruled"]}
- {name: name, bind: ["unix:@taken*"]}
YAML
fresh() { fresh_names; }
covered 'unix path' "rule=path operation=bind hook=path_mknod object.unix=$D/b/ruled" "$p" unix-bind stream "$D/b/ruled"
covered 'unix path, relative' "rule=path operation=bind object.unix=$D/b/ruled" "$p" cd "$D/b" unix-bind dgram ruled
covered 'abstract name' 'rule=name operation=bind hook=socket_bind object.unix=@taken-1' "$p" unix-bind stream @taken-1
covered 'abstract name, datagram' 'rule=name operation=bind object.unix=@taken' "$p" unix-bind dgram @taken
free 'another path' "$p" unix-bind stream "$D/b/free"
free 'another name' "$p" unix-bind stream @free-name
free 'a file of that name' "$p" creat "$D/b/ruled"
judge

rules bind-kill <<YAML
- {name: port, bind: ["*:8000"], action: kill}
YAML
covered 'kill' "verdict=kill rule=port $(took 127.0.0.1 8000 tcp)" "$p" bind tcp4 127.0.0.1 8000
judge
