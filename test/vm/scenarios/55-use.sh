# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# use: each facility by every call that reaches it; and moves, which an allow-list of files refuses by itself.

p=$BIN/probe
u=$D/use
mkdir -p "$u/from" "$u/to" "$u/root/put" "$u/ready"
cp "$BIN/probe" "$u/suid"
chmod 4755 "$u/suid"

# A module that nothing here needs, as one file whatever the kernel's package makes of it.
module=$(modinfo -n dummy)
case $module in
*.xz) xz -dc "$module" >"$u/module.ko" ;;
*.zst) zstd -qdc "$module" >"$u/module.ko" ;;
*) cp "$module" "$u/module.ko" ;;
esac

of() { echo "operation=use object.facility=$1 object.path=@absent"; }
# In a mount namespace of its own, made by a program that no rule is about.
inside() { INSIDE=("$BIN/other" unshare "$@" exec "$p"); }

fresh() { rmmod dummy &>/dev/null; }

rules use-code <<YAML
- {name: code, use: [module-load, kexec]}
YAML
covered 'finit_module' "rule=code $(of module-load) hook=kernel_read_file object.name=$u/module.ko" \
	"$p" finit-module "$u/module.ko"
covered 'init_module' "rule=code $(of module-load) hook=kernel_load_data object.name=@absent" \
	"$p" init-module "$u/module.ko"
covered 'kexec_load' "rule=code $(of kexec) hook=kernel_load_data object.name=@absent" "$p" kexec-load
free 'a module by another program' "$BIN/other" finit-module "$u/module.ko"
free 'reading a module' "$p" open r "$u/module.ko"
judge

rules use-task <<YAML
- {name: trace, use: [ptrace]}
- {name: signal, use: signal}
YAML
traced="rule=trace $(of ptrace) hook=ptrace_access_check object.name=probe object.pid=@any object.signal=@absent"
signalled="rule=signal $(of signal) hook=task_kill object.name=probe object.pid=@any"
covered 'PTRACE_ATTACH' "$traced" "$p" attach
covered 'PTRACE_SEIZE' "$traced" "$p" seize
covered 'process_vm_readv' "$traced" "$p" vm-readv
covered 'process_vm_writev' "$traced" "$p" vm-writev
covered 'pidfd_getfd' "$traced" "$p" getfd-child
covered 'PTRACE_TRACEME' "rule=trace $(of ptrace) hook=ptrace_traceme object.pid=$$" "$p" traceme
covered 'kill' "$signalled object.signal=SIGTERM" "$p" kill 15
covered 'kill, a signal of real time' "$signalled object.signal=40" "$p" kill 40
covered 'tgkill' "$signalled object.signal=SIGKILL" "$p" tgkill 9
covered 'rt_sigqueueinfo' "$signalled object.signal=SIGUSR1" "$p" sigqueue 10
covered 'pidfd_send_signal' "$signalled object.signal=SIGSTOP" "$p" pidfd-signal 19
covered 'in a thread' "$signalled object.signal=SIGTERM" "$p" thread kill 15
free 'looking' "$p" maps
free 'signal 0' "$p" kill 0
free 'a signal to itself' "$p" raise 10
free 'another program traces' "$BIN/other" seize
free 'another program signals' "$BIN/other" kill 15
judge

# This one says EACCES, as it does for whoever lacks the right.
rules use-mem <<YAML
- {name: trace, use: ptrace}
YAML
allowed '/proc/PID/mem: without the policy' "$p" mem
load "$FILE"
attempt "$p" mem
same '/proc/PID/mem is refused' 'EACCES 1' "$OUT $STATUS"
event '/proc/PID/mem' policy=use-mem rule=trace object.facility=ptrace "process.pid=$PID"
unload --all

