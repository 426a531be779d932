/**
 * Whether the nodes of a job can hold it.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { planCost } from '../../plan/quote/cost.ts';

/** What the kernels of a node can address. */
const ADDRESSED_BYTES = 2 ** 32;

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/**
 * Throws `TREFOIL_PLAN` where the tensors of a node are more than it can address, with the largest batch that would fit, found by trying:
 * `planWith` plans the same job with another batch.
 */
export function requireRoom(plan: Plan, planWith: (batch: number) => Plan): void {
  const needed = mostAddressed(plan);
  if (needed <= ADDRESSED_BYTES) return;
  const { batch } = plan.training;
  const fitting = largestFitting(batch, (smaller) => {
    try {
      return mostAddressed(planWith(smaller)) <= ADDRESSED_BYTES;
    } catch (error) {
      if (error instanceof TrefoilError && error.code === 'TREFOIL_PLAN') return false;
      throw error;
    }
  });
  const advice =
    fitting === undefined
      ? 'no training.batch makes it fit: use narrower layers in model.hidden, or fewer data.features'
      : `with training.batch ${fitting} in place of ${batch} it fits, or with narrower layers in model.hidden`;
  throw new TrefoilError(
    'TREFOIL_PLAN',
    `the tensors of a step of this job need ${gibibytes(needed)} at a node, which can address ${gibibytes(ADDRESSED_BYTES)}; ${advice}`,
  );
}

const mostAddressed = (plan: Plan) => Math.max(...Object.values(planCost(plan).addressed));

/** The largest batch below `batch` that fits, within an eighth of it. */
function largestFitting(batch: number, fits: (batch: number) => boolean): number | undefined {
  let [low, high] = [0, batch];
  for (let tried = high >> 1; tried > 0 && low === 0; tried >>= 1) {
    if (fits(tried)) low = tried;
    else high = tried;
  }
  while (low > 0 && high - low > Math.max(1, low >> 3)) {
    const tried = (low + high) >> 1;
    if (fits(tried)) low = tried;
    else high = tried;
  }
  return low > 0 ? low : undefined;
}
