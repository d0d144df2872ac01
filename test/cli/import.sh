#!/usr/bin/env bash
# Policies of other projects: what becomes of them, what is told, and that they decide as they did there.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

cases=$(cd "$(dirname "$0")/../cases" && pwd)/import

# tests NAME POLICY: the cases on standard input, against that policy.
tests()
{
	{
		printf 'apiVersion: bulwark/v1\nkind: PolicyTest\npolicies: [%s]\ncases:\n' "$2"
		cat
	} >"$FOLDER/test.yaml"
	run test "$FOLDER/test.yaml"
	is "$1" 0
}

# --- the command ---------------------------------------------------------------------------------------------

run import
is 'no dialect' 2 '' '*whose policies, and which FILE?*'
run import kubearmor
is 'no file' 2 '' '*which FILE?*'
run import falco "$FOLDER/x.yaml"
is 'an unknown dialect' 2 '' "*'falco' is not known: tetragon or kubearmor*"
run import kubearmor --posture maybe "$FOLDER/x.yaml"
is 'an unknown posture' 2 '' "*neither block nor audit*"
run import kubearmor "$FOLDER/missing.yaml"
is 'a missing file' 1 '' '*missing.yaml: error: No such file*'

run import kubearmor "$cases/001-kubearmor-paths/input.yaml"
is 'a policy that converts whole' 0 '# From *kind: Policy*' '1 converted, 0 partly, 0 not; 0 differences'
run import kubearmor "$cases/005-kubearmor-mistakes/input.yaml"
is 'one that does not' 1 '*kind: Policy*' '*:6:3: error: left out: the key*0 converted, 1 partly, 5 not;*'
run import tetragon --strict "$cases/011-tetragon-files/input.yaml"
is 'differences, under --strict' 1 '*kind: Policy*'
run import tetragon --json "$cases/011-tetragon-files/input.yaml" "$FOLDER/missing.yaml"
is 'JSON' 1 '{*"converted":3*"partly":0*"files":*"result":"converted"*"text":"#*"unreadable"*' ''

mkdir "$FOLDER/each"
run import kubearmor --output "$FOLDER/each" "$cases/004-kubearmor-host-and-cluster/input.yaml"
is 'a file for each policy' 1 ''
same 'their names' 'as-kubectl-gives-it.yaml by-name.yaml cluster-apt.yaml every-host.yaml host-accounts.yaml host-with-selector.yaml whole-namespace.yaml' \
	"$(cd "$FOLDER/each" && echo *.yaml)"
run check --strict "$FOLDER/each"
is 'they are valid together, down to the last warning' 0 '7 policies*' ''
run import tetragon --output "$FOLDER/all.yaml" "$cases/013-tetragon-subjects/input.yaml"
is 'one file for all' 0 ''
run check "$FOLDER/all.yaml"
is 'which is valid, and tells where two hooks came to the same' 0 '5 policies, 15 rules: no errors, 1 warning' \
	"*rule 'kernel-read-file' never decides*'kernel-module-request'*[[]shadowed-rule]*"
run import tetragon --output "$FOLDER/no/such/all.yaml" "$cases/013-tetragon-subjects/input.yaml"
is 'a file that cannot be written' 1 '' '*cannot write*'
printf 'kind: [\n' >"$FOLDER/broken.yaml"
run import tetragon "$FOLDER/broken.yaml"
is 'what is no YAML' 1 '' '*broken.yaml:*: error: not valid YAML*'

# --- what they decide --------------------------------------------------------------------------------------------

