/**
 * Where a guest's symbolic link may lead: to a relative path that stays below the target's root. Going up is allowed at
 * the start only, from the folder that the link is in, since behind a name may stand another link. Undefined when it leads elsewhere.
 */
export function safeLinkTarget(target: string, folderDepth: number, fromWindows: boolean): string | undefined {
  const text = fromWindows ? target.replaceAll('\\', '/') : target;
  if (text === '' || text.length > longest || text.startsWith('/') || text.includes('\0')) return undefined;
  // A backslash is a letter for Linux guests, and a separator for Windows targets.
  if (text.includes('\\')) return undefined;
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  // Looked for once the dots are gone, which could stand before it.
  if (/^[a-z]:/i.test(names[0] ?? '')) return undefined;
  const ups = names.findIndex((name) => name !== '..');
  const climbed = ups < 0 ? names.length : ups;
  if (climbed > folderDepth || names.slice(climbed).includes('..')) return undefined;
  return names.length === 0 ? '.' : names.join('/');
}

const longest = 4096;
