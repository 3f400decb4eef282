/** A row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function table(heads: readonly string[], rows: readonly string[]): string {
  return [row(...heads), row(...heads.map(() => '---')), ...rows, ''].join('\n');
}

/** The slope and start of the straight line that lies nearest to points, and how far it leaves the farthest. */
export function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly slope: number;
  readonly start: number;
  readonly farthest: number;
} {
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const slope = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
  const start = y - slope * x;
  return { slope, start, farthest: Math.max(...points.map((point) => Math.abs(point.y - start - slope * point.x))) };
}
