import type { Progress } from '#contract';
import { bytesText, durationText } from './text.ts';

/** One line that is written over, on a terminal; nothing elsewhere. */
export function progressLine(stream: NodeJS.WriteStream, silent: boolean): { show(progress: Progress): void; clear(): void } {
  if (silent || !stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  let started: { readonly phase: string; readonly at: number } | undefined;
  return {
    show(progress) {
      const now = performance.now();
      if (started?.phase !== progress.phase) started = { phase: progress.phase, at: now };
      stream.write(`\r\u001b[K${lineOf(progress, (now - started.at) / 1000)}`);
      shown = true;
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** At most 79 columns. */
export function lineOf(progress: Progress, seconds: number): string {
  const { phase, doneBytes, totalBytes } = progress;
  // It waits for something, and says for what.
  if (phase.startsWith('waiting: ')) return phase.slice(0, 79);
  const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
  const rate = seconds > 0 ? doneBytes / seconds : 0;
  const left = rate > 0 && share > 0.01 ? ` ${durationText(((totalBytes - doneBytes) / rate) * 1000)} left` : '';
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${phase.slice(0, 20).padEnd(20)} ${percent}  ${bytesText(doneBytes)} of ${bytesText(totalBytes)}  ${bytesText(rate)}/s${left}`.slice(
    0,
    79,
  );
}
