# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# write: every change, by name and by descriptor, with both sides of what has two.

p=$BIN/probe
w=$D/w o=$D/outside

# A tree in which everything is there that an operation needs; its makers are not the policy's subject.
fresh_tree() {
	"$BIN/other" tree "$w" "$o" >/dev/null
	exec 6<>"$w/file"
	exec 7<"$w/file"
}

wrote() { echo "operation=write hook=$1 object.path=$2"; }

rules write-all <<YAML
- {name: all, write: ["$w/"]}
YAML
EXPECT=(rule=all)
fresh() { fresh_tree; }
f=$w/file
covered 'open for writing' "$(wrote file_open "$f")" "$p" open w "$f"
covered 'open for both' "$(wrote file_open "$f")" "$p" open rw "$f"
covered 'open for appending' "$(wrote file_open "$f")" "$p" open w,append "$f"
covered 'open to truncate' "operation=write object.path=$f" "$p" open r,trunc "$f"
covered 'create by open' "$(wrote path_mknod "$w/new")" "$p" open w,creat "$w/new"
covered 'create for reading' "$(wrote path_mknod "$w/new")" "$p" open r,creat "$w/new"
covered 'create exclusively' "$(wrote path_mknod "$w/new")" "$p" open w,creat,excl "$w/new"
covered 'create by creat' "$(wrote path_mknod "$w/new")" "$p" creat "$w/new"
covered 'creat of what is there' 'operation=write' "$p" creat "$f"
covered 'openat2' "$(wrote file_open "$f")" "$p" openat2 "$w" beneath w file
covered 'O_PATH, then opened' "$(wrote file_open "$f")" "$p" reopen w "$f"
covered 'inherited descriptor, opened again' "$(wrote file_open "$f")" "$p" reopen-fd rw 6
covered 'by file handle' "$(wrote file_open "$f")" "$p" handle w "$f" /
covered 'truncate' "$(wrote path_truncate "$f")" "$p" truncate "$f"
if [[ $(uname -r) == 6.1.* ]]; then
	covered 'ftruncate' "$(wrote path_truncate "$f")" "$p" ftruncate 6
else
	covered 'ftruncate' "$(wrote file_truncate "$f")" "$p" ftruncate 6
fi
covered 'FS_IOC_SETFLAGS' "$(wrote file_ioctl "$f")" "$p" chattr-fd 7
covered 'FS_IOC_FSSETXATTR' "$(wrote file_ioctl "$f")" "$p" fsxattr-fd 7
[[ $(uname -r) != 7.* ]] || covered 'file_setattr' "$(wrote inode_file_setattr "$f")" "$p" file-setattr "$f"
covered 'unlink' "$(wrote path_unlink "$f")" "$p" unlink "$f"
covered 'rename from' "$(wrote path_rename "$f")" "$p" rename "$f" "$o/new"
covered 'rename to' "$(wrote path_rename "$w/new")" "$p" rename "$o/file" "$w/new"
covered 'rename over' "$(wrote path_rename "$f")" "$p" rename "$o/file" "$f"
covered 'rename within' 'operation=write hook=path_rename' "$p" rename "$f" "$w/new"
covered 'rename without replacing' "$(wrote path_rename "$w/new")" "$p" noreplace "$o/file" "$w/new"
covered 'exchange' 'operation=write hook=path_rename' "$p" exchange "$f" "$o/file"
covered 'exchange, the other way' 'operation=write hook=path_rename' "$p" exchange "$o/file" "$f"
covered 'rename a folder from' "$(wrote path_rename "$w/sub")" "$p" rename "$w/sub" "$o/new"
covered 'rename a folder to' "$(wrote path_rename "$w/new")" "$p" rename "$o/empty" "$w/new"
covered 'rename the ruled folder itself' "$(wrote path_rename "$w")" "$p" rename "$w" "$o/new"
covered 'link from' "$(wrote path_link "$f")" "$p" link "$f" "$o/new"
covered 'link to' "$(wrote path_link "$w/new")" "$p" link "$o/file" "$w/new"
covered 'link of a descriptor' 'operation=write hook=path_link' "$p" link-fd 6 "$o/new"
covered 'symlink' "$(wrote path_symlink "$w/new")" "$p" symlink anything "$w/new"
covered 'mkdir' "$(wrote path_mkdir "$w/new")" "$p" mkdir "$w/new"
covered 'rmdir' "$(wrote path_rmdir "$w/empty")" "$p" rmdir "$w/empty"
covered 'mknod' "$(wrote path_mknod "$w/new")" "$p" mknod "$w/new"
covered 'mkfifo' "$(wrote path_mknod "$w/new")" "$p" mkfifo "$w/new"
covered 'node of a unix socket' "$(wrote path_mknod "$w/new")" "$p" unix-bind stream "$w/new"
covered 'chmod' "$(wrote path_chmod "$f")" "$p" chmod "$f"
covered 'chmod of the folder' "$(wrote path_chmod "$w")" "$p" chmod "$w"
covered 'fchmod' "$(wrote path_chmod "$f")" "$p" fchmod 6
[[ $(uname -r) == 6.1.* ]] || covered 'fchmodat2' "$(wrote path_chmod "$f")" "$p" fchmodat2 "$f"
covered 'chown' "$(wrote path_chown "$f")" "$p" chown "$f"
covered 'lchown of a symbolic link' "$(wrote path_chown "$w/symlink")" "$p" lchown "$w/symlink"
covered 'fchown' "$(wrote path_chown "$f")" "$p" fchown 6
covered 'utimensat' "$(wrote inode_setattr "$f")" "$p" utimensat "$f"
covered 'times, to now' "$(wrote inode_setattr "$f")" "$p" touch "$f"
covered 'futimens' "$(wrote inode_setattr "$f")" "$p" futimens 6
covered 'setxattr' "$(wrote inode_setxattr "$f")" "$p" setxattr "$f"
covered 'lsetxattr of a symbolic link' "$(wrote inode_setxattr "$w/symlink")" "$p" lsetxattr "$w/symlink"
covered 'fsetxattr' "$(wrote inode_setxattr "$f")" "$p" fsetxattr 6
covered 'removexattr' "$(wrote inode_removexattr "$f")" "$p" removexattr "$f"
covered 'setting an ACL' "operation=write object.path=$f" "$p" set-acl "$f"
covered 'removing an ACL' "operation=write object.path=$f" "$p" remove-acl "$f"
covered 'an unnamed file in the folder' 'operation=write' "$p" open w,tmpfile "$w"
covered 'by a bind mount' 'operation=write' "$p" unshare mount "$w" "$D/mnt" open w "$D/mnt/file"
covered 'unlink by a bind mount' 'operation=write' "$p" unshare mount "$w" "$D/mnt" unlink "$D/mnt/file"
covered 'times by a bind mount' 'operation=write' "$p" unshare mount "$w" "$D/mnt" touch "$D/mnt/file"
covered 'chroot' "$(wrote path_unlink "$f")" "$p" chroot "$w" unlink /file
covered 'relative' "$(wrote path_unlink "$f")" "$p" cd "$w" unlink file
covered '/proc/self/cwd' "$(wrote path_unlink "$f")" "$p" cd "$w" unlink /proc/self/cwd/file
free 'reading' "$p" open r "$f"
free 'FS_IOC_GETFLAGS' "$p" getflags-fd 7
free 'access mode 3, a descriptor for ioctl(2) only' "$p" open 3 "$f"
free 'listing' "$p" list "$w"
free 'a file elsewhere' "$p" unlink "$o/file"
free 'making a symbolic link to it' "$p" symlink "$f" "$o/new"
free 'another program' "$BIN/other" unlink "$f"
judge
exec 6>&- 7<&-

