import type { RunCost } from '#contract';
import { bytesText, durationText } from './text.ts';

/** What the reads of a run cost its host, as a sentence. */
export function costText({ readBytes, readMs, peakBytesPerSecond, latencyMs, heldMs }: RunCost): string {
  const held = heldMs === 0 ? '' : `, held back for ${durationText(heldMs)}`;
  return `The host gave ${bytesText(readBytes)} in ${durationText(readMs)}, ${bytesText(peakBytesPerSecond)} in its busiest second, a read took ${latencyMs.toFixed(1)} ms on average${held}.`;
}
