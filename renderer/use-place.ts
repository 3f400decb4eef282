import { useSyncExternalStore } from 'react';
import { navigate } from 'wouter/use-hash-location';

/** A step back over a change of what stands behind `?` tells of itself by `popstate` alone, which wouter's own hook does not hear. */
const events = ['hashchange', 'popstate'] as const;

function subscribe(onChange: () => void): () => void {
  for (const event of events) addEventListener(event, onChange);
  return () => {
    for (const event of events) removeEventListener(event, onChange);
  };
}

const placeNow = (): string => `/${location.hash.replace(/^#?\/?/, '')}`;

/** What one page was asked for with `?` is not asked of the next. */
const navigateAnew: typeof navigate = (to, options) => navigate(to.includes('?') ? to : `${to}?`, options);

/** Where one is, by the address's fragment. */
export function usePlace(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, placeNow), navigateAnew];
}
usePlace.hrefs = (path: string): string => `#${path}`;
