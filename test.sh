#!/usr/bin/env bash
# Builds everything and runs every test: ./test.sh
# Needs the .NET SDK and Node.js; what else is missing comes from the system's packages.
# The last line is "N passed, N failed" (", N skipped" if any); the exit code is 0 only if all is well.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

passed=0 failed=0 skipped=0

finish() {
  say_failures
  local line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  echo "$line"
  ((failed == 0 && passed > 0))
  exit
}

# Says again, where it is looked for, what failed and why: the log above it is long.
say_failures() {
  ((failed > 0)) || return
  echo "=== FAILURES ==="
  local report
  for report in TestResults/*.trx; do
    [[ -s $report ]] || continue
    grep -zoP '<UnitTestResult [^>]*outcome="Failed"[^>]*>|<ErrorInfo>\s*<Message>[^<]*|<StackTrace>[^<]*' "$report" | tr '\0' '\n' |
      sed -E 's/.*testName="([^"]*)".*/FAILED: \1/; s/<(ErrorInfo|Message|StackTrace)>/  /g'
  done
}

# A step without tests of its own counts as one failure when it fails.
fail() {
  echo "FAILED: $1" >&2
  failed=$((failed + 1))
}

# install_missing <program> <Debian package>
install_missing() {
  command -v "$1" >/dev/null && return
  local sudo=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { fail "$1 is missing: install the package $2"; finish; }
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" ||
    { fail "$1 is missing and the package $2 could not be installed"; finish; }
}

build() {
  local locked=()
  # On a build machine the lock files decide; at home a changed reference changes them.
  [[ ${CI:-} ]] && locked=(-p:RestoreLockedMode=true)
  dotnet restore AutoForge.sln "${locked[@]}" &&
    dotnet build AutoForge.sln --no-restore ${CI:+-p:UseSharedCompilation=false}
}

# counter <name> <trx file>
counter() {
  grep -o '<Counters [^>]*>' "$2" | grep -oP " $1=\"\K\d+"
}

run_tests() {
  local project name report
  for project in tests/*.Tests; do
    name=${project##*/}
    report=$PWD/TestResults/$name.trx
    timeout 30m dotnet "$project/bin/Debug/net10.0/$name.dll" -noLogo -noColor -trx "$report"
    local status=$?
    if [[ ! -s $report ]]; then
      fail "$name ended with code $status and without a report"
      continue
    fi
    local count
    count=$(counter failed "$report")
    # An error outside of any test (a fixture that could not be cleaned up, say) shows in the exit code alone.
    ((status == 0 || count > 0)) || fail "$name ended with code $status"
    failed=$((failed + count))
    passed=$((passed + $(counter passed "$report")))
    skipped=$((skipped + $(counter notExecuted "$report")))
  done
}

# A few minutes of what docs/reliability.md describes; counts as one test.
run_reliability() {
  local verdict=TestResults/reliability.json
  if timeout 10m dotnet bench/AutoForge.Reliability/bin/Debug/net10.0/AutoForge.Reliability.dll \
    --minutes 0.5 --figures F1,F3,F4 >"$verdict"; then
    passed=$((passed + 1))
  else
    cat "$verdict"
    fail "reliability"
  fi
}

install_missing setpriv util-linux
install_missing curl curl
install_missing chromium chromium
rm -rf TestResults && mkdir TestResults
build || { fail "the build"; finish; }
# The build has checked style and analyzers already, with warnings as errors; white space is what it does not look at.
dotnet format whitespace . --folder --verify-no-changes || fail "dotnet format"
run_tests
run_reliability
finish
