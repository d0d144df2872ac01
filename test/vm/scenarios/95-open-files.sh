# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# open_files: judge: what is done with descriptors that were open before the policy.

p=$BIN/probe
agent_of strict

# 5: for reading, 6: for both, 7: a folder; 8, 9: files that no rule is about.
mkdir -p "$D/held"
fresh_held() {
	exec 5<&- 6>&- 7<&- 8<&- 9>&-
	rm -f "$D/held/"*
	printf '%8192s' x >"$D/held/file"
	printf '%8192s' x >"$D/free-file"
	exec 5<"$D/held/file" 7<"$D/held" 8<"$D/free-file"
	exec 6<>"$D/held/file" 9<>"$D/free-file"
}

held() { echo "operation=$1 hook=$2 object.path=$D/held/file"; }

rules held-read <<YAML
- {name: held, read: ["$D/held/"]}
YAML
fresh() { fresh_held; }
EXPECT=(rule=held)
covered 'read' "$(held read file_permission)" "$p" read-fd 5
covered 'read, open for both' "$(held read file_permission)" "$p" read-fd 6
covered 'getdents' "operation=read hook=file_permission object.path=$D/held" "$p" list-fd 7
covered 'sendfile from' "$(held read file_permission)" "$p" sendfile-fd 5 9
covered 'map' "$(held read mmap_file)" "$p" map-fd 5
covered 'map, shared' "$(held read mmap_file)" "$p" map-fd-shared 6
free 'writing' "$p" write-fd 6
free 'another file' "$p" read-fd 8
free 'another program' "$BIN/other" read-fd 5
judge

rules held-write <<YAML
- {name: held, write: ["$D/held/"]}
YAML
fresh() { fresh_held; }
EXPECT=(rule=held)
covered 'write' "$(held write file_permission)" "$p" write-fd 6
covered 'sendfile to' "$(held write file_permission)" "$p" sendfile-fd 8 6
covered 'fallocate' "$(held write file_permission)" "$p" fallocate-fd 6
covered 'map for writing' "$(held write mmap_file)" "$p" map-fd-write 6
covered 'map, then protect' "$(held write file_mprotect)" "$p" protect-fd 6
free 'reading' "$p" read-fd 6
free 'map for reading' "$p" map-fd-shared 6
free 'another file' "$p" write-fd 9
free 'another file, protect' "$p" protect-fd 9
judge

# Allow-lists: what has no name was never opened, and starting a program reads no file.
rules held-allowlist '{read: deny, write: deny}' <<YAML
- {name: here, read: ["$D/", $BIN/], action: allow}
- {name: output, write: ["$WORK/"], action: allow}
YAML
fresh() { fresh_held; }
covered 'write under an allow-list' "rule=default $(held write file_permission)" "$p" write-fd 6
free 'read under an allow-list' "$p" read-fd 5
free 'running a program' "$p" execve "$p" ok
judge
exec 5<&- 6>&- 7<&- 8<&- 9>&-
