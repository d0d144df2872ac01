# shellcheck shell=bash disable=SC2034,SC2154,SC2016
# Symbolic links in the roots of containers: a rule's path holds where the container has it, for one applet of a box,
# and is nothing to other containers or the node. The same of the programs that a subject names.

group=/sys/fs/cgroup
roots=$D/roots
b=/bin/busybox
hex=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd

# A program that is no box, in a root. Its interpreter is an applet that no rule is about.
important() {
	printf '#!/bin/busybox ash\nexit 42\n' >"$1/usr/bin/important"
	chmod 755 "$1/usr/bin/important"
}

# root NAME LINK: a root with BusyBox in /bin, of which /bin/sh is where LINK leads.
root() {
	local root=$roots/$1
	mkdir -p "$root"/{bin,usr/bin,old,tmp,etc}
	touch "$root/tmp/conf"
	ln -s ../tmp/conf "$root/etc/conf"
	cp "$b" "$root/bin/busybox"
	important "$root"
	ln -s busybox "$root/bin/ls"
	ln -s ../bin/busybox "$root/bin/env"
	ln -s "$2" "$root/bin/sh"
}

# Moves into the root, and runs what follows there.
enter='cd "$0" && /bin/busybox mount --bind . . && cd "$0" && /bin/busybox pivot_root . old &&
	/bin/busybox umount -l /old && cd / && exec "$@"'

# container NUMBER NAME: one that runs; its process as CONTAINER[NUMBER].
container() {
	mkdir -p "$group/docker/$hex$1"
	/bin/bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group/docker/$hex$1" \
		"$b" unshare --mount /bin/bash -c "$enter" "$roots/$2" "$b" sleep 1000 &
	CONTAINER[$1]=$!
}

# inside NUMBER COMMAND...: as a runtime executes something in a container.
inside() {
	local pid=${CONTAINER[$1]} folder=$group/docker/$hex$1
	shift
	/bin/bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$folder" "$b" nsenter -m -r -t "$pid" "$@"
}

# runs NAME COMMAND...; stopped NAME COMMAND...: whether a program ends with 42 that is told to.
runs() {
	"${@:2}" </dev/null 2>"$WORK/err"
	same "$1" 42 $?
}
stopped() {
	local status
	"${@:2}" </dev/null 2>"$WORK/err"
	status=$?
	if [ "$status" = 42 ] || [ "$status" = 127 ]; then not_ok "$1" "status $status: ${*:2}"; else ok "$1"; fi
}

# writes NUMBER PATH: 42 if that is done.
writes() {
	inside "$1" "$b" tee "$2" >/dev/null && return 42
	return 1
}

# followed NUMBER: the agent has seen the container's links, or seconds have passed.
followed() {
	local i
	for ((i = 0; i < 100; i++)); do
		inside "$1" "$b" sh -c 'exit 42' 2>/dev/null
		[ $? -ne 42 ] && return
		sleep 0.2
	done
}

declare -A CONTAINER
root alpine /bin/busybox
root other /usr/bin/none
root hostile /usr/bin/important
important ""
shells=(-c 'exit 42')

policy roots <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: roots}
spec:
  mode: enforce
  rules:
    - {name: shell, exec: [/bin/sh, /usr/bin/env]}
    - {name: kept, write: [/etc/conf]}
YAML

# --- containers that run, and then a policy: it holds at once -----------------------------------------------------

container 01 alpine
container 02 other
container 03 hostile
sleep 2
for i in 01 02 03; do
	runs "without a policy, container $i" inside "$i" "$b" sh "${shells[@]}"
done
rm "$roots/other/etc/conf"
runs 'without a policy, writing' writes 01 /tmp/conf
runs 'without a policy, an applet' inside 01 "$b" env "$b" awk 'BEGIN { exit 42 }'
runs 'without a policy, the link' inside 01 /bin/sh "${shells[@]}"
runs 'without a policy, what the hostile link leads to' inside 03 /usr/bin/important
# shellcheck disable=SC2153
load "$FILE"
stopped 'the link' inside 01 /bin/sh "${shells[@]}"
event 'the link' policy=roots rule=shell operation=exec hook=bprm_check_security object.path=/bin/busybox \
	"process.container.id=${hex}01"
stopped 'the box' inside 01 "$b" sh "${shells[@]}"
stopped 'the box by itself' inside 01 "$b" busybox busybox /x/sh "${shells[@]}"
stopped 'another applet of the rule' inside 01 "$b" env "$b" awk 'BEGIN { exit 42 }'
stopped 'through another applet' inside 01 "$b" timeout 9 "$b" sh "${shells[@]}"
runs 'another applet' inside 01 "$b" awk 'BEGIN { exit 42 }'
expect 'another applet by its link' inside 01 /bin/ls /
runs 'another container' inside 02 "$b" sh "${shells[@]}"
runs 'the node' "$b" sh "${shells[@]}"

stopped 'where a hostile link leads, there' inside 03 /usr/bin/important
runs 'where a hostile link leads, in another container' inside 02 /usr/bin/important
runs 'where a hostile link leads, in one with aliases' inside 01 /usr/bin/important
runs 'where a hostile link leads, on the node' /usr/bin/important

# --- what is done to the links and the box -------------------------------------------------------------------------

