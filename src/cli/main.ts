#!/usr/bin/env node
/**
 * The `trefoil` command.
 * @module
 */
import { run } from './failure.ts';
import { program } from './program.ts';

await run(program);
