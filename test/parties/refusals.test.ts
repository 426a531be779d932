/** What a node refuses: files of its own before it contacts anybody, and peers that are set up for something else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { saveIdentity } from '../../src/transport/identity.ts';
import { type ConfigFile, PARTIES, Site } from './site.ts';

/** Starts north alone: it would wait twenty seconds for the others if it got that far. */
async function refusalOf(site: Site, ...args: string[]): Promise<string> {
  const program = site.start('north', ...args);
  const { status, seconds } = await program.ended;
  expect(status, program.output).toBe(1);
  expect(seconds).toBeLessThan(5);
  expect(program.output).not.toMatch(/listens on|waiting for/);
  expect(program.output).not.toContain('    at ');
  return program.stderr;
}

const record = (line: number, change: (cells: string[]) => void) => (lines: string[]) => {
  const cells = lines[line - 1].split(',');
  change(cells);
  lines[line - 1] = cells.join(',');
};

function changeRecords(site: Site, change: (lines: string[]) => void): void {
  const lines = readFileSync('examples/breast-cancer/north-train.csv', 'utf8').trim().split('\n');
  change(lines);
  writeFileSync(site.path('north', 'train.csv'), `${lines.join('\n')}\n`);
  site.changeConfig('north', (config) => {
    config.data = { train: 'train.csv' };
  });
}

describe('its own files, before anybody is contacted', () => {
  it.each<[what: string, (lines: string[]) => void, RegExp]>([
    ['not a number', record(7, (cells) => cells.fill('many', 2, 3)), /line 7, column '\w+': a text, not a number/],
    [
      'a value out of its range',
      record(3, (cells) => cells.fill('-1', 0, 1)),
      /line 3, column '\w+': outside the declared range/,
    ],
    ['too few rows', (lines) => lines.pop(), /rows below the header: 198, but the job says 199/],
    ['no rows', (lines) => lines.splice(0), /the file is empty/],
  ])('records with %s', async (_, change, problem) => {
    const site = await Site.create();
    changeRecords(site, change);
    const said = await refusalOf(site);
    expect(said).toMatch(problem);
    expect(said).toContain('[TREFOIL_DATA]');
  });

  it.each<[what: string, (config: ConfigFile) => void, RegExp]>([
    [
      'an unknown key',
      (config) => (config.conectSeconds = 3),
      /unknown key 'conectSeconds'; did you mean 'connectSeconds'\?/,
    ],
    ['a peer too few', (config) => delete config.peers.south, /peers\.south is missing/],
    ['a missing file', (config) => (config.data = { train: 'no.csv' }), /no\.csv: there is no such file/],
    ['an output that is a file', (config) => (config.output = 'job.yaml'), /can not write to the folder .*job\.yaml/],
  ])('a configuration with %s', async (_, change, problem) => {
    const site = await Site.create();
    site.changeConfig('north', change);
    expect(await refusalOf(site)).toMatch(problem);
  });

  it('an expired certificate', async () => {
    const site = await Site.create();
    const old = await createIdentity({ name: 'north', days: 10, from: new Date(Date.now() - 20 * 86_400_000) });
    await saveIdentity(site.path('north', 'north'), old);
    expect(await refusalOf(site)).toMatch(/north\.crt expired on .*; run `trefoil identity --config FILE --replace`/);
  });

  it('a key of another certificate', async () => {
    const site = await Site.create();
    writeFileSync(site.path('north', 'north.key'), readFileSync(site.path('east', 'east.key')));
    expect(await refusalOf(site)).toMatch(/north\.key is not the key of .*north\.crt/);
  });

  it('several files, all their problems together', async () => {
    const site = await Site.create();
    changeRecords(
      site,
      record(5, (cells) => cells.fill('?', 1, 2)),
    );
    writeFileSync(site.path('south', 'south.crt'), 'nonsense');
    site.changeConfig('north', (config) => {
      delete config.peers.east;
    });
    const said = await refusalOf(site);
    for (const problem of [
      'several files',
      'not a number',
      'south.crt is not a certificate',
      'peers.east is missing',
    ]) {
      expect(said).toContain(problem);
    }
  });
});

describe('a peer that is set up for something else', () => {
  const bothSay = async (site: Site, difference: RegExp, ...argsOfEast: string[]) => {
    const programs = PARTIES.map((name) => site.start(name, ...(name === 'east' ? argsOfEast : [])));
    for (const program of programs) {
      const { status, seconds } = await program.ended;
      expect(status, program.output).toBe(1);
      expect(seconds, program.output).toBeLessThan(10);
      expect(program.stderr).toMatch(difference);
      expect(program.stderr).not.toContain('    at ');
    }
    expect(site.models).toEqual([]);
  };

  it('another training', async () => {
    const site = await Site.create();
    site.changeJob((job) => {
      job.training.epochs = 3;
    }, 'east');
    await bothSay(site, /training\.epochs: (2 here, 3|3 here, 2) at \w+|do not agree in training;/);
  });

  it('another trust mode', async () => {
    const site = await Site.create();
    site.changeJob((job) => {
      job.trust = 'dealer';
    }, 'east');
    // East dials a dealer that does not exist, and meets the others on the way.
    await bothSay(
      site,
      /trust: '(dealer|honest-majority)' here, '(dealer|honest-majority)' at \w+|do not agree in .*trust/,
    );
  });

  it('a certificate that nobody has', async () => {
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.peers.east.certificate = 'east.crt';
    });
    await saveIdentity(site.path('north', 'east'), await createIdentity({ name: 'east' }));
    for (const name of PARTIES) {
      site.changeConfig(name, (config) => {
        config.connectSeconds = 5;
      });
    }
    await bothSay(site, /certificate/);
  });
});
