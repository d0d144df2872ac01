#!/usr/bin/env bash
# bulwark check: what is accepted, what is refused and how that reads.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

mkdir "$FOLDER/d" "$FOLDER/empty"
policy web >"$FOLDER/d/10-web.yaml"
policy database >"$FOLDER/d/20-database.yml"
printf '%s' '{"apiVersion":"bulwark/v1","kind":"Policy","metadata":{"name":"json"},"spec":{"rules":[{"exec":["/a"]}]}}' \
	>"$FOLDER/d/30-json.json"
echo 'not: a policy' >"$FOLDER/d/.hidden.yaml"
echo 'not: a policy' >"$FOLDER/d/README"

run check "$FOLDER/d"
is 'a folder' 0 '3 policies, 3 rules: no errors, no warnings' ''
run check "$FOLDER/d/10-web.yaml"
is 'a file' 0 '1 policy, 1 rule: no errors, no warnings' ''
OUT=$(policy web | "$BULWARK" check - 2>"$FOLDER/err")
STATUS=$? ERR=$(cat "$FOLDER/err")
is 'standard input' 0 '1 policy, 1 rule: no errors, no warnings' ''
run check "$FOLDER/empty"
is 'a folder without policies' 1 '*1 error*' "$FOLDER/empty: error: no policy file*"
run check "$FOLDER/absent.yaml" "$FOLDER/d"
is 'a file that is not there, beside good ones' 1 '3 policies, 3 rules: 1 error*' "$FOLDER/absent.yaml: error: *"

policy web audit '[{exce: [/bin/sh]}]' >"$FOLDER/bad.yaml"
run check "$FOLDER/bad.yaml"
is 'a mistake has its place, its line and a hint' 1 '*' "*bad.yaml:6:1[0-9]: error: *exce*hint: *'exec'*"
run check "$FOLDER/d/10-web.yaml" "$FOLDER/d/10-web.yaml"
is 'two policies of one name' 1 '*' '*error: *web*'

policy web audit '[{name: a, exec: [/bin/sh]}, {name: b, exec: [/bin/sh]}]' >"$FOLDER/twice.yaml"
run check "$FOLDER/twice.yaml"
is 'a warning does not fail' 0 '1 policy, 2 rules: no errors, 1 warning' '*warning: *duplicate-rule*'
run check --strict "$FOLDER/twice.yaml"
is 'with --strict it does' 1 '*1 warning' '*duplicate-rule*'

policy web audit '[{read: [/nonexistent/**]}]' >"$FOLDER/nothing.yaml"
run check "$FOLDER/nothing.yaml"
is 'another node may have it' 0 '*no warnings' ''
run check --node "$FOLDER/nothing.yaml"
is 'this node has not' 0 '*1 warning' "*warning: pattern '/nonexistent/\\*\\*' names nothing on this node*"

mkdir "$FOLDER/real"
ln -s real "$FOLDER/link"
policy web audit "[{read: [$FOLDER/link/**]}]" >"$FOLDER/through.yaml"
run check --node "$FOLDER/through.yaml"
is 'a link of this node' 0 '*1 warning' "*'$FOLDER/link' leads to '$FOLDER/real' on this node*through-link*"
policy locks enforce '[{read: [/etc/]}]' >"$FOLDER/locks.yaml"
policy opens enforce '[{read: [/etc/hosts], action: allow}]' | sed 's/  rules/  default: {read: deny}\n&/' >"$FOLDER/opens.yaml"
run check "$FOLDER/locks.yaml" "$FOLDER/opens.yaml"
is 'rules of two policies' 0 '2 policies*2 warnings' \
	"*opens.yaml:6:*denies-own-start*opens.yaml:7:*rule 'rule-1' allows nothing: rule 'rule-1' of policy 'locks' ($FOLDER/locks.yaml:6)*contradicting-rules*"

run check --json "$FOLDER/d"
is 'JSON' 0 '{"policies":3,"rules":3,"errors":0,"warnings":0,"diagnostics":\[\]}' ''
run check --json "$FOLDER/bad.yaml"
is 'JSON of a mistake is one document on standard output' 1 '{"policies":0,*"severity":"error"*"text":"*"}*' ''
same 'and one line' 1 "$(wc -l <"$FOLDER/out")"

run check --sarif "$FOLDER/bad.yaml"
is 'SARIF' 1 '{"?schema":"*sarif-2.1.0.json","version":"2.1.0","runs":\[{"tool":{"driver":{"name":"bulwark",*"rules":\[{"id":*"results":\[{"ruleId":"unknown-key","ruleIndex":*"region":{"startLine":6,"startColumn":1[0-9],"endColumn":*' ''
same 'on one line' 1 "$(wc -l <"$FOLDER/out")"
run check --sarif "$FOLDER/d"
is 'SARIF of nothing' 0 '*"results":\[\]*' ''

printf 'a: \033[2J\n' >"$FOLDER/screen.yaml"
run check "$FOLDER/screen.yaml"
is 'a policy that would clear the screen' 1
same 'does not' 0 "$(grep -c $'\033' "$FOLDER/err")"

run schema
is 'the schema is one JSON document' 0 '{*json-schema.org/draft/2020-12*"apiVersion"*}' ''

finish
