/** One shell per user: a second start shows the first one's window and ends. */
import { app } from 'electron';

let show: () => void = () => undefined;

/** What a second start shows; until there is a window, nothing. */
export function whenStartedAgain(act: () => void): void {
  show = act;
}

export function takeSingleInstance(): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    // Nothing of a second instance may touch the state: `quit` alone lets what has been queued run.
    process.exit(0);
  }
  app.on('second-instance', () => show());
}
