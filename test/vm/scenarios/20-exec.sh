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

mapped() { echo "operation=exec hook=$1 object.path=$2"; }

rules exec-otherwise <<YAML
- {name: tool, exec: [$x/tool]}
YAML
covered 'mapped executable' "rule=tool $(mapped mmap_file "$x/tool")" "$p" map "$x/tool"
covered 'mapped executable and shared' "rule=tool $(mapped mmap_file "$x/tool")" "$p" map-shared "$x/tool"
covered 'mapped by another hard link' 'rule=tool operation=exec hook=mmap_file' "$p" map "$x/hardlink"
covered 'mapped to be read, where that implies execution' "rule=tool $(mapped mmap_file "$x/tool")" \
	"$p" map-implied "$x/tool"
covered 'a mapping that becomes executable' "rule=tool $(mapped file_mprotect "$x/tool")" "$p" mprotect "$x/tool"
free 'mapped to be read' "$p" map-read "$x/tool"
free 'another file mapped executable' "$p" map "$x/interpreter"
free 'another mapping that becomes executable' "$p" mprotect "$x/interpreter"
free 'memory without a file' "$p" map-anonymous
free 'memory without a file that becomes executable' "$p" mprotect-anonymous
judge

# A program's own file is not asked about again, an allow-list is about all that it maps.
rules exec-own '{exec: deny}' <<YAML
- {name: tool, exec: [$x/tool], action: allow}
YAML
free "allow-list: a program's own file" "$p" map "$p"
free 'allow-list: a file that is on it' "$p" map "$x/tool"
free 'allow-list: the program that is started maps itself' "$p" execve "$x/tool" ok
covered 'allow-list: any other file' "rule=default $(mapped mmap_file "$x/interpreter")" "$p" map "$x/interpreter"
judge

# By the dynamic loader, which is the program that maps; and by the kernel, as the interpreter of an ELF file.
loader=$(readlink -f /lib64/ld-linux-x86-64.so.2)
true=$(readlink -f /usr/bin/true)
runs() { "$p" fork execve "$@" >/dev/null 2>&1; }
fails() { ! "$@"; }
policy exec-loader <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: exec-loader}
spec:
  mode: enforce
  rules:
    - {name: true, subject: {binary: ["$loader"]}, exec: ["$true"]}
YAML
expect 'handed to the dynamic loader: without a policy' runs "$loader" "$true"
load "$FILE"
expect 'handed to the dynamic loader' fails runs "$loader" "$true"
event 'handed to the dynamic loader: event' policy=exec-loader rule=true verdict=deny enforced=true operation=exec \
	hook=mmap_file "object.path=$true" "process.binary=$loader"
expect 'not handed to it' runs "$true"
expect 'another program handed to it' runs "$loader" "$(readlink -f /usr/bin/id)"
unload --all
policy exec-interpreter <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: exec-interpreter}
spec:
  mode: enforce
  subject: {binary: ["$true"]}
  default: {exec: deny}
  rules:
    - {name: libc, exec: ["/usr/lib/**/libc.so.6"], action: allow}
YAML
load "$FILE"
expect 'allow-list: the kernel maps the loader of a program' runs "$true"
unload --all
policy exec-interpreter-denied <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: exec-interpreter-denied}
spec:
  mode: enforce
  subject: {binary: ["$true"]}
  rules:
    - {name: loader, exec: ["$loader"]}
YAML
load "$FILE"
expect 'a rule about the loader holds when the kernel maps it' fails runs "$true"
event 'a rule about the loader: event' policy=exec-interpreter-denied rule=loader hook=mmap_file "object.path=$loader" \
	"process.binary=$true"
unload --all

# --- what only exists in memory --------------------------------------------------------

