/// <reference lib="dom" />
/** The audit's page in a real browser without a network: light and dark, from a phone to a wide screen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPage } from '../../../src/audit/report/page.ts';
import { missingBrowser, startBrowser } from './browser.ts';
import { madeUpReport, reportOfTable } from './report.ts';

const reason = missingBrowser();
const WIDTHS = [360, 768, 1440];

/** WCAG 2.2, success criterion 1.4.3, of every text that is shown, against the ground it lies on. */
const lowContrasts = (page: Page) =>
  page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [r, g, b] = channels(colour).map((c) =>
        c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element: Element | null): string => {
      if (element === null) return 'rgb(255, 255, 255)';
      const colour = getComputedStyle(element).backgroundColor;
      return channels(colour)[3] === 0 ? ground(element.parentElement) : colour;
    };
    const shown = [
      ...document.querySelectorAll('h1,h2,h3,h4,p,li,dt,dd,th,td,summary,figcaption,code,strong,svg text'),
    ];
    return shown
      .filter((element) => element.getClientRects().length > 0 && element.textContent?.trim() !== '')
      .map((element) => {
        const style = getComputedStyle(element);
        const colour = element instanceof SVGElement ? style.fill : style.color;
        const [a, b] = [luminance(colour), luminance(ground(element))].sort((x, y) => y - x);
        return { text: element.textContent?.slice(0, 40), contrast: (a + 0.05) / (b + 0.05) };
      })
      .filter(({ contrast }) => contrast < 4.5);
  });

describe.skipIf(reason !== undefined)(
  `the page in Chromium${reason === undefined ? '' : `, left out: ${reason}`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'trefoil-page-'));
    let browser: Browser | undefined;

    beforeAll(async () => {
      writeFileSync(join(folder, 'pictures.html'), auditPage(madeUpReport()));
      writeFileSync(join(folder, 'table.html'), auditPage(reportOfTable()));
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true });
    });

    const kinds = ['pictures', 'table'].flatMap((file) =>
      WIDTHS.flatMap((width) => (['light', 'dark'] as const).map((scheme) => [file, width, scheme] as const)),
    );

    it.each(kinds)('%s at %d, %s', async (file, width, colorScheme) => {
      if (browser === undefined) throw new Error('the browser has started');
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, offline: true });
      const page = await context.newPage();
      const [complaints, requests]: [string[], string[]] = [[], []];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`file://${join(folder, `${file}.html`)}`);
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:') && !url.endsWith(`${file}.html`))).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll('img, .chart svg')]
          .filter((element) => element.getClientRects().length > 0)
          .map((element) => element.getBoundingClientRect())
          .map((box) => Math.min(box.width, box.height)),
      );
      expect(sizes.length).toBeGreaterThanOrEqual(3);
      expect(Math.min(...sizes)).toBeGreaterThan(40);
      expect(await page.evaluate(() => [...document.images].every((image) => image.naturalWidth > 0))).toBe(true);
      expect(await lowContrasts(page)).toEqual([]);
      expect(await page.locator('h1').count()).toBe(1);
      await context.close();
    });
  },
);
