#!/usr/bin/env bash
# The program that fetches a kubelet's pods, by hand, and what the agent says of it at the start.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

[ -x "$FAKE" ] || skip 'bulwarkd_fake was not built'
BULWARK=$(dirname "$FAKE")/../libexec/bulwark/bulwark-pods
[ -x "$BULWARK" ] || skip 'bulwark-pods was not built'

run --help
is 'help' 0 'Usage: bulwark-pods*' ''
run
is 'no source' 2 '' '*no source is given*'
run unix:/a unix:/b
is 'two sources' 2 '' "*not 'unix:/b' too*"
run https://127.0.0.1:1/pods
is 'https without an authority' 2 '' '*https needs --ca*'
run --ca "$FOLDER/absent" https://127.0.0.1:1/pods
is 'a file that is not there' 1 '' "bulwark-pods: cannot read '$FOLDER/absent': No such file or directory"
echo x >"$FOLDER/ca"
run --ca "$FOLDER/ca" http://127.0.0.1:1/pods
is 'plain http' 1 '' 'bulwark-pods: Protocol "http" not supported *'
run --ca "$FOLDER/ca" file:///etc/passwd
is 'another protocol' 1 '' 'bulwark-pods: *'
run --ca "$FOLDER/ca" https://user:word@127.0.0.1:1/
is 'a user in the URL' 1 '' 'bulwark-pods: it is no URL *'
run "unix:$FOLDER/absent"
is 'no socket' 1 '' 'bulwark-pods: nobody listens there'

# The agent starts all the same: it says why it has no pods, with the source, and goes on.
cat >"$FOLDER/kubelet.yaml" <<EOT
kubelet: https://127.0.0.1:1
kubelet_ca: $FOLDER/nosuch.crt
EOT
start_agent --config "$FOLDER/kubelet.yaml"
wait_until grep -q pods "$FOLDER/agent.log"
same 'the agent says why it has no pods' 1 "$(grep -c \
	"Cannot read the kubelet's pods from 'https://127.0.0.1:1': cannot read '$FOLDER/nosuch.crt': No such file" \
	"$FOLDER/agent.log")"
finish
