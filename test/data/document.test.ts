/** Whatever bytes a job, a configuration or a model file has, what comes out is a value or one error of ours, in seconds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Document } from '../../src/data/document.ts';
import { readText } from '../../src/data/read-text.ts';
import { MOST_CHARACTERS, YamlText } from '../../src/data/yaml-text.ts';
import { TrefoilError } from '../../src/errors.ts';
import { loadJob, parseJob } from '../../src/job/file/job-file.ts';
import { readModel } from '../../src/job/model/model-file.ts';
import { predictRows } from '../../src/job/model/predict.ts';
import { loadNodeConfig } from '../../src/job/node/node-config.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { loadIdentities, saveIdentity } from '../../src/transport/identity.ts';
import { digits, logistic } from '../job/models.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-document-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

function refusal(action: () => unknown): TrefoilError {
  try {
    action();
  } catch (error) {
    if (error instanceof TrefoilError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const bomb = [...'bcdefghij'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[i]}`)}]`);

describe('a document', () => {
  it.each<[string, string, string]>([
    ['whose aliases multiply', ['a: &a [1, 1]', ...bomb].join('\n'), 'line 2: the aliases (*) stand for too much'],
    ['whose alias names nothing', 'a: 1\nb: *c', 'line 2: the alias *c has no anchor'],
    ['of deep lists', `${'['.repeat(3000)}${']'.repeat(3000)}`, 'line 1: more than 64 levels within each other'],
    ['of open lists', '['.repeat(3000), 'line 1: more than 64 levels'],
    ['of deep mappings', '{a: '.repeat(3000), 'line 1: more than 64 levels'],
    ['of deep items', `${'- '.repeat(3000)}x`, 'line 1: more than 64 levels'],
    ['of deep keys', `${'? '.repeat(3000)}x`, 'line 1: more than 64 levels'],
    ['of deep lines', Array.from({ length: 99 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'line 66: more than 64'],
    ['that is too long', 'x'.repeat(MOST_CHARACTERS + 1), `line 1: the file has ${MOST_CHARACTERS + 1} characters`],
    ['with a list for a key', 'a: 1\n? [b]\n: 2', 'line 2: a key must be a text'],
    ['with another one below', 'a: 1\n---\nb: 2', 'line 2: a second document begins here'],
    ['with a tag of another language', 'a: !!js/function x', 'line 1: Unresolved tag'],
  ])('%s is refused with its line', (_, content, problem) => {
    const { code, problems } = refusal(() => parseJob(content, 'job.yaml'));
    expect(code).toBe('TREFOIL_JOB');
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });

  it('has its keys as they are written, so that codes such as 01 and True are found in a table', () => {
    const { values, faults } = new YamlText('codes: { 01: male, True: 1, 1.50: a, null: b, ~: c }');
    expect(faults).toEqual([]);
    expect(values).toEqual({ codes: { '01': 'male', True: 1, '1.50': 'a', null: 'b', '~': 'c' } });
  });

  it('with thousands of faults lists a hundred and counts the others', () => {
    const document = new Document('a: 1');
    for (let i = 0; i < 3000; i++) document.report(['a'], `has fault ${i}`);
    const { problems } = refusal(() => document.throwProblems('TREFOIL_JOB', 'job'));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('… and 2900 more');
  });

  it('makes one sentence of many equal problems of one mapping, and names three one by one', () => {
    const entries = (count: number, fault: string) => Array.from({ length: count }, (_, i) => `  f${i}: ${fault}`);
    const job = (count: number, fault: string) => `data:\n features:\n${entries(count, fault).join('\n')}`;
    const problemsOf = (content: string) =>
      refusal(() => parseJob(content, 'job')).problems.filter((problem) => /f0|f1/.test(problem));
    const sentence = 'data.features.f0 must be [smallest, largest], the smallest first';
    expect(problemsOf(job(60, '[5, 1]'))).toEqual([
      `line 3: ${sentence}; the same for 59 more of data.features: f1 (line 4), f2 (line 5), f3 (line 6), …`,
    ]);
    expect(problemsOf(job(2, '[5, 1]'))).toEqual([`line 3: ${sentence}`, `line 4: ${sentence.replace('f0', 'f1')}`]);
    expect(problemsOf(entries(3000, '1').join('\n'))).toEqual([
      "line 1: unknown key 'f0'; the same for 2999 more of the file: 'f1' (line 2), 'f2' (line 3), 'f3' (line 4), …",
    ]);
  });

  it('with a merge key says that it is not read', () => {
    expect(refusal(() => parseJob('data: &a { label: y }\ntraining: { <<: *a }', 'job')).problems).toContain(
      "line 2: unknown key '<<' in training: merge keys are not read, so write the keys out",
    );
  });

  it('with an endless key shows its beginning', () => {
    const [problem] = refusal(() => parseJob(`${'x'.repeat(900)}: 1`, 'job')).problems.slice(-1);
    expect(problem).toMatch(/^line 1: unknown key 'x{400,}…$/);
  });

  it('that holds itself is a value like another', () => {
    expect(new Document('&a [*a]').raw).toHaveLength(1);
  });

  const word = fc.constantFrom(
    ...[
      '- ',
      '? ',
      ': ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a ',
      '*a',
      '!!map ',
      '|',
      '>',
      '"',
      "'",
      '#',
      '---',
      '%',
      '\t',
      '<<: ',
    ],
    ...['\n', '\n  ', '\n- ', 'a', 'data:', 'features:', '1', '~', '.nan', '__proto__: ', '\0', '\ufeff', '@', '`'],
  );
  const scribble = fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string()), { maxLength: 40 });
  const bytes = fc.oneof(
    scribble.map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 100 }),
  );

  it('of any bytes is read or refused as a job, a configuration and a model', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const path = file(content);
        expect(refusal(() => parseJob(readText('TREFOIL_JOB', 'job file', path), path)).code).toBe('TREFOIL_JOB');
        expect(refusal(() => loadNodeConfig(path)).code).toBe('TREFOIL_CONFIG');
        expect(refusal(() => readModel(path)).code).toBe('TREFOIL_DATA');
      }),
      { numRuns: 300 },
    );
  });

  it('of a job or a model with a part of it replaced is read or refused, and what is read can be applied', () => {
    const texts = [readFileSync('examples/digits-mlp.yaml', 'utf8'), JSON.stringify(digits), JSON.stringify(logistic)];
    const part = fc.oneof(word, fc.constantFrom('1e999', '-1', '0', '[]', '{}', 'null', '""', '1e308', '99999999'));
    fc.assert(
      fc.property(fc.nat(2), fc.nat(10_000), fc.nat(12), part, (which, from, length, put) => {
        const start = from % texts[which].length;
        const path = file(texts[which].slice(0, start) + put + texts[which].slice(start + length));
        try {
          if (which === 0) loadJob(path);
          else {
            const model = readModel(path);
            predictRows(model, new Float64Array(model.features.length), 1);
          }
        } catch (error) {
          if (!(error instanceof TrefoilError) || error.code === 'TREFOIL_INTERNAL') throw error;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('that is no text is named', () => {
    const readAsJob = (content: Uint8Array) =>
      refusal(() => readText('TREFOIL_JOB', 'job file', file(content))).message;
    expect(readAsJob(gzipSync('trefoil: 1'))).toMatch(/: it is compressed with gzip; a job file is text in UTF-8$/);
    expect(readAsJob(Buffer.from('name: größe', 'latin1'))).toMatch(/: it is not UTF-8 \(perhaps Windows-1252\)/);
    expect(readAsJob(Buffer.from('\ufefftrefoil: 1', 'utf16le'))).toMatch(/: it is text in UTF-16/);
    expect(readText('TREFOIL_JOB', 'job file', file('\ufefftrefoil: 1'))).toBe('trefoil: 1');
  });
});

it('a certificate of any bytes is read or refused', async () => {
  const path = join(folder, 'north');
  const identity = await createIdentity({ name: 'north' });
  const body = identity.certificate;
  await fc.assert(
    fc.asyncProperty(fc.nat(body.length - 1), fc.nat(60), fc.string(), async (from, length, put) => {
      await saveIdentity(path, { ...identity, certificate: body.slice(0, from) + put + body.slice(from + length) });
      const loaded = await loadIdentities('north', path, {}).catch((error: unknown) => error);
      expect(loaded instanceof TrefoilError ? loaded.code : 'read').toMatch(/^(TREFOIL_IDENTITY|read)$/);
      expect(loaded).not.toBeInstanceOf(TypeError);
    }),
    { numRuns: 50 },
  );
});
