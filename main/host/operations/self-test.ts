import { callHost, type Operation } from '../operation.ts';
import type { PowerShell } from '../powershell.ts';
import { fieldsOf, flagOf, listOf, textOf } from '../values.ts';

export interface SelfTestItem {
  readonly id: string;
  readonly assumes: string;
  readonly holds: boolean;
  /** What the host said, without names of VMs or people. */
  readonly found: string;
}

export interface SelfTest {
  readonly host: { readonly version: string; readonly edition: string; readonly powerShell: string; readonly culture: string };
  readonly items: readonly SelfTestItem[];
}

export const selfTestOperation: Operation<Record<string, never>, SelfTest> = {
  name: 'self-test',
  timeoutMs: 10 * 60_000,
  failures: [],
  parse(value) {
    const from = fieldsOf(value, 'self-test');
    const host = fieldsOf(from['host'], 'host');
    const [version, edition, powerShell, culture] = ['version', 'edition', 'powerShell', 'culture'].map((name) =>
      textOf(host[name], name),
    );
    return {
      host: { version: version!, edition: edition!, powerShell: powerShell!, culture: culture! },
      items: listOf(from['items'], 'items').map((one) => {
        const item = fieldsOf(one, 'item');
        const [id, assumes, found] = ['id', 'assumes', 'found'].map((name) => textOf(item[name], name));
        return { id: id!, assumes: assumes!, found: found!, holds: flagOf(item['holds'], 'holds') };
      }),
    };
  },
};

/** Tries everything that the scripts assume of a host, and changes nothing there. */
export function selfTest(shell: PowerShell): Promise<SelfTest> {
  return callHost(shell, selfTestOperation, {});
}
