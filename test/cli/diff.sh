#!/usr/bin/env bash
# bulwark diff: what makes a difference and what does not, by text, as JSON, and by exit status.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

# versus NAME STATUS RULES-A RULES-B [OUT-PATTERN]: two policies that enforce, of these rules.
versus()
{
	policy one enforce "$3" >"$FOLDER/a.yaml"
	policy "${POLICY:-one}" enforce "$4" >"$FOLDER/b.yaml"
	run diff "$FOLDER/a.yaml" "$FOLDER/b.yaml"
	is "$1" "$2" "${5:-no difference; *}" ''
}

sh='{name: a, exec: [/bin/sh]}'
versus 'the same' 0 "[$sh]" "[$sh]"
versus 'another order, other names' 0 "[$sh, {name: b, read: [/etc/shadow]}]" \
	'[{name: x, read: [/etc/shadow]}, {name: y, exec: [/bin/sh]}]'
POLICY=two versus 'another name of the policy' 0 "[$sh]" "[$sh]"
versus 'braces and two patterns' 0 '[{name: a, read: ["/srv/{x,y}/*.key"]}]' \
	'[{name: a, read: ["/srv/x/*.key", "/srv/y/*.key"]}]'
versus 'one rule and two' 0 '[{name: a, read: [/srv/x, /srv/y]}]' \
	'[{name: a, read: [/srv/x]}, {name: b, read: [/srv/y]}]'
versus 'a list of subjects and a rule for each' 0 '[{name: a, subject: {binary: [/a, /b]}, read: [/srv/x]}]' \
	'[{name: a, subject: {binary: [/a]}, read: [/srv/x]}, {name: b, subject: {binary: [/b]}, read: [/srv/x]}]'
versus 'everybody, and root and the others' 0 '[{name: a, write: [/srv/x]}]' \
	'[{name: a, subject: {user: 0}, write: [/srv/x]}, {name: b, subject: {user: 1-4294967294}, write: [/srv/x]}]'
versus 'in a container or not' 0 '[{name: a, write: [/srv/x]}]' \
	'[{name: a, subject: {container: true}, write: [/srv/x]}, {name: b, subject: {container: false}, write: [/srv/x]}]'
versus 'a rule that another covers' 0 '[{name: a, read: [/srv/]}]' \
	'[{name: a, read: [/srv/]}, {name: b, read: [/srv/x/*]}]'
versus 'a network and its halves' 0 '[{name: a, connect: [10.0.0.0/8]}]' \
	'[{name: a, connect: [10.0.0.0/9, 10.128.0.0/9]}]'

versus 'a wider pattern' 1 '[{name: a, read: ["/srv/*.key"]}]' '[{name: a, read: ["/srv/*"]}]' \
	"read of /srv/*: allow -> deny by one/a ($FOLDER/b.yaml:6)*1 difference; *"
versus 'a file less' 1 "[$sh, {name: b, read: [/etc/shadow]}]" "[$sh]" \
	"read of /etc/shadow: deny by one/b ($FOLDER/a.yaml:6) -> allow*1 difference; *"
versus 'a stricter action' 1 "[$sh]" '[{name: a, exec: [/bin/sh], action: kill}]' \
	'exec of /*bin/sh: deny by * -> kill by *'
versus 'another subject' 1 '[{name: a, subject: {binary: [/a]}, read: [/x]}]' \
	'[{name: a, subject: {binary: [/b]}, read: [/x]}]' '*by binary /a*by binary /b*2 differences; *'
versus 'an exception' 1 '[{name: a, read: [/x]}]' '[{name: a, except: {user: 33}, read: [/x]}]' \
	'*: deny by * -> allow*by uid 33*'
versus 'a port' 1 '[{name: a, connect: ["10.0.0.0/8:443/tcp"]}]' '[{name: a, connect: ["10.0.0.0/8:443"]}]' \
	'connect of 10.0.0.0:443*: allow -> deny by *'
versus 'an abstract name' 1 '[{name: a, connect: ["unix:@x"]}]' '[{name: a, connect: ["unix:@y"]}]' \
	'*connect of unix:@x: deny*'
versus 'a facility' 1 '[{name: a, use: [bpf]}]' '[{name: a, use: [bpf, mount]}]' 'use of mount: allow -> deny by *'
versus 'a kind of socket' 1 '[{name: a, socket: [AF_ALG]}]' '[{name: a, socket: [AF_ALG/SOCK_SEQPACKET]}]' \
	'socket of AF_ALG*: deny by * -> allow*'
versus 'memory' 1 '[{name: a, exec: {memory: true}}]' "[$sh]" '*: deny by * -> allow*'
versus 'memory of some files' 1 '[{name: a, exec: {paths: [/srv/x], memory: true}}]' \
	'[{name: a, exec: {paths: [/srv/y], memory: true}}]' '*exec of /srv/x*: deny by * -> allow*the file is deleted*'
versus 'memory of files and of all' 0 '[{name: a, exec: {memory: true}}, {name: b, exec: {paths: [/srv/x], memory: true}}]' \
	'[{name: a, exec: {memory: true}}]'
versus 'arguments and owners' 1 \
	'[{name: a, exec: {paths: [/srv/x], args: ["-a*"]}}, {name: b, subject: {owner: true}, write: [/srv/x]}]' \
	'[{name: a, exec: {paths: [/srv/x], args: ["-ab*"]}}, {name: b, subject: {owner: false}, write: [/srv/x]}]' \
	'*argument -a*its owner*3 differences; *'

mkdir "$FOLDER/set"
policy one enforce "[$sh]" >"$FOLDER/set/one.yaml"
policy one audit "[$sh]" >"$FOLDER/audit.yaml"
policy two enforce '[{name: b, read: [/x]}]' >"$FOLDER/two.yaml"
run diff "$FOLDER/set" "$FOLDER/audit.yaml"
is 'the mode' 1 '*: deny by * -> would deny by *' ''
run diff -a "$FOLDER/set" -a "$FOLDER/two.yaml" -b "$FOLDER/two.yaml" -b "$FOLDER/set/one.yaml"
is 'sets of several' 0 'no difference; *' ''
run diff --json "$FOLDER/set" "$FOLDER/two.yaml"
is 'JSON' 1 '{"differences":\[{"operation":"exec",*"a":{"verdict":"deny","carried_out":true,"policy":"one","rule":"a",*"b":{"verdict":"allow",*}\],"complete":true,"note":*}' ''

echo 'not: a policy' >"$FOLDER/bad.yaml"
run diff "$FOLDER/set" "$FOLDER/bad.yaml"
is 'a policy that is none' 2 '' '*bad.yaml:1:*error*'
run diff "$FOLDER/set"
is 'one set' 2 '' '*which two sets*'
run diff "$FOLDER/set" "$FOLDER/set" "$FOLDER/set"
is 'three sets' 2 '' '*two sets at a time*'
finish
