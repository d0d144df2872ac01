# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# The guard of the agent: root does nothing to it, to what it has in the kernel, and to the files that keep that in force,
# while a policy enforces. Each way is possible when none does.

pins=/sys/fs/bpf/bulwark
state=/var/lib/bulwark
settings=/run/t/guard.yaml
other=$BIN/other
before=$CONFIG

end_agent() {
	kill -TERM "$AGENT"
	{ wait "$AGENT"; } 2>/dev/null
}

sed 's/guard: false/guard: true/' /vm/bulwark.yaml >"$settings"
end_agent
CONFIG=$settings
start_agent
current=$pins/$(readlink "$pins/current")
link=$current/links/bw_may_open
rules held <<-YAML
	- {name: it, read: [$D/secret]}
YAML
number_of() { { "$other" number-of-pin "$1" >/dev/null; } 2>&1; }
map=$(number_of "$current/maps/rules")
program=$(number_of "$current/programs/bw_may_open")
number=$(number_of "$link")
address=$(awk '$2 == "r-xp" { print $1; exit }' "/proc/$AGENT/maps")
address=${address%%-*}

# --- its processes, and what it has in the kernel ------------------------------------------------------------------

# The name of a way, what the event of its refusal has, and the way itself.
ways() {
	local signal
	for signal in 18 9 19; do
		[ "$1" != possible ] || [ "$signal" = 18 ] || continue
		"$1" "kill with $signal" operation=use object.facility=signal hook=task_kill "object.pid=$AGENT" -- \
			kill-that "$AGENT" "$signal"
	done
	"$1" 'tgkill' hook=task_kill -- tgkill-that "$AGENT" 18
	"$1" 'sigqueue' hook=task_kill -- sigqueue-that "$AGENT" 18
	"$1" 'by a pidfd' hook=task_kill -- pidfd-signal-that "$AGENT" 18
	"$1" 'ptrace' operation=use object.facility=ptrace hook=ptrace_access_check "object.pid=$AGENT" -- seize-that "$AGENT"
	"$1" '/proc/PID/mem' hook=ptrace_access_check -- mem-that "$AGENT"
	"$1" 'process_vm_readv' hook=ptrace_access_check -- vm-read-that "$AGENT" "$address"
	"$1" 'pidfd_getfd' hook=ptrace_access_check -- getfd-that "$AGENT" 2
	"$1" 'prlimit' hook=task_setrlimit "object.pid=$AGENT" -- limit-that "$AGENT"
	"$1" 'a map by its number' operation=use object.facility=bpf hook=bpf_map object.name=BPF_MAP_GET_FD_BY_ID -- \
		map-of "$map"
	"$1" 'a map by its pin' hook=bpf_map -- pin "$current/maps/control"
	"$1" 'a program by its number' hook=bpf_prog object.name=BPF_PROG_GET_FD_BY_ID -- program-of "$program"
	"$1" 'a program by its pin' hook=bpf_prog -- pin "$current/programs/bw_may_open"
	"$1" 'a link by its number' hook=bpf object.name=BPF_LINK_GET_FD_BY_ID -- link-of "$number"
}

possible() {
	local name=$1
	while [ "$1" != -- ]; do shift; done
	allowed "$HOW: $name" "$other" "${@:2}"
}

impossible() {
	local name=$1 fields=() why
	shift
	while [ "$1" != -- ]; do fields+=("$1") && shift; done
	attempt "$other" "${@:2}"
	if [ "$STATUS" -eq 1 ] && [[ $OUT == EPERM || ($OUT == EACCES && $2 == mem-that) ]]; then
		ok "$HOW: $name" # proc(5) says EACCES for any reason
	else
		not_ok "$HOW: $name" "$(outcome)"
	fi
	if why=$(seen "$LOG" type=guard verdict=deny enforced=true "process.binary=$other" "${fields[@]}"); then
		ok "$HOW: the event of $name"
	else
		not_ok "$HOW: the event of $name" "$why"
	fi
}

