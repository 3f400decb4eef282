import { vhdxPosition, type VhdxPlan } from '../../formats/vhdx/index.ts';

/** Where the bytes of a disk go in the file that is being written. */
export type OutputLayout = { readonly format: 'raw' } | { readonly format: 'vhdx'; readonly plan: VhdxPlan };

export interface OutputPiece {
  /** On the disk. */
  readonly offset: number;
  readonly length: number;
  /** In the file. */
  readonly position: number;
}

/** Splits a stretch of the disk where it is not in one piece in the file. */
export function outputPieces(layout: OutputLayout, offset: number, length: number): readonly OutputPiece[] {
  if (layout.format === 'raw') return [{ offset, length, position: offset }];
  const { plan } = layout;
  const { blockSize } = plan.shape;
  const pieces: OutputPiece[] = [];
  for (let at = offset; at < offset + length;) {
    const end = Math.min(offset + length, (Math.floor(at / blockSize) + 1) * blockSize);
    const position = vhdxPosition(plan, at);
    if (position !== undefined) pieces.push({ offset: at, length: end - at, position });
    at = end;
  }
  return pieces;
}
