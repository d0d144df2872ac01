# shellcheck shell=bash disable=SC2034,SC2154
# What the doctor says of the node's cgroups: where v1 stands beside v2 or alone, containers are not all seen.

# cgroups_with COMMANDS: what the doctor says of them in a mount namespace in which these were run.
cgroups_with() { unshare --mount bash -c "$1"$'\n''bulwark doctor 2>&1' | grep -A3 ' cgroup-v2 '; }

# tells WHAT PATTERN SAID
tells()
{
	# shellcheck disable=SC2053
	if [[ $3 == $2 ]]; then ok "$1"; else not_ok "$1" "$3"; fi
}

alone='mount -t tmpfs none /sys/fs/cgroup'
tells 'v2: nothing is missing' ' *ok *cgroup-v2 *' "$(cgroups_with :)"
tells 'v1 alone: told' ' *absent *cgroup-v2 *no cgroup-v2 tree*' "$(cgroups_with "$alone")"
tells 'v1 beside it: told' ' *absent *cgroup-v2 *v1 is mounted beside it*' \
	"$(cgroups_with "$alone && mkdir /sys/fs/cgroup/unified /sys/fs/cgroup/systemd &&
		mount -t cgroup2 none /sys/fs/cgroup/unified &&
		mount -t cgroup -o none,name=systemd none /sys/fs/cgroup/systemd")"
