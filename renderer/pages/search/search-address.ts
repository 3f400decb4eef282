import type { SearchOf } from '../../queries.ts';

/** What an address asks to be looked for; null without a repository. */
export function searchOf(asked: URLSearchParams, usual: string | null): SearchOf | null {
  const repository = asked.get('repository') ?? usual;
  if (repository === null) return null;
  const since = Number(asked.get('since') ?? Number.NaN);
  return { repository, pattern: asked.get('name') ?? '', vm: asked.get('vm'), since: Number.isSafeInteger(since) ? since : null };
}

export function addressOfSearch({ repository, pattern, vm, since }: SearchOf): string {
  const asked = new URLSearchParams({ repository, name: pattern });
  if (vm !== null) asked.set('vm', vm);
  if (since !== null) asked.set('since', String(since));
  return `/restore/search?${asked.toString()}`;
}
