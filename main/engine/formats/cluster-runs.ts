/** Whether a cluster is met twice: a chain that bites its tail gives the same bytes again and again. */
export function overlaps(runs: readonly { readonly first: number; readonly count: number }[]): boolean {
  const sorted = runs.toSorted((a, b) => a.first - b.first);
  return sorted.some(({ first }, index) => index > 0 && sorted[index - 1]!.first + sorted[index - 1]!.count > first);
}
