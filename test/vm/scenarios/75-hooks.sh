# shellcheck shell=bash disable=SC2034,SC2154,SC1091,SC2317
# The hook of runtimes: names before the first program, whatever the cgroup is called; containers in containers; podman.
. /vm/containers.sh

make_container_root
look=(/usr/sbin/nginx fork open r /data/secret)
production='registry.example/shop/web:2.1'
maintenance='registry.example/maintenance:7'

# --- crun and runc, in a cgroup that tells nothing --------------------------------------------------------------

named web-no-shell
FILE=/vm/library/web-no-shell.yaml
load --mode enforce "$FILE"
for runtime in crun runc; do
	with_names production "$production"
	HOOKED=''
	bundle bare "/t-hooked/bare-$runtime" "${NOW[@]}"
	at_once "$runtime" bare
	shell_ran "$runtime: the control: without a hook it is no container"
	HOOKED=yes
	bundle hooked "/t-hooked/hooked-$runtime" "${NOW[@]}"
	at_once "$runtime" hooked
	shell_was_killed "$runtime: with it, before the first program"
	event "$runtime: the event" policy=web-no-shell rule=descendants verdict=kill enforced=true \
		"process.cgroup=/t-hooked/hooked-$runtime" process.container.id=hooked process.container.name=front \
		process.container.namespace=production "process.container.image=$production" \
		ancestors.0.binary=/usr/sbin/nginx
	with_names production "$maintenance"
	bundle hooked "/t-hooked/maintenance-$runtime" "${NOW[@]}"
	at_once "$runtime" hooked
	shell_ran "$runtime: the image for maintenance"
	with_names production "$production"
	: >"$LOG"
done

# --- containers in containers -----------------------------------------------------------------------------------

# The outer one has the node's files, and a runtime; its own programs are in a cgroup below its own.
outer() {
	mkdir -p "$C/outer-root"
	mount --bind / "$C/outer-root"
	IN=$C/outer-root AS='{"uid":0,"gid":0}'
	MOUNTS=',{"destination":"/sys/fs/cgroup","type":"cgroup2","source":"cgroup","options":["rw"]}'
	MOUNTS+=',{"destination":"/dev","type":"bind","source":"/dev","options":["rbind"]}'
	MOUNTS+=',{"destination":"/run","type":"tmpfs","source":"tmpfs"},{"destination":"/tmp","type":"tmpfs","source":"tmpfs"}'
	MOUNTS+=',{"destination":"/run/bulwark","type":"bind","source":"/run/bulwark","options":["rbind"]}'
	bundle outer /t-hooked/outer /bin/bash "$C/nested.sh"
	IN=$ROOT AS='{"uid":33,"gid":33}' MOUNTS=''
}

cat >"$C/nested.sh" <<-'SCRIPT'
	mkdir /sys/fs/cgroup/t-hooked/outer/init
	echo $$ >/sys/fs/cgroup/t-hooked/outer/init/cgroup.procs
	for inner in by-hook by-path by-nothing; do
		echo "$inner: $(crun run --bundle "/srv/t/containers/$inner" "$inner" 2>&1 </dev/null)"
	done
	/srv/t/bin/probe fork open r /srv/t/data/nested
SCRIPT
touch "$D/nested"
hex e
policy nested <<-YAML
	apiVersion: bulwark/v1
	kind: Policy
	metadata: {name: nested}
	spec:
	  mode: audit
	  subject: {container: true}
	  rules:
	    - {name: who, read: [/data/secret, $D/nested]}
YAML
load "$FILE"

# nested OUTER INNER: their namespaces.
nested() {
	HOOKED=yes
	with_names "$2" "$production"
	bundle by-hook /t-hooked/outer/inner "${NOW[@]}"
	HOOKED=''
	bundle by-path "/t-hooked/outer/docker/$HEX" "${look[@]}"
	bundle by-nothing /t-hooked/outer/nothing "${look[@]}"
	HOOKED=yes
	with_names "$1" "$production"
	outer
	attempt crun run --bundle "$C/outer" outer </dev/null
	umount "$C/outer-root"
	# Nobody is there who could name what is left in it.
	find /sys/fs/cgroup/t-hooked -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null
}
said() { grep "^$1: " "$WORK/out"; }

nested staging production
same 'production in staging: no shell' 'by-hook: CHILD-KILLED' "$(said by-hook)"
event 'the innermost, that a hook told' policy=web-no-shell process.container.id=by-hook \
	process.container.namespace=production process.cgroup=/t-hooked/outer/inner
event 'the innermost, that its path tells' policy=nested "process.container.id=$HEX" \
	process.container.name=@absent "process.cgroup=/t-hooked/outer/docker/$HEX"
