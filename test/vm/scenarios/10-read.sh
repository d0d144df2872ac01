# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# read: opening a file for reading however it is spelled, and what is no reading of it.

# One event field: the path as it must be reported.
at() { echo "operation=read hook=file_open object.path=$1"; }

# --- spellings of one file ---------------------------------------------------

mkdir -p "$D/dir/sub" "$D/jail/dir" "$D/mnt" "$D/free" /srv/t/older
echo secret >"$D/secret"
echo secret >"$D/dir/file"
echo secret >"$D/dir/sub/file"
echo secret >"$D/jail/dir/file"
echo open >"$D/free/file"
ln "$D/secret" "$D/free/linked-before"
ln -s "$D/secret" "$D/free/symlink"
ln -s dir "$D/dirlink"
p=$BIN/probe

rules read-file <<YAML
- name: secret
  read: [$D/secret, $D/jail/dir/file]
  message: nobody reads this
YAML
sed -i 's/^metadata: .*/metadata: {name: read-file, tags: {attack: T1003, severity: high}}/' "$FILE"
EXPECT=(rule=secret "message=nobody reads this" tags.attack=T1003 tags.severity=high ancestors.0.pid=$$
	ancestors.0.binary=/usr/bin/bash)
covered 'open' "$(at "$D/secret") process.args.1=open process.args.2=r process.args.3=$D/secret" "$p" open r "$D/secret"
covered 'open for both' "$(at "$D/secret")" "$p" open rw "$D/secret"
covered 'dots and slashes' "$(at "$D/secret")" "$p" open r "$D/dir/..//./secret"
covered 'relative' "$(at "$D/secret") process.cwd=$D" "$p" cd "$D" open r secret
covered 'symbolic link' "$(at "$D/secret")" "$p" open r "$D/free/symlink"
covered '/proc/self/root' "$(at "$D/secret")" "$p" open r "/proc/self/root$D/secret"
covered '/proc/self/cwd' "$(at "$D/secret")" "$p" cd "$D" open r /proc/self/cwd/secret
covered 'O_PATH, then opened' "$(at "$D/secret")" "$p" reopen r "$D/secret"
covered 'chroot' "$(at "$D/jail/dir/file")" "$p" chroot "$D/jail" open r /dir/file
covered 'openat2 in_root' "$(at "$D/secret")" "$p" openat2 "$D" in_root r /secret
covered 'openat2 beneath' "$(at "$D/secret")" "$p" openat2 "$D" beneath r dir/../secret
covered 'openat2 no_symlinks' "$(at "$D/secret")" "$p" openat2 / no_symlinks,no_magiclinks r "${D#/}/secret"
covered 'openat2 no_xdev' "$(at "$D/secret")" "$p" openat2 / no_xdev r "${D#/}/secret"
covered 'by file handle' 'operation=read hook=file_open' "$p" handle r "$D/secret" /
covered 'another mount namespace' "$(at "$D/secret")" "$p" unshare open r "$D/secret"
covered 'bind mount of the folder' operation=read "$p" unshare mount "$D" "$D/mnt" open r "$D/mnt/secret"
covered 'bind mount of the file' operation=read "$p" unshare mount "$D/secret" "$D/free/file" open r "$D/free/file"
covered 'hard link made before the load' operation=read "$p" open r "$D/free/linked-before"
covered 'in a thread' "$(at "$D/secret")" "$p" thread open r "$D/secret"
free 'access mode 3, a descriptor for ioctl(2) only' "$p" open 3 "$D/secret"
free 'open for writing' "$p" open w "$D/secret"
free 'O_PATH' "$p" open path "$D/secret"
free 'stat' "$p" stat "$D/secret"
free 'access' "$p" access "$D/secret"
free 'readlink' "$p" readlink "$D/free/symlink"
free 'listing its folder' "$p" list "$D"
free 'its neighbour' "$p" open r "$D/dir/file"
free 'another program' "$BIN/other" open r "$D/secret"
free 'a namespace' "$p" open r /proc/self/ns/mnt
judge

# --- a descriptor handed down -------------------------------------------------