rules exec-memory <<YAML
- {name: memory, exec: {memory: true}}
YAML
by() { echo "rule=memory operation=exec hook=$1"; }
covered 'a memfd' "$(by bprm_check_security)" "$p" memfd-exec "$p" ok
covered 'a file that never had a name' "$(by bprm_check_security)" "$p" tmpfile-exec "$x" "$p" ok
covered 'a deleted file' "$(by bprm_check_security)" "$p" deleted-exec "$x/tool" ok
covered 'a memfd, mapped' "$(by mmap_file)" "$p" memfd-map
covered 'shared memory of System V' "$(by mmap_file)" "$p" shm-exec
covered 'shared memory without a file' "$(by mmap_file)" "$p" map-anonymous-shared
covered 'shared memory that becomes executable' "$(by file_mprotect)" "$p" mprotect-anonymous-shared
free 'a file with a name' "$p" execve "$x/tool" ok
free 'a file with a name, mapped' "$p" map "$x/tool"
free 'private memory' "$p" map-anonymous
free 'private memory that becomes executable' "$p" mprotect-anonymous
judge

# --- arguments ------------------------------------------------------------------------

rules exec-args <<YAML
- {name: secret, exec: {paths: [$x/tool], args: ["--secret*", "*/deep/*", "?"]}}
- {name: anywhere, exec: {args: ["--any[w]here"]}}
YAML
many=()
for ((i = 0; i < 3000; i++)); do many+=(word); done
long=$(printf '%9000s' '')
covered 'an argument' "rule=secret $(ran "$x/tool") object.args.2=--secret=1" "$p" execve "$x/tool" ok --secret=1
covered 'a star matches slashes' "rule=secret $(ran "$x/tool")" "$p" execve "$x/tool" ok /very/deep/place
covered 'one byte' "rule=secret $(ran "$x/tool")" "$p" execve "$x/tool" ok x
covered 'the last of many' "rule=secret $(ran "$x/tool")" "$p" execve "$x/tool" ok "${many[@]}" --secret
covered 'behind a long one' "rule=secret $(ran "$x/tool")" "$p" execve "$x/tool" ok "$long" --secret
covered 'a long one' "rule=secret $(ran "$x/tool")" "$p" execve "$x/tool" ok "--secret=$long"
covered 'by a descriptor' "rule=secret $(ran "$x/tool")" "$p" execveat-empty "$x/tool" ok --secret
covered 'of any program' "rule=anywhere $(ran "$BIN/other")" "$p" execve "$BIN/other" ok --anywhere
covered 'of a script' "rule=anywhere $(ran "$x/script")" "$p" execve "$x/script" --anywhere
free 'no such argument' "$p" execve "$x/tool" ok --secre -secret '' xy /deep
free 'of another program' "$p" execve "$BIN/other" ok --secret
free 'a mapping has none' "$p" map "$x/tool"
judge

# The interpreter's arguments are the kernel's: they are seen when it is too late for an errno.
rules exec-args-late <<YAML
- {name: late, exec: {paths: [$x/interpreter], args: ["$x/script"]}}
YAML
load --mode audit "$FILE"
allowed "an interpreter's arguments: audit" "$p" execve "$x/script"
event "an interpreter's arguments: event" rule=late verdict=deny enforced=false hook=bprm_committed_creds \
	"process.pid=$PID" "object.path=$x/interpreter" "object.args.2=$x/script"
unload --all
load "$FILE"
killed "an interpreter's arguments: enforce" "$p" execve "$x/script"
event "an interpreter's arguments: event" rule=late verdict=deny enforced=true hook=bprm_committed_creds \
	"process.pid=$PID"
allowed 'the interpreter without them' "$p" execve "$x/interpreter" ok
unload --all

rules exec-args-allowed '{exec: deny}' <<YAML
- {name: tool, exec: {paths: [$x/tool], args: [ok]}, action: allow}
- {name: script, exec: {paths: [$x/script, $x/interpreter], args: ["$x/script"]}, action: allow}
YAML
free 'allow-list: with the argument' "$p" execve "$x/tool" ok
free 'allow-list: a script with its interpreter' "$p" execve "$x/script"
covered 'allow-list: without it' "rule=default $(ran "$x/tool")" "$p" execve "$x/tool" open r "$x/tool"
judge

# More than is looked at is undecided.
rules exec-args-long <<YAML
- {name: long, exec: {paths: [$x/tool], args: [--secret]}}
YAML
load "$FILE"
allowed 'just not too long' "$p" execve "$x/tool" ok "$(printf '%60000s' '')"
refused 'too long' "$p" execve "$x/tool" ok "$(printf '%66000s' '')"
expect 'too long: undecided' seen "$LOG" type=undecided operation=exec "process.pid=$PID"
allowed 'too long, of another program' "$p" execve "$BIN/other" ok "$(printf '%66000s' '')"
unload --all

