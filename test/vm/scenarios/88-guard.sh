# shellcheck shell=bash disable=SC2034,SC2154
# The guard: what would switch bulwark off is refused to everybody while a policy enforces, and only then.

g=/run/t/proc
switch=/proc/sys/kernel/ftrace_enabled
mkdir -p "$g"
mount -t proc proc "$g"
ln -s "$switch" "$WORK/switch"

rules guard <<YAML
- {name: any, read: [$D/secret]}
YAML
off() { echo 0 2>/dev/null >"$switch"; }

guarded='operation=write hook=file_open verdict=deny enforced=true process.binary='$BIN/probe
for path in "$switch" "$g/sys/kernel/ftrace_enabled" "$WORK/switch" /proc/self/root"$switch"; do
	allowed "$path: no policy" "$BIN/probe" open w "$path"
	in_mode audit allowed "$path: audit" "$BIN/probe" open w "$path"
	in_mode enforce refused "$path: enforce" "$BIN/probe" open w "$path"
	allowed "$path: reading it" "$BIN/probe" open r "$path"
done
# shellcheck disable=SC2086
if why=$(seen "$LOG" type=guard $guarded "object.path=$switch"); then ok 'event'; else not_ok 'event' "$why"; fi

# What it would do; not where the kernel itself refuses while programs are attached.
load "$FILE"
refused 'the policy holds' "$BIN/probe" open r "$D/secret"
expect 'another user cannot either' test "$("$BIN/probe" as 1000 1000 open w "$switch")" != OK
if off; then not_ok 'root cannot switch it off'; else ok 'root cannot switch it off'; fi
refused 'and it still does' "$BIN/probe" open r "$D/secret"
unload --all
if off && [ "$(<"$switch")" = 0 ]; then
	load "$FILE"
	allowed 'the control: with the switch off nothing is refused' "$BIN/probe" open r "$D/secret"
	if bulwark status >"$WORK/status"; then not_ok 'status is unhealthy'; else ok 'status is unhealthy'; fi
	expect 'and says why' grep -q ftrace_enabled "$WORK/status"
	echo 1 >"$switch"
	refused 'switched on again it holds' "$BIN/probe" open r "$D/secret"
	unload --all
	expect 'status is healthy' bulwark status
else
	skip 'this kernel does not let programs be switched off'
fi
umount "$g"
