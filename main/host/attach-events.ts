import { asHostkeepError, hasCode, type StepName } from '#contract';
import type { BackupSession } from '#engine/ports';
import { callHost } from './operation.ts';
import { history } from './operations/history.ts';
import type { HostBackup } from './session.ts';

const shownEvents = 5;
/** Clocks of host and console differ; an event just before the step may be its cause. */
const marginMs = 60_000;

interface Watched {
  /** Runs a step; when it fails, the events that the host logged meanwhile follow it in the conversation. */
  during<Result>(step: StepName, act: () => Promise<Result>): Promise<Result>;
  session(session: BackupSession): BackupSession;
}

export function withEvents({ options, report, vm }: HostBackup): Watched {
  const { clock, shell } = options;
  const tell = async (step: StepName, since: number): Promise<void> => {
    const { events } = await callHost(shell, history, { days: 1, writers: false });
    const meanwhile = events.filter((event) => Date.parse(event.at) >= since - marginMs);
    // Events that name the VM say more than those of the host as a whole.
    const naming = meanwhile.filter((event) => event.text.includes(vm.name) || event.text.toLowerCase().includes(vm.id));
    for (const event of (naming.length > 0 ? naming : meanwhile).slice(0, shownEvents))
      report({ step, side: 'host', actor: event.log, state: 'warning', events: [event.id], detail: event.text.slice(0, 500) });
  };
  const during: Watched['during'] = async (step, act) => {
    const since = clock.now();
    try {
      return await act();
    } catch (error) {
      if (hasCode(error, 'host/unreachable', 'host/timeout', 'input/cancelled')) throw error;
      // Without the events the failure is told all the same, and it is the failure that counts.
      await tell(step, since).catch((cause: unknown) =>
        report({
          step,
          side: 'host',
          state: 'warning',
          detail: `the event log could not be read: ${asHostkeepError(cause).message}`,
        }),
      );
      throw error;
    }
  };
  return {
    during,
    session: (session) => ({ ...session, complete: (onReached) => during('release', () => session.complete(onReached)) }),
  };
}
