import { checkSays, toldCheck } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import type { HostOptions } from './host-options.ts';
import { hostRules, type Finding } from './host-rules.ts';
import type { Discovery } from './operations/discover.ts';
import type { History } from './operations/history.ts';
import { pathFor } from './vm-facts.ts';
import { vmRules, type VmContext } from './vm-rules.ts';

/** The preflight list of the reference (8.4), host first, then each VM. */
export function checksOf(
  options: HostOptions,
  { host, vms }: Discovery,
  history: History,
  vmIds?: readonly string[],
): readonly PreflightCheck[] {
  const ofHost = Object.entries(hostRules).map(([id, rule]) => check(id, null, rule(host, history)));
  const wanted = vms.filter((vm) => vmIds === undefined || vmIds.includes(vm.id));
  const context: VmContext = { options, host, history };
  const scope = check(
    'shadow-scope',
    null,
    shadowScope(wanted.filter((vm) => pathFor(options.path, host, vm) === 'shadow').length),
  );
  const ofVms = wanted.flatMap((vm) => Object.entries(vmRules).map(([id, rule]) => check(id, vm.name, rule(vm, context))));
  return [...ofHost, scope, ...ofVms].filter((found) => found !== null);
}

/** Said once, however many VMs it is true of. */
function shadowScope(vms: number): Finding {
  if (vms === 0) return null;
  return ['warning', vms === 1 ? checkSays('shadow-scope-one') : checkSays('shadow-scope', { vms })];
}

function check(id: string, vm: string | null, finding: Finding): PreflightCheck | null {
  if (finding === null) return null;
  const [verdict, sentence, code] = finding;
  return {
    id,
    vm,
    verdict,
    ...toldCheck(sentence),
    error: null,
    ...(code !== undefined && verdict === 'blocking' ? { code } : {}),
  };
}
