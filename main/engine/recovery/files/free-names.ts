import { HostkeepError } from '#contract';

/** Tells the names of one folder apart as the strictest system does: without regard to case or to how accents are encoded. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().normalize('NFC');
}

const mostTries = 1000;

/** `name`, or `name (2)` and so on: the first that is not taken. @throws HostkeepError input/target-exists */
export async function freeName(name: string, isTaken: (name: string) => Promise<boolean> | boolean): Promise<string> {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let count = 1; count <= mostTries; count += 1) {
    const candidate = count === 1 ? name : `${stem} (${count})${extension}`;
    if (!(await isTaken(candidate))) return candidate;
  }
  throw new HostkeepError('input/target-exists', { name });
}
