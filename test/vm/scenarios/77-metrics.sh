# shellcheck shell=bash disable=SC2034,SC2154
# Metrics of an agent that enforces: they count what happened, and agree with what status says.

# metric SAMPLE: its value now; number KEY: one of status.
metric() { bulwark metrics | awk -v sample="$1" '{ value = $NF; sub(/ [^ ]*$/, "") } $0 == sample { print value }'; }
number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$WORK/status"; }

rules counted <<-YAML
	- {name: secret, read: [$D/secret]}
	- {name: watched, read: [$D/watched], action: audit}
YAML
echo x >"$D/watched"
decisions() { metric "bulwark_decisions_total{policy=\"counted\",rule=\"$1\",operation=\"read\",verdict=\"$2\",mode=\"$3\"}"; }

load --mode audit "$FILE"
"$BIN/probe" open r "$D/secret" >/dev/null
"$BIN/probe" open r "$D/secret" >/dev/null
"$BIN/probe" open r "$D/watched" >/dev/null
same 'audit: what would have been refused' 2 "$(decisions secret deny audit)"
same 'audit: nothing was' 0 "$(decisions secret deny enforce)"
same 'a rule that refuses nothing' 1 "$(decisions watched audit any)"
bulwark mode counted enforce >/dev/null
for _ in 1 2 3; do "$BIN/probe" open r "$D/secret" >/dev/null; done
same 'enforce: what was refused' 3 "$(decisions secret deny enforce)"
same 'enforce: the count of audit stands' 2 "$(decisions secret deny audit)"

policy counted-too <<-YAML
	apiVersion: bulwark/v1
	kind: Policy
	metadata: {name: counted-too}
	spec:
	  rules: [{name: nothing, read: [$D/nothing]}]
YAML
load "$FILE"
"$BIN/probe" open r "$D/secret" >/dev/null
same 'counts go on under other tables' 4 "$(decisions secret deny enforce)"
bulwark metrics >"$WORK/metrics" && awk -v form=openmetrics -f /vm/metrics.awk "$WORK/metrics" >"$WORK/wrong"
same 'OpenMetrics, as readers take it' '' "$(<"$WORK/wrong")"
bulwark status --json >"$WORK/status"
same 'lost, as status says' "$(number lost)" "$(metric bulwark_events_lost_total)"
same 'undecided, as status says' "$(number undecided)" "$(metric bulwark_undecided_total)"
same 'every program that status shows' "$(grep -o '"attached":true' "$WORK/status" | wc -l)" \
	"$(grep -c '^bulwark_program_attached.* 1$' "$WORK/metrics")"
runs() { metric "bulwark_program_runs_total{program=\"bw_may_open\"}"; }
before=$(runs)
for _ in 1 2 3 4 5; do "$BIN/probe" open r "$D/watched" >/dev/null; done
same 'programs are counted as they run' yes "$([ $(($(runs) - before)) -ge 5 ] && echo yes)"
same 'and their time is taken' yes \
	"$(metric 'bulwark_program_run_seconds_total{program="bw_may_open"}' | grep -qv '^0.000000000$' && echo yes)"
same 'healthy' 1 "$(metric bulwark_healthy)"
bulwark unload --all >/dev/null
