import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there can be no test in a browser; false when there can. */
export const noBrowser: string | false = existsSync(chromiumPath) ? false : 'install the package chromium';

export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [...chromiumArguments],
  });
}

export interface Look {
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  /** The computer's when none is given. */
  readonly timeZone?: string;
  /** Pixels of the picture to a pixel of the page. */
  readonly scale?: number;
  /** As Windows' contrast themes do. */
  readonly forcedColours?: boolean;
}

export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained of: errors of its own, and what its policy refused. */
  readonly complaints: readonly string[];
}

/** Where it is the middle of the day: no nightly job starts by itself while somebody looks. */
export function daytimeZone(): string {
  const hourIn = (timeZone: string): number =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format());
  return ['UTC', 'Asia/Tokyo', 'America/Los_Angeles'].find((zone) => hourIn(zone) >= 8 && hourIn(zone) < 18) ?? 'UTC';
}

export async function openWindow(browser: Browser, url: string, look: Look = {}): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    colorScheme: look.dark === true ? 'dark' : 'light',
    deviceScaleFactor: look.scale ?? 1,
    locale: look.locale ?? 'en-GB',
    ...(look.timeZone === undefined ? {} : { timezoneId: look.timeZone }),
    reducedMotion: 'reduce',
    forcedColors: look.forcedColours === true ? 'active' : 'none',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  await page.goto(url);
  return { context, page, complaints };
}
