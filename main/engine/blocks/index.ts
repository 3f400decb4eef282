/** BlockSource, the one abstraction of a disk, and its combinators. */
export type { BlockSource, Extent, ExtentKind } from './block-source.ts';
export { checkRange, readBytes } from './read-bytes.ts';
export { joinExtents } from './extents.ts';
export { sliced } from './slice.ts';
export { bufferSource } from './buffer-source.ts';
export { coalesce } from './ranges.ts';
export { subtract, totalLength, wholeUnits } from './range-sets.ts';
export { overlaid, type OverlayRange } from './overlay.ts';
export { throttled, type ReadPace } from './throttle.ts';
export type { WritableDisk } from './block-source.ts';
export { rangeLock, type RangeLock } from './range-lock.ts';
export { openOverlay, type OverlayDisk, type OverlayOptions } from './overlay-file/overlay-disk.ts';
export { overlayFolder, removeEmpty, removeOverlay } from './overlay-file/overlay-folder.ts';
export type { OverlayFiles } from './overlay-file/journal.ts';
export type { RandomFile } from './overlay-file/random-file.ts';
