/** `trefoil train --local`: real processes, both trust modes. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/job/model/model-file.ts';
import { readRecords } from '../data/csv-records.ts';
import { canMount, smallDisk } from '../job/small-disk.ts';
import { trainsColumnsApart } from './columns-apart.ts';
import { LocalSite, watchChildren } from './local-site.ts';
import { childrenOf, gone, Program, trefoil } from './program.ts';

const PARTIES = ['north', 'east', 'south'];

describe('train --local', () => {
  it.each(['honest-majority', 'dealer'] as const)('trains in %s mode and reports what it was', async (trust) => {
    const site = new LocalSite();
    const train = site.train('examples/breast-cancer-logistic.yaml', '--trust', trust, '--report', site.report);
    const children = watchChildren(train);
    expect(await train.ended, train.output).toMatchObject({ status: 0 });
    const nodes = trust === 'dealer' ? 4 : 3;
    expect((await children).size).toBeGreaterThanOrEqual(nodes);
    expect(await gone([...(await children)], 1)).toBe(true);
    expect(site.temporaryFolders).toEqual([]);

    const report = site.readReport();
    const { test, plaintext } = report.quality;
    expect(report.trust).toBe(trust);
    expect(test.accuracy).toBeGreaterThanOrEqual(0.96);
    expect(test.auc).toBeGreaterThanOrEqual(0.99);
    expect(Math.abs((test.accuracy ?? 0) - (plaintext?.accuracy ?? 0))).toBeLessThanOrEqual(0.005);
    expect(report.warnings.join('\n')).not.toMatch(/weights|auc|Loss/);
    expect(report.parity?.maxWeightDifference).toBeLessThanOrEqual(0.005);
    expect(report.cost.counted).toEqual(report.cost.planned);
    expect(Object.keys(report.cost.counted.bytes)).toHaveLength(nodes);
    expect(report.cost.counted.rounds).toBeGreaterThan(1000);
    expect(report.seconds.training).toBeGreaterThan(0);
    expect(report.openings.map(({ name }) => name)).toContain('alarm');
    for (const line of ['exactly as planned', 'held-out rows', 'who learnt what']) expect(train.stdout).toContain(line);
    expect(train.stderr).toMatch(/training: 280 of 280, loss 0\.\d{4}/);
    expect(Object.keys(report.models)).toEqual(PARTIES);

    const [model] = Object.values(report.models);
    const predict = trefoil('predict', model, 'examples/breast-cancer/east-test.csv');
    expect(await predict.ended).toMatchObject({ status: 0 });
    expect(await accuracyOf(predict.stdout, 'examples/breast-cancer/east-test.csv')).toBeGreaterThan(0.9);
  });

  it('finds the patients whose columns lie apart', () => trainsColumnsApart('honest-majority'));

  it('gives the model and the accuracy to the one party that is named', async () => {
    const site = new LocalSite();
    const train = site.train('examples/breast-cancer-range.yaml', '--report', site.report);
    expect(await train.ended, train.output).toMatchObject({ status: 0 });
    const report = site.readReport();
    expect(Object.keys(report.models)).toEqual(['north']);
    expect(site.models.every((file) => file.startsWith('out/north/'))).toBe(true);
    expect(report.learnt.south).toHaveLength(1);
    expect(report.quality.test.auc).toBeUndefined();
    expect(train.stdout).not.toContain('AUC');
    // Nobody has asked for a profile.
    expect(report.profile).toBeUndefined();
    expect(train.stdout).not.toContain('of a training step goes');
    expect(readModel(report.models.north).trainedBy.job).toBe('breast-cancer-range');
  });

  it('ends with the range alarm, and with no model, where values leave the sigmoid’s interval', async () => {
    const site = new LocalSite();
    const train = site.train('examples/overflow.yaml', '--report', site.report);
    expect(await train.ended).toMatchObject({ status: 1 });
    expect(train.stderr).toMatch(/trefoil: the range alarm tripped: .* lower training\.learningRate/);
    expect(train.stderr).toContain('[TREFOIL_RANGE]');
    expect(train.stderr).not.toContain('    at ');
    expect(site.models).toEqual([]);
    expect(site.readReport()).toMatchObject({ outcome: 'failed', failure: { code: 'TREFOIL_RANGE' } });
    expect(site.nodeReports.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(site.temporaryFolders).toEqual([]);
  });

  it('says what is wrong in the files of several nodes at once', async () => {
    const site = new LocalSite();
    site.changeConfig('north', (config) => ({ ...config, data: { train: 'nowhere.csv' } }));
    site.changeConfig('south', (config) => ({ ...config, data: { ...config.data, test: 'no.csv' } }));
    const train = site.train('examples/breast-cancer-logistic.yaml');
    const end = await train.ended;
    expect(end.status).toBe(1);
    expect(train.stderr).toContain('several nodes have problems:');
    expect(train.stderr).toContain('nowhere.csv: there is no such file');
    expect(train.stderr).toContain('no.csv: there is no such file');
    expect(site.temporaryFolders).toEqual([]);
  });

  it('names the configurations themselves where their files do not fit the job', async () => {
    const site = new LocalSite();
    site.changeConfig('east', ({ data, ...config }) => ({ ...config, data: { train: `${data?.train}` } }));
    const train = site.train('examples/breast-cancer-logistic.yaml');
    expect(await train.ended).toMatchObject({ status: 1 });
    expect(train.stderr).toMatch(/fit the job:\n {2}- .*\/east\.yaml: data\.test is missing: the job says 57 rows\n/);
    expect(site.temporaryFolders).toEqual([]);
  });
});

describe('train --local without room for temporary files', () => {
  const train = (temporary: string) =>
    new Program('dist/src/cli/main.js', ['train', 'examples/breast-cancer-logistic.yaml', '--local'], {
      TMPDIR: temporary,
    });

  it('says so, and names TMPDIR', async () => {
    const program = train('/nowhere');
    expect(await program.ended).toMatchObject({ status: 1 });
    expect(program.stderr).toBe(
      'trefoil: can not write the temporary folder in /nowhere: there is no such folder; name another folder for temporary files in the environment, ' +
        'as TMPDIR\n[TREFOIL_OUTPUT]\n',
    );
  });

  it.runIf(canMount)('says that their disk is full', async () => {
    const disk = smallDisk(4);
    const program = train(disk);
    expect(await program.ended).toMatchObject({ status: 1 });
    expect(program.stderr).toMatch(
      /can not write the temporary folder .*: no space is left on the disk; name another .* TMPDIR/,
    );
    expect(readdirSync(disk)).toEqual([]);
  });
});

describe('train --local that is stopped', () => {
  const running = async (site: LocalSite): Promise<[Program, number[]]> => {
    const train = site.train(site.longJob);
    await train.until(/sharing records/);
    const children = childrenOf(train.pid);
    expect(children).toHaveLength(3);
    return [train, children];
  };

  it('ends with all its nodes at Ctrl-C', async () => {
    const site = new LocalSite();
    const [train, children] = await running(site);
    train.killGroup('SIGINT');
    expect(await train.ended).toMatchObject({ status: 1 });
    expect(train.stderr).toMatch(/trefoil: stopped by SIGINT\n\[TREFOIL_ABORTED\]/);
    expect(await gone(children, 0.5)).toBe(true);
    expect(site.temporaryFolders).toEqual([]);
    expect(site.models).toEqual([]);
  });

  it('leaves nothing running when it is killed', async () => {
    const site = new LocalSite();
    const [train, children] = await running(site);
    train.kill('SIGKILL');
    expect(await gone(children, 5)).toBe(true);
    expect(site.temporaryFolders).toEqual([]);
    expect(site.models).toEqual([]);
  });

  it('names the node whose process was killed, and where the others were', async () => {
    const site = new LocalSite();
    const [train, children] = await running(site);
    process.kill(children[1], 'SIGKILL');
    expect(await train.ended).toMatchObject({ status: 1 });
    expect(train.stderr).toContain('the process of east was killed by SIGKILL');
    expect(train.stderr).toMatch(/east is gone: .* phase training, step \d+, round \d/);
    expect(await gone(children, 0.5)).toBe(true);
    expect(site.models).toEqual([]);
  });
});

async function accuracyOf(printed: string, file: string): Promise<number> {
  const { labels } = await readRecords(file, { features: [], label: 'malignant', outOfRange: 'refuse' });
  const [header, ...rows] = printed.trim().split('\n');
  expect(header).toBe('malignant_probability');
  expect(rows).toHaveLength(labels.length);
  return rows.filter((row, i) => Number(row) >= 0.5 === (labels[i] === 1)).length / labels.length;
}
