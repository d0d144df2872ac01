#!/usr/bin/env bash
# Metrics: as text, as a file for node_exporter, over http; and when the agent is gone.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2317
. "$(dirname "$0")/lib.sh"

[ -x "$FAKE" ] || skip 'bulwarkd_fake was not built'
readers=$(cd "$(dirname "$0")/.." && pwd)/metrics.awk
exporter=$(dirname "$BULWARK")/exporter/bulwark-exporter
file=$FOLDER/bulwark.prom
start_agent
policy web enforce >"$FOLDER/web.yaml"
ask load "$FOLDER/web.yaml"

# --- the command ---------------------------------------------------------------------------------------------

ask metrics
is 'OpenMetrics' 0 '*bulwark_info{*}*bulwark_up 1*bulwark_decisions_total{policy="web",rule="no-shell",*,mode="enforce"} 0*# EOF' ''
awk -v form=openmetrics -f "$readers" "$FOLDER/out"
same 'as readers take it' 0 $?
ask metrics --prometheus
is 'the older form' 0 '*# TYPE bulwark_decisions_total counter*' ''
awk -v form=prometheus -f "$readers" "$FOLDER/out"
same 'as its readers take it' 0 $?
ask metrics --json
is 'for machines' 0 '{"text":"# HELP bulwark*' ''

umask 077
ask metrics --textfile "$file"
is 'a file' 0 '' ''
same 'which node_exporter may read' 644 "$(stat -c %a "$file")"
awk -v form=prometheus -f "$readers" "$file"
same 'and can' 0 $?
first=$(stat -c %i "$file")
ask metrics --textfile "$file"
same 'it is replaced, never half written' 1 "$(test "$first" != "$(stat -c %i "$file")" && echo 1)"
same 'and nothing stays beside it' bulwark.prom "$(cd "$FOLDER" && echo bulwark.prom*)"
ask metrics --textfile "$FOLDER/no/such.prom"
is 'a folder that is missing' 1 '' 'bulwark: cannot write */no/such.prom: No such file*is its folder there*'
ask metrics --textfile "$FOLDER/metrics"
is 'a name that node_exporter does not read' 2 '' '*reads \*.prom only*'
mkdir "$FOLDER/taken.prom"
ask metrics --textfile "$FOLDER/taken.prom"
is 'a folder in its place' 1 '' 'bulwark: cannot write *'
same 'nothing stays beside that' taken.prom "$(cd "$FOLDER" && echo taken.prom*)"

# --- over http ---------------------------------------------------------------------------------------------------

for address in 0.0.0.0:0 192.0.2.1:0 '[::]:0' 127.0.0.1 127.0.0.1:x 127.0.0.1:70000 localhost:1 ''; do
	timeout 5 "$exporter" --listen "$address" >"$FOLDER/out" 2>"$FOLDER/err"
	STATUS=$? OUT='' ERR=$(cat "$FOLDER/err")
	is "'$address' is refused" 2 '' "bulwark-exporter: '*' is no loopback address with a port*"
done

"$exporter" --listen 127.0.0.1:0 --socket "$SOCKET" 2>"$FOLDER/exporter" &
EXPORTER=$!
listening() { PORT=$(sed -n 's/.*listening on port //p' "$FOLDER/exporter") && [ "$PORT" ]; }
wait_until listening
same 'it listens' 0 $?

# http LINE...: what is answered to these lines. Who is answered before it has said all may find that nobody listens to the
# rest (SIGPIPE, in a process of its own here), and its answer gone.
http()
{
	local line connection

	exec {connection}<>"/dev/tcp/127.0.0.1/$PORT"
	(
		for line; do
			printf '%s\r\n' "$line"
		done
		printf 'Connection: close\r\n\r\n'
	) 2>/dev/null 1>&"$connection"
	timeout 10 cat <&"$connection" 2>/dev/null | tr -d '\r' >"$FOLDER/answer"
	exec {connection}>&-
	STATUS=0 OUT=$(cat "$FOLDER/answer") ERR=''
}

http 'GET /metrics HTTP/1.1' 'Host: localhost'
is 'a browser' 0 'HTTP/1.1 200 OK*Content-Type: text/plain; version=0.0.4*bulwark_up 1*'
sed '1,/^$/d' "$FOLDER/answer" >"$FOLDER/body"
awk -v form=prometheus -f "$readers" "$FOLDER/body"
same 'the older form for it' 0 $?
http 'GET /metrics HTTP/1.1' 'Host: localhost' 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5'
is 'Prometheus' 0 'HTTP/1.1 200 OK*Content-Type: application/openmetrics-text; version=1.0.0*# EOF'
http 'GET / HTTP/1.1' 'Host: localhost'
is 'another path' 0 'HTTP/1.1 404 *'
http 'POST /metrics HTTP/1.1' 'Host: localhost' 'Content-Length: 0'
is 'another method' 0 'HTTP/1.1 405 *Allow: GET, HEAD*'
http "GET /$(printf '%70000s' '' | tr ' ' x) HTTP/1.1" 'Host: localhost'
same 'a request without end is not served' '' "$(grep -v '^HTTP/1.1 4' "$FOLDER/answer" | grep '^HTTP/\|^bulwark')"
http 'GET /metrics HTTP/1.1' 'Host: localhost'
is 'and it goes on' 0 'HTTP/1.1 200 OK*bulwark_up 1*'

# --- the agent is gone -------------------------------------------------------------------------------------------

ask stop
http 'GET /metrics HTTP/1.1' 'Host: localhost'
is 'over http' 0 'HTTP/1.1 200 OK*bulwark_up 0'
ask metrics --textfile "$file"
is 'in the file' 3 '' 'bulwark: cannot ask the agent*'
same 'nothing but that' 'bulwark_up 0' "$(grep -v '^#' "$file")"
kill "$EXPORTER"
wait "$EXPORTER"
same 'it ends when it is told' 0 $?

finish