# --- digests --------------------------------------------------------------------------

cp "$BIN/probe" "$x/unique"
printf x >>"$x/unique"
cp "$x/unique" "$x/copy"
sum=$(sha256sum <"$x/unique")
sum=${sum%% *}
rules exec-digest <<YAML
- {name: bad, exec: {sha256: [$sum]}}
- {name: both, exec: {paths: [$x/tool], sha256: [${sum^^}]}}
YAML
covered 'by its digest' "rule=bad $(ran "$x/unique")" "$p" execve "$x/unique" ok
covered 'a copy' "rule=bad $(ran "$x/copy")" "$p" execve "$x/copy" ok
covered 'mapped' "rule=bad $(mapped mmap_file "$x/unique")" "$p" map "$x/unique"
free 'another digest' "$p" execve "$x/tool" ok
free 'another digest, mapped' "$p" map "$x/tool"
judge
load "$FILE"
printf y >>"$x/copy"
allowed 'a changed copy' "$p" execve "$x/copy" ok
cp "$x/unique" "$x/copy"
refused 'and back' "$p" execve "$x/copy" ok
refused 'a mapping that becomes executable has no digest' "$p" mprotect "$x/tool"
expect 'a mapping that becomes executable: undecided' seen "$LOG" type=undecided operation=exec hook=file_mprotect \
	"process.pid=$PID"
unload --all

rules exec-digest-place <<YAML
- {name: both, exec: {paths: [$x/unique], sha256: [$sum]}}
YAML
covered 'digest and place' "rule=both $(ran "$x/unique")" "$p" execve "$x/unique" ok
free 'digest and another place' "$p" execve "$x/copy" ok
free 'no question of digests elsewhere' "$p" mprotect "$x/tool"
judge

rules exec-digest-allowed '{exec: deny}' <<YAML
- {name: known, exec: {sha256: [$sum]}, action: allow}
YAML
free 'allow-list: a known digest' "$p" execve "$x/unique" ok
covered 'allow-list: another' "rule=default $(ran "$x/tool")" "$p" execve "$x/tool" ok
judge

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
refused 'run by another hard link to it' "$BIN/alias" execve "$x/tool" ok
ln -sf probe "$BIN/soft"
refused 'run by a symbolic link' "$BIN/soft" execve "$x/tool" ok
refused 'run by a bind mount' "$BIN/other" unshare mount "$p" "$BIN/other" exec "$BIN/other" execve "$x/tool" ok
unload --all
rm -f "$BIN/alias" "$BIN/soft"

# What a program was called when a rule was about it, it keeps: as a file that is run, and as the one that runs.
mkdir -p "$x/tools" "$x/callers"
rules exec-kept <<YAML
- {name: tool, exec: ["$x/tools/**"]}
YAML
cat >"$POLICIES/exec-callers.yaml" <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: exec-callers}
spec:
  mode: enforce
  subject: {binary: ["$x/callers/**"]}
  rules:
    - {name: never, exec: [$BIN/other]}
YAML
keep_programs() {
	rm -rf "$x/tools" "$x/callers" "$x/t2" "$x/c2" "$x/linked"
	mkdir -p "$x/tools" "$x/callers"
	cp "$p" "$x/tools/tool"
	cp "$p" "$x/callers/caller"
	cp "$p" "$x/callers/before"
	ln "$x/callers/before" "$x/linked"
}
run_kept() {
	mv "$x/tools" "$x/t2"
	"$1" "a program in a renamed folder$2" "$p" execve "$x/t2/tool" ok
	mv "$x/callers" "$x/c2"
	"$1" "a caller in a renamed folder$2" "$x/c2/caller" execve "$BIN/other" ok
	"$1" "a caller by a link made before$2" "$x/linked" execve "$BIN/other" ok
	allowed "another caller$2" "$x/t2/tool" execve "$BIN/other" ok
}
keep_programs
run_kept allowed ', without a policy'
keep_programs
load "$FILE" "$POLICIES/exec-callers.yaml"
run_kept refused ''
unload --all
rm -f "$POLICIES/exec-callers.yaml"

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
