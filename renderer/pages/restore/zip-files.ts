/**
 * The zips that picked files go into, one for every restore point; null where the name cannot be one. Separators in a name would lead out of the
 * folder that was chosen.
 */
export function zipFiles(folder: string, name: string, count: number): readonly string[] | null {
  const base = name.trim().replace(/\.zip$/i, '');
  if (base === '' || /[\\/:*?"<>|]/.test(base) || /^\.+$/.test(base)) return null;
  const separator = folder.includes('\\') ? '\\' : '/';
  const start = folder.endsWith(separator) ? folder : `${folder}${separator}`;
  return Array.from({ length: Math.max(1, count) }, (_, index) => `${start}${base}${count > 1 ? `-${index + 1}` : ''}.zip`);
}
