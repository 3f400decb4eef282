const everyMs = 250;

/** Calls `report` a few times a second, and once more when stopped. */
export function reportEvery(report: () => void): { stop(): void } {
  const timer = setInterval(report, everyMs);
  return {
    stop() {
      clearInterval(timer);
      report();
    },
  };
}