rules use-mount <<YAML
- {name: mount, use: [mount]}
YAML
mounted() { echo "rule=mount $(of mount) hook=$1 object.name=$2"; }
inside
covered 'bind mount' "$(mounted sb_mount "$u/to")" "${INSIDE[@]}" bind-mount "$u/from" "$u/to"
covered 'a new file system' "$(mounted sb_mount "$u/to")" "${INSIDE[@]}" tmpfs "$u/to"
covered 'propagation' "$(mounted sb_mount /)" "${INSIDE[@]}" private /
covered 'fsconfig makes a file system' "rule=mount $(of mount) hook=sb_set_mnt_opts" "${INSIDE[@]}" make-mount
covered 'a clone gets its place' "$(mounted move_mount "$u/to")" "${INSIDE[@]}" place-clone "$u/from" "$u/to"
covered 'chroot' "$(mounted path_chroot "$u/to")" "${INSIDE[@]}" change-root "$u/to"
free 'a mount by another program' "$BIN/other" unshare bind-mount "$u/from" "$u/to"
free 'listing a folder' "$p" list "$u/to"
inside mount "$u/from" "$u/to"
covered 'moved' "$(mounted sb_mount "$u/ready")" "${INSIDE[@]}" move-mount "$u/to" "$u/ready"
covered 'umount' "$(mounted sb_umount "$u/to")" "${INSIDE[@]}" umount "$u/to"
covered 'lazy umount' "$(mounted sb_umount "$u/to")" "${INSIDE[@]}" umount-lazy "$u/to"
mount -t tmpfs ready "$u/ready"
inside
covered 'remount' "$(mounted sb_mount "$u/ready")" "${INSIDE[@]}" remount "$u/ready"
covered 'fsconfig changes a file system' "rule=mount $(of mount) hook=sb_remount" "${INSIDE[@]}" reconfigure "$u/ready"
inside mount "$u/root" "$u/root"
covered 'pivot_root' "$(mounted sb_pivotroot "$u/root")" "${INSIDE[@]}" pivot-root "$u/root" "$u/root/put"
fresh() { mount -o remount,rw "$u/ready"; }
judge
umount "$u/ready"

rules use-kernel <<YAML
- {name: bpf, use: bpf}
- {name: ring, use: io-uring}
- {name: userns, use: userns}
YAML
covered 'a map' "rule=bpf $(of bpf) hook=bpf object.name=BPF_MAP_CREATE" "$p" map-create
covered 'a program' "rule=bpf $(of bpf) hook=bpf object.name=BPF_PROG_LOAD" "$p" prog-load
covered 'a ring' "rule=ring $(of io-uring) hook=inode_init_security_anon object.name=@absent" "$p" ring
covered 'unshare' "rule=userns $(of userns) hook=userns_create" "$p" unshare-user
covered 'clone' "rule=userns $(of userns) hook=userns_create" "$p" clone-user
free 'bpf by another program' "$BIN/other" map-create
free 'a ring by another program' "$BIN/other" ring
free 'another mount namespace' "$p" unshare ok
judge

rules use-identity <<YAML
- {name: root, use: setuid-root}
YAML
covered 'a setuid program' "process.uid=1000 rule=root $(of setuid-root) hook=bprm_creds_from_file object.name=$u/suid" \
	"$p" as 1000 1000 execve "$u/suid" ok
covered 'seteuid' "process.uid=0 process.euid=1000 rule=root $(of setuid-root) hook=task_fix_setuid" \
	"$p" euid 1000 seteuid-root
covered 'setfsuid' "process.uid=0 process.euid=1000 rule=root $(of setuid-root) hook=task_fix_setuid" \
	"$p" euid 1000 setfsuid-root
free 'root runs it' "$p" execve "$u/suid" ok
free 'root stays root' "$p" seteuid-root
free 'a program of no rights' "$p" as 1000 1000 execve "$BIN/other" ok
free 'root becomes a user' "$p" as 1000 1000 ok
free 'by another program' "$BIN/other" as 1000 1000 execve "$u/suid" ok
judge