stopped 'writing where a link leads' writes 01 /tmp/conf
runs 'the same in another container' writes 02 /tmp/conf
expect 'linking the box' inside 01 "$b" ln "$b" /bin/busybox.linked
stopped 'a hard link of the box' inside 01 /bin/busybox.linked sh "${shells[@]}"
rm "$roots/alpine/bin/sh"
sleep 5
stopped 'when the link is gone' inside 01 "$b" sh "${shells[@]}"
ln -s busybox "$roots/alpine/bin/sh"
unload --all
runs 'without the policy again' inside 01 "$b" sh "${shells[@]}"

# --- a policy, and then containers -----------------------------------------------------------------------------------

for i in "${CONTAINER[@]}"; do kill -9 "$i"; done 2>/dev/null
wait 2>/dev/null "${CONTAINER[@]}"
CONTAINER=()
root late busybox
load "$FILE"
container 04 late
followed 04
stopped 'a container that begins later' inside 04 /bin/sh "${shells[@]}"
runs 'another applet there' inside 04 "$b" awk 'BEGIN { exit 42 }'

# hooked NUMBER NAME COMMAND...: the runtime tells of it before it moves into its root.
hooked() {
	local folder=$group/docker/$hex$1 name=$2 bundle=$WORK/bundle-$2
	local state="{\"ociVersion\":\"1.0.2\",\"id\":\"$hex$1\",\"status\":\"created\",\"bundle\":\"$bundle\",\"pid\":"
	shift 2
	mkdir -p "$folder" "$bundle"
	echo "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"$roots/$name\"},\"annotations\":{}}" >"$bundle/config.json"
	/bin/bash -c 'echo $$ >"$0/cgroup.procs"; echo "$1$$}" | bulwark oci-hook --require || exit; shift; exec "$@"' \
		"$folder" "$state" "$b" unshare --mount /bin/bash -c "$enter" "$roots/$name" "$@"
}
root hooked /usr/bin/important
stopped 'the first program of a container that a hook tells of' \
	hooked 05 hooked /usr/bin/important
runs 'its box, which no link leads to' hooked 06 hooked "$b" sh "${shells[@]}"
runs 'the same on the node' /usr/bin/important
unload --all

# --- programs of subjects -----------------------------------------------------------------------------------------

root linked busybox
root plain busybox
for i in linked plain; do cp "$b" "$roots/$i/usr/bin/busyboxer"; done # BusyBox, by a name that is none of a box
ln -s busyboxer "$roots/linked/usr/bin/net"
policy roots-subject <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: roots-subject}
spec:
  mode: enforce
  rules:
    - {name: itself, subject: {binary: [/usr/bin/net]}, write: [/tmp/conf]}
    - {name: below, subject: {ancestor: [/usr/bin/net]}, write: [/tmp/below]}
YAML
# by NUMBER PROGRAM: 42 if what runs that program writes; below NUMBER PROGRAM: if a child of it does.
by() {
	inside "$1" "$2" tee /tmp/conf </dev/null >/dev/null && return 42
	return 1
}
below() {
	inside "$1" "$2" ash -c '/bin/busybox tee /tmp/below; exit $?' </dev/null >/dev/null && return 42
	return 1
}
container 08 linked
container 09 plain
sleep 1
for i in by below; do runs "without a policy, $i a program" "$i" 08 /usr/bin/busyboxer; done
load "$FILE"
stopped 'a program that a link of the subject leads to' by 08 /usr/bin/busyboxer
event 'a program that a link of the subject leads to' policy=roots-subject rule=itself operation=write \
	process.binary=/usr/bin/busyboxer object.path=/tmp/conf "process.container.id=${hex}08"
stopped 'below a program that a link of the subject leads to' below 08 /usr/bin/busyboxer
event 'below a program that a link of the subject leads to' policy=roots-subject rule=below operation=write \
	process.binary=/bin/busybox object.path=/tmp/below
for i in by below; do
	runs "$i the same program where no link leads to it" "$i" 09 /usr/bin/busyboxer
	runs "$i another program" "$i" 08 "$b"
done
unload --all
for i in by below; do runs "without the policy again, $i a program" "$i" 08 /usr/bin/busyboxer; done

# --- merged folders ---------------------------------------------------------------------------------------------------

mkdir -p "$roots/merged"/{usr/bin,old}
ln -s usr/bin "$roots/merged/bin"
cp "$b" "$roots/merged/usr/bin/busybox"
cp "$b" "$roots/merged/usr/bin/tool"
cp "$b" "$roots/late/bin/tool"
policy roots-merged <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: roots-merged}
spec:
  mode: enforce
  rules:
    - {name: one, exec: [/bin/tool]}
YAML
sed 's/roots-merged/roots-split/; s,/bin/tool,/usr/bin/tool,' "$FILE" >"$POLICIES/roots-split.yaml"
container 07 merged
sleep 1
for file in "$FILE" "$POLICIES/roots-split.yaml"; do
	load "$file"
	stopped "$(basename "$file"): a merged root" inside 07 /bin/tool awk 'BEGIN { exit 42 }'
	stopped "$(basename "$file"): a root that is not" inside 04 /bin/tool awk 'BEGIN { exit 42 }'
	runs "$(basename "$file"): something else" inside 07 "$b" awk 'BEGIN { exit 42 }'
	unload --all
done
for i in "${CONTAINER[@]}"; do kill -9 "$i"; done 2>/dev/null
wait 2>/dev/null "${CONTAINER[@]}"
rmdir "$group/docker/$hex"*
