# shellcheck shell=bash disable=SC2034,SC2154
# The agent has given up what it does not need, and does all that it has to do without.

# of_agent FIELD: of /proc/PID/status.
of_agent() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$AGENT/status"; }

# dac_override 1, dac_read_search 2, sys_admin 21, perfmon 38, bpf 39
printf -v few '%016x' $((1 << 1 | 1 << 2 | 1 << 21 | 1 << 38 | 1 << 39))
same 'effective capabilities' "$few" "$(of_agent CapEff)"
same 'permitted ones' "$few" "$(of_agent CapPrm)"
same 'what it can win by execve' "$few" "$(of_agent CapBnd)"
same 'inheritable ones' 0000000000000000 "$(of_agent CapInh)"
same 'no new privileges' 1 "$(of_agent NoNewPrivs)"

# Rules that have programs attached, maps made and files marked, after the start.
rules without-privileges <<YAML
- {name: it, read: [$D/secret]}
- {name: ring, use: [io-uring]}
YAML
load "$FILE"
refused 'a policy comes in force' "$BIN/probe" open r "$D/secret"
refused 'and programs that it needs are attached' "$BIN/probe" ring
bulwark mode without-privileges audit >/dev/null
allowed 'a mode is switched' "$BIN/probe" open r "$D/secret"
unload --all
expect 'healthy' bulwark status