rules use-raw <<YAML
- {name: raw, use: raw-socket}
YAML
raw() { echo "rule=raw $(of raw-socket) hook=socket_create object.family=$1 object.type=$2"; }
covered 'raw IPv4' "$(raw AF_INET SOCK_RAW) object.protocol=1" "$p" socket 2 3 1
covered 'raw IPv6' "$(raw AF_INET6 SOCK_RAW) object.protocol=58" "$p" socket 10 3 58
covered 'packets' "$(raw AF_PACKET SOCK_RAW) object.protocol=3" "$p" socket 17 3 0x0300
covered 'datagrams of packets' "$(raw AF_PACKET SOCK_DGRAM)" "$p" socket 17 2 0x0300
covered 'SOCK_PACKET' "$(raw AF_PACKET SOCK_PACKET)" "$p" socket 2 10 0x0300
free 'UDP' "$p" socket 2 2 0
free 'netlink' "$p" socket 16 3 0
free 'by another program' "$BIN/other" socket 2 3 1
judge

# --- the kernel loads a module because of what a process does -----------------------------

loaded_for() {
	rmmod algif_hash algif_skcipher algif_aead algif_rng af_alg &>/dev/null
	attempt "$1" socket 38 5 0
	grep -q '^af_alg ' /proc/modules
}
rules use-autoload <<YAML
- {name: autoload, use: module-load}
YAML
if ! modinfo af_alg &>/dev/null; then
	skip 'AF_ALG is no module here'
else
	expect 'autoload: without the policy' loaded_for "$p"
	load "$FILE"
	if loaded_for "$p"; then not_ok 'autoload is refused'; else ok 'autoload is refused'; fi
	event 'autoload' rule=autoload object.facility=module-load hook=kernel_module_request object.name=net-pf-38 \
		enforced=true "process.pid=$PID"
	expect 'autoload: by another program' loaded_for "$BIN/other"
	unload --all
fi

# --- the agent is told by no rule that it may not work -------------------------------------

policy use-agent <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: use-agent}
spec:
  mode: enforce
  default: {use: deny}
  rules:
    - {name: allowed, use: [signal, setuid-root], action: allow}
YAML
load "$FILE"
refused 'nobody may use bpf' "$BIN/other" map-create
bulwark mode use-agent audit &>/dev/null
allowed 'the agent may: a mode was switched' "$BIN/other" map-create
bulwark mode use-agent enforce &>/dev/null
refused 'and back' "$BIN/other" map-create
unload --all
allowed 'and unloaded' "$BIN/other" map-create

# --- moves: who has an allow-list for files may not move what its paths mean -----------------

mkdir -p "$u/list"
cp "$BIN/probe" "$u/list/tool"
cp "$BIN/probe" "$u/evil"
rules moves-exec '{exec: deny}' <<YAML
- {name: list, exec: [$u/list/], action: allow}
YAML
default="rule=default verdict=deny $(of mount)"
inside
covered 'moves: a mount over an allowed path' "$default object.name=$u/list/tool" \
	"${INSIDE[@]}" bind-mount "$u/evil" "$u/list/tool"
covered 'moves: chroot' "$default hook=path_chroot" "${INSIDE[@]}" change-root "$u"
covered 'moves: a file system without a place' "$default hook=sb_set_mnt_opts" "${INSIDE[@]}" make-mount
covered 'moves: a user namespace' "rule=default verdict=deny $(of userns)" "$p" unshare-user
free 'moves: what is allowed' "$p" execve "$u/list/tool" ok
free 'moves: other facilities' "$p" seize
free 'moves: by another program' "$BIN/other" unshare bind-mount "$u/evil" "$u/list/tool"
judge

rules moves-kill '{write: kill}' <<YAML
- {name: list, write: [$u/list/], action: allow}
YAML
covered 'moves: by the default for write' "verdict=kill rule=default $(of mount)" \
	"${INSIDE[@]}" bind-mount "$u/evil" "$u/list/tool"
judge

rules moves-allowed '{exec: deny}' <<YAML
- {name: list, exec: [$u/list/], action: allow}
- {name: mounts, use: [mount], action: allow}
YAML
free 'moves: allowed by a rule' "${INSIDE[@]}" bind-mount "$u/evil" "$u/list/tool"
covered 'moves: what the rule does not say' "rule=default verdict=deny $(of userns)" "$p" unshare-user
judge
