# shellcheck shell=bash disable=SC2034,SC2154,SC1091,SC2317
# Containers as real runtimes make them: crun and runc from bundles, podman, containers in containers.
. /vm/containers.sh

make_container_root
production='registry.example/shop/web:2.1'
maintenance='registry.example/maintenance:7'

# --- the worked example: policy/library/web-no-shell.yaml, by crun, by runc ------------------------------------

named web-no-shell
FILE=/vm/library/web-no-shell.yaml

# made_by RUNTIME: the ancestors above the container's first program, as MAKERS, though some are gone by then. Both run
# copies of themselves in memory, which have no name.
made_by() {
	local n=2
	case $1 in
	crun) MAKERS=("ancestors.1.pid=$RUN" ancestors.1.binary=/ ancestors.1.args.0=crun) ;;
	runc)
		n=4
		MAKERS=(ancestors.1.binary=/ 'ancestors.1.args=["runc","init"]'
			ancestors.2.binary=/ 'ancestors.2.args=["runc","init"]'
			"ancestors.3.pid=$RUN" ancestors.3.binary=/usr/sbin/runc ancestors.3.args.0=runc)
		;;
	esac
	MAKERS+=("ancestors.$n.pid=$$" "ancestors.$n.binary=/usr/bin/bash" "ancestors.$((n + 1)).pid=1" "ancestors.$((n + 2))=@absent")
}

# the_event NAME RUNTIME MODE ENFORCED ID: the whole event, field by field, of the container that runs.
the_event() {
	local name=$1 id=$5 container MAKERS
	made_by "$2"
	container='{"id":"'$id'","name":"front","image":"'$production'","namespace":"production","pod":"web-0","labels":'$LABELS'}'
	event "$name" "process.pid=$WORKER" time=@any node=test-node id=@any \
		policy=web-no-shell rule=descendants "mode=$3" verdict=kill "enforced=$4" \
		'message=A web server tried to start a shell' 'tags={"attack":"T1059.004","severity":"high"}' \
		operation=exec hook=bprm_check_security suppressed=0 \
		object.path=/bin/busybox object.dev=@any "object.ino=$(stat -c %i "$ROOT/bin/busybox")" \
		"object.args=$(words_of /bin/sh -c 'echo OK')" object.cut=@absent \
		process.exec_id=@any "process.tid=$WORKER" "process.ppid=$INIT" process.start=@prefix:20 \
		process.uid=33 process.gid=33 process.euid=33 process.user=www-data process.group=www-data \
		process.binary=/usr/bin/worker "process.args=$(words_of /usr/bin/worker wait /tmp/go "${SHELL_WORDS[@]}")" \
		process.cwd=/var/www "process.cgroup=$KUBE/$id" process.cut=@absent "process.container=$container" \
		"ancestors.0.pid=$INIT" ancestors.0.binary=/usr/sbin/nginx "ancestors.0.args=$(words_of "${WAITING[@]}")" \
		"${MAKERS[@]}"
}

# by RUNTIME ID NAMESPACE IMAGE: the example in a container that the agent has found by itself.
by() {
	with_names "$3" "$4"
	bundle "$2" "$KUBE/$2" "${WAITING[@]}"
	begin "$1" "$2"
	until_true all_named || not_ok "$1: the agent names the container" "$(bulwark status --json)"
	go_on
}

# ended COMMAND...: and then what came of it.
ended() {
	over
	"$@"
}

# fresh_id: of no container before. HEX.
digit=0
fresh_id() { hex $((++digit)); }

enforced() {
	local runtime=$1
	load --mode enforce "$FILE"
	fresh_id
	by "$runtime" "$HEX" production "$production"
	the_event "$runtime: enforced: the event" "$runtime" enforce true "$HEX"
	ended shell_was_killed "$runtime: enforced: the shell does not run"
	: >"$LOG"
	fresh_id
	by "$runtime" "$HEX" production "$maintenance"
	ended shell_ran "$runtime: enforced: the image for maintenance"
	no_event "$runtime: enforced: no event of it" "process.container.id=$HEX"
}

for runtime in crun runc; do
	fresh_id
	by "$runtime" "$HEX" production "$production"
	ended shell_ran "$runtime: no policy: the shell runs"
	enforced "$runtime"
	unload --all
done

# What needs to be seen by one of them only.
load --mode audit "$FILE"
fresh_id
by crun "$HEX" production "$production"
the_event 'audit: the event' crun audit false "$HEX"
ended shell_ran 'audit: the shell runs'
bulwark mode web-no-shell enforce >"$WORK/out" || not_ok 'the mode'
: >"$LOG"
fresh_id
by crun "$HEX" staging "$production"
ended shell_ran 'enforced: another namespace'
no_event 'enforced: no event of it' "process.container.id=$HEX"
unload --all

# --- another kind of cgroup ---------------------------------------------------------------------------------------

# A hierarchy of cgroup-v1 tells nothing, whatever its folders are called.
old=/run/t/cgroup-v1
mkdir -p "$old"
if mount -t cgroup -o none,name=t-old cgroup "$old" 2>/dev/null; then
	policy v1 <<-YAML
		apiVersion: bulwark/v1
		kind: Policy
		metadata: {name: v1}
		spec: {mode: enforce, subject: {container: true}, rules: [{name: who, read: ["$D/secret"]}]}
	YAML
	hex c
	mkdir -p "$old/docker/$HEX"
	load "$FILE"
	# shellcheck disable=SC2016
	judged 'in a cgroup of v1 nobody is in a container' allowed \
		bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$old/docker/$HEX" unshare --mount "$BIN/probe" open r "$D/secret"
	judged 'the control: in one of v2 he is' refused within "docker/$HEX" unshare --mount "$BIN/probe" open r "$D/secret"
	unload --all
	rmdir "/sys/fs/cgroup/docker/$HEX" "$old/docker/$HEX" "$old/docker"
	umount "$old"
else
	skip 'this kernel has no cgroup-v1'
fi
