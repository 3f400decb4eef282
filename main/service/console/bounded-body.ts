import { HostkeepError } from '#contract';

export const bodyLimitBytes = 1024 * 1024;

/** How much of a body that is too large is read and thrown away, so that whoever sends it hears why. */
const drainedBytes = 16 * bodyLimitBytes;

/** The body as text, kept no further than the limit. @throws HostkeepError input/too-large */
export async function boundedBody(request: Request): Promise<string> {
  if (request.body === null) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body) {
    length += piece.length;
    if (length > drainedBytes) break;
    if (length <= bodyLimitBytes) pieces.push(piece);
  }
  if (length > bodyLimitBytes) throw new HostkeepError('input/too-large', { limitBytes: bodyLimitBytes });
  return Buffer.concat(pieces).toString('utf8');
}
