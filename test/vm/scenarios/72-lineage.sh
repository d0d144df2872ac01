# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# Who did it: what ran before, whose child it is, what it may do, in which cgroup it is.

p=$BIN/probe
o=$BIN/other
group=/sys/fs/cgroup
mkdir -p "$group/t-older/below"
touch "$D/lineage-free"
echo secret >"$D/lineage-secret"

# subject NAME SELECTOR [EXCEPT]: a policy that keeps $D/lineage-secret from whom the selector means.
subject() {
	policy "$1" <<-YAML
		apiVersion: bulwark/v1
		kind: Policy
		metadata: {name: $1}
		spec:
		  mode: enforce
		  rules:
		    - {name: who, subject: $2, read: [$D/lineage-secret]${3:+, except: $3}}
	YAML
}
reading() { echo "rule=who operation=read hook=file_open object.path=$D/lineage-secret${1:+ $1}"; }
look=(open r "$D/lineage-secret")

# --- what ran before -------------------------------------------------------------------------------------------

subject lineage-ancestor "{ancestor: [$o]}"
covered 'ran before, in its own place' "$(reading)" "$o" execve "$p" "${look[@]}"
covered 'twice before' "$(reading)" "$o" execve "$p" execve "$p" "${look[@]}"
covered 'of a parent' "$(reading process.ppid=@any)" "$o" fork execve "$p" "${look[@]}"
covered 'of a thread' "$(reading)" "$o" thread execve "$p" "${look[@]}"
covered 'in a thread' "$(reading)" "$o" execve "$p" thread "${look[@]}"
covered 'through a shell' "$(reading process.ppid=@any)" "$o" execve /bin/sh -c "$p ${look[*]}; exit \$?"
covered 'in another mount namespace' "$(reading)" "$o" execve "$p" unshare "${look[@]}"
free 'of nobody' "$p" "${look[@]}"
free 'something else' "$o" execve "$p" open r "$D/lineage-free"
judge

subject lineage-except "{binary: [$p]}" "{ancestor: [$o]}"
covered 'except: of nobody' "$(reading)" "$p" "${look[@]}"
free 'except: it ran before' "$o" execve "$p" "${look[@]}"
free 'except: of a parent' "$o" fork execve "$p" "${look[@]}"
judge

# orphan NAME WAIT_FOR: descends from `other`, of which nothing is left; looks when the file is there.
orphan() {
	"$o" execve /bin/sh -c "(/bin/sh -c 'until [ -e $D/$2 ]; do sleep 0.1; done; exec $p ${look[*]} >$WORK/$1' &)"
}
# looked NAME EXPECTED
looked() {
	local i word
	for ((i = 0; i < 100; i++)); do
		read -r word _ <"$WORK/$1" 2>/dev/null && break
		sleep 0.1
	done
	same "$1" "$2" "$word"
}

subject lineage-orphan "{ancestor: [$o]}"
touch "$D/go-at-once"
orphan orphan-free go-at-once
looked orphan-free OK
orphan orphan-before-the-policy go-later
load "$FILE"
orphan orphan-after-the-policy go-later
touch "$D/go-later"
looked orphan-before-the-policy EPERM
looked orphan-after-the-policy EPERM

# The program that it was is gone, and the rule that names it came later.
unload --all
cp "$o" "$BIN/shortly"
"$BIN/shortly" execve /bin/sh -c "(/bin/sh -c 'until [ -e $D/go-removed ]; do sleep 0.1; done; exec $p ${look[*]} >$WORK/removed' &)"
rm "$BIN/shortly"
subject lineage-removed "{ancestor: [$BIN/shortly]}"
load "$FILE"
touch "$D/go-removed"
looked removed EPERM
unload --all

# Policies that follow each other under load: what descends from `other` never gets through.
subject lineage-ancestor "{ancestor: [$o]}"
cp "$FILE" "$WORK/first.yaml"
subject lineage-more "{ancestor: [/usr/bin/nosuch]}"
load "$WORK/first.yaml"
: >"$WORK/many"
many=()
for ((i = 0; i < 4; i++)); do
	(for ((n = 0; n < 50; n++)); do "$o" execve /bin/sh -c "$p ${look[*]}"; done >>"$WORK/many" 2>/dev/null) &
	many[i]=$!
done
for ((i = 0; i < 4; i++)); do load "$FILE"; unload lineage-more; done
wait "${many[@]}"
same 'while policies change: never' '200 EPERM' "$(cut -d' ' -f1 "$WORK/many" | sort | uniq -c | tr -s ' ' | sed 's/^ //')"
unload --all

# --- whose child -----------------------------------------------------------------------------------------------

subject lineage-parent "{parent: [$o]}"
covered 'its child' "$(reading process.ppid=@any)" "$o" fork execve "$p" "${look[@]}"
free 'itself, before' "$o" execve "$p" "${look[@]}"
free "its child's child" "$o" fork execve "$p" fork "${look[@]}"
free 'child of another' "$p" fork "${look[@]}"
judge

# --- what it may do --------------------------------------------------------------------------------------------

subject lineage-capability '{capability: [CAP_SYS_ADMIN, CAP_SYS_MODULE]}'
covered 'with the capabilities of root' "$(reading)" "$p" "${look[@]}"
covered 'with one of them' "$(reading)" setpriv --bounding-set=-sys_module "$p" "${look[@]}"
free 'without them' setpriv --bounding-set=-sys_module,-sys_admin "$p" "${look[@]}"
judge

# --- where -----------------------------------------------------------------------------------------------------

subject lineage-cgroup '{cgroup: ["/t-older/**", /t-new-*]}'
covered 'in a cgroup that was there' "$(reading 'process.ppid=@any process.cgroup=/t-older/below')" within t-older/below "$p" "${look[@]}"
covered 'in a new cgroup' "$(reading process.ppid=@any)" within "t-new-$RANDOM" "$p" "${look[@]}"
free 'in the folder above' within t-older "$p" "${look[@]}"
free 'in another cgroup' within t-another "$p" "${look[@]}"
judge

id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
subject lineage-container '{container: true}'
covered 'in a container' "$(reading "process.ppid=@any process.container.id=$id")" within "docker/$id" unshare --mount "$p" "${look[@]}"
covered "in a container's own cgroup" "$(reading "process.ppid=@any process.container.id=$id")" within "docker/$id/init" unshare --mount "$p" "${look[@]}"
free "in a container's cgroup, on the node" within "docker/$id" "$p" "${look[@]}"
free 'in a namespace, without a container' unshare --mount "$p" "${look[@]}"
judge

subject lineage-outside "{container: false, binary: [$p]}"
covered 'outside containers' "$(reading)" "$p" "${look[@]}"
free 'inside' within "docker/$id" unshare --mount "$p" "${look[@]}"
judge
rmdir "$group/docker/$id/init" "$group/docker/$id" # a container that nobody will ever name