rules read-fd <<YAML
- {name: secret, read: [$D/secret]}
YAML
exec 5<"$D/secret"
covered '/proc/self/fd of an inherited descriptor' "$(at "$D/secret")" "$p" reopen-fd r 5
judge
exec 5<&-

# --- a descriptor of another process -------------------------------------------

GIVERS=()

# give SOCKET FD: from a process that no policy is about.
give() {
	local ready
	exec {ready}< <(exec "$BIN/other" give "$@")
	GIVERS+=($!)
	read -r _ <&"$ready"
	exec {ready}<&-
}

exec 5<"$D/secret" 7<"$D/dir/file"
exec 6<>"$D/dir/file"
give "$D/give-secret" 5
give "$D/give-free" 7
give "$D/give-both" 6
rules read-received <<YAML
- {name: secret, read: [$D/secret]}
- {name: written, write: [$D/dir/file]}
YAML
received() { echo "rule=$1 operation=$2 hook=file_receive object.path=$3"; }
covered 'received over a socket' "$(received secret read "$D/secret")" "$p" receive "$D/give-secret"
covered 'received, open for both' "$(received written write "$D/dir/file")" "$p" receive "$D/give-both"
covered 'taken out of a process' "$(received secret read "$D/secret")" "$p" getfd $$ 5
free 'received, open for reading' "$p" receive "$D/give-free"
free 'received by another program' "$BIN/other" receive "$D/give-secret"
judge
exec 5<&- 6>&- 7<&-

# What nobody opened by a name is not taken for a file.
exec 5<> <(:)
give "$D/give-pipe" 5
rules read-nameless '{read: deny, write: deny}' <<YAML
- {name: these, read: ["$D/**", $BIN/], action: allow}
YAML
free 'a pipe received, under allow-lists' "$p" receive "$D/give-pipe"
judge
exec 5<&-
kill "${GIVERS[@]}" 2>/dev/null

# --- patterns -----------------------------------------------------------------

odd=$'odd\x01\xff\n name'
long=$(printf 'n%.0s' {1..255})
mkdir -p "$D/glob/x/y" "$D/list/sub" "$D/below/sub"
touch "$D/glob/"{abc,abd,abz,a.key,b.pem,c.txt,.hidden} "$D/glob/x/y/id_rsa" "$D/glob/x/id_rsa" "$D/$odd" "$D/$long" \
	"$D/list/file" "$D/below/file" "$D/below/sub/file" "$D/glob/q[1]" "$D/${long%n}m"
rules read-patterns <<YAML
- {name: class, read: ["$D/glob/ab[c-d]"]}
- {name: braces, read: ["$D/glob/*.{key,pem}"]}
- {name: question, read: ["$D/glob/?[h]idden"]}
- {name: deep, read: ["$D/**/id_rsa"]}
- {name: folder, read: ["$D/list/"]}
- {name: below, read: ["$D/below/**"]}
- {name: long, read: ["$D/$long"]}
- {name: odd, read: ["$D/odd*name"]}
YAML
covered 'class' "rule=class $(at "$D/glob/abc")" "$p" open r "$D/glob/abc"
covered 'class, its end' "rule=class $(at "$D/glob/abd")" "$p" open r "$D/glob/abd"
covered 'braces' "rule=braces $(at "$D/glob/a.key")" "$p" open r "$D/glob/a.key"
covered 'braces, the other' "rule=braces $(at "$D/glob/b.pem")" "$p" open r "$D/glob/b.pem"
covered 'question mark' "rule=question $(at "$D/glob/.hidden")" "$p" open r "$D/glob/.hidden"
covered 'any depth' "rule=deep $(at "$D/glob/x/y/id_rsa")" "$p" open r "$D/glob/x/y/id_rsa"
covered 'any depth, higher' "rule=deep $(at "$D/glob/x/id_rsa")" "$p" open r "$D/glob/x/id_rsa"
covered 'folder/: the folder itself' "rule=folder $(at "$D/list")" "$p" list "$D/list"
covered 'folder/: a file in it' "rule=folder $(at "$D/list/file")" "$p" open r "$D/list/file"
covered 'folder/: a folder in it' "rule=folder $(at "$D/list/sub")" "$p" list "$D/list/sub"
covered '/**: a file' "rule=below $(at "$D/below/file")" "$p" open r "$D/below/file"
covered '/**: deeper' "rule=below $(at "$D/below/sub/file")" "$p" open r "$D/below/sub/file"
covered 'a name of 255 bytes' "rule=long $(at "$D/$long")" "$p" open r "$D/$long"
covered 'a name of odd bytes' 'rule=odd operation=read' "$p" open r "$D/$odd"
free 'outside the class' "$p" open r "$D/glob/abz"
free 'no ending of the braces' "$p" open r "$D/glob/c.txt"
free 'another name of 255 bytes' "$p" open r "$D/${long%n}m"
free 'the folder above' "$p" list "$D/glob"
judge

