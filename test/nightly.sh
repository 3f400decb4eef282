#!/usr/bin/env bash
# Everything, as often as it is worth: hours. Each part is run, whatever became of the one before.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
part() {
  printf '\n== %s\n' "$*"
  "$@" || failed+=("$*")
}
seed=$(date +%Y%m%d)
part env HOSTKEEP_RUNS=10 HOSTKEEP_FLIPS=2000 npm test
part npm run test:failure
part npm run test:powershell -- --slow
# One group a format, worked through in turns.
part npm run fuzz -- --count "$((20000 * $(node -e "import('./test/fuzz/subjects.ts').then(async (m) => console.log((await m.allSubjects()).length))")))" --seed "$seed"
part npm run kill:host
part npm run kill:recover
part npm run matrix:faults
part npm run virtual:year
if [ "${#failed[@]}" -gt 0 ]; then
  printf '\nfailed:\n'
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
