/**
 * Whether a job file is planned or refused as it should be, and whether what a refusal advises helps.
 * @module
 */
import { expect } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';

/** Sections of a job, and what a message calls them. */
const KEYS = /\b(?:parties|data|model|training|numbers|privacy|audit|reveal)\b/;
const ADVICE = /it can be planned with (.*?)(?: \(of what was tried.*\))?$/;

/** The refusal of a job; nothing where it is planned. Any other failure is thrown. */
export function refusalOf(content: string): TrefoilError | undefined {
  try {
    jobPlan(parseJob(content, 'job.yaml'));
    return undefined;
  } catch (error) {
    if (error instanceof TrefoilError) return error;
    throw error;
  }
}

/** A refusal is the user's to mend: it has a code of the job's faults, and names a key of the job. */
export function checkRefusal({ code, message }: TrefoilError): void {
  expect(['TREFOIL_JOB', 'TREFOIL_PLAN', 'TREFOIL_PRIVACY'], message).toContain(code);
  expect(message).toMatch(KEYS);
  expect(message).not.toMatch(/NaN|Infinity|undefined|\b(?:scale|add|multiply|matmul|sumRows) \d/);
}

/** What a refusal says that a job can be planned with, each as the changes of keys that it takes. */
export function remediesIn({ message }: TrefoilError): string[][] {
  const advice = ADVICE.exec(message)?.[1] ?? '';
  return advice === '' ? [] : advice.split('; or ').map((remedy) => remedy.replace(/ together$/, '').split(' and '));
}

type Tree = { [key: string]: unknown };

/** The job file with changes as a refusal words them: `training.l2: 0`, `reveal.trainingLoss left out`. */
export function changed(content: string, changes: readonly string[]): string {
  const job = JSON.parse(content) as Tree;
  for (const change of changes) {
    const [, path, value] = /^([\w.]+)(?:: (.*)| left out)$/.exec(change) ?? [];
    expect(path, change).toBeDefined();
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Tree>((at, key) => {
      const child = at[key];
      at[key] = typeof child === 'string' ? { type: child } : (child ?? {});
      return at[key] as Tree;
    }, job);
    if (value === undefined) delete parent[last];
    else parent[last] = /^[-\d[]/.test(value) ? JSON.parse(value) : value;
  }
  return JSON.stringify(job);
}
