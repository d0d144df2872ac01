# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# exec: running a file's code, directly, as script or as interpreter, and who is asked about.

p=$BIN/probe
x=$D/x
mkdir -p "$x" "$x/jail"
cp "$BIN/probe" "$x/tool"
cp "$BIN/probe" "$x/interpreter"
cp "$BIN/probe" "$x/jail/tool"
ln -s tool "$x/symlink"
ln "$x/tool" "$x/hardlink"
printf '#!%s ok\n' "$x/interpreter" >"$x/script"
printf '#!%s ok\n' "$BIN/other" >"$x/ruled-script"
chmod 755 "$x/script" "$x/ruled-script"

ran() { echo "operation=exec hook=bprm_check_security object.path=$1"; }

rules exec-file <<YAML
- {name: tool, exec: [$x/tool, $x/jail/tool], message: no tools}
- {name: interpreter, exec: [$x/interpreter]}
- {name: script, exec: [$x/ruled-script]}
YAML
covered 'direct' "rule=tool $(ran "$x/tool") process.cwd=/vm process.args.1=execve" "$p" execve "$x/tool" ok
covered 'the arguments of the attempt' "object.args.0=$x/tool object.args.1=ok" "$p" execve "$x/tool" ok
covered 'relative' "rule=tool $(ran "$x/tool")" "$p" cd "$x" execve tool ok
covered 'dots' "rule=tool $(ran "$x/tool")" "$p" cd "$D" execve ./x/../x/tool ok
covered 'symbolic link' "rule=tool $(ran "$x/tool")" "$p" execve "$x/symlink" ok
covered 'hard link made before the load' 'rule=tool operation=exec' "$p" execve "$x/hardlink" ok
covered 'execveat' "rule=tool $(ran "$x/tool")" "$p" execveat "$x/tool" ok
covered 'execveat of a descriptor' "rule=tool $(ran "$x/tool")" "$p" execveat-empty "$x/tool" ok
covered '/proc/self/root' "rule=tool $(ran "$x/tool")" "$p" execve "/proc/self/root$x/tool" ok
covered 'chroot' "rule=tool $(ran "$x/jail/tool")" "$p" chroot "$x/jail" execve /tool ok
covered 'another mount namespace' "rule=tool $(ran "$x/tool")" "$p" unshare execve "$x/tool" ok
covered 'bind mount' 'rule=tool operation=exec' "$p" unshare mount "$x" "$D/mnt" execve "$D/mnt/tool" ok
covered 'as #! interpreter' "rule=interpreter $(ran "$x/interpreter")" "$p" execve "$x/script"
covered 'as #! script' "rule=script $(ran "$x/ruled-script")" "$p" execve "$x/ruled-script"
covered 'by a thread' "rule=tool $(ran "$x/tool")" "$p" thread execve "$x/tool" ok
covered 'by a child' "rule=tool $(ran "$x/tool") process.ppid=@any" "$p" fork execve "$x/tool" ok
free 'reading the file' "$p" open r "$x/tool"
free 'another program' "$p" execve "$BIN/other" ok
free 'by another program' "$BIN/other" execve "$x/tool" ok
judge

# --- its code run without execve(2) ---------------------------------------------------

loader=$(readlink -f /lib64/ld-linux-x86-64.so.2)
rules exec-otherwise <<YAML
- {name: tool, exec: [$x/tool, $(readlink -f /usr/bin/true)]}
YAML
allowed 'mapped: without a policy' "$p" map "$x/tool"
load "$FILE"
todo 'mappings are not hooked' refused 'mapped executable' "$p" map "$x/tool"
loaded() { ! "$p" execve "$loader" "$(readlink -f /usr/bin/true)" >/dev/null 2>&1; }
todo 'mappings are not hooked' expect 'handed to the dynamic loader' loaded
unload --all

exec 5<"$x/tool"
rules exec-fd <<YAML
- {name: tool, exec: [$x/tool]}
YAML
covered 'fexecve of an inherited descriptor' "$(ran "$x/tool")" "$p" fexecve 5 tool ok
judge
exec 5<&-

# --- kill ---------------------------------------------------------------------