# --- depth --------------------------------------------------------------------

mkdir -p "$D/deep"
"$p" cd "$D/deep" deep 300 d creat file >/dev/null
rules read-deep <<YAML
- {name: deep, read: ["$D/deep/**"]}
YAML
covered '250 folders below a rule' 'rule=deep operation=read' "$p" cd "$D/deep" deep 250 d list .
covered '300 folders below a rule' 'rule=deep operation=read' "$p" cd "$D/deep" deep 300 d open r file
judge

# A path that is deeper than what is kept, where a rule could be about its end: it cannot be told, and is refused.
rules read-deep-end <<YAML
- {name: deep, read: ["$D/**/file"]}
YAML
load "$FILE"
refused 'a rule about the end of a path too deep to be kept' "$p" cd "$D/deep" deep 300 d open r file
refused 'a rule about the end of a deep path' "$p" open r "$D/free/file"
unload --all

# --- names that change while the policy is in force -----------------------------

rules read-moving <<YAML
- {name: secret, read: [$D/m/secret, "$D/m/all/**"]}
YAML
mkdir -p "$D/m/all" "$D/elsewhere"
echo secret >"$D/m/secret"
echo secret >"$D/m/all/file"
echo secret >"$D/m/all/other"
allowed 'moving: without a policy' "$p" open r "$D/m/secret"
load "$FILE"
refused 'before anything moves' "$p" open r "$D/m/secret"
ln "$D/m/secret" "$D/elsewhere/link"
refused 'hard link made after the load' "$p" open r "$D/elsewhere/link"
mv "$D/m/all/file" "$D/elsewhere/moved"
refused 'file renamed out of its folder' "$p" open r "$D/elsewhere/moved"
mv "$D/m/secret" "$D/m/renamed"
refused 'file renamed' "$p" open r "$D/m/renamed"
echo new >"$D/m/secret"
refused 'a new file under the old name' "$p" open r "$D/m/secret"
mv "$D/elsewhere/link" "$D/elsewhere/again"
refused 'a link renamed' "$p" open r "$D/elsewhere/again"
mv "$D/m" "$D/m2"
refused 'below a folder that was renamed' "$p" open r "$D/m2/all/other"
refused 'below a folder that was renamed: a marked file is still known' "$p" open r "$D/m2/renamed"
mv "$D/m2" "$D/m"
refused 'the folder back under its name' "$p" open r "$D/m/all/other"
mkdir -p "$D/n/all"
echo x >"$D/n/all/other"
allowed 'a folder elsewhere' "$p" open r "$D/n/all/other"
mv "$D/m" "$D/m3"
mv "$D/n" "$D/m"
refused 'another folder renamed to the ruled name' "$p" open r "$D/m/all/other"
unload --all
allowed 'moving: after the unload' "$p" open r "$D/m/all/other"

# --- what was covered stays covered ------------------------------------------------

# Every check here has its control: the same moves without a policy, in a tree of its own, leave the file readable.
k=$D/kept
keep_tree() {
	rm -rf "$k" "$D/kept-out"
	mkdir -p "$k/a/b/c" "$k/srv/one" "$k/srv/two" "$k/first" "$k/second" "$D/kept-out"
	for name in a/b/c/file a/file a/other srv/one/key srv/two/key srv/one/free first/x second/x; do
		echo secret >"$k/$name"
	done
	ln "$k/a/other" "$D/kept-out/linked-before"
	ln "$k/srv/two/key" "$D/kept-out/two-before"
	ln "$k/srv/one/free" "$D/kept-out/free-before"
}

