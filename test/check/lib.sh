# shellcheck shell=bash
# What the house rules share: they stand in the repository's root, and know its files.

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." || exit

# The files that match, tracked or about to be; in a folder without git, all that are there.
sources() {
	if git rev-parse --git-dir &>/dev/null; then
		git ls-files -co --exclude-standard -- "$@"
	else
		local pattern
		for pattern; do find . -path ./build -prune -o -path "./$pattern" -print | sed 's|^\./||'; done
	fi | while read -r file; do [[ ! -f $file ]] || echo "$file"; done | sort -u
}
