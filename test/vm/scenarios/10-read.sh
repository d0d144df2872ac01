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
judge

# --- a descriptor handed down -------------------------------------------------

rules read-fd <<YAML
- {name: secret, read: [$D/secret]}
YAML
exec 5<"$D/secret"
covered '/proc/self/fd of an inherited descriptor' "$(at "$D/secret")" "$p" reopen-fd r 5
judge
exec 5<&-

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
# A folder renamed takes its files to another name: the language promises nothing for what lies in it but that
# the names stand for what they say then; back under its name the rule holds at once.
mv "$D/m" "$D/m2"
allowed 'below a folder that was renamed: the name is another' "$p" open r "$D/m2/all/other"
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

# What a wildcard covered and was moved is remembered, but for one set of tables only.
mkdir -p "$D/marked"
echo secret >"$D/marked/file"
rules read-marked <<YAML
- {name: secret, read: ["$D/marked/**"]}
YAML
load "$FILE"
mv "$D/marked/file" "$D/elsewhere/marked"
refused 'a file moved from under a wildcard' "$p" open r "$D/elsewhere/marked"
rules read-unrelated <<YAML
- {name: nothing, read: [/nowhere]}
YAML
load "$FILE"
todo 'marks are lost when other policies are loaded' \
	refused 'and still after another policy was loaded' "$p" open r "$D/elsewhere/marked"
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
