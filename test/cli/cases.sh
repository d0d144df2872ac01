#!/usr/bin/env bash
# bulwark test: tests of policies, how they are found, and in which forms the results are given.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

# cases FILE EXPECT [NAME]: a test of $FOLDER/d/web.yaml.
cases()
{
	cat >"$1" <<-EOT
	apiVersion: bulwark/v1
	kind: PolicyTest
	policies: [web.yaml]
	cases:
	  - {name: '${3:-a shell}', operation: exec, object: /bin/sh, expect: $2, rule: web/no-shell}
	  - {name: another program, operation: exec, object: /bin/true, expect: allow}
	EOT
}

mkdir "$FOLDER/d" "$FOLDER/empty"
policy web >"$FOLDER/d/web.yaml"
cases "$FOLDER/d/web.test.yaml" deny

run test "$FOLDER/d/web.test.yaml"
is 'a file' 0 $'TAP version 13\n1..2\nok 1 - *web.test.yaml: a shell\nok 2 - *another program\n# 2 passed, 0 failed' ''
run test "$FOLDER/d"
is 'a folder, whose policies are passed over' 0 '*1..2*# 2 passed, 0 failed' ''
run test "$FOLDER/d/web.yaml"
is 'a policy is no test' 1 '*not ok 1 - *' '*web.yaml:2:7: error: *PolicyTest*'
OUT=$(cd "$FOLDER/d" && "$BULWARK" test - <web.test.yaml 2>"$FOLDER/err")
STATUS=$? ERR=$(cat "$FOLDER/err")
is 'standard input: paths are those of the working directory' 0 '*ok 1 - <stdin>: a shell*' ''

cases "$FOLDER/d/wrong.test.yaml" kill
run test "$FOLDER/d/wrong.test.yaml"
is 'a failure tells what was decided' 1 \
	$'*\nnot ok 1 - *: a shell\n# *:5: expected kill by web/no-shell, decided deny by web/no-shell\nok 2*' ''
run test --junit "$FOLDER/junit.xml" "$FOLDER/d"
is 'of several, one fails' 1 '*1..4*# 3 passed, 1 failed' ''
OUT=$(cat "$FOLDER/junit.xml")
is 'JUnit' 1 '<?xml*<testsuites tests="4" failures="1" errors="0">*<failure message="expected kill*</testsuites>'
run test --json "$FOLDER/d/wrong.test.yaml"
is 'JSON' 1 '{"cases":\[{*"passed":false,*"expected":"kill",*"decided":"deny","rule":"web/no-shell"},*"failed":1,*}' ''
same 'on one line' 1 "$(wc -l <"$FOLDER/out")"
run test --junit "$FOLDER/absent/junit.xml" "$FOLDER/d/web.test.yaml"
is 'results that cannot be written' 1 '*' 'bulwark: cannot write *'

sed 's,no-shell,shells,' "$FOLDER/d/web.test.yaml" >"$FOLDER/d/rule.test.yaml"
run test "$FOLDER/d/rule.test.yaml"
is 'a rule that is not there' 1 '*not ok 1 - *: not valid*' "*rule.test.yaml:5:*no rule 'web/shells'*unknown-rule*"
sed 's,web.yaml,absent.yaml,' "$FOLDER/d/web.test.yaml" >"$FOLDER/d/absent.test.yaml"
run test "$FOLDER/d/absent.test.yaml" "$FOLDER/d/web.test.yaml"
is 'policies that are not there; the others run' 1 '*# 2 passed, 1 failed' '*absent.test.yaml:3:12: error: *unreadable*'
run test "$FOLDER/absent.yaml"
is 'a test that is not there' 1 '*not ok 1 - *' '*absent.yaml: error: *'
run test "$FOLDER/empty"
is 'a folder without files' 1 '*' '*error: no policy file*'
mkdir "$FOLDER/p"
policy web >"$FOLDER/p/web.yaml"
run test "$FOLDER/p"
is 'a folder without tests' 1 '*' '*error: no test of policies*'

cases "$FOLDER/d/name.test.yaml" deny 'a <b> & "c" # skip'
run test --junit "$FOLDER/junit.xml" "$FOLDER/d/name.test.yaml"
is 'a name is no directive of TAP' 0 '*ok 1 - *: a <b> & "c" \\# skip*' ''
OUT=$(cat "$FOLDER/junit.xml")
is 'and no markup' 0 '*name="a &#60;b&#62; &#38; &#34;c&#34; # skip"*'

cat >"$FOLDER/p/two.yaml" <<-EOT
apiVersion: bulwark/v1
kind: Policy
metadata: {name: two}
spec:
  default: {read: deny}
  rules:
    - {name: shells, subject: {user: 33}, except: {binary: [/bin/x]}, exec: [/bin/sh], action: kill}
    - {name: etc, read: [/etc/], action: allow}
EOT
# two CASES: a test of that policy.
two()
{
	printf 'apiVersion: bulwark/v1\nkind: PolicyTest\npolicies: [two.yaml]\ncases:\n%s\n' "$1" >"$FOLDER/p/two.test.yaml"
}
kills='  - {name: k, process: {user: 33}, operation: exec, object: /bin/sh, expect: kill}'
two "$kills"
run test --coverage "$FOLDER/p/two.test.yaml"
is 'rules that no case reaches are listed' 0 $'*# 1 passed, 0 failed\n# coverage: cases reach 1 of 3 rules' \
	"*two.yaml:5:13: warning: no case reaches the default for read \[unreached-rule\]*two.yaml:8:14: warning: no case reaches rule 'etc'*"
run test --require-coverage "$FOLDER/p/two.test.yaml"
is 'or fail' 1 '*reach 1 of 3*' '*error: no case reaches *'
run test --mutate "$FOLDER/p/two.test.yaml"
is 'changes that no case notices fail' 1 '*# mutation: cases fail for 2 of 7 mutants' \
	"*error: no case fails when there is no default for read \[surviving-mutant\]*rule 'shells' has no 'except'*does not ask for 'user'*rule 'etc' is left out*rule 'etc' says deny in place of allow*"
two "$kills
  - {name: u, process: {user: 34}, operation: exec, object: /bin/sh, expect: allow}
  - {name: e, process: {user: 33, binary: /bin/x}, operation: exec, object: /bin/sh, expect: allow}
  - {name: d, operation: read, object: /srv, expect: deny}
  - {name: a, operation: read, object: /etc/x, expect: allow}"
run test --require-coverage --mutate "$FOLDER/p/two.test.yaml"
is 'enough cases' 0 '*reach 3 of 3 rules*fail for 7 of 7 mutants' ''
two "$kills"
sed 's,name: k,name: l,; s,user: 33,user: 34,; s,kill}$,allow}\n  - {name: e\, process: {user: 33\, binary: /bin/x}\, operation: exec\, object: /bin/sh\, expect: allow}\n  - {name: d\, operation: read\, object: /srv\, expect: deny}\n  - {name: a\, operation: read\, object: /etc/x\, expect: allow},' \
	"$FOLDER/p/two.test.yaml" >"$FOLDER/p/three.test.yaml"
run test --require-coverage --mutate "$FOLDER/p/two.test.yaml" "$FOLDER/p/three.test.yaml"
is 'of two tests about one policy, one is enough' 0 '*reach 3 of 3 rules*fail for 7 of 7 mutants' ''
run test --json --coverage --mutate "$FOLDER/p/two.test.yaml"
is 'JSON of both' 1 '{*"coverage":{"rules":3,"reached":1},"mutation":{"mutants":7,"killed":2},"diagnostics":\[*' ''

finish