event 'the outer one, where nothing tells' policy=nested process.container.id=outer \
	process.container.namespace=staging process.cgroup=/t-hooked/outer/nothing
event 'the outer one itself' policy=nested process.container.id=outer process.cgroup=/t-hooked/outer/init \
	"object.path=$D/nested"
nested production staging
same 'staging in production: the shell runs' 'by-hook: OK' "$(said by-hook)"
unload --all
none_known() { bulwark status --json | grep -q '"known":0,"unnamed":0'; }
until_true none_known || not_ok 'no container is known that is gone' "$(bulwark status --json; find /sys/fs/cgroup -type d)"

# --- podman -------------------------------------------------------------------------------------------------------

set_up_podman() {
	mkdir -p /etc/containers/oci/hooks.d
	printf '[engine]\ncgroup_manager="cgroupfs"\nevents_logger="none"\nruntime="crun"\n[network]\nnetwork_backend="netavark"\n' \
		>/etc/containers/containers.conf
	printf '[storage]\ndriver="vfs"\nrunroot="/run/containers/storage"\ngraphroot="/var/lib/containers/storage"\n' \
		>/etc/containers/storage.conf
	printf '{"default":[{"type":"insecureAcceptAnything"}]}\n' >/etc/containers/policy.json
	tar -C "$ROOT" -c . | podman import --quiet - localhost/shop:2 >"$WORK/import" 2>&1 || not_ok 'podman import' "$(<"$WORK/import")"
}

# by_podman NAME OPTION...: in the background, until the worker waits.
by_podman() {
	local name=$1
	shift
	rm -f "$ROOT/tmp"/* "$WORK/init"
	podman run --rm --name "$name" --network none --pidfile "$WORK/init" "$@" "${WAITING[@]}" \
		</dev/null >"$WORK/out" 2>"$WORK/err" &
	RUN=$!
	until_true worker_waits || not_ok "podman runs $name" "$(cat "$WORK/err")"
}

set_up_podman
subject_by() {
	policy "by-$1" <<-YAML
		apiVersion: bulwark/v1
		kind: Policy
		metadata: {name: by-$1}
		spec:
		  mode: enforce
		  subject: {$1: $2}
		  rules:
		    - {name: shell, exec: [/bin/busybox], action: kill}
	YAML
}

subject_by name shop-front
load "$FILE"
by_podman shop-front --rootfs "$ROOT"
until_true all_named || not_ok 'the agent names the container'
place=$(sed -n 's/^0:://p' "/proc/$WORKER/cgroup")
attempt within "$place" "$BIN/probe" execve /bin/busybox echo OK
shell_ran 'podman: in its cgroup, but on the node'
attempt within "$place" unshare --mount "$BIN/probe" fork execve /bin/busybox echo OK
shell_was_killed 'podman: the control: apart from the node'
go_on
event 'podman: the event' policy=by-name process.container.name=shop-front process.container.id=@any \
	process.container.image=@absent process.cgroup=@prefix:/libpod_parent/libpod- process.user=root \
	process.binary=/usr/bin/worker ancestors.0.binary=/usr/sbin/nginx
over
shell_was_killed 'podman: by its name'
by_podman shop-back --rootfs "$ROOT"
until_true all_named
go_on
over
shell_ran 'podman: another name'
unload --all

subject_by image 'localhost/shop:*'
load "$FILE"
by_podman shop-front -v "$ROOT/tmp:/tmp" localhost/shop:2
until_true all_named
go_on
event 'podman: the event names it' policy=by-image process.container.image=localhost/shop:2
over
shell_was_killed 'podman: by its image'
unload --all

cp /vm/hooks/bulwark.json /etc/containers/oci/hooks.d/bulwark.json
ln -sf /vm/bin/bulwark /usr/bin/bulwark
subject_by namespace production
load "$FILE"
attempt podman run --rm --network none --annotation io.kubernetes.pod.namespace=production --rootfs "$ROOT" "${NOW[@]}" </dev/null
shell_was_killed 'podman with the hook: before the first program'
# One without a cgroup of its own is not taken for the cgroup that podman is in.
attempt within t-session podman run --rm --network none --cgroups=disabled \
	--annotation io.kubernetes.pod.namespace=production --rootfs "$ROOT" "${NOW[@]}" </dev/null
shell_ran 'podman with the hook: without a cgroup it is no container'
attempt within t-session unshare --mount "$ROOT/usr/sbin/nginx" execve /bin/busybox sh -c 'echo OK'
shell_ran 'and what is beside it is none either'
unload --all
rm /etc/containers/oci/hooks.d/bulwark.json