run import kubearmor --output "$FOLDER/shop.yaml" "$cases/001-kubearmor-paths/input.yaml"
shop='namespace: shop, labels: {app: cart}'
tests 'Block, sources, owners, read-only, folders' shop.yaml <<EOT
  - {name: a blocked program, process: {$shop}, operation: exec, object: /usr/bin/wget, expect: deny}
  - {name: another pod, process: {namespace: shop, labels: {app: x}}, operation: exec, object: /usr/bin/wget, expect: allow}
  - {name: another namespace, process: {namespace: x, labels: {app: cart}}, operation: exec, object: /usr/bin/wget, expect: allow}
  - {name: from its source, process: {$shop, binary: /usr/bin/php}, operation: exec, object: /usr/bin/curl, expect: deny}
  - {name: below a source, process: {$shop, binary: /opt/tools/a/b}, operation: exec, object: /usr/bin/curl, expect: deny}
  - {name: from another, process: {$shop, binary: /bin/sh}, operation: exec, object: /usr/bin/curl, expect: allow}
  - {name: not its owner, process: {$shop}, operation: exec, object: /usr/bin/passwd, expect: deny}
  - {name: its owner, process: {$shop, owner: true}, operation: exec, object: /usr/bin/passwd, expect: allow}
  - {name: in a folder, process: {$shop}, operation: exec, object: /opt/scratch/a, expect: deny}
  - {name: below it, process: {$shop}, operation: exec, object: /opt/scratch/a/b, expect: allow}
  - {name: audit, process: {$shop}, operation: exec, object: /srv/build/a/b, expect: audit}
  - {name: by name, process: {$shop}, operation: exec, object: /opt/x/nmap, expect: deny}
  - {name: read-only is read, process: {$shop}, operation: read, object: /etc/passwd, expect: allow}
  - {name: and not written, process: {$shop}, operation: write, object: /etc/passwd, expect: deny}
  - {name: the owner reads, process: {$shop, owner: true}, operation: read, object: /srv/keys/ledger, expect: allow}
  - {name: and does not write, process: {$shop, owner: true}, operation: write, object: /srv/keys/ledger, expect: deny}
  - {name: others do not read, process: {$shop}, operation: read, object: /srv/keys/ledger, expect: deny}
  - {name: the owner writes, process: {$shop, owner: true}, operation: write, object: /srv/keys/master, expect: allow}
  - {name: below secrets, process: {$shop}, operation: read, object: /run/secrets/a/b, expect: deny}
  - {name: a pattern, process: {$shop}, operation: read, object: /home/ann/.netrc, expect: deny}
  - {name: two stars are not none, process: {$shop}, operation: read, object: /.netrc, expect: allow}
EOT

run import kubearmor --output "$FOLDER/pay.yaml" "$cases/003-kubearmor-allow-list/input.yaml"
pay='namespace: pay, labels: {app: pay, tier: back}'
half='namespace: pay, labels: {app: pay}'
tests 'an allow-list' pay.yaml <<EOT
  - {name: what is named, process: {$pay}, operation: exec, object: /usr/bin/payd, expect: allow}
  - {name: what is not, process: {$pay}, operation: exec, object: /usr/bin/nc, expect: deny}
  - {name: a library, process: {$pay}, operation: exec, object: /usr/lib/x/libc.so.6, expect: allow}
  - {name: half of the labels, process: {$half}, operation: exec, object: /usr/bin/nc, expect: allow}
  - {name: the source of what is blocked, process: {$pay, binary: /usr/bin/payd}, operation: write, object: /var/lib/pay/db, expect: allow}
  - {name: another, process: {$pay, binary: /bin/sh}, operation: write, object: /var/lib/pay/db, expect: deny}
  - {name: half of the labels again, process: {$half, binary: /bin/sh}, operation: write, object: /var/lib/pay/db, expect: allow}
  - {name: any other file, process: {$pay}, operation: write, object: /tmp/x, expect: allow}
  - {name: TCP of its source, process: {$pay, binary: /usr/bin/payd}, operation: socket, object: AF_INET/SOCK_STREAM, expect: allow}
  - {name: TCP of another, process: {$pay, binary: /bin/sh}, operation: socket, object: AF_INET6/SOCK_STREAM, expect: deny}
  - {name: UDP of all, process: {$pay}, operation: socket, object: AF_INET/SOCK_DGRAM, expect: allow}
  - {name: raw sockets, process: {$pay}, operation: socket, object: AF_PACKET/SOCK_RAW, expect: deny}
  - {name: unix sockets, process: {$pay}, operation: socket, object: AF_UNIX/SOCK_STREAM, expect: allow}
  - {name: half of the labels and sockets, process: {$half}, operation: socket, object: AF_PACKET/SOCK_RAW, expect: allow}
  - {name: half of the labels and mounts, process: {$half}, operation: use, object: mount, expect: allow}
