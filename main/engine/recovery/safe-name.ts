/** Names that Windows keeps for devices, with any extension. */
const reserved = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(\..*)?$/i;
const longestBytes = 240;

/**
 * A guest's file name made fit for a folder here: it can never be a path, a device, a stream or `..`, whatever the guest says.
 * What had to be changed is replaced by `_`, so that the name stays readable.
 */
export function safeName(name: string): string {
  // Half of a pair of surrogates would be another letter on the disk, where two such names could be one.
  const plain = [...name.toWellFormed()]
    .map((letter) => (letter < ' ' || '<>:"/\\|?*\u007f'.includes(letter) ? '_' : letter))
    .join('');
  const trimmed = plain.replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  const named = trimmed === '' ? '_' : reserved.test(trimmed) ? `_${trimmed}` : trimmed;
  return shortened(named);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longestBytes) return name;
  const letters = [...name];
  while (Buffer.byteLength(letters.join('')) > longestBytes) letters.pop();
  return letters.join('');
}
