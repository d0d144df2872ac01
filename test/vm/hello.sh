#!/bin/bash
# The smallest scenario: is the guest of tools/vm fit for testing bulwark?
#
# In:   nothing.
# Out:  one line for each thing looked at; exit 0 when all are as they must be.
# shellcheck disable=SC2317 # expect calls the functions
set -uo pipefail

failed=0

expect() {
	local what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		failed=1
	fi
}

is_mounted() { [[ $(stat -f -c %T "$2") == "$1" ]]; }
has_bpf_lsm() { tr , '\n' </sys/kernel/security/lsm | grep -qx bpf; }

writes_to_ext4() {
	local file=/root/answer
	echo 42 >"$file" && setfattr -n user.bulwark -v on "$file" &&
		[[ $(<"$file") == 42 ]] && is_mounted ext2/ext3 "$file"
}

hears_itself() {
	local heard
	exec {heard}< <(nc -l 127.0.0.1 7000)
	for _ in {1..50}; do
		echo hello | nc -q 0 127.0.0.1 7000 && break
		sleep 0.1
	done
	[[ $(cat <&"$heard") == hello ]]
}

loads_modules() {
	modprobe overlay && grep -qw overlay /proc/filesystems
}

uname -r
cat /sys/kernel/security/lsm && echo
expect 'the BPF LSM is active' has_bpf_lsm
expect 'the kernel describes its types' test -s /sys/kernel/btf/vmlinux
expect 'ext4 holds files and attributes' writes_to_ext4
expect 'bpffs is mounted' is_mounted bpf_fs /sys/fs/bpf
expect 'cgroup v2 is mounted' is_mounted cgroup2fs /sys/fs/cgroup
expect 'tracefs is mounted' is_mounted tracefs /sys/kernel/tracing
expect '/tmp is a tmpfs' is_mounted tmpfs /tmp
expect '/run is a tmpfs' is_mounted tmpfs /run
expect 'the host name is set' test "$(uname -n)" = bulwark-vm
expect 'the machine id is set' grep -qE '^[0-9a-f]{32}$' /etc/machine-id
expect 'a loopback connection passes' hears_itself
expect 'modules load' loads_modules
exit "$failed"