HOW='no policy' ways possible
load "$FILE"
bulwark mode held audit >/dev/null
HOW='audit' ways possible
bulwark mode held enforce >/dev/null
: >"$LOG"
HOW='enforce' ways impossible
expect 'the agent lives' bulwark status
refused 'and the policy holds' "$BIN/probe" open r "$D/secret"
refused 'of another user too' "$other" as 1000 1000 kill-that "$AGENT" 18
table=$(number_of "$current/maps/labels")
same 'what is pinned tells no number any more' '' "${table##*[!0-9]*}"
allowed 'a signal to another process' "$other" kill-that $$ 18
allowed 'SIGHUP asks for a reload' "$other" kill-that "$AGENT" 1

# Maps that are made for each change are guarded as soon as they are there.
its_maps() { # how many of the agent's anybody gets; their names may be cut
	{ "$other" all-maps >/dev/null; } 2>&1 | grep -cxE "$(cd "$current/maps" && printf '%.15s|' *)none"
}
for ((i = 0; i < 5; i++)); do bulwark load "$FILE" >/dev/null; done
same 'none of its maps is to be had' 0 "$(its_maps)"

# --- who would be taken for it ----------------------------------------------------------------------------------------

refused 'a traced process does not become an agent' "$other" exec-traced /vm/bin/bulwarkd --probe
event_of_start='operation=exec hook=bprm_creds_for_exec object.path=/vm/bin/bulwarkd'
# shellcheck disable=SC2086
if why=$(seen "$LOG" type=guard $event_of_start); then ok 'its event'; else not_ok 'its event' "$why"; fi
preloaded() { LD_PRELOAD=/no/such/library.so "$1" --probe 2>&1 | grep -c 'cannot be preloaded'; }
same 'the loader takes no library from the environment' 0 "$(preloaded /vm/bin/bulwarkd)"
cp /vm/bin/bulwarkd "$WORK/copy"
same 'the control: another program does' 1 "$(preloaded "$WORK/copy")"
allowed 'others are traced as ever' "$other" exec-traced "$BIN/probe" ok

# --- the place of what is pinned ------------------------------------------------------------------------------------

mounts() { # HOW
	"$1" 'a mount over the pins' "$other" bind-mount "$D" "$pins"
	! mountpoint -q "$pins" || umount "$pins"
	"$1" 'a mount over bpffs' "$other" bind-mount "$D" /sys/fs/bpf
	[ -d "$pins" ] || umount /sys/fs/bpf
	"$1" 'bpffs read-only' "$other" read-only /sys/fs/bpf
	mount -o remount,rw /sys/fs/bpf 2>/dev/null
	if [ "$1" != allowed ]; then "$1" 'bpffs is unmounted' "$other" unmount /sys/fs/bpf; fi
}
mounts refused
if why=$(seen "$LOG" type=guard operation=use object.facility=mount hook=sb_umount object.name=/sys/fs/bpf); then
	ok 'the event of a mount'
else
	not_ok 'the event of a mount' "$why"
fi
allowed 'a copy in another namespace is of no interest' "$other" unshare unmount /sys/fs/bpf
unload --all
HOW='the control' mounts allowed
expect 'the control: all of its maps are to be had' test "$(its_maps)" -gt 60
mkdir -p /run/t/bpffs
mount -t bpf bpf /run/t/bpffs
allowed 'the control: a bpffs is unmounted' "$other" unmount /run/t/bpffs

# --- files ----------------------------------------------------------------------------------------------------------

