#!/usr/bin/env bash
# What runs elsewhere: the steps of the GitHub Action and the hook of pre-commit, without GitHub and without pre-commit.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

command -v git >/dev/null || skip 'there is no git'
deploy=$(cd "$(dirname "$0")/../../tools/deploy" && pwd)
PATH=$(cd "$(dirname "$BULWARK")" && pwd):$PATH
export GITHUB_STEP_SUMMARY=$FOLDER/summary GITHUB_PATH=$FOLDER/path RUNNER_TEMP=$FOLDER GIT_CONFIG_GLOBAL=/dev/null
repository=$FOLDER/repository
mkdir -p "$repository/tests"
cd "$repository" || exit 1
git init -q . && git config user.email x@example && git config user.name x

# step NAME=VALUE... -- COMMAND: as a step of a run.
step()
{
	local settings=()

	while [ "$1" != -- ]; do settings+=("$1") && shift; done
	shift
	env "${settings[@]}" "$@" >"$FOLDER/out" 2>"$FOLDER/err" </dev/null
	STATUS=$? OUT=$(cat "$FOLDER/out") ERR=$(cat "$FOLDER/err")
}

policy web enforce >web.yaml
cat >tests/web.yaml <<'EOT'
apiVersion: bulwark/v1
kind: PolicyTest
policies: [../web.yaml]
cases:
  - {name: a shell, operation: exec, object: /bin/sh, expect: deny}
EOT

# --- the action ----------------------------------------------------------------------------------------------

step -- "$deploy/github/build"
is 'bulwark is in PATH: nothing is built' 0 'bulwark [0-9]*' ''
same 'and PATH stays' '' "$(cat "$GITHUB_PATH" 2>/dev/null)"

step BULWARK_POLICIES=web.yaml BULWARK_TESTS=tests "BULWARK_SARIF=$FOLDER/s.sarif" "BULWARK_JUNIT=$FOLDER/j.xml" \
	BULWARK_COVERAGE=true -- "$deploy/github/run"
is 'all is well' 0 '*::group::check*no errors*::endgroup::*::group::test*ok 1*::endgroup::*'
same 'SARIF' 2.1.0 "$(sed -n 's/.*"version": *"\(2[0-9.]*\)".*/\1/p' "$FOLDER/s.sarif" | head -n 1)"
same 'JUnit' 1 "$(grep -c '<testcase' "$FOLDER/j.xml")"
same 'the page of the run' 'bulwark: all is well' "$(tail -n 1 "$GITHUB_STEP_SUMMARY")"

policy broken enforce '[{exce: [/bin/sh]}]' >broken.yaml
step 'BULWARK_POLICIES=web.yaml broken.yaml' BULWARK_TESTS=tests "BULWARK_SARIF=$FOLDER/s.sarif" -- "$deploy/github/run"
is 'a broken policy fails' 1 '*::error::bulwark: failed: check*' '*broken.yaml:6:*unknown-key*'
same 'and is in the findings' 1 "$(grep -c '"ruleId": *"unknown-key"' "$FOLDER/s.sarif" | head -n 1)"
rm broken.yaml

policy never audit '[{name: a, exec: [/bin/sh]}, {name: b, exec: [/bin/sh]}]' >never.yaml
step BULWARK_POLICIES=never.yaml -- "$deploy/github/run"
is 'a warning fails' 1 '*failed: check*'
step BULWARK_POLICIES=never.yaml BULWARK_STRICT=false -- "$deploy/github/run"
is 'unless it is not to' 0 '*'
rm never.yaml

sed -i 's/expect: deny/expect: allow/' tests/web.yaml
step BULWARK_POLICIES=web.yaml BULWARK_TESTS=tests -- "$deploy/github/run"
is 'a test that fails' 1 '*not ok 1*::error::bulwark: failed: test*'
sed -i 's/expect: allow/expect: deny/' tests/web.yaml

cat >events.jsonl <<'EOT'
{"time":"2026-01-02T03:04:05Z","node":"n","type":"decision","id":"1","policy":"old","rule":"seen","mode":"audit","verdict":"audit","enforced":false,"operation":"exec","hook":"bprm_check_security","object":{"path":"/bin/sh"},"process":{"exec_id":"e","pid":1,"tid":1,"uid":0,"gid":0,"euid":0,"egid":0,"binary":"/usr/bin/make"}}
EOT
step BULWARK_POLICIES=web.yaml BULWARK_BASELINE=events.jsonl -- "$deploy/github/run"
is 'what was allowed would be denied' 1 '*failed: replay*'
policy quiet audit '[{read: /nothing}]' >quiet.yaml
step BULWARK_POLICIES=quiet.yaml BULWARK_BASELINE=events.jsonl -- "$deploy/github/run"
is 'and would not' 0 '*'
rm quiet.yaml events.jsonl

# --- the action's own text: what GitHub would do with it ---------------------------------------------------------

while read -r input; do
	grep -q "BULWARK_${input^^}: \${{ inputs.$input }}" "$deploy/github/action.yml" &&
		grep -q "BULWARK_${input^^}" "$deploy/github/run"
	same "the input $input reaches the script" 0 $?
done < <(sed -n '/^inputs:/,/^runs:/s/^  \([a-z]*\):$/\1/p' "$deploy/github/action.yml")

# --- pre-commit ------------------------------------------------------------------------------------------------------

echo 'a: 1' >other.yaml
git add -A
step -- "$deploy/pre-commit/hook" other.yaml
is 'files of others are passed over' 0 '' ''
step -- "$deploy/pre-commit/hook" web.yaml tests/web.yaml other.yaml
is 'a good policy' 0 '*no errors*'
policy broken enforce '[{exce: [/bin/sh]}]' >broken.yaml
step -- "$deploy/pre-commit/hook" broken.yaml
is 'a broken one' 1 '*' '*unknown-key*'
rm broken.yaml
policy web audit '[{exec: [/bin/dash]}]' >web.yaml
step -- "$deploy/pre-commit/hook" web.yaml
is 'one that its tests refuse' 1 '*not ok 1*'
PATH=/usr/bin:/bin step -- "$deploy/pre-commit/hook" web.yaml
is 'without bulwark' 2 '' '*not in PATH*'
same 'the file that pre-commit looks for names it' "$deploy/pre-commit/hook" \
	"$(cd "$deploy/../.." && readlink -f "$(sed -n 's/^  entry: //p' .pre-commit-hooks.yaml)")"

finish
