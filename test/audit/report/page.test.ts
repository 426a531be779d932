/** The audit's page: all findings in plain words and figures, nothing from elsewhere, and loud when the audit failed. */
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/audit/report/audit-report.ts';
import { html } from '../../../src/audit/report/markup.ts';
import { logPoints } from '../../../src/audit/report/membership-section.ts';
import { auditPage } from '../../../src/audit/report/page.ts';
import { pngUri } from '../../../src/audit/report/picture.ts';
import { summaryOf } from '../../../src/audit/report/summary.ts';
import { contradictions } from '../../../src/audit/report/verdict.ts';
import { percent, share } from '../../../src/audit/report/wording.ts';
import { madeUpReport, rebuilt, reportOfTable } from './report.ts';

const REPORT = madeUpReport();

describe('markup', () => {
  it('escapes every value, and no markup', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;
    expect(html`<p title="${'"'}">${[inner, undefined, 1.5]}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;&amp;&quot;&#39;&gt;</b>1.5</p>',
    );
  });
});

describe('words', () => {
  it.each([
    [0, '0 %'],
    [0.004, '0.4 %'],
    [0.0999, '10.0 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('%f is %s', (value, text) => {
    expect(percent(value)).toBe(text);
  });

  it('has shares with their interval', () => {
    expect(share({ value: 0.59, lower: 0.458, upper: 0.712 })).toBe('59 % (46 to 71)');
  });
});

describe('pictures', () => {
  it('are PNGs with low as paper and high as ink', () => {
    const uri = pngUri([0, 1, 2, 3, 4, -9], { rows: 2, columns: 3 }, [0, 4]);
    const bytes = Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([3, 2]);
    const at = bytes.indexOf('IDAT');
    const lines = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
    expect([...lines]).toEqual([0, 255, 191, 128, 0, 64, 0, 255]);
  });
});

describe('the summary', () => {
  const rows = summaryOf(REPORT);
  const found = (adversary: RegExp) => rows.find((row) => adversary.test(row.adversary))?.found;

  it('says what federated learning gives away', () => {
    expect(found(/curious/)?.federated).toBe(
      'Rebuilds 100 % (29 to 100) of the records that are sent alone, recognisably; 58 % (37 to 78) of the records, 8 at once, recognisably; none of the records, 32 at once.',
    );
  });

  it('says what a node gets instead', () => {
    expect(found(/curious/)?.trefoil).toContain(
      'Given what a node receives instead, the best attack rebuilds none of the records. A guess that has seen nothing gets 0 % of them right.',
    );
    expect(found(/keeps all/)?.trefoil).toContain('1,234,567 values, all of them noise to every test');
    expect(found(/keeps all/)?.trefoil).toContain('0.020 (-0.150 to 0.190)');
  });

  it('says as plainly what the computation does not prevent', () => {
    expect(found(/finished model/)?.trefoil).toMatch(/^NOT prevented by the computation: LiRA \w+ finds \d+ %/);
    expect(found(/finished model/)?.trefoilPrivate).toContain('ε = 0.78 allows no attack an advantage above 37 %');
  });

  it('shouts where views are not uniform', () => {
    const uniformity = [{ view: 'east', values: 10, tests: 5, failed: ['bit 3'], falseAlarm: 1e-6 }];
    const rows = summaryOf({ ...REPORT, views: { ...REPORT.views, uniformity } });
    expect(rows.map((row) => row.found.trefoil).join()).toContain('1 of 1 views are NOT uniform');
  });
});

describe('an audit', () => {
  const failing: readonly [string, Partial<AuditReport>][] = [
    [
      'not uniform: bit 3',
      {
        views: {
          ...REPORT.views,
          uniformity: [{ view: 'east', values: 10, tests: 5, failed: ['bit 3'], falseAlarm: 1e-6 }],
        },
      },
    ],
    [
      'can be told apart',
      {
        views: {
          ...REPORT.views,
          twoWorlds: [{ view: 'east', pairs: 200, advantage: { value: 0.4, lower: 0.2, upper: 0.6 } }],
        },
      },
    ],
    [
      'records came out',
      {
        views: {
          ...REPORT.views,
          attacks: [rebuilt({ adversary: 'node', system: 'trefoil', attack: 'x', batch: 8, found: 24 })],
        },
      },
    ],
    [
      'less noise than was accounted for',
      {
        membership: [
          {
            ...REPORT.membership[1],
            epsilon: [{ how: 'canaries', lower: 2, upper: 1, delta: 1e-4, confidence: 0.95, holds: false }],
          },
        ],
      },
    ],
  ];

  it('that finds nothing wrong does not fail', () => {
    expect(contradictions(REPORT)).toEqual([]);
    expect(auditPage(REPORT)).not.toContain('The audit failed');
  });

  it.each(failing)('fails loudly: %s', (words, change) => {
    const report = { ...REPORT, ...change };
    expect(contradictions(report)).toEqual([expect.stringContaining(words)]);
    expect(auditPage(report)).toMatch(new RegExp(`role="alert"[^]*The audit failed[^]*${words}`));
  });
});

describe.each([
  ['pictures', REPORT],
  ['a table', reportOfTable()],
])('the page of %s', (_, report) => {
  const page = auditPage(report);

  it('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\((?!#)/);
    const addresses = page.match(/https?:\/\/[^"' <)]+/g) ?? [];
    expect([...new Set(addresses)].filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    for (const [, source] of page.matchAll(/src="([^"]*)"/g)) expect(source).toMatch(/^data:image\/png;base64,/);
  });

  it('names every attack with its method and limits', () => {
    for (const { attack, method, limits } of [...report.reconstruction.results, ...report.views.attacks]) {
      for (const text of [attack, method, ...limits]) expect(page).toContain(text);
    }
    expect(page).toContain('<li>No early stopping.</li>');
    expect(page).toContain('The job asks for no privacy; this is what ε = 1');
    for (const { report: each } of report.membership) {
      for (const { attack, method } of each.results) expect(page).toContain(`${attack}: ${method}`);
    }
  });

  it('can be made again', () => {
    expect(page).toContain('--seed seed of the fixture --trust honest-majority --quick');
  });

  it('survives a hostile name', () => {
    const name = '<img src=x onerror=alert(1)>';
    const hostile = auditPage({ ...report, job: { ...report.job, name } });
    expect(hostile).not.toContain('<img src=x');
    expect(hostile).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

describe('of a table', () => {
  it('shows features beside each other', () => {
    const page = auditPage(reportOfTable());
    expect(page).toContain('radius');
    expect(page).toMatch(/\d\.\d\d → \d\.\d\d/);
    expect(page).toMatch(/\d\.\d\d → –/);
  });
});

describe('curves on two logarithmic axes', () => {
  it('have what is 0 at their beginning', () => {
    const points = [
      { falsePositiveRate: 0, truePositiveRate: 0.2 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ];
    expect(logPoints({ points }, 0.001)).toEqual([
      [0.001, 0.2],
      [1, 1],
    ]);
  });
});

describe('a report of nothing', () => {
  it('is a page nevertheless', () => {
    const report: AuditReport = {
      ...REPORT,
      reconstruction: { ...REPORT.reconstruction, results: [], curves: [] },
      views: { ...REPORT.views, uniformity: [], twoWorlds: [], attacks: [] },
      membership: [],
    };
    expect(auditPage(report)).toContain('Not tested in this audit.');
    expect(summaryOf(report).map(({ adversary }) => adversary)).toHaveLength(2);
  });
});