# --- one file: links and renames keep the rule ------------------------------------

fresh_tree
rules write-file <<YAML
- {name: file, write: [$w/file]}
YAML
ln "$w/file" "$o/link-before"
allowed 'links: without a policy' "$p" open w "$o/link-before"
load "$FILE"
refused 'hard link made before the load' "$p" open w "$o/link-before"
refused 'unlink of such a link' "$p" unlink "$o/link-before"
refused 'rename of such a link' "$p" rename "$o/link-before" "$o/new"
refused 'times of such a link' "$p" touch "$o/link-before"
mv "$w/file" "$w/moved"
refused 'after a rename made by others' "$p" open w "$w/moved"
refused 'a name that does not exist yet' "$p" open w,creat "$w/file"
allowed 'a neighbour' "$p" open w "$w/other"
unload --all
exec 6>&- 7<&-

# --- a folder: what is below it keeps the rule ---------------------------------------

fresh_tree
rules write-folder <<YAML
- {name: below, write: ["$w/sub/**"]}
YAML
write_moved() {
	"$1" "a file in a renamed folder$2" "$p" open w "$o/moved/$3"
	"$1" "a new file in a renamed folder$2" "$p" open w,creat "$o/moved/new"
	"$1" "unlink in a renamed folder$2" "$p" unlink "$o/moved/$3"
}
echo x >"$w/sub/below"
mv "$w/sub" "$o/moved"
write_moved allowed ', without a policy' below
rm -rf "$o/moved"
fresh_tree
mkdir -p "$w/sub"
echo x >"$w/sub/below"
load "$FILE"
mv "$w/sub" "$o/moved"
write_moved refused '' below
unload --all
rm -rf "$o/moved"
exec 6>&-

# --- allow-list, kill ---------------------------------------------------------------

rules write-allowlist '{write: deny}' <<YAML
- {name: here, write: ["$w/", /dev/null], action: allow}
- {name: precious, write: ["$w/other"], action: kill}
YAML
fresh() { fresh_tree; }
covered 'allow-list: elsewhere' "rule=default $(wrote path_unlink "$o/file")" "$p" unlink "$o/file"
covered 'allow-list: times elsewhere' "rule=default $(wrote inode_setattr "$o/file")" "$p" touch "$o/file"
covered 'allow-list: rename out' "rule=default $(wrote path_rename "$o/new")" "$p" rename "$f" "$o/new"
covered 'allow-list: rename in' "rule=default $(wrote path_rename "$o/file")" "$p" rename "$o/file" "$w/new"
covered 'kill stands over allow' "verdict=kill rule=precious $(wrote path_unlink "$w/other")" "$p" unlink "$w/other"
free 'allow-list: allowed' "$p" unlink "$f"
free 'allow-list: create' "$p" creat "$w/new"
free 'allow-list: times' "$p" touch "$f"
free 'allow-list: a device' "$p" open w /dev/null
judge
exec 6>&- 7<&-
