# shellcheck shell=bash
# Makes what tools/vm boots, once, in the cache: kernels, the root, the initramfs.
#
# In:   $CACHE, the folder of all this; a kernel name (6.1, 6.12, 7.x); network
#       and root (debootstrap) the first time only.
# Out:  $CACHE/kernel-NAME-RECIPE/{vmlinux,release,modules.img}
#       $CACHE/root-HASH.img      the Debian userland, read only by custom
#       $CACHE/initrd-HASH        pid 1, nothing else: NVMe and ext4 are built in
# Each appears under its name only when it is whole, and is made under a lock,
# so any number of runners can ask for it. HASH is of what it is made from.

# Raise this when anything below makes something else out of the same words.
readonly RECIPE=1

readonly DEFAULT_MIRROR=http://deb.debian.org/debian
readonly DEFAULT_SECURITY_MIRROR=http://deb.debian.org/debian-security
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly ROOT_SUITE=bookworm

# Kernels come from these suites; the first word is the archive's release.
declare -rA KERNEL_SUITES=(
	[6.1]='bookworm bookworm-updates bookworm-security'
	[6.12]='trixie trixie-updates trixie-security'
	[7.x]='trixie-backports'
)
readonly KERNEL_PACKAGE=linux-image-cloud-amd64

# What a scenario may count on, beyond Debian's minimal system.
readonly ROOT_PACKAGES=(
	libbpf1 libelf1 zlib1g libjson-c5 libyaml-0-2 libcap2 libseccomp2 bpftool
	iproute2 procps psmisc util-linux mount passwd attr acl libcap2-bin kmod
	e2fsprogs btrfs-progs busybox-static strace netcat-openbsd xz-utils
	crun runc podman netavark
)
readonly ROOT_SIZE=1536M

# No journal: every run throws its changes away. Nothing is left to the kernel
# to initialise in the background.
readonly MKFS=(mke2fs -q -t ext4 -F -O '^has_journal' -m 0
	-E 'lazy_itable_init=0,nodiscard,root_owner=0:0')

# ---- helpers ----------------------------------------------------------------

# Calls a function under a lock of its own, unless its result exists already.
#   once PATH FUNCTION ARG...   the function makes what $1 of it names, PATH.new
once() {
	local path=$1 lock
	shift
	[[ -e $path ]] && return
	if ! mkdir -p "$CACHE" 2>/dev/null || [[ ! -w $CACHE ]]; then
		die "$EX_TEMPFAIL" "cannot write to the cache, $CACHE"
	fi
	exec {lock}>"$path.lock"
	flock "$lock"
	if [[ ! -e $path ]]; then
		rm -rf --one-file-system "$path.new" "$path.new."*
		"$1" "$path.new" "${@:2}"
		mv -T "$path.new" "$path"
	fi
	exec {lock}>&-
}

# Twelve hexadecimal digits that stand for a text.
digest() {
	sha256sum | cut -c1-12
}

# An ext4 image of a folder, with its owners, modes and extended attributes.
make_image() {
	"${MKFS[@]}" -d "$1" "$2" "$3" >/dev/null
}

# The first error in the log of apt or debootstrap, else where the log is.
reason() {
	grep -am1 '^E: ' "$1" || echo "see $1"
}

# ---- the archive --------------------------------------------------------------

# The host's own mirror for a suite, else Debian's.
mirror_of() {
	local folder=debian found=$DEFAULT_MIRROR
	if [[ $1 == *-security ]]; then
		folder=debian-security
		found=$DEFAULT_SECURITY_MIRROR
	fi
	# shellcheck disable=SC2016 # apt's variable, not bash's
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk -v end="/$folder/?\$" -v found="$found" '
			!done && $0 ~ end { found = $0; done = 1 }
			END { sub("/$", "", found); print found }'
}

# apt with a state and a cache of its own; the host's proxies stay in force.
private_apt() {
	local folder=$1 program=$2
	shift 2
	"$program" -q \
		-o Dir::Etc::SourceList="$folder/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State="$folder/state" \
		-o Dir::State::status="$folder/status" \
		-o Dir::Cache="$folder/cache" \
		-o APT::Architecture=amd64 -o APT::Architectures=amd64 \
		-o APT::Default-Release= \
		-o APT::Sandbox::User=root \
		-o Acquire::Languages=none -o Acquire::Retries=2 \
		-o APT::Update::Error-Mode=any \
		"$@"
}

# Writes the sources of a kernel's suites and reads their indexes.
prepare_apt() {
	local folder=$1 suite
	shift
	mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
	: >"$folder/status"
	for suite; do
		echo "deb [signed-by=$KEYRING arch=amd64] $(mirror_of "$suite") $suite main"
	done >"$folder/sources.list"
	private_apt "$folder" apt-get update
}

# The package's dependencies whose names match, newest version, one a line.
dependencies() {
	private_apt "$1" apt-cache depends --important "$2" |
		awk -v name="$3" '$1 == "Depends:" && $2 ~ name { print $2 }'
}

# ---- a kernel -----------------------------------------------------------------

