# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# The tables of test/cases/decisions by system calls: the same rows that test/decisions_test.c judges at a desk.

# The objects that the tables name; whoever runs them owns what is written.
make_objects() {
	local q=/srv/t/q name
	mkdir -p "$q/keys/sub" "$q/in" "$q/out" "$q/tools" "$q/own"
	touch "$q/keys/a.key" "$q/keys/a.txt" "$q/keys/sub/a.key" "$q/in/a.txt" "$q/in/ab.txt" "$q/out/file" "$q/own/file"
	chmod -R a+rwX "$q"
	for name in keeper worker; do cp "$BIN/probe" "$BIN/$name"; done
	for name in tools/one tools/never out/tool; do cp "$BIN/probe" "$q/$name"; done
	for name in 10.5.0.1 10.6.0.1 10.5.7.1 10.6.7.1; do ip address add "$name/32" dev lo; done
	for name in fd00:5::1 fd00:6::1; do ip address add "$name/128" dev lo nodad; done
}

# The words of probe for one row.
row_command() {
	local operation=$1 object=$2
	case $operation in
	read) echo open r,nonblock "$object" ;;
	write) echo open w "$object" ;;
	exec) echo execve "$object" ok ;;
	connect | bind) socket_command "$operation" "$object" ;;
	socket) echo socket "$object" ;;
	use) use_command "$object" ;;
	esac
}

# A call that needs the facility.
use_command() {
	case $1 in
	ptrace) echo seize ;;
	mount) echo private / ;;
	bpf) echo map-create ;;
	userns) echo unshare-user ;;
	raw-socket) echo socket 2 3 1 ;;
	kexec) echo kexec-load ;;
	io-uring) echo ring ;;
	signal) echo kill 15 ;;
	esac
}

socket_command() {
	local kind address port family=4
	read -r kind address port <<<"$2"
	if [ "$kind" = unix ]; then
		echo "unix-$1" stream "$address"
		return
	fi
	[[ $address != *:* ]] || family=6
	echo "$1" "$kind$family" "$address" "$port"
}

# Every event that is due, and no other.
row_events() {
	local name=$1 events=$2 mode one rule verdict due=0 IFS=,
	[ "$events" != - ] || events=
	for one in $events; do
		rule=${one%=*} verdict=${one#*=}
		event "$name: $one" "process.pid=$PID" "policy=${rule%/*}" "rule=${rule#*/}" "verdict=$verdict"
		due=$((due + 1))
	done
	DUE+=("$due $PID $name")
}

judge_row() {
	local operation=$1 uid=$2 gid=$3 program=$4 object=$5 verdict=$6 events=$7 name how=refused words
	name="$operation $uid:$gid $program $object"
	read -ra words <<<"$(row_command "$operation" "$object")"
	[ "$verdict" != allow ] || how=allowed
	[ "$verdict" != kill ] || how=killed
	judged "$name is $how" "$how" "$BIN/$program" as "$uid" "$gid" "${words[@]}"
	row_events "$name" "$events"
}

# Without the policies every row is allowed: what is refused later is refused by them.
control_row() {
	local words
	read -ra words <<<"$(row_command "$1" "$5")"
	attempt "$BIN/$4" as "$2" "$3" "${words[@]}"
	was_allowed || not_ok "without policies: $*" "$(outcome)"
}

each_row() {
	local row
	while IFS=$'\t' read -ra row; do
		[[ ${row[0]} == '#'* ]] || "$2" "${row[@]}"
	done <"$1"
}

no_event_too_many() {
	local line due pid name why
	for line in "${DUE[@]}"; do
		read -r due pid name <<<"$line"
		why=$(seen --count "$due" "$LOG" type=decision "process.pid=$pid") || not_ok "$name: events" "$why"
	done
	ok "no event too many of $1"
}

make_objects
exec {served}< <(exec "$BIN/other" serve 8443 8444 25 stream:@closed stream:@closed-not stream:@free)
SERVER=$!
read -r _ <&"$served"
for table in /vm/cases/*.tsv; do
	DUE=()
	each_row "$table" control_row
	load "${table%.tsv}.yaml"
	each_row "$table" judge_row
	no_event_too_many "$(basename "$table")"
	unload --all
done
kill "$SERVER" 2>/dev/null
exec {served}<&-
