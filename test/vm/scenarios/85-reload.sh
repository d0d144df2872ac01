# shellcheck shell=bash disable=SC2034,SC2154
# Reload under load: while other policies come and go, are replaced and switched, what is denied is never opened.

readonly TURNS=200 ENOUGH=10000
file=$D/always
echo text >"$file"

# always DESCRIPTION: the policy that denies; its text differs, what it says does not.
always() {
	cat >"$POLICIES/always.yaml" <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: always, description: "$1"}
spec: {mode: enforce, rules: [{name: it, read: [$file]}]}
YAML
}

for name in a b; do
	cat >"$POLICIES/turn-$name.yaml" <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: turn-$name}
spec: {mode: enforce, rules: [{read: ["$D/$name/**"]}, {write: [$D/$name/x]}]}
YAML
done

turn() {
	case $(($1 % 4)) in
	0) load "$POLICIES/turn-a.yaml" ;;
	1) always "turn $1" && load "$POLICIES/always.yaml" ;;
	2) unload turn-a ;;
	3) load "$POLICIES/turn-b.yaml" --mode audit && bulwark mode turn-b enforce >/dev/null ;;
	esac
}

allowed 'without a policy' "$BIN/probe" open r "$file"
always first
load "$POLICIES/always.yaml"
refused 'before' "$BIN/probe" open r "$file"
for n in 1 2; do
	nice -n 10 "$BIN/probe" storm "$file" "$WORK/enough" >"$WORK/storm.$n" &
	STORM[n]=$!
done
began=$EPOCHSECONDS
for ((n = 0; n < TURNS; n++)); do
	turn "$n"
	((n % 50 != 49)) || echo "# $((n + 1)) changes in $((EPOCHSECONDS - began)) s"
done
touch "$WORK/enough"
wait "${STORM[@]}"
attempts=0 opened=0 other=0
for n in 1 2; do
	read -r tried got failed <"$WORK/storm.$n"
	attempts=$((attempts + tried)) opened=$((opened + got)) other=$((other + failed))
done
echo "# $attempts attempts"
same 'never opened' 0 "$opened"
same 'never another error' 0 "$other"
if ((attempts > ENOUGH)); then ok 'often enough'; else not_ok 'often enough' "$attempts attempts"; fi
refused 'after' "$BIN/probe" open r "$file"
expect 'the agent is healthy' bulwark status
unload --all
allowed 'after the unload' "$BIN/probe" open r "$file"