# moves CHECK SUFFIX: what is done, with what becomes of it.
moves() {
	local is=$1 with=$2 out=$D/kept-out
	"$is" "hard link under a wildcard, made before$with" "$p" open r "$out/linked-before"
	"$is" "hard link under a wildcard in the middle, made before$with" "$p" open r "$out/two-before"
	mv "$k/a/b" "$out/b"
	"$is" "below a folder that was renamed$with" "$p" open r "$out/b/c/file"
	mv "$out/b/c" "$k/c"
	"$is" "below a folder that was renamed out of a renamed one$with" "$p" open r "$k/c/file"
	mv "$k/c/file" "$out/file"
	"$is" "a file renamed out of such a folder$with" "$p" open r "$out/file"
	mv "$k/srv/one" "$k/one"
	"$is" "a folder that stands for a wildcard$with" "$p" open r "$k/one/key"
	allowed "its other files$with" "$p" open r "$k/one/free"
	mv "$k/a" "$out/x"
	mv "$out/x" "$out/y"
	"$is" "a folder that was renamed twice$with" "$p" open r "$out/y/file"
	"$is" "by a bind mount of a renamed folder$with" "$p" unshare mount "$out/y" "$D/mnt" open r "$D/mnt/file"
	ln "$out/y/file" "$out/hard"
	"$is" "a hard link from a renamed folder$with" "$p" open r "$out/hard"
	"$BIN/other" exchange "$k/first" "$out/b" >/dev/null
	"$is" "a folder that was exchanged$with" "$p" open r "$out/b/x"
	"$BIN/other" exchange "$k/second" "$out/hard" >/dev/null
	"$is" "a folder that was exchanged for a file$with" "$p" open r "$out/hard/x"
	"$is" "the file that it was exchanged for$with" "$p" open r "$k/second"
	exec 5<"$out/y/other"
	rm "$out/y/other"
	"$is" "a file that was removed and is open$with" "$p" reopen-fd r 5
	exec 5<&-
	allowed "a linked file that no rule is about$with" "$p" open r "$out/free-before"
}

# What was moved, after other policies came into force.
still() {
	local with=$1 out=$D/kept-out
	refused "a hard link$with" "$p" open r "$out/linked-before"
	refused "a hard link of what was moved$with" "$p" open r "$k/second"
	refused "a file from a renamed folder$with" "$p" open r "$out/file"
	refused "a renamed folder$with" "$p" open r "$out/y/file"
	refused "a folder for a wildcard$with" "$p" open r "$k/one/key"
	refused "an exchanged folder$with" "$p" open r "$out/hard/x"
	allowed "what no rule is about$with" "$p" open r "$k/one/free"
}

rules read-kept <<YAML
- {name: all, read: ["$k/a/**"]}
- {name: middle, read: ["$k/srv/*/key"]}
- {name: ends, read: ["$k/{first,second}/x"]}
YAML
keep_tree
moves allowed ', without a policy'
keep_tree
load "$FILE"
moves refused ''
rules read-unrelated <<YAML
- {name: nothing, read: [/nowhere]}
YAML
load "$FILE"
still ', after another policy was loaded'
unload read-unrelated
still ', after that was unloaded'
unload --all
allowed 'a renamed folder, after all were unloaded' "$p" open r "$D/kept-out/y/file"

# One file through two rules: the second mark does not take the place of the first.
rules read-twice <<YAML
- {name: first, read: ["$k/first/**"]}
YAML
policy read-nobody <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: read-nobody}
spec:
  mode: enforce
  subject: {binary: [/nowhere]}
  rules:
    - {name: second, read: ["$k/second/**"]}
YAML
keep_tree
load "$POLICIES/read-twice.yaml" "$POLICIES/read-nobody.yaml"
mv "$k/first/x" "$k/second/y"
mv "$k/second/y" "$D/kept-out/twice"
refused 'renamed through a place of another rule' "$p" open r "$D/kept-out/twice"
mv "$k/first" "$k/second/folder"
mv "$k/second/folder" "$D/kept-out/folder"
echo new >"$D/kept-out/folder/new"
refused 'a folder renamed through a place of another rule' "$p" open r "$D/kept-out/folder/new"
unload --all

