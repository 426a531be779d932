/** Disks that fill up while a run goes on, and outputs that nobody takes: the run's results are not lost, and its status says so. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readModel } from '../../src/job/model/model-file.ts';
import { canMount, fillUp, smallDisk } from '../job/small-disk.ts';
import { PARTIES, Site } from './site.ts';

it.runIf(canMount)(
  'a full disk at the end of a run: another folder takes the results, or they are printed',
  async () => {
    const site = await Site.create();
    const [disk, second] = [smallDisk(512), smallDisk(512)];
    site.changeConfig('north', (config) => {
      config.output = disk;
    });
    site.changeConfig('south', (config) => Object.assign(config, { output: [second, 'other'] }));
    const [north, south] = [site.start('north'), site.start('south')];
    await Promise.all([north.until(/waiting for/), south.until(/waiting for/)]);
    for (const full of [disk, second]) fillUp(full);
    const east = site.start('east');
    expect(await east.ended, east.output).toMatchObject({ status: 0 });
    expect(await south.ended, south.output).toMatchObject({ status: 0 });
    expect(await north.ended, north.output).toMatchObject({ status: 1 });
    expect(north.stderr).toMatch(/can not write the model .*: no space is left on the disk/);
    expect(north.stderr).toContain('[TREFOIL_OUTPUT]');
    expect(north.stderr).not.toContain('INTERNAL');
    const [, printed] = /^(\{\n {2}"format": "trefoil-model".*?^\})$/ms.exec(north.stdout) ?? [];
    const theirs = readModel(site.model('east'));
    expect(JSON.parse(printed ?? '')).toMatchObject({ weights: theirs.type === 'logistic' ? theirs.weights : [] });
    expect(south.stdout).toMatch(/warning: can not write the model .*no space is left/);
    const model = readModel(site.path('south', 'other/breast-cancer-logistic.model.json'));
    expect(model.trainedBy).toEqual(theirs.trainedBy);
  },
);

it.runIf(existsSync('/dev/full'))(
  'an output that nobody takes ends a command that prints, in words, and no run',
  async () => {
    const print = (...args: readonly string[]) => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);
      return { status, stderr };
    };
    const { status, stderr } = print('plan', 'examples/breast-cancer-logistic.yaml');
    expect(status).toBe(1);
    expect(stderr).toBe('trefoil: can not print the output: no space is left on the disk\n[TREFOIL_OUTPUT]\n');
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.connectSeconds = 1;
    });
    const run = print('party', '--config', site.config('north'));
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('can not print the output: no space is left on the disk');
    expect(run.stderr).toContain('[TREFOIL_UNREACHABLE]');
    const [folder] = readdirSync(site.path('north', 'out'));
    expect(readFileSync(site.path('north', `out/${folder}/report.json`), 'utf8')).toContain('TREFOIL_UNREACHABLE');
  },
);

it('an output folder that is in the way is said before anybody is contacted', async () => {
  const site = await Site.create();
  for (const name of PARTIES) mkdirSync(site.path(name, 'out'));
  site.changeConfig('east', (config) => Object.assign(config, { output: ['job.yaml', '/proc/nothing'] }));
  const east = site.start('east');
  expect(await east.ended).toMatchObject({ status: 1 });
  expect(east.stderr).toMatch(/can not write to the folder .*job\.yaml: a part of its path is a file/);
  expect(east.stderr).toMatch(/can not write to the folder \/proc\/nothing: /);
  expect(east.stderr).not.toContain('waiting');
});
