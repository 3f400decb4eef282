/** Memory for data on its way, shared by several: who finds too little waits until others are done. */
export interface Budget {
  take(bytes: number): Promise<void>;
  give(bytes: number): void;
}

export function budget(totalBytes: number): Budget {
  let free = totalBytes;
  const waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  return {
    async take(bytes) {
      // What is more than all there is is let through when nobody else has any.
      const wanted = Math.min(bytes, totalBytes);
      if (waiting.length === 0 && free >= wanted) {
        free -= wanted;
        return;
      }
      await new Promise<void>((resolve) => waiting.push({ bytes: wanted, go: resolve }));
    },
    give(bytes) {
      free += Math.min(bytes, totalBytes);
      while (waiting.length > 0 && free >= waiting[0]!.bytes) {
        const next = waiting.shift()!;
        free -= next.bytes;
        next.go();
      }
    },
  };
}
