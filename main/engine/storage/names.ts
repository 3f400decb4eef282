import { HostkeepError } from '#contract';

/** Names are checked so that nothing read from a repository can ever point outside it. */
export function checkName(name: string): string {
  const sound = name.length <= 200 && /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*){0,2}$/.test(name) && !name.includes('..');
  if (!sound) throw new HostkeepError('storage/name-invalid', { name });
  return name;
}
