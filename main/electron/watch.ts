/** Looks into the state database every few seconds: runs live in processes of their own, and that is where they tell. */
import type { Alert, RunView } from '#contract';

export interface Seen {
  readonly runs: readonly RunView[];
  readonly alerts: readonly Alert[];
}

export interface Watch {
  /** Looks now. */
  look(): Promise<void>;
  stop(): void;
}

const everyMs = 2_000;

/** `told` hears what there is, and which runs have ended since the last look. */
export function watchState(
  read: () => Promise<Seen>,
  told: (seen: Seen, ended: readonly RunView[]) => void,
  failed: (error: unknown) => void,
): Watch {
  let running: ReadonlySet<string> | null = null;
  const look = async (): Promise<void> => {
    try {
      const seen = await read();
      const before = running;
      running = new Set(seen.runs.filter((run) => run.state === 'running').map((run) => run.id));
      // What ended before the shell began is no news; the tray shows it all the same until it was seen.
      told(seen, before === null ? [] : seen.runs.filter((run) => run.state !== 'running' && before.has(run.id)));
    } catch (error) {
      failed(error);
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  return { look, stop: () => clearInterval(timer) };
}
