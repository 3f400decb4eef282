#!/usr/bin/env bash
# Everything, as often as it is worth: hours. Each part is run, whatever became of the one before. `--small` runs the same parts at the least
# size that shows that they work (without what `npm test` has had): `npm run test:nightly -- --small`.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
part() {
  printf '\n== %s (%s)\n' "$*" "$(date +%T)"
  "$@" || failed+=("$*")
}
seed=$(date +%Y%m%d)
groups=$(node --disable-warning=ExperimentalWarning -e "import('./test/fuzz/subjects.ts').then(async (m) => console.log((await m.allSubjects()).length))") || exit 1
if [ "${1:-}" = --small ]; then
  part env HOSTKEEP_RUNS=2 npm test -- test/engine/jobs/*.test.ts
  images=50 kill=20 rounds=2 days=20
else
  # Properties ten times as often, and what `npm test` leaves out.
  part env HOSTKEEP_RUNS=10 HOSTKEEP_FLIPS=2000 npm test
  part npm run test:powershell -- --slow
  part npm run test:e2e
  images=20000 kill=1 rounds=100 days=365
fi
part env KILL_EVERY="$kill" npm run test:failure
# One group a format, worked through in turns.
part npm run fuzz -- --count "$((images * groups))" --seed "$seed"
part npm run kill:publish -- "$rounds"
part env KILL_EVERY="$kill" npm run kill:host
part env KILL_EVERY="$kill" npm run kill:recover
part env KILL_EVERY="$kill" npm run matrix:faults
part env HOSTKEEP_VIRTUAL_DAYS="$days" npm run virtual:year
if [ "${#failed[@]}" -gt 0 ]; then
  printf '\nfailed:\n'
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
