export * from './arithmetic';
export * from './bits';
export * from './chacha';
export * from './compare';
export * from './fourier';
export * from './fixed-point';
export * from './gaussian';
export * from './rearrange';
export * from './matmul';
export * from './real-matmul';
export * from './random-sums';
export * from './truncate';

/** The first address behind static data. Kernels have none: a thread that starts would lay it anew under those that run. */
export function dataEnd(): usize {
  return __heap_base;
}
