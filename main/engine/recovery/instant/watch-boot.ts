import { HostkeepError, type RunId } from '#contract';
import type { Heartbeat, ScreenPicture } from '#engine/ports';
import type { RecoveryContext } from './publisher.ts';
import { judgeScreen, type ScreenVerdict } from './screen.ts';

export interface BootSeen {
  readonly heartbeat: Heartbeat;
  /** From the beginning of the watch to the first heartbeat; null where there was none. */
  readonly heartbeatAfterMs: number | null;
  readonly screen: ScreenVerdict | null;
  readonly picture: ScreenPicture | null;
}

/** `booted`: the guest answered and its screen is no stop screen; `unclear`: no answer, but a screen that shows something. */
export type BootVerdict = 'booted' | 'unclear' | 'failed';

const lookEveryMs = 1000;

/** Looks at a recovered VM until its guest answers, or the time is over; then at its screen. @throws HostkeepError host/*, input/cancelled */
export async function watchBoot(
  { clock, recoverer, report, signal }: Pick<RecoveryContext, 'clock' | 'recoverer' | 'report' | 'signal'>,
  of: { readonly recovery: RunId; readonly waitMs: number },
): Promise<BootSeen> {
  const said = { step: 'heartbeat', side: 'guest', actor: 'integration components' } as const;
  report({ ...said, state: 'started' });
  const waited = stopwatch(clock);
  let seen = await recoverer.look(of.recovery, false);
  while (seen.heartbeat !== 'ok' && waited() < of.waitMs) {
    if (signal.aborted) throw new HostkeepError('input/cancelled');
    if (seen.heartbeat === 'off') break;
    await clock.sleep(lookEveryMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    seen = await recoverer.look(of.recovery, false);
  }
  const answered = seen.heartbeat === 'ok';
  const after = waited();
  const told = answered ? `after ${(after / 1000).toFixed(1)} s` : `none (${seen.heartbeat}) in ${(after / 1000).toFixed(0)} s`;
  report({ ...said, state: answered ? 'done' : 'warning', detail: told });
  const { picture } = await recoverer.look(of.recovery, true);
  const screen = picture === null ? null : judgeScreen(picture);
  report({
    step: 'screen',
    side: 'host',
    actor: 'Hyper-V',
    state: screen === 'content' ? 'done' : 'warning',
    detail: screenText[screen ?? 'none'],
  });
  return { heartbeat: seen.heartbeat, heartbeatAfterMs: answered ? after : null, screen, picture };
}

/** Longer than a look and a rest take: what is more was the clock being set, and less than nothing too. */
const longestTurnMs = 5 * 60 * 1000;

/** How long it has been, asked again and again, by a clock that may be set meanwhile. */
function stopwatch({ now }: Pick<RecoveryContext['clock'], 'now'>): () => number {
  let [last, total] = [now(), 0];
  return () => {
    const at = now();
    if (at > last && at - last <= longestTurnMs) total += at - last;
    last = at;
    return total;
  };
}

const screenText = {
  content: 'it shows something',
  blank: 'it is of one colour',
  stop: 'it looks like a stop screen',
  none: 'the host has no picture',
} as const;

/** A blank screen beside a heartbeat is a guest that has switched its screen off. */
export function bootVerdict({ heartbeat, screen }: Pick<BootSeen, 'heartbeat' | 'screen'>): BootVerdict {
  if (screen === 'stop' || heartbeat === 'off') return 'failed';
  if (heartbeat === 'ok') return 'booted';
  return screen === 'content' ? 'unclear' : 'failed';
}
