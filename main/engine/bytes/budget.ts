/** Memory for data on its way, shared by several: who finds too little waits until others are done. */
export interface Budget {
  take(bytes: number): Promise<void>;
  /** Takes at once or not at all; never before others that wait. */
  tryTake(bytes: number): boolean;
  give(bytes: number): void;
}

export function budget(totalBytes: number): Budget {
  let free = totalBytes;
  const waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  const tryTake = (bytes: number): boolean => {
    // What is more than all there is is let through when nobody else has any.
    const wanted = Math.min(bytes, totalBytes);
    if (waiting.length > 0 || free < wanted) return false;
    free -= wanted;
    return true;
  };
  return {
    tryTake,
    async take(bytes) {
      if (tryTake(bytes)) return;
      await new Promise<void>((resolve) => waiting.push({ bytes: Math.min(bytes, totalBytes), go: resolve }));
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
