# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2317
# Many that live shortly: nothing of them is left, and whatever a rule is about was refused to all of these, to no other.

h=$BIN/hot c=$BIN/cold one=$BIN/one secret=$D/leaks-secret
group=/sys/fs/cgroup/t-leaks
files=$D/leaks
cp /vm/bin/swarm "$h" && cp /vm/bin/swarm "$c" && cp /vm/bin/swarm "$one"
echo secret >"$secret"
mkdir -p "$files" "$group"

# `hot` and what descends from it; `cold` does the same and is not meant. The other two rules have files remembered and
# cgroups looked at; nobody is refused anything by them.
policy leaks <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: leaks}
spec:
  mode: enforce
  rules:
    - {name: hot, subject: {binary: $h}, read: [$secret]}
    - {name: of-hot, subject: {ancestor: $h}, read: [$secret]}
    - {name: files, subject: {ancestor: $h}, read: ["$files/**"]}
    - {name: outside, subject: {container: true, cgroup: "/t-leaks/**"}, read: ["$files/**"]}
YAML

# --- what there is -----------------------------------------------------------------------------------------------

maps() { entries lineages lineage_traits cgroups marks origins; }

# KiB of the objects that the kernel has in use, but for those that it would give back: task and inode storage are among
# them. Caches give back what is free in them first, so that the count is exact.
held_memory() {
	local cache
	echo 3 >/proc/sys/vm/drop_caches
	for cache in "${caches[@]}"; do
		echo 1 >"$cache/shrink"
		echo "$(<"$cache/objects") $(<"$cache/object_size")"
	done 2>/dev/null | awk '{ sum += $1 * $NF } END { printf "%d", sum / 1024 }'
}
mapfile -t caches < <(grep -lx 0 /sys/kernel/slab/*/reclaim_account | xargs -rn1 dirname | xargs -rn1 readlink -f | sort -u)

# The same, once it falls no more: what has ended is cleared up behind it.
settled_memory() {
	local i still=0 least now
	least=$(held_memory)
	for ((i = 0; i < 30 && still < 3; i++)); do
		sleep 0.3
		now=$(held_memory)
		still=$((now < least - 64 ? 0 : still + 1))
		[ "$now" -ge "$least" ] || least=$now
	done
	echo "$least"
}

undecided() { bulwark status --json | grep -o '"undecided":[0-9]*'; }

agent_memory() { awk '/^RssAnon/ { print $2 }' "/proc/$AGENT/status"; }

# The end of a thread is cleared up a moment later.
back_to() {
	local i
	for ((i = 0; i < 40; i++)); do
		FOUND=$(maps)
		[ "$FOUND" = "$1" ] && return
		sleep 0.25
	done
	return 1
}

# --- what they do ------------------------------------------------------------------------------------------------

# crowds COLD HOT: that many of each, at the same time.
crowds() {
	local cold
	"$c" crowd "$1" OK "$secret" "$one" >"$WORK/cold" 2>&1 &
	cold=$!
	"$h" crowd "$2" EPERM "$secret" "$one" >"$WORK/hot" 2>&1
	wait "$cold"
}

# Files that are looked at and deleted again; cgroups that come and go. (A mark stays when its file is deleted, by design:
# no covered file is linked here.)
churn() {
	local i
	for ((i = 0; i < 200; i++)); do echo x >"$files/$i"; done
	cat "$files"/* >"$WORK/churned"
	rm -f "$files"/*
	for ((i = 0; i < 100; i++)); do mkdir "$group/$i"; done
	rmdir "$group"/[0-9]*
}

load "$FILE"
crowds 1800 200
churn
: >"$LOG"
missed=$(undecided)
before=$(maps) memory=$(settled_memory) agent=$(agent_memory)
echo "# ${before//$'\n'/, }"
if [[ $before == 'lineages 0'* ]]; then not_ok 'the maps are seen'; else ok 'the maps are seen'; fi

# Would a leak be seen? These have ended and are kept. What bulwark keeps of a thread has more than 2 KiB: 500 of
# 50000 would be too many.
enough=1024
mkfifo "$WORK/end"
"$h" hold 1000 "$secret" <"$WORK/end" >"$WORK/held" 2>&1 &
holder=$!
exec {end}>"$WORK/end"
for ((i = 0; i < 200; i++)); do grep -q ready "$WORK/held" && break; sleep 0.1; done
FOUND=$(maps)
with=$(settled_memory)
exec {end}>&-
wait "$holder"
if [ "$FOUND" != "$before" ]; then ok 'what is kept is in the maps'; else not_ok 'the maps do not change' "$FOUND"; fi
if back_to "$before"; then ok 'and goes'; else not_ok 'and does not go' "$before" "now: $FOUND"; fi
without=$(settled_memory)
echo "# held memory: $memory KiB; of 1000 that are kept: $((with - memory)) KiB; after: $((without - memory)) KiB"
if [ $((with - without)) -gt "$enough" ]; then ok 'so is its memory'; else not_ok 'the memory of 1000 is not seen' "$without, with them $with"; fi

# --- 50,000 -------------------------------------------------------------------------------------------------------

began=$(seconds)
crowds 49000 1000
same 'cold: nobody was refused' '49000 made, 0 not made, 0 wrong' "$(<"$WORK/cold")"
same 'hot: everybody was refused' '1000 made, 0 not made, 0 wrong' "$(<"$WORK/hot")"
echo "# 50000 took $(($(seconds) - began)) s"

# --- as many at once as there may be ------------------------------------------------------------------------------

echo +pids >/sys/fs/cgroup/cgroup.subtree_control
echo 100 >"$group/pids.max"
within t-leaks "$c" bomb 3 OK "$secret" >"$WORK/cold" 2>&1 &
bomb=$!
within t-leaks "$h" bomb 3 EPERM "$secret" >"$WORK/hot" 2>&1
wait "$bomb"
for who in cold hot; do
	if grep -qE '^[0-9]+ made, [1-9][0-9]* not made, 0 wrong$' "$WORK/$who"; then
		ok "fork bomb, $who: $(<"$WORK/$who")"
	else
		not_ok "fork bomb, $who" "$(<"$WORK/$who")"
	fi
done
churn

if back_to "$before"; then ok 'the maps are as before'; else not_ok 'the maps are not as before' "$before" "now: $FOUND"; fi
after=$(settled_memory)
echo "# held memory: $((after - memory)) KiB more; agent: $agent KiB, then $(agent_memory) KiB"
if [ $((after - without)) -lt "$enough" ]; then ok 'no memory is held'; else not_ok 'memory is held' "$without KiB, now $after KiB"; fi
# It remembers 4096 events, and had 200 before.
expect 'the agent has not grown' test $(($(agent_memory) - agent)) -lt 8192
same 'no decision was missed' "$missed" "$(undecided)"
unload --all
rmdir "$group"
