/** BlockSource, the one abstraction of a disk, and its combinators. */
export type { BlockSource, Extent, ExtentKind } from './block-source.ts';
export { checkRange, readBytes } from './read-bytes.ts';
export { sliced } from './slice.ts';
export { bufferSource } from './buffer-source.ts';
export { coalesce } from './ranges.ts';
export { subtract, totalLength, wholeUnits } from './range-sets.ts';
export { overlaid, type OverlayRange } from './overlay.ts';
export { throttled, type ReadPace } from './throttle.ts';
