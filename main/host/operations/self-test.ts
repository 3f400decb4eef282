import { object } from 'valibot';
import { flag, list, text } from '../answer.ts';
import { callHost, type Operation } from '../operation.ts';
import type { PowerShell } from '../powershell.ts';

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
  answer: object({
    host: object({ version: text, edition: text, powerShell: text, culture: text }),
    items: list(object({ id: text, assumes: text, holds: flag, found: text })),
  }),
};

/** Tries everything that the scripts assume of a host, and changes nothing there. */
export function selfTest(shell: PowerShell): Promise<SelfTest> {
  return callHost(shell, selfTestOperation, {});
}
