const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 file`, `2 files`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Local time, to the second. */
export function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Control characters of a guest's file names never reach the terminal. */
export function shown(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, '?');
}

/** What is printed may hold names that a guest or a host gave, wherever they came into it: they must not move the cursor or change colours. */
export function forTerminal(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '?');
}

/** On standard error. */
export function tell(text: string): void {
  process.stderr.write(forTerminal(text));
}

/** What fits every terminal. */
const columns = 80;
const widestCell = 32;
const narrowestLast = 12;

/**
 * Columns under headings, in 80 columns; numbers to the right. The last column takes what is left and goes on below; in others
 * a long text is cut (JSON has all of it). Where there is no row, `empty` says so, and what would make one.
 */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[], empty?: string): string {
  if (rows.length === 0 && empty !== undefined) return wrapped(empty, columns - 1).join('\n');
  const last = headings.length - 1;
  const short = rows.map((row) => row.map((cell, column) => (column < last ? cutText(cell, widestCell) : cell)));
  const widths = headings.map((heading, column) => Math.max(heading.length, ...short.map((row) => (row[column] ?? '').length)));
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(narrowestLast, columns - before);
  const isNumber = (column: number): boolean =>
    rows.length > 0 && rows.every((row) => /^[\d.,-]+( \w+)?%?$/.test(row[column] ?? ''));
  const line = (row: readonly string[]): string => {
    const [first = '', ...more] = wrapped(row[last] ?? '', room);
    const text = [...row.slice(0, last), first]
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
    return [text, ...more.map((part) => ' '.repeat(before) + part)].join('\n');
  };
  return [line(headings), ...short.map(line)].join('\n');
}

function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}\u2026`;
}

/** Lines of at most so many columns, broken at spaces; a word that is longer stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`.{1,${width}}(?:\\s|$)|\\S+`, 'g'))?.map((line) => line.trimEnd()) ?? [];
}
