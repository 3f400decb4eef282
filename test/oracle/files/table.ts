import type { Compared } from './oracle.ts';

/** Files compared, by feature and variant; `!` marks cells with differences. */
export function tableOf(results: ReadonlyMap<string, readonly Compared[]>): string {
  const variants = [...results.keys()];
  const features = [...new Set([...results.values()].flat().map((row) => row.feature))];
  const cell = (rows: readonly Compared[]): string => {
    const bad = rows.filter((row) => row.differences.length > 0).length;
    return rows.length === 0 ? '-' : bad === 0 ? String(rows.length) : `${rows.length}!${bad}`;
  };
  const of = (variant: string, feature?: string): readonly Compared[] =>
    results.get(variant)!.filter((row) => feature === undefined || row.feature === feature);
  const rows = [
    ['feature', ...variants],
    ...features.map((feature) => [feature, ...variants.map((variant) => cell(of(variant, feature)))]),
    ['all', ...variants.map((variant) => cell(of(variant)))],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join('  '))
    .join('\n');
}

export function differencesText(results: ReadonlyMap<string, readonly Compared[]>, most: number): string {
  const bad = [...results].flatMap(([variant, rows]) =>
    rows
      .filter((row) => row.differences.length > 0)
      .map((row) => `${variant}: ${row.path} (${row.oracle}): ${row.differences.join('; ')}`),
  );
  return [...bad.slice(0, most), ...(bad.length > most ? [`... and ${bad.length - most} more`] : [])].join('\n');
}