rules exec-kill <<YAML
- {name: tool, exec: [$x/tool], action: kill, message: gone}
YAML
covered 'kill' "verdict=kill rule=tool message=gone $(ran "$x/tool")" "$p" execve "$x/tool" ok
covered 'kill, of all threads' "verdict=kill rule=tool $(ran "$x/tool")" "$p" thread execve "$x/tool" ok
judge

# --- all four actions -----------------------------------------------------------

rules exec-audit <<YAML
- {name: tool, exec: [$x/tool], action: audit}
YAML
load "$FILE"
allowed 'audit: allowed' "$p" execve "$x/tool" ok
event 'audit: reported' policy=exec-audit rule=tool mode=enforce verdict=audit "process.pid=$PID" operation=exec \
	"object.path=$x/tool" "process.binary=$p"
unload exec-audit

rules exec-allowlist '{exec: deny}' <<YAML
- {name: tool, exec: [$x/tool], action: allow}
- {name: never, exec: [$x/jail/tool], action: deny}
- {name: both, exec: [$x/jail/tool], action: allow}
YAML
covered 'allow-list: another' "rule=default $(ran "$BIN/other")" "$p" execve "$BIN/other" ok
covered 'allow-list: a rule denies what another allows' "rule=never $(ran "$x/jail/tool")" "$p" execve "$x/jail/tool" ok
free 'allow-list: allowed' "$p" execve "$x/tool" ok
judge

# --- who ----------------------------------------------------------------------

# Which program a process runs is that of its last exec; a child and a thread have their maker's.
rules exec-subject <<YAML
- {name: tool, exec: [$x/tool]}
YAML
load "$FILE"
refused 'the named program' "$p" execve "$x/tool" ok
refused 'a child of it' "$p" fork execve "$x/tool" ok
refused 'a child of a child' "$p" fork fork execve "$x/tool" ok
refused 'run by another program' "$BIN/other" exec "$p" execve "$x/tool" ok
allowed 'after it became another program' "$p" exec "$BIN/other" execve "$x/tool" ok
refused 'and back' "$p" exec "$BIN/other" exec "$p" execve "$x/tool" ok
ln -f "$p" "$BIN/alias"
allowed 'another hard link to it is another program' "$BIN/alias" execve "$x/tool" ok
ln -sf probe "$BIN/soft"
refused 'run by a symbolic link' "$BIN/soft" execve "$x/tool" ok
refused 'run by a bind mount' "$BIN/other" unshare mount "$p" "$BIN/other" exec "$BIN/other" execve "$x/tool" ok
unload --all
rm -f "$BIN/alias" "$BIN/soft"

policy exec-user <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: exec-user}
spec:
  mode: enforce
  rules:
    - {name: user, subject: {user: [1000, 2000-2010]}, exec: [$x/tool]}
    - {name: group, subject: {group: ["3000"]}, exec: [$x/interpreter]}
    - {name: except, subject: {user: ["4000-4999"]}, except: {binary: [$BIN/other]}, exec: [$x/tool]}
YAML
allowed 'users: without a policy' "$p" as 1000 1000 execve "$x/tool" ok
load "$FILE"
refused 'user' "$p" as 1000 1000 execve "$x/tool" ok
event 'user: event' rule=user "process.pid=$PID" process.uid=1000 process.euid=1000 process.gid=1000 process.user=tester
setpriv --reuid 1000 --regid 1000 --clear-groups "$x/tool" ok >/dev/null 2>&1
same 'user, by setpriv: cannot run it' 126 "$?"
refused 'user, effective only' "$p" euid 1000 execve "$x/tool" ok
refused 'first of a range' "$p" as 2000 0 execve "$x/tool" ok
refused 'last of a range' "$p" as 2010 0 execve "$x/tool" ok
allowed 'before a range' "$p" as 1999 0 execve "$x/tool" ok
allowed 'after a range' "$p" as 2011 0 execve "$x/tool" ok
allowed 'root' "$p" execve "$x/tool" ok
refused 'group' "$p" as 0 3000 execve "$x/interpreter" ok
allowed 'another group' "$p" as 0 3001 execve "$x/interpreter" ok
refused 'not excepted' "$p" as 4500 0 execve "$x/tool" ok
allowed 'excepted' "$BIN/other" as 4500 0 execve "$x/tool" ok
unload --all
