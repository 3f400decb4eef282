import type { Rectangle } from 'electron';
import type { WindowPlace } from './preferences.ts';

export const smallest = { width: 1024, height: 700 };
const usual = { width: 1280, height: 820 };
/** So much of a window must lie on a screen, or nobody finds it again. */
const grip = 120;

/** Where a window opens: where it was, unless that screen is gone. Without a place the system chooses one. */
export function placeFor(
  remembered: WindowPlace | null,
  screens: readonly Rectangle[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  if (remembered === null) return usual;
  const width = Math.max(smallest.width, remembered.width);
  const height = Math.max(smallest.height, remembered.height);
  const { x, y } = remembered;
  const isSeen = screens.some(
    (screen) =>
      x + width >= screen.x + grip &&
      x <= screen.x + screen.width - grip &&
      y >= screen.y - 8 &&
      y <= screen.y + screen.height - grip,
  );
  return isSeen ? { width, height, x, y } : { width, height };
}