# A mount point below a renamed folder is a place below it too.
rules read-mounted <<YAML
- {name: below, read: ["$k/m/**"]}
YAML
keep_tree
mkdir -p "$k/m/point"
mount -t tmpfs none "$k/m/point"
echo secret >"$k/m/point/file"
allowed 'below a mount point: without a policy' "$p" open r "$k/m/point/file"
load "$FILE"
refused 'below a mount point' "$p" open r "$k/m/point/file"
mv "$k/m" "$k/moved"
refused 'below a mount point in a renamed folder' "$p" open r "$k/moved/point/file"
unload --all
umount "$k/moved/point"

# An overlay made of a covered folder.
rules read-lower <<YAML
- {name: lower, read: ["$k/lower/*.pem"]}
YAML
mkdir -p "$k/lower" "$k/upper" "$k/work" "$k/merged"
echo secret >"$k/lower/a.pem"
echo open >"$k/lower/b.txt"
mount -t tmpfs none "$k/upper"
mkdir "$k/upper/u" "$k/upper/w"
mount -t overlay none -o "lowerdir=$k/lower,upperdir=$k/upper/u,workdir=$k/upper/w" "$k/merged"
covered 'through an overlay' 'rule=lower operation=read' "$p" open r "$k/merged/a.pem"
free 'another file through an overlay' "$p" open r "$k/merged/b.txt"
judge
umount "$k/merged" "$k/upper"

# By a handle, when the kernel has forgotten every name of the file: it cannot be told what it is called.
rules read-handle <<YAML
- {name: all, read: ["$k/a/**"]}
YAML
keep_tree
allowed 'by file handle, of a file whose name the kernel forgot: without a policy' "$p" handle-cold r "$k/a/file" /
load "$FILE"
refused 'by file handle, of a file whose name the kernel forgot' "$p" handle-cold r "$k/a/file" /
unload --all

# --- the target of a symbolic link in the pattern -------------------------------

ln -sfn "$D/dir" "$D/current"
rules read-link <<YAML
- {name: by-link, read: ["$D/current/file", "$D/dirlink/sub/file"]}
YAML
covered 'a pattern through a symbolic link' "$(at "$D/dir/file")" "$p" open r "$D/dir/file"
covered 'a pattern through a relative link' "$(at "$D/dir/sub/file")" "$p" open r "$D/dir/sub/file"
judge

# --- a policy without any subject ----------------------------------------------

policy read-everybody <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: read-everybody}
spec:
  mode: enforce
  rules:
    - {name: everybody, read: [$D/secret]}
YAML
covered 'probe' "$(at "$D/secret")" "$p" open r "$D/secret"
judge
load "$FILE"
if cat "$D/secret" >"$WORK/out" 2>"$WORK/err"; then not_ok 'cat is refused too'; else
	same 'cat is refused too' "cat: $D/secret: Operation not permitted" "$(<"$WORK/err")"
fi
unload --all

# --- allow-list -----------------------------------------------------------------

rules read-only-these '{read: deny}' <<YAML
- {name: these, read: ["$D/dir/**", $BIN/], action: allow}
- {name: mounts, use: [mount], action: allow}
YAML
covered 'default: what no rule allows' "rule=default $(at "$D/secret")" "$p" open r "$D/secret"
covered 'default: the folder above' "rule=default $(at "$D")" "$p" list "$D"
covered 'default: a link that leads out' "rule=default $(at "$D/secret")" "$p" open r "$D/free/symlink"
covered 'default: an allowed file mounted elsewhere' 'rule=default operation=read' \
	"$p" unshare mount "$D/dir" "$D/mnt" open r "$D/mnt/file"
covered 'default: another file mounted on an allowed one' 'rule=default operation=read' \
	"$p" unshare mount "$D/secret" "$D/dir/file" open r "$D/dir/file"
covered 'default: a new file' 'rule=default operation=read' "$p" open rw,creat "$D/new"
free 'default: allowed' "$p" open r "$D/dir/file"
free 'default: allowed, deeper' "$p" open r "$D/dir/sub/file"
free 'default: allowed for writing' "$p" open w "$D/secret"
judge