# Downloads the real packages behind the meta package and unpacks them. Newer
# kernels come in parts: modules, the kernel itself, tables about both.
download_kernel() {
	local work=$1 image package
	local -a parts
	image=$(dependencies "$work/apt" "$KERNEL_PACKAGE" '^linux-image-') && [[ $image ]] || return
	mapfile -t parts < <(dependencies "$work/apt" "$image" '^linux-(modules|binary|base)-[0-9]')
	mkdir "$work/debs" "$work/tree" || return
	(cd "$work/debs" && private_apt "$work/apt" apt-get download "$image" "${parts[@]}") || return
	for package in "$work"/debs/*.deb; do
		dpkg-deb -x "$package" "$work/tree" || return
	done
}

fetch_kernel() {
	local work=$1 name=$2
	local -a suites
	read -ra suites <<<"${KERNEL_SUITES[$name]}"
	mkdir "$work" && prepare_apt "$work/apt" "${suites[@]}" && download_kernel "$work"
}

# The kernel proper out of its self-extracting image: booting that by its PVH
# entry spares the guest a second of unpacking itself in emulation. (No text
# KASLR then, and four levels of page tables: neither matters to a test.) The
# image's header says where the payload is; its last four bytes are a size.
unpack_vmlinux() {
	local image=$1 out=$2 sectors offset length
	sectors=$(number_at "$image" 497 1)
	offset=$((((sectors ? sectors : 4) + 1) * 512 + $(number_at "$image" 584 4)))
	length=$(($(number_at "$image" 588 4) - 4))
	head -c "$((offset + length))" "$image" | tail -c "$length" >"$out.packed"
	case $(od -An -tx1 -N4 "$out.packed") in
	' 28 b5 2f fd') zstd -qdc "$out.packed" ;;
	' 02 21 4c 18') lz4 -qdc "$out.packed" ;;
	' fd 37 7a 58') xz -dc "$out.packed" ;;
	*) cat "$image" ;;
	esac >"$out"
	rm "$out.packed"
}

number_at() {
	od -An -tu"$3" -j"$2" -N"$3" "$1" | tr -d ' '
}

# Everything a VM wants of one kernel, from the archive to the cache.
make_kernel() {
	local out=$1 name=$2 work=$1.work log=$1.log base release
	if ! fetch_kernel "$work" "$name" &>"$log"; then
		rm -rf "$work"
		die "$EX_TEMPFAIL" "kernel $name cannot be fetched; $(reason "$log")"
	fi
	base=$work/tree
	[[ -d $base/lib/modules ]] || base+=/usr
	release=$(basename "$base"/lib/modules/*)
	mkdir "$out"
	echo "$release" >"$out/release"
	unpack_vmlinux "$(find "$work/tree" -type f -name 'vmlinuz*')" "$out/vmlinux"
	depmod --basedir "$base" "$release"
	make_image "$base/lib/modules" "$out/modules.img" "$(size_of "$base/lib/modules")"
	rm -rf "$work" "$log"
}

# A size big enough for the image of a folder that will never grow.
size_of() {
	echo "$(($(du -sk --apparent-size "$1" | cut -f1) * 5 / 4 + 16384))k"
}

# ---- the root -----------------------------------------------------------------

trim_root() {
	local root=$1
	rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* \
		"$root"/usr/share/{doc,info,man,locale,lintian,bug,i18n} \
		"$root"/var/log/*.log "$root"/var/log/apt "$root"/etc/machine-id
	mkdir -p "$root/vm" "$root/lib/modules"
}

make_root() {
	local out=$1 tree=$1.tree log=$1.log packages proxy
	((EUID == 0)) || die "$EX_TEMPFAIL" "the guest's root is made by debootstrap, which needs root"
	printf -v packages '%s,' "${ROOT_PACKAGES[@]}"
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	if ! env ${proxy:+http_proxy="$proxy"} LC_ALL=C debootstrap --variant=minbase --arch=amd64 \
		--keyring="$KEYRING" --include="${packages%,}" \
		"$ROOT_SUITE" "$tree" "$(mirror_of "$ROOT_SUITE")" &>"$log"; then
		rm -rf --one-file-system "$tree"
		die "$EX_TEMPFAIL" "the guest's root cannot be made; $(reason "$log")"
	fi
	trim_root "$tree"
	make_image "$tree" "$out" "$ROOT_SIZE"
	rm -rf --one-file-system "$tree" "$log"
}

# ---- the initramfs --------------------------------------------------------------

make_initrd() {
	local out=$1 folder=$1.d
	mkdir "$folder"
	gcc -O2 -static -s -Wall -Wextra -o "$folder/init" "$INIT_SOURCE" ||
		die 1 "pid 1 of the guest does not compile"
	(cd "$folder" && echo init | cpio --quiet -o -H newc -R 0:0 --reproducible) >"$out"
	rm -r "$folder"
}

# ---- the way in -------------------------------------------------------------------

# Sees to it that all is there, and sets KERNEL_DIR, ROOT and INITRD.
prepare() {
	local name=$1
	KERNEL_DIR=$CACHE/kernel-$name-$RECIPE
	ROOT=$CACHE/root-$(digest <<<"$RECIPE $ROOT_SUITE $ROOT_SIZE ${ROOT_PACKAGES[*]} ${MKFS[*]}").img
	INITRD=$CACHE/initrd-$(digest <"$INIT_SOURCE")
	if [[ ! -e $KERNEL_DIR ]]; then
		note "fetching kernel $name into $CACHE"
		once "$KERNEL_DIR" make_kernel "$name"
	fi
	if [[ ! -e $ROOT ]]; then
		note "making the guest's root (once, about a minute)"
		once "$ROOT" make_root
	fi
	once "$INITRD" make_initrd
}
