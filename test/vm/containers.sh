# shellcheck shell=bash disable=SC2034,SC2154
# Containers by real runtimes: a root of busybox, bundles made by hand, what is expected of them. For scenarios.
#
#	with_names NAMESPACE IMAGE      the annotations of the bundles to come: those of a CRI
#	bundle ID CGROUP WORD...        an OCI bundle whose first program is WORD...; with a hook, if HOOKED is set
#	begin RUNTIME ID                runs it in the background until its worker waits: RUN, INIT, WORKER (pids)
#	go_on                           lets the worker go on, but keeps those above it, to be looked at
#	over                            lets them go: STATUS and OUT are the container's
#	at_once RUNTIME ID              runs it to its end, without waiting for anything

C=/srv/t/containers
ROOT=$C/root
UID_OF_POD=2f3a1d5c-5a1b-4c7e-9d51-0a1b2c3d4e5f
KUBE=/kubepods/burstable/pod$UID_OF_POD
LABELS='{"app":"web","tier":"front"}'
HOOKED=''

# hex DIGIT: an id as engines draw it.
hex() { printf -v HEX '%64s' ''; HEX=${HEX// /$1}; }

# nginx and its worker are copies of probe, which does as it is told; node would do as well.
make_container_root() {
	local applet
	[ ! -d "$ROOT" ] || return 0
	mkdir -p "$ROOT"/{bin,usr/bin,usr/sbin,proc,sys,dev,tmp,etc,run,var/www,data}
	chmod 1777 "$ROOT/tmp"
	cp /bin/busybox "$ROOT/bin/busybox"
	for applet in sh sleep cat; do ln -s busybox "$ROOT/bin/$applet"; done
	cp /vm/bin/probe "$ROOT/usr/sbin/nginx"
	cp /vm/bin/probe "$ROOT/usr/bin/worker"
	echo 'root:x:0:0:root:/:/bin/sh' >"$ROOT/etc/passwd"
	echo secret >"$ROOT/data/secret"
	chmod 644 "$ROOT/data/secret"
}

with_names() {
	ANNOTATIONS='"io.kubernetes.cri.container-name":"front","io.kubernetes.cri.image-name":"'$2'"'
	ANNOTATIONS+=',"io.kubernetes.cri.sandbox-namespace":"'$1'","io.kubernetes.cri.sandbox-name":"web-0"'
	ANNOTATIONS+=',"io.kubernetes.cri-o.Labels":"'${LABELS//\"/\\\"}'"'
}

words_of() {
	local list
	printf -v list '"%s",' "$@"
	echo "[${list%,}]"
}

# Mounts beyond /proc, as JSON; the root's path; who runs there.
MOUNTS='' IN=$ROOT AS='{"uid":33,"gid":33}'

bundle() {
	local id=$1 cgroup=$2 hooks='' all
	all=$(words_of CAP_{SYS_ADMIN,SYS_CHROOT,KILL,DAC_OVERRIDE,SETUID,SETGID,SETPCAP,MKNOD,CHOWN,FOWNER})
	shift 2
	mkdir -p "$C/$id"
	[ ! "$HOOKED" ] || hooks='"hooks":{"createRuntime":[{"path":"/vm/bin/bulwark","args":["bulwark","oci-hook","--require"]}]},'
	cat >"$C/$id/config.json" <<-JSON
		{"ociVersion": "1.0.2", "root": {"path": "$IN"}, "hostname": "container", $hooks
		 "process": {"terminal": false, "user": $AS, "cwd": "/var/www", "args": $(words_of "$@"),
		  "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
		  "capabilities": {"bounding": $all, "effective": $all, "permitted": $all}},
		 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}$MOUNTS],
		 "linux": {"cgroupsPath": "$cgroup",
		  "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}]},
		 "annotations": {$ANNOTATIONS}}
	JSON
}

# until_true COMMAND...: within five seconds and what the commands take.
until_true() {
	local i
	for ((i = 0; i < 50; i++)); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

worker_waits() {
	INIT=$(cat "$WORK/init" 2>/dev/null) || return
	WORKER=$(pgrep -P "$INIT") && [ "$(readlink "/proc/$WORKER/exe")" = /usr/bin/worker ]
}

# The agent knows the names of all containers that there are.
all_named() { bulwark status --json | grep -qE '"known":[1-9][0-9]*,"unnamed":0'; }

begin() {
	rm -f "$ROOT/tmp"/* "$WORK/init"
	"$1" run --pid-file "$WORK/init" --bundle "$C/$2" "$2" </dev/null >"$WORK/out" 2>"$WORK/err" &
	RUN=$!
	until_true worker_waits || not_ok "$1 runs $2" "$(cat "$WORK/err")"
}

go_on() { touch "$ROOT/tmp/go"; }

over() {
	touch "$ROOT/tmp/end"
	{ wait "$RUN"; } 2>/dev/null
	STATUS=$? OUT=''
	read -r OUT <"$WORK/out"
	rm -f "$ROOT/tmp"/*
}

at_once() {
	attempt "$1" run --bundle "$C/$2" "$2" </dev/null
}

# What a container that the shell was started in says, and one whose worker was killed at that.
shell_ran() { if was_allowed; then ok "$1"; else not_ok "$1" "$(outcome)"; fi; }
shell_was_killed() {
	if [ "$STATUS" -eq 1 ] && [ "$OUT" = CHILD-KILLED ]; then ok "$1"; else not_ok "$1" "$(outcome)"; fi
}

# nginx -> worker -> a shell: the worked example.
SHELL_WORDS=(execve /bin/sh -c 'echo OK')
NOW=(/usr/sbin/nginx fork execve /usr/bin/worker "${SHELL_WORDS[@]}")
WAITING=(/usr/sbin/nginx linger /tmp/end fork execve /usr/bin/worker wait /tmp/go "${SHELL_WORDS[@]}")
