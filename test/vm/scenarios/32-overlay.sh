# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# write, through an overlay: what is covered in the upper folder stays so when it is changed in the merged view.

p=$BIN/probe
v=$D/overlay
modprobe overlay
mkdir -p "$v/upper/folder" "$v/lower" "$v/work" "$v/merged"
chmod 777 "$v/upper"
echo lower >"$v/lower/low"
mount -t overlay overlay -o "lowerdir=$v/lower,upperdir=$v/upper,workdir=$v/work" "$v/merged"

fresh() {
	rm -rf "$v"/merged/{file,empty,folder,new,other,moved,linked}
	echo content >"$v/merged/file"
	mkdir -p "$v/merged/folder" "$v/merged/empty"
	echo content >"$v/merged/other"
}
below() { echo "rule=upper operation=write hook=$1"; }

rules overlay-upper <<YAML
- {name: upper, write: [$v/upper/file, $v/upper/new, $v/upper/empty, $v/upper/low]}
YAML
covered 'open for writing' "$(below file_open)" "$p" open w "$v/merged/file"
covered 'unlink' "$(below inode_unlink)" "$p" unlink "$v/merged/file"
covered 'rename from' "$(below inode_rename)" "$p" rename "$v/merged/file" "$v/merged/moved"
covered 'rename to' "$(below inode_rename)" "$p" rename "$v/merged/other" "$v/merged/file"
covered 'link from' "$(below inode_link)" "$p" link "$v/merged/file" "$v/merged/linked"
covered 'truncate' "$(below inode_setattr)" "$p" truncate "$v/merged/file"
covered 'chmod' "$(below inode_setattr)" "$p" chmod "$v/merged/file"
covered 'chown' "$(below inode_setattr)" "$p" chown "$v/merged/file"
covered 'times' "$(below inode_setattr)" "$p" touch "$v/merged/file"
covered 'xattr' "$(below inode_setxattr)" "$p" setxattr "$v/merged/file"
covered 'rmdir' 'rule=upper operation=write' "$p" rmdir "$v/merged/empty"
covered 'create' 'rule=upper operation=write' "$p" creat "$v/merged/new"
covered 'mkdir' 'rule=upper operation=write' "$p" mkdir "$v/merged/new"
covered 'symlink' 'rule=upper operation=write' "$p" symlink target "$v/merged/new"
covered 'mkfifo' 'rule=upper operation=write' "$p" mkfifo "$v/merged/new"
free 'another file' "$p" unlink "$v/merged/other"
free 'reading' "$p" open r "$v/merged/file"
free 'by another program' "$BIN/other" unlink "$v/merged/file"
judge
umount "$v/merged"

# A change by path is judged once: the inode hook that follows it is silent.
fresh_file() { echo content >"$v/plain"; }
fresh() { fresh_file; }
rules overlay-once <<YAML
- {name: plain, write: [$v/plain], action: audit}
YAML
load "$FILE"
fresh
allowed 'by path' "$p" unlink "$v/plain"
event 'the path hook reports it' rule=plain operation=write hook=path_unlink "process.pid=$PID"
twice() { grep '"policy":"overlay-once"' "$LOG" | grep -q inode_unlink; }
if twice; then not_ok 'the inode hook does not'; else ok 'the inode hook does not'; fi
unload --all
