#!/usr/bin/env bash
# bulwark doctor, with a stand-in for `bulwarkd --probe --json`.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

# probe SCRIPT: a bulwarkd that runs these lines.
probe()
{
	printf '#!/bin/sh\n%s\n' "$1" >"$FOLDER/bulwarkd"
	chmod 0755 "$FOLDER/bulwarkd"
}

doctor()
{
	ask doctor --agent "$FOLDER/bulwarkd" "$@"
}

good='{"name":"bpf","description":"BPF","state":"ok","consequence":"","detail":"seen"}'
less='{"name":"ima","description":"IMA","state":"optional","consequence":"no hashes","detail":""}'
bad='{"name":"bpf-lsm","description":"BPF LSM is active","state":"missing","consequence":"nothing can be refused",
"detail":"add lsm=lockdown,bpf\nthen reboot"}'

probe "[ \"\$*\" = '--probe --json' ] && echo '[$good]'"
doctor
is 'a kernel that has it all' 0 "Kernel $(uname -r)*ok*bpf*bulwark can enforce on this kernel" ''
doctor --json
is 'the same for machines' 0 '{"usable":true,"kernel":"*","features":\[{*\],"agent":null,"agent_absent":"no such socket"}' ''

probe "echo '[$good,$less,$(printf '%s' "$bad" | tr -d '\n')]'; exit 1"
doctor
is 'a kernel that has not' 1 '*absent*ima*without it: no hashes*MISSING*bpf-lsm*without it: nothing can be refused*cannot enforce*' ''
same 'the remedy is indented' 2 "$(grep -cE '^           (add lsm=lockdown,bpf|then reboot)$' "$FOLDER/out")"
doctor --json
is 'and for machines' 1 '{"usable":false,*' ''

probe 'echo nonsense'
doctor
is 'a probe that prints no list' 1 '*' '*printed no list*'
probe 'echo []'
doctor
is 'a probe that found nothing is no good news' 1 '*' '*printed no list*'
probe 'exec sleep 60'
doctor --timeout 0.2
is 'a probe that hangs' 1 '*' "*cannot run '$FOLDER/bulwarkd --probe': *"
probe 'exec cat /dev/zero'
doctor
is 'a probe that floods' 1 '*' "*cannot run*"
rm "$FOLDER/bulwarkd"
doctor
is 'no such program' 1 '*' '*cannot run*No such file*'

finish