EOT
run import kubearmor --posture audit --output "$FOLDER/pay.yaml" "$cases/003-kubearmor-allow-list/input.yaml"
tests 'the other posture' pay.yaml <<EOT
  - {name: what is not named, process: {$pay}, operation: exec, object: /usr/bin/nc, expect: audit}
EOT

run import tetragon --output "$FOLDER/files.yaml" "$cases/011-tetragon-files/input.yaml"
tests 'prefixes, postfixes, kill' files.yaml <<EOT
  - {name: a prefix, process: {$shop}, operation: read, object: /etc/shadow, expect: kill}
  - {name: goes on, process: {$shop}, operation: read, object: /etc/shadow-, expect: kill}
  - {name: and below, process: {$shop}, operation: read, object: /boot/efi/x, expect: kill}
  - {name: of the name, process: {$shop}, operation: read, object: /boots/x, expect: kill}
  - {name: not the folder, process: {$shop}, operation: read, object: /root/.ssh, expect: allow}
  - {name: what is in it, process: {$shop}, operation: read, object: /root/.ssh/id, expect: kill}
  - {name: a postfix, process: {$shop}, operation: write, object: /home/x/my.bashrc, expect: kill}
  - {name: which is not read, process: {$shop}, operation: read, object: /home/x/.bashrc, expect: allow}
  - {name: an audit, process: {$shop}, operation: write, object: /etc/shadow, expect: audit}
EOT

run import tetragon --output "$FOLDER/net.yaml" "$cases/012-tetragon-network/input.yaml"
tests 'addresses' net.yaml <<'EOT'
  - {name: outside, operation: connect, object: 192.0.2.1:443/tcp, expect: kill}
  - {name: a port of the range, operation: connect, object: 192.0.2.1:8050/tcp, expect: kill}
  - {name: another port, operation: connect, object: 192.0.2.1:80/tcp, expect: audit}
  - {name: IPv6 is outside, operation: connect, object: "[2001:db8::1]:443/tcp", expect: kill}
  - {name: loopback is not, operation: connect, object: 127.0.0.1:443/tcp, expect: audit}
  - {name: nor what is private, operation: connect, object: 10.255.255.255:443/tcp, expect: audit}
  - {name: its neighbour, operation: connect, object: 11.0.0.0:443/tcp, expect: kill}
  - {name: what went before, process: {binary: /usr/bin/curl}, operation: connect, object: 192.168.1.1:80/tcp, expect: audit}
  - {name: its other ports, process: {binary: /usr/bin/curl}, operation: connect, object: 192.168.1.1:81/tcp, expect: deny}
  - {name: its neighbour's, process: {binary: /usr/bin/curl}, operation: connect, object: 192.169.0.0:80/tcp, expect: deny}
  - {name: of IPv6, process: {binary: /usr/bin/curl}, operation: connect, object: "[2001:db8::1]:80/tcp", expect: audit}
  - {name: its other ports, process: {binary: /usr/bin/curl}, operation: connect, object: "[2001:db8::1]:79/tcp", expect: deny}
  - {name: outside, process: {binary: /usr/bin/curl}, operation: connect, object: "[2001:db9::1]:80/tcp", expect: deny}
  - {name: of another program, operation: connect, object: 192.168.1.1:81/tcp, expect: audit}
  - {name: one of two that is excepted, operation: connect, object: 127.0.0.1:22/tcp, expect: audit}
  - {name: and the other, operation: connect, object: 10.1.2.3:22/tcp, expect: kill}
  - {name: listening, operation: bind, object: 0.0.0.0:1337/tcp, expect: audit}
  - {name: a privileged port, operation: bind, object: 0.0.0.0:80/tcp, expect: deny}
  - {name: AF_ALG, operation: socket, object: AF_ALG/SOCK_SEQPACKET, expect: deny}
  - {name: from who may, process: {binary: /usr/sbin/charon}, operation: socket, object: AF_ALG/SOCK_SEQPACKET, expect: audit}
EOT

finish
