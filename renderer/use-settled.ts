import { useEffect, useState } from 'react';

const settlesMs = 250;

/** What is typed, once nobody types any more. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), settlesMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
