# shellcheck shell=bash disable=SC2034,SC2154
# The shipped policy agent-files, for the places that this agent has: root does not remove what keeps policies in force.

pins=/sys/fs/bpf/bulwark
state=/var/lib/bulwark
current=$pins/$(readlink "$pins/current")
link=$(find "$current/links" -type f | head -n 1)
named agent-files
sed 's,/usr/sbin/bulwarkd,/vm/bin/bulwarkd,; s,/usr/bin/bulwark\b,/vm/bin/bulwark,; s/mode: audit/mode: enforce/' \
	/vm/library/agent-files.yaml >"$FILE"
cp /vm/bin/bulwark /vm/bin/bulwark.saved

# tampered HOW: each way once, and undone where it was done. HOW is `possible` or `impossible`.
possible() { expect "the control: $1" "${@:2}"; }
impossible() { if "${@:2}" 2>"$WORK/err"; then not_ok "$1" "it was possible: ${*:2}"; else ok "$1"; fi; }
tampered() {
	$1 'another name for a link that is pinned' ln "$link" "$current/links/spare"
	$1 'a link that is pinned is removed' rm "$current/links/spare"
	$1 'a folder among the pins is removed' rmdir "$current/other"
	$1 'what says which programs are in force' mv "$pins/current" "$pins/away"
	[ ! -L "$pins/away" ] || mv "$pins/away" "$pins/current"
	$1 'the mode of the pins' chmod 755 "$pins"
	$1 'a mount over the pins' mount --bind "$D" "$pins"
	! mountpoint -q "$pins" || umount "$pins"
	$1 'a mount over bpffs' mount --bind "$D" /sys/fs/bpf
	! ls "$pins" &>/dev/null && umount /sys/fs/bpf
	$1 'what is in force with the next agent is emptied' truncate -s 0 "$state/other"
	$1 'and removed' rm "$state/other"
	$1 'the program is written' cp /vm/bin/bulwark.saved /vm/bin/bulwark
	$1 'the program is replaced' mv /vm/bin/bulwark.new /vm/bin/bulwark
}
prepare() {
	mkdir -p "$current/other"
	echo x >"$state/other"
	cp /vm/bin/bulwark.saved /vm/bin/bulwark.new
}

prepare
tampered possible
prepare
ln "$link" "$current/links/spare"
load "$FILE"
tampered impossible
event 'the event' policy=agent-files rule=pinned verdict=deny enforced=true "object.path=$current/links/spare"
event 'of the program' policy=agent-files rule=programs verdict=deny object.path=/vm/bin/bulwark
event 'of the mount' policy=agent-files rule=place verdict=deny object.path=/sys/fs/bpf
rules beside <<-YAML
	- {name: it, read: [$D/beside]}
YAML
load "$FILE"
expect 'the agent keeps what is in force' grep -q beside "$state/in-force.json"
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
impossible 'without an agent: a link that is pinned is removed' rm "$current/links/spare"
start_agent
expect 'the next agent goes on' grep -q '"state":"took over"' "$LOG"
unload --all
rm "$current/links/spare" "$state/other" /vm/bin/bulwark.saved /vm/bin/bulwark.new
rmdir "$current/other"