could() { expect "the control: $1" "${@:2}"; }
could_not() { if "${@:2}" 2>"$WORK/err"; then not_ok "$1" "it was possible: ${*:2}"; else ok "$1"; fi; }
tampered() { # HOW: each way once, and undone where it was done
	$1 'another name for a link that is pinned' ln "$link" "$current/links/spare"
	$1 'a link that is pinned is removed' rm "$current/links/spare"
	$1 'a folder among the pins is removed' rmdir "$current/other"
	$1 'what says which programs are in force' mv "$pins/current" "$pins/away"
	[ ! -L "$pins/away" ] || mv "$pins/away" "$pins/current"
	$1 'the mode of the pins' chmod 700 "$pins"
	$1 'a mount over what is above them' mount --bind "$D" /sys/fs
	! [ -e /sys/fs/secret ] || umount /sys/fs
	$1 'what is in force with the next agent is emptied' truncate -s 0 "$state/other"
	$1 'and removed' rm "$state/other"
	$1 'the configuration' sh -c "echo >>$settings"
	$1 'another name for the program' ln /vm/bin/bulwarkd /vm/bin/agent
	rm -f /vm/bin/agent
	$1 'what the loader puts into every program' sh -c 'echo /no/such.so >/etc/ld.so.preload'
	rm -f /etc/ld.so.preload
}
prepare() {
	mkdir -p "$current/other"
	echo x >"$state/other"
}
prepare
tampered could
prepare
ln "$link" "$current/links/spare"
load "$FILE"
tampered could_not
event 'the event' policy=bulwark-guard rule=pinned verdict=deny enforced=true "object.path=$current/links/spare"
event 'of the program' policy=bulwark-guard rule=programs verdict=deny object.path=/vm/bin/bulwarkd
event 'of the configuration' policy=bulwark-guard rule=settings verdict=deny "object.path=$settings"
event 'of the place' policy=bulwark-guard rule=place verdict=deny object.path=/sys/fs
rules beside <<-YAML
	- {name: it, read: [$D/beside]}
YAML
load "$FILE"
expect 'the agent keeps what is in force' grep -q beside "$state/in-force.json"
same 'the list of policies is without it' '' "$(bulwark list | grep bulwark-guard)"
expect 'the status tells of it' grep -q '"guard":"on"' <(bulwark status --json)

# --- who may end it, and what holds then ------------------------------------------------------------------------------

echo "$AGENT" >/run/bulwark-vm/end
kill -USR1 1
{ wait "$AGENT"; } 2>/dev/null
expect "the node's first process ends it" test ! -e "/proc/$AGENT"
refused 'without an agent the policy holds' "$BIN/probe" open r "$D/secret"
could_not 'without an agent: a link that is pinned is removed' rm "$current/links/spare"
refused 'without an agent: a map by its number' "$other" map-of "$map"
refused 'without an agent: a map by its pin' "$other" pin "$current/maps/control"

start_agent
expect 'the next agent goes on' grep -q '"state":"took over"' "$LOG"
refused 'and is guarded' "$other" kill-that "$AGENT" 18
unload --all
rm -f "$current/links/spare" "$state/other"
rmdir "$current/other"

# An agent on a file system whose inodes have other numbers than stat(2) tells is known by its file as well.
mkdir -p /run/t/overlay/{upper,work,merged}
mount -t overlay overlay -o lowerdir=/vm/bin,upperdir=/run/t/overlay/upper,workdir=/run/t/overlay/work \
	/run/t/overlay/merged
end_agent
BULWARKD=/run/t/overlay/merged/bulwarkd
start_agent
named held
load "$FILE"
echo "$AGENT" >/run/bulwark-vm/end
kill -USR1 1
{ wait "$AGENT"; } 2>/dev/null
: >"$LOG"
refused 'on an overlay: the policy holds' "$BIN/probe" open r "$D/secret"
refused 'on an overlay: the guard does' "$other" map-of "$map"
start_agent
expect 'on an overlay: the next agent goes on' grep -q '"state":"took over"' "$LOG"
unload --all
end_agent
BULWARKD=bulwarkd
CONFIG=$before
start_agent
umount /run/t/overlay/merged
