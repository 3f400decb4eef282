/** Announces new versions; installs nothing. The feed is a small JSON file that the administrator names: `{"version": "1.2.0", "notes": "..."}`. */
import { app, net } from 'electron';
import { maxLength, object, optional, pipe, regex, string } from 'valibot';
import { acceptJson, hasCode, type UpdateView } from '#contract';

const feedSchema = object({
  version: pipe(string(), regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/)),
  notes: optional(pipe(string(), maxLength(4000)), ''),
});
const feedLimit = 64 * 1024;
const patienceMs = 15_000;

export async function lookForUpdate(feed: string | null): Promise<UpdateView> {
  if (feed === null) return { kind: 'unknown', why: 'no-feed' };
  const text = await readFeed(feed);
  if (text === null) return { kind: 'unknown', why: 'unreachable' };
  const found = parseFeed(text);
  if (found === null) return { kind: 'unknown', why: 'not-understood' };
  if (isNewer(found.version, app.getVersion())) return { kind: 'newer', ...found };
  return { kind: 'current', version: app.getVersion() };
}

function parseFeed(text: string): { readonly version: string; readonly notes: string } | null {
  try {
    return acceptJson(feedSchema, text, { code: 'input/invalid', details: {} });
  } catch (error) {
    if (hasCode(error, 'input/invalid')) return null;
    throw error;
  }
}

/** Null for whatever is no answer: being offline is no failure of ours. */
async function readFeed(feed: string): Promise<string | null> {
  try {
    const response = await net.fetch(feed, {
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    if (!response.ok || response.body === null) return null;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of response.body) {
      length += piece.length;
      if (length > feedLimit) return null;
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  } catch {
    return null;
  }
}

function isNewer(offered: string, own: string): boolean {
  const [left, right] = [offered, own].map((version) => version.split(/[.-]/).slice(0, 3).map(Number));
  const at = left!.findIndex((part, index) => part !== right![index]);
  return at !== -1 && left![at]! > right![at]!;
}
