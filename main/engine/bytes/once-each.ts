/** Does something once for each key and gives the result again; what failed is not kept, since it may be otherwise the next time. */
export function onceEach<Key, Value>(): (key: Key, act: () => Promise<Value>) => Promise<Value> {
  const kept = new Map<Key, Promise<Value>>();
  return (key, act) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const doing = act();
    kept.set(key, doing);
    doing.catch(() => kept.delete(key));
    return doing;
  };
}
