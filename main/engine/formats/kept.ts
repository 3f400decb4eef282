/** Keeps the newest results of a costly reading, by number. What failed is not kept. */
export function keepNewest<Value>(most: number, load: (key: number) => Promise<Value>): (key: number) => Promise<Value> {
  const kept = new Map<number, Promise<Value>>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= most) kept.delete(kept.keys().next().value!);
    const loading = load(key);
    kept.set(key, loading);
    loading.catch(() => kept.delete(key));
    return loading;
  };
}
